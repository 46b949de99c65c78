"""When the map of a journey is to be refreshed, as people choose it."""

from __future__ import annotations

from datetime import time
from typing import Any

from babel.dates import get_day_names
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, RadioField, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, ValidationError

from cjm_feedback.jobs.cron import (
    MAX_LENGTH,
    Cron,
    CronError,
    daily,
    monthly,
    parse_cron,
    weekly,
)

USED = {"daily": ("time",), "weekly": ("time", "weekday"), "monthly": ("time", "day")}
"""The fields that matter for each rhythm; `other` has the cron line alone."""
SUNDAY = 6


class ScheduleForm(FlaskForm):
    """Only the fields of the chosen rhythm are looked at; without script all of them are there."""

    rhythm = RadioField(
        _l("How often"),
        choices=[
            SelectChoice("daily", _l("Every day")),
            SelectChoice("weekly", _l("Every week")),
            SelectChoice("monthly", _l("Every month")),
            SelectChoice("other", _l("By a cron line")),
        ],
        validators=[InputRequired(_l("Choose how often."))],
        default="weekly",
    )
    time = TimeField(
        _l("Time"),
        validators=[InputRequired(_l("Choose a time."))],
        default=time(2, 0),
    )
    weekday = SelectField(_l("Day of the week"), coerce=int, default=SUNDAY)
    day = IntegerField(
        _l("Day of the month"),
        validators=[
            InputRequired(_l("Choose a day.")),
            NumberRange(1, 31, _l("A day of the month is between 1 and 31.")),
        ],
        default=1,
    )
    cron = StringField(_l("Cron line"), default="0 2 * * 0")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = get_day_names("wide", "stand-alone", get_locale() or "en")
        self.weekday.choices = [SelectChoice(number, names[number]) for number in range(7)]

    def validate(self, extra_validators: Any = None) -> bool:
        used = USED.get(self.rhythm.data, ("cron",))
        for name in ("time", "weekday", "day", "cron"):
            if name not in used:
                _leave_alone(self[name])
        return bool(super().validate(extra_validators))

    def validate_cron(self, field: StringField) -> None:
        if self.rhythm.data != "other":
            return
        try:
            parse_cron(field.data or "")
        except CronError as error:
            raise ValidationError(_problem_words(error)) from None

    def line(self) -> str:
        """The cron line that was chosen; the form is valid."""
        if self.rhythm.data == "daily":
            return daily(self.time.data)
        if self.rhythm.data == "weekly":
            return weekly(self.weekday.data, self.time.data)
        if self.rhythm.data == "monthly":
            return monthly(self.day.data, self.time.data)
        return " ".join(str(self.cron.data).split())


def choices_of(line: str) -> dict[str, object]:
    """What the form shows for a schedule that is there."""
    cron: Cron = parse_cron(line)
    chosen: dict[str, object] = {"rhythm": cron.rhythm, "cron": line}
    if cron.rhythm != "other":
        chosen["time"] = cron.time
    if cron.rhythm == "weekly":
        chosen["weekday"] = cron.weekdays[0]
    if cron.rhythm == "monthly":
        chosen["day"] = cron.days[0]
    return chosen


def _leave_alone(field: Field) -> None:
    field.process_errors = []
    field.validators = []
    field.validate_choice = False


def _problem_words(error: CronError) -> str:
    words = {
        "fields": _(
            "A cron line has five fields and at most %(max)d characters, for example: 0 2 * * 0",
            max=MAX_LENGTH,
        ),
        "minute": _("The first field is the minute, 0 to 59; * means every one."),
        "hour": _("The second field is the hour, 0 to 23; * means every one."),
        "day": _("The third field is the day of the month, 1 to 31; * means every one."),
        "month": _("The fourth field is the month, 1 to 12 or jan to dec; * means every one."),
        "weekday": _(
            "The fifth field is the day of the week, 0 (Sunday) to 6 or sun to sat; "
            "* means every one."
        ),
        "both_days": _("Name days of the month or days of the week, and write * for the other."),
        "never": _("No year has such a day."),
    }
    return str(words[error.problem])

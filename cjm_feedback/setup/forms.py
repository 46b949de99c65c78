"""What an admin chooses and types in the guided set-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectField, SelectMultipleField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from cjm_feedback.journeys.forms import NAME_LENGTH, AgeField
from cjm_feedback.journeys.zones import timezone_choices
from cjm_feedback.setup.words import RHYTHM_NAMES, TEMPLATE_NAMES, WEEKDAY_NAMES
from cjm_feedback.web.fields import TranslatedField


class ChecksField(SelectMultipleField):
    """Several of a few, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _complain(field: Field, message: str) -> None:
    field.errors = [*field.errors, message]


class NewJourneyForm(FlaskForm):
    name = TranslatedField(_l("What is the journey called?"), max_length=NAME_LENGTH)
    template = RadioField(
        _l("What should it start with?"),
        choices=[SelectChoice(key, name) for key, name in TEMPLATE_NAMES.items()],
        validators=[InputRequired(_l("Choose what to start with."))],
    )
    timezone = SelectField(_l("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timezone.choices = timezone_choices()


class GoalsForm(FlaskForm):
    suggestions = ChecksField(_l("Goals that others have"))
    text = TranslatedField(_l("A goal of your own"), max_length=300, multiline=True, needed="none")

    def __init__(
        self, *args: Any, offered: Sequence[SelectChoice], needed: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.suggestions.choices = list(offered)
        self._needed = needed

    def validate(self, extra_validators: Any = None) -> bool:
        holds = bool(super().validate(extra_validators))
        if holds and self._needed and not self.suggestions.data and not self.text.data:
            first = next(iter(self.text.form))
            _complain(first, _("Choose or write a goal, or leave this step for later."))
            return False
        return holds


class PersonasForm(FlaskForm):
    suggestions = ChecksField(_l("Ready-made personas"))
    name = TranslatedField(_l("A persona of your own"), max_length=NAME_LENGTH, needed="none")
    age_from = AgeField(_l("Age from"))
    age_to = AgeField(_l("Age to"))
    occupation = TranslatedField(_l("Occupation"), max_length=200, needed="none")
    needs = TranslatedField(_l("Needs"), max_length=500, multiline=True, needed="none")
    channels = ChecksField(_l("Whose answers come by these channels"))

    def __init__(
        self,
        *args: Any,
        offered: Sequence[SelectChoice],
        channels: Sequence[SelectChoice],
        needed: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._needed = needed
        self.suggestions.choices = list(offered)
        self.channels.choices = list(channels)

    def validate(self, extra_validators: Any = None) -> bool:
        holds = bool(super().validate(extra_validators))
        if not holds:
            return False
        lower, higher = self.age_from.data, self.age_to.data
        if lower is not None and higher is not None and lower > higher:
            _complain(self.age_to, _("The higher age comes second."))
            return False
        if self.name.data:
            return True
        if self.describes_somebody() or (self._needed and not self.suggestions.data):
            first = next(iter(self.name.form))
            message = _("Give the persona a name.")
            if not self.describes_somebody():
                message = _("Choose or describe a persona, or leave this step for later.")
            _complain(first, message)
            return False
        return True

    def describes_somebody(self) -> bool:
        """Whether anything of a persona was typed."""
        ages = (self.age_from.data, self.age_to.data)
        texts = (self.name.data, self.occupation.data, self.needs.data, self.channels.data)
        return any(texts) or any(age is not None for age in ages)


class TouchpointsForm(FlaskForm):
    """Which touchpoints stay in use; they are named by their keys."""

    kept = ChecksField(_l("Touchpoints"))

    def __init__(self, *args: Any, offered: Sequence[SelectChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept.choices = list(offered)

    def validate(self, extra_validators: Any = None) -> bool:
        holds = bool(super().validate(extra_validators))
        if holds and self.kept.choices and not self.kept.data:
            _complain(self.kept, _("Keep one touchpoint at least."))
            return False
        return holds


class SurveysForm(FlaskForm):
    surveys = ChecksField(_l("Surveys to make"))

    def __init__(self, *args: Any, offered: Sequence[SelectChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.surveys.choices = list(offered)


class ScheduleForm(FlaskForm):
    rhythm = RadioField(
        _l("How often"),
        choices=[SelectChoice(key, name) for key, name in RHYTHM_NAMES.items()],
        validators=[InputRequired(_l("Choose how often."))],
    )
    weekday = SelectField(
        _l("Day of the week"),
        choices=[SelectChoice(key, name) for key, name in WEEKDAY_NAMES.items()],
    )
    at = TimeField(_l("Time"), validators=[InputRequired(_l("Write a time such as 06:00."))])

    def cron(self) -> str:
        """The choice as a cron line."""
        time = f"{self.at.data.minute} {self.at.data.hour}"
        days = {"daily": "* * *", "weekly": f"* * {self.weekday.data}", "monthly": "1 * *"}
        return f"{time} {days[self.rhythm.data]}"

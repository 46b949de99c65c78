"""What admins type about surveys and their links."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from cjm_feedback.content.templates import SurveyTemplate
from cjm_feedback.journeys.models import Channel, Journey, Touchpoint
from cjm_feedback.questionnaire.texts import clean_text
from cjm_feedback.web.languages import LANGUAGE_NAMES, choose_language, text_in

YEARS = range(2000, 2100)
CAMPAIGN_LENGTH = 120


class LocalTimeField(DateTimeLocalField):
    """A wall clock time in the journey's zone; its data is the moment, its minute that typed.

    A moment that was stored with seconds stays the same when its minute is sent back unchanged.
    """

    FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    zone: ZoneInfo = ZoneInfo("UTC")
    stored: datetime | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, format=self.FORMATS, **kwargs)

    def show(self, moment: datetime | None, zone: ZoneInfo) -> None:
        """Fill in what is stored."""
        self.zone, self.stored = zone, moment
        if self.raw_data is None:
            self.data = moment.astimezone(zone).replace(tzinfo=None) if moment else None

    @property
    def moment(self) -> datetime | None:
        if self.data is None:
            return None
        typed: datetime = self.data.replace(tzinfo=self.zone).astimezone(UTC)
        if self.stored is not None and typed == self.stored.replace(second=0, microsecond=0):
            return self.stored
        return typed


class SurveySettingsForm(FlaskForm):
    opens_at = LocalTimeField(
        _l("Opens"), validators=[InputRequired(_l("Write when the survey opens."))]
    )
    closes_at = LocalTimeField(
        _l("Closes"), validators=[Optional()], description=_l("Empty: it stays open.")
    )
    languages = SelectMultipleField(
        _l("Languages"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGE_NAMES.items()],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    default_language = SelectField(
        _l("Default language"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGE_NAMES.items()],
        description=_l("For customers whose own language the survey does not speak."),
    )

    def times(self) -> tuple[datetime, datetime | None]:
        """When it opens and closes; to be asked of a valid form."""
        opens_at = self.opens_at.moment
        if opens_at is None:
            raise ValueError("the form is not valid")
        return opens_at, self.closes_at.moment

    def validate_opens_at(self, field: LocalTimeField) -> None:
        _check_year(field)

    def validate_closes_at(self, field: LocalTimeField) -> None:
        if field.data is None:
            return
        _check_year(field)
        opens_at = None if self.opens_at.errors else self.opens_at.moment
        if opens_at and field.moment and field.moment <= opens_at:
            raise ValidationError(_("A survey closes after it has opened."))

    def validate_languages(self, field: SelectMultipleField) -> None:
        # Not InputRequired: it would have browsers ask for every box to be ticked.
        if not field.data:
            raise ValidationError(_("Choose one language at least."))

    def validate_default_language(self, field: SelectField) -> None:
        if self.languages.data and field.data not in self.languages.data:
            raise ValidationError(_("The survey does not speak this language."))


class LinkForm(FlaskForm):
    """Touchpoint and channel are named by their keys. A survey of a whole journey has no
    touchpoint to choose."""

    touchpoint = SelectField(_l("Touchpoint"))
    channel = SelectField(_l("Channel"))
    campaign = StringField(
        _l("Campaign"),
        filters=[lambda text: clean_text(text or "")],
        validators=[
            Length(max=CAMPAIGN_LENGTH, message=_l("Use at most %(max)d characters.", max=120))
        ],
        description=_l("Tells links apart that are otherwise alike, for instance by a leaflet."),
    )

    def __init__(
        self,
        *args: Any,
        touchpoints: Sequence[Touchpoint] | None,
        channels: Sequence[Channel],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if touchpoints is None:
            del self.touchpoint
        else:
            self.touchpoint.choices = [
                SelectChoice(one.key, _named(one), {}, _named(one.stage)) for one in touchpoints
            ]
        self.channel.choices = [SelectChoice(one.key, _named(one)) for one in channels]


class NewSurveyForm(FlaskForm):
    """Journey and template are named by their slug and key."""

    journey = SelectField(_l("Journey"))
    template = RadioField(
        _l("What it asks"), validators=[InputRequired(_l("Choose what the survey asks."))]
    )
    linked = BooleanField(
        _l("Make a link for each touchpoint it asks about"),
        description=_l("By the usual channel of the touchpoint. More links can follow."),
    )

    def __init__(
        self,
        *args: Any,
        journeys: Sequence[Journey],
        templates: Sequence[SurveyTemplate],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        language = choose_language()
        self.journey.choices = [
            SelectChoice(one.slug, text_in(one.name, language) or one.slug) for one in journeys
        ]
        self.template.choices = [
            SelectChoice(one.key, text_in(one.title, language)) for one in templates
        ]


def _check_year(field: LocalTimeField) -> None:
    if field.data is not None and field.data.year not in YEARS:
        raise ValidationError(_("Write a year from 2000 to 2099."))


def _named(thing: Any) -> str:
    return text_in(thing.name, choose_language()) or str(thing.key)

"""What admins type about a journey, its parts, its personas and its channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from cjm_feedback.accounts.words import DEPARTMENT_NAMES
from cjm_feedback.journeys.facts import Fact
from cjm_feedback.journeys.models import Channel, Persona, Stage
from cjm_feedback.journeys.personas import Condition
from cjm_feedback.journeys.words import INITIATIVE_NAMES, PHASE_NAMES
from cjm_feedback.journeys.zones import timezone_choices
from cjm_feedback.questionnaire.texts import clean_text
from cjm_feedback.web.fields import TranslatedField
from cjm_feedback.web.languages import choose_language, text_in

NAME_LENGTH = 80
OLDEST = 120
NO_CHANNEL = ""


def _clean(text: str | None) -> str:
    return clean_text(text or "")


class JourneyForm(FlaskForm):
    name = TranslatedField(_l("Name of the journey"), max_length=NAME_LENGTH)
    timezone = SelectField(
        _l("Time zone"),
        description=_l("Days, weeks and schedules follow it. Answers already here keep their day."),
    )

    def __init__(self, *args: Any, present_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = timezone_choices()
        if all(choice.value != present_zone for choice in choices):
            choices = [SelectChoice(present_zone, present_zone), *choices]
        self.timezone.choices = choices


class GoalForm(FlaskForm):
    text = TranslatedField(_l("Goal"), max_length=300, multiline=True)


class StageForm(FlaskForm):
    name = TranslatedField(_l("Name"), max_length=NAME_LENGTH)
    description = TranslatedField(_l("Description"), max_length=500, multiline=True, needed="none")
    phase = SelectField(
        _l("Phase"), choices=[SelectChoice(key, name) for key, name in PHASE_NAMES.items()]
    )
    department = SelectField(
        _l("Owned by"),
        choices=[SelectChoice(key, name) for key, name in DEPARTMENT_NAMES.items()],
    )


class TouchpointForm(FlaskForm):
    """Stage and channel are named by their keys."""

    name = TranslatedField(_l("Name"), max_length=NAME_LENGTH)
    stage = SelectField(
        _l("Stage"), description=_l("Moving it changes the map only. Its answers go with it.")
    )
    channel = SelectField(_l("Usual channel"))
    initiative = RadioField(
        _l("Who starts the contact"),
        choices=[SelectChoice(key, name) for key, name in INITIATIVE_NAMES.items()],
        validators=[InputRequired(_l("Choose who starts the contact."))],
    )

    def __init__(
        self, *args: Any, stages: Sequence[Stage], channels: Sequence[Channel], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stage.choices = [
            SelectChoice(stage.key, f"{number}. {_named(stage)}")
            for number, stage in enumerate(stages, start=1)
        ]
        self.channel.choices = [
            SelectChoice(NO_CHANNEL, _("None in particular")),
            *(SelectChoice(channel.key, _named(channel)) for channel in channels),
        ]


class ChannelForm(FlaskForm):
    name = TranslatedField(_l("Name"), max_length=NAME_LENGTH)
    paid = BooleanField(
        _l("Paid"), description=_l("Contacts by this channel cost money, as advertising does.")
    )


class AgeField(IntegerField):
    """A number of years that may be left out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, render_kw={"inputmode": "numeric"}, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if text:
            if not (text.isascii() and text.isdecimal() and len(text) <= 3):
                raise ValueError(_("Write an age from 0 to 120."))
            if int(text) > OLDEST:
                raise ValueError(_("Write an age from 0 to 120."))
            self.data = int(text)


class PersonaForm(FlaskForm):
    name = TranslatedField(_l("Name"), max_length=NAME_LENGTH)
    age_from = AgeField(_l("Age from"))
    age_to = AgeField(_l("Age to"))
    gender = TranslatedField(_l("Gender"), max_length=NAME_LENGTH, needed="none")
    occupation = TranslatedField(_l("Occupation"), max_length=200, needed="none")
    hobbies = TranslatedField(_l("Hobbies"), max_length=500, multiline=True, needed="none")
    interests = TranslatedField(_l("Interests"), max_length=500, multiline=True, needed="none")
    needs = TranslatedField(_l("Needs"), max_length=500, multiline=True, needed="none")
    motivations = TranslatedField(_l("Motivations"), max_length=500, multiline=True, needed="none")
    expectations = TranslatedField(
        _l("Expectations"), max_length=500, multiline=True, needed="none"
    )

    def validate_age_to(self, field: AgeField) -> None:
        lower, higher = self.age_from.data, field.data
        if lower is not None and higher is not None and lower > higher:
            raise ValidationError(_("The higher age comes second."))

    def known(self) -> dict[str, Any]:
        """Everything typed, by the attributes of a persona."""
        return {name: field.data for name, field in self._fields.items() if name != "csrf_token"}


class RuleForm(FlaskForm):
    """Whose rule it is; personas are named by their keys."""

    persona = SelectField(_l("Persona"))

    def __init__(self, *args: Any, personas: Sequence[Persona], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.persona.choices = [SelectChoice(one.key, _named(one)) for one in personas]


class ConditionForm(FlaskForm):
    """One condition about one fact; its controls depend on the fact: see `condition_form`."""

    fact: Fact

    def condition(self) -> Condition:
        raise NotImplementedError


class PickForm(ConditionForm):
    values = SelectMultipleField(
        _l("Any of these"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )

    def validate_values(self, field: SelectMultipleField) -> None:
        # Not InputRequired: it would have browsers ask for every box to be ticked.
        if not field.data:
            raise ValidationError(_("Choose one at least."))

    def condition(self) -> Condition:
        if len(self.values.data) == 1:
            return Condition(self.fact.field, "is", self.values.data[0])
        return Condition(self.fact.field, "in", list(self.values.data))


class NumberForm(ConditionForm):
    op = SelectField(
        _l("Compare"),
        choices=[
            SelectChoice("at_least", _l("at least")),
            SelectChoice("at_most", _l("at most")),
            SelectChoice("is", _l("exactly")),
        ],
    )
    number = SelectField(_l("Number"), coerce=int)

    def condition(self) -> Condition:
        return Condition(self.fact.field, self.op.data, self.number.data)


class WordsForm(ConditionForm):
    words = StringField(
        _l("The answer, word for word"),
        filters=[_clean],
        validators=[DataRequired(_l("Write the answer.")), Length(max=200)],
    )

    def condition(self) -> Condition:
        return Condition(self.fact.field, "is", self.words.data)


def condition_form(fact: Fact, condition: Condition | None = None) -> ConditionForm:
    """The form for a condition about `fact`, filled in with `condition`."""
    form = _condition_form(fact, condition)
    form.fact = fact
    return form


def _condition_form(fact: Fact, condition: Condition | None) -> ConditionForm:
    value = condition.value if condition else None
    if fact.options:
        values = value if isinstance(value, list) else [value] if value else []
        form = PickForm(data={"values": values})
        form.values.choices = [SelectChoice(one.value, one.label) for one in fact.options]
        return form
    if fact.numbers:
        form = NumberForm(data={"op": condition.op if condition else None, "number": value})
        form.number.choices = [SelectChoice(str(number)) for number in fact.numbers]
        return form
    return WordsForm(data={"words": value if isinstance(value, str) else ""})


def _named(thing: Stage | Channel | Persona) -> str:
    return text_in(thing.name, choose_language()) or thing.key

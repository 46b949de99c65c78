"""What staff type about themes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from cjm_feedback.analysis.themes.editing import SEEDS_LIMIT
from cjm_feedback.journeys.models import Touchpoint
from cjm_feedback.questionnaire.texts import clean_text
from cjm_feedback.responses.models import Theme
from cjm_feedback.web.fields import TranslatedField
from cjm_feedback.web.languages import choose_language, text_in

NAME_LENGTH = 80
PHRASE_LENGTH = 120
NO_THEME = ""


class ThemeForm(FlaskForm):
    """A theme; phrases stand one on a line. Touchpoints are named by their keys."""

    name = TranslatedField(_l("Name"), max_length=NAME_LENGTH)
    seeds = TranslatedField(
        _l("Phrases that show it"),
        description=_l(
            "As customers write them, praise and complaint alike, one on each line. A phrase in one"
            " language also finds comments in the others."
        ),
        max_length=SEEDS_LIMIT * PHRASE_LENGTH,
        multiline=True,
        needed="none",
    )
    touchpoints = SelectMultipleField(
        _l("Only at these touchpoints"),
        description=_l("Without any, comments are searched for it everywhere."),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )

    def __init__(
        self, *args: Any, theme: Theme | None = None, choices: Sequence[Touchpoint], **kwargs: Any
    ) -> None:
        if theme is not None:
            chosen = {one.touchpoint_id for one in theme.places}
            kwargs["data"] = {
                "name": theme.name,
                "seeds": {code: "\n".join(some) for code, some in theme.seeds.items()},
                "touchpoints": [one.key for one in choices if one.id in chosen],
            }
        super().__init__(*args, **kwargs)
        language = choose_language()
        self.touchpoints.choices = [
            SelectChoice(one.key, text_in(one.name, language) or one.key) for one in choices
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        holds = bool(super().validate(extra_validators))
        for code, phrases in self.phrases().items():
            complaint = _complaint(phrases)
            if complaint:
                box = self.seeds.form[code]
                box.errors = [*box.errors, complaint]
                holds = False
        return holds

    def phrases(self) -> dict[str, list[str]]:
        given: dict[str, str] = self.seeds.data
        lines = {
            code: [" ".join(line.split()) for line in text.split("\n") if line.strip()]
            for code, text in given.items()
        }
        return {code: phrases for code, phrases in lines.items() if phrases}


def _complaint(phrases: Sequence[str]) -> str:
    if len(phrases) > SEEDS_LIMIT:
        return str(_("Use at most %(most)d phrases in each language.", most=SEEDS_LIMIT))
    if any(len(phrase) > PHRASE_LENGTH for phrase in phrases):
        return str(_("A phrase is at most %(most)d characters long.", most=PHRASE_LENGTH))
    return ""


class MergeForm(FlaskForm):
    """Which theme to go into, by its key."""

    into = SelectField(_l("Theme"), validators=[DataRequired(_l("Choose a theme."))])

    def __init__(self, *args: Any, others: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.into.choices = [
            SelectChoice(NO_THEME, _("Choose a theme")),
            *(SelectChoice(key, name) for key, name in others.items()),
        ]


class AcceptForm(FlaskForm):
    """How a suggested theme is to be called."""

    name = StringField(
        _l("Name"),
        filters=[lambda text: clean_text(text or "")],
        validators=[
            DataRequired(_l("Write a name.")),
            Length(max=NAME_LENGTH, message=_l("Use at most %(max)d characters.", max=NAME_LENGTH)),
        ],
    )

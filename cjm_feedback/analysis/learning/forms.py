"""The form in which staff say how a text is meant."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from cjm_feedback.questionnaire.texts import clean_text

NOTE_LENGTH = 500


def _clean(text: str | None) -> str:
    return clean_text(text or "").strip()


class CheckboxesField(SelectMultipleField):
    """Any number of choices, each a check box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CorrectionForm(FlaskForm):
    """`emotions.choices` and `themes.choices` are set by the view."""

    label = RadioField(
        _l("How is it meant?"),
        choices=[
            SelectChoice("negative", _l("Negative: a complaint")),
            SelectChoice("neutral", _l("Neutral: nothing is judged, as in a fact or a question")),
            SelectChoice("positive", _l("Positive: praise")),
            SelectChoice("mixed", _l("Mixed: praise and complaint, neither to be left out")),
        ],
        validators=[InputRequired(_l("Choose how the comment is meant."))],
    )
    emotions = CheckboxesField(_l("Feelings that speak from it"))
    themes = CheckboxesField(_l("Themes it speaks about"))
    note = TextAreaField(
        _l("Note for your colleagues"),
        filters=[_clean],
        validators=[
            Length(max=NOTE_LENGTH, message=_l("Use at most %(max)d characters.", max=500))
        ],
    )

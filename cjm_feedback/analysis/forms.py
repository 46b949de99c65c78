"""What staff type to see how a comment is read."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from cjm_feedback.questionnaire.texts import clean_text
from cjm_feedback.web.languages import LANGUAGE_NAMES

COMMENT_LENGTH = 5_000
BEST_RATING = 5


def _clean(text: str | None) -> str:
    return clean_text(text or "")


class CommentForm(FlaskForm):
    """A comment, and what would be known of it had it come with an answer."""

    comment = TextAreaField(
        _l("Comment"),
        filters=[_clean],
        validators=[
            DataRequired(_l("Write or paste a comment to be read.")),
            Length(max=COMMENT_LENGTH, message=_l("Use at most %(max)d characters.", max=5_000)),
        ],
    )
    language = SelectField(
        _l("Language the person answered in"),
        choices=[
            SelectChoice("", _l("Not known")),
            *(SelectChoice(code, name) for code, name in LANGUAGE_NAMES.items()),
        ],
        default="",
    )
    rating = SelectField(
        _l("Satisfaction they gave"),
        choices=[
            SelectChoice("", _l("None")),
            *(SelectChoice(str(one), f"{one}/{BEST_RATING}") for one in range(1, BEST_RATING + 1)),
        ],
        default="",
    )

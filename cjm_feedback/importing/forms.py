"""The form that a file of answers is handed in with."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cjm_feedback.importing.encodings import ENCODINGS


def _encoding_field() -> SelectField:
    return SelectField(
        _l("Encoding"),
        choices=[
            SelectChoice("", _l("Find out")),
            *(SelectChoice(name, name.upper().removesuffix("-SIG")) for name in ENCODINGS),
        ],
    )


class EncodingForm(FlaskForm):
    """For a file whose texts turned out to look wrong."""

    encoding = _encoding_field()


class UploadForm(FlaskForm):
    """`survey.choices` are set by the view."""

    survey = SelectField(
        _l("Survey"), validators=[InputRequired(_l("Choose the survey that was answered."))]
    )
    file = FileField(_l("CSV file"), validators=[FileRequired(_l("Choose a file."))])
    encoding = _encoding_field()

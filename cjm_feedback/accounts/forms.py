"""What people type about themselves and each other."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security.forms import LoginForm
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, Optional, ValidationError

from cjm_feedback.accounts.passwords import LONGEST, SHORTEST, Flaw, flaw_of
from cjm_feedback.accounts.words import DEPARTMENT_NAMES, ROLE_NAMES
from cjm_feedback.questionnaire.texts import clean_text
from cjm_feedback.web.languages import LANGUAGE_NAMES
from cjm_feedback.web.views import local_path


def _clean(text: str | None) -> str | None:
    return None if text is None else clean_text(text)


class SignInForm(LoginForm):
    """Flask-Security's form in our words. Whatever is wrong, the page says one and the same."""

    email = EmailField(
        _l("E-mail"),
        filters=[_clean],
        validators=[InputRequired(), Length(max=255)],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(), Length(max=4 * LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    stay = BooleanField(_l("Keep me signed in for 14 days on this device"))
    remember = None
    submit = None
    next = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next.data = local_path(self.next.data or "")

    def validate_next(self, field: HiddenField) -> None:
        """A foreign address is not an error to explain: it is left out."""


class PasswordForm(FlaskForm):
    """A new password. `about` are words that others know of the person."""

    password = PasswordField(
        _l("New password"),
        validators=[InputRequired(_l("Choose a password."))],
        render_kw={"autocomplete": "new-password", "minlength": SHORTEST},
    )

    def __init__(self, *args: Any, about: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._about = about

    def validate_password(self, field: PasswordField) -> None:
        flaw = flaw_of(field.data or "", about=self._about)
        if flaw is not None:
            raise ValidationError(_flaw_words(flaw))


class ChangePasswordForm(PasswordForm):
    current = PasswordField(_l("Current password"), render_kw={"autocomplete": "current-password"})


class ProfileForm(FlaskForm):
    name = StringField(
        _l("Full name"),
        filters=[_clean],
        validators=[Length(max=120, message=_l("Use at most %(max)d characters.", max=120))],
        render_kw={"autocomplete": "name"},
    )
    language = SelectField(
        _l("Language of these pages"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGE_NAMES.items()],
    )


class MembershipForm(FlaskForm):
    department = SelectField(
        _l("Department"),
        choices=[SelectChoice(key, name) for key, name in DEPARTMENT_NAMES.items()],
    )
    role = RadioField(
        _l("Role"),
        choices=[SelectChoice(key, name) for key, name in ROLE_NAMES.items()],
        validators=[InputRequired(_l("Choose a role."))],
    )


class InviteForm(MembershipForm):
    email = EmailField(
        _l("E-mail"),
        filters=[_clean],
        validators=[
            InputRequired(_l("Write the person's e-mail address.")),
            Length(max=255),
            Email(_l("This does not look like an e-mail address.")),
        ],
        render_kw={"autocomplete": "off"},
    )
    name = StringField(
        _l("Full name"),
        filters=[_clean],
        validators=[Optional(), Length(max=120)],
        render_kw={"autocomplete": "off"},
    )


def _flaw_words(flaw: Flaw) -> str:
    words = {
        Flaw.TOO_SHORT: _("Use at least %(min)d characters. A few words do well.", min=SHORTEST),
        Flaw.TOO_LONG: _("Use at most %(max)d characters.", max=LONGEST),
        Flaw.ABOUT_YOU: _("This is too close to the name or the e-mail address."),
        Flaw.COMMON: _("Many people use this password, so it would be tried first."),
    }
    return str(words[flaw])

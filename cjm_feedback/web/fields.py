"""Form fields that several packages use."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, FormField, StringField, TextAreaField
from wtforms.validators import Length

from cjm_feedback.questionnaire.texts import clean_text
from cjm_feedback.web.languages import LANGUAGE_NAMES, LANGUAGES, choose_language


def _clean(text: str | None) -> str | None:
    return None if text is None else clean_text(text)


class TranslatedField(FormField):
    """One text in each language of the product; its data is `{"cs": "…"}` without empty texts.

    `needed` says in which languages there must be words: `"all"`, `"one"` (any) or `"none"`.
    """

    def __init__(
        self,
        label: str | LazyString | None = None,
        *,
        max_length: int = 200,
        multiline: bool = False,
        needed: str = "one",
        **kwargs: Any,
    ) -> None:
        if needed not in ("all", "one", "none"):
            raise ValueError(f"unknown rule {needed!r}")
        super().__init__(_group(max_length, multiline=multiline), label, **kwargs)
        self.needed = needed
        self.multiline = multiline

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        if data is None or not isinstance(data, dict):
            data = self.default if isinstance(self.default, dict) else {}
        known = {code: data[code] for code in LANGUAGES if code in data}
        super().process(formdata, known, extra_filters)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        holds = bool(super().validate(form, extra_validators))
        given = self.data
        if self.needed == "all":
            missing = [code for code in LANGUAGES if code not in given]
        else:
            missing = [choose_language()] if self.needed == "one" and not given else []
        for code in missing:
            field = self.form[code]
            field.errors = [*field.errors, self._complaint(code)]
        return holds and not missing

    def _complaint(self, code: str) -> str:
        name = self.label.text
        if self.needed == "one":
            return str(_("%(name)s: write it in one language at least.", name=name))
        language = LANGUAGE_NAMES[code]
        return str(_("%(name)s: no text in %(language)s yet.", name=name, language=language))

    def populate_obj(self, obj: Any, name: str) -> None:
        setattr(obj, name, self.data)

    @property
    def data(self) -> dict[str, str]:
        return {code: text for code, text in self.form.data.items() if text}


def _group(max_length: int, *, multiline: bool) -> type[Form]:
    """A form with a field per language."""
    too_long = _l("Use at most %(max)d characters.", max=max_length)
    kind = TextAreaField if multiline else StringField
    fields = {
        code: kind(
            LANGUAGE_NAMES[code],
            validators=[Length(max=max_length, message=too_long)],
            filters=[_clean],
            render_kw={"lang": code},
        )
        for code in LANGUAGES
    }
    return type("TranslatedTexts", (Form,), fields)

"""A text in every language the product speaks."""

from __future__ import annotations

LANGUAGES = ("cs", "pl", "ru", "en")

Text = dict[str, str]
"""One text per language, in the form the database keeps."""


def text(*, cs: str, pl: str, ru: str, en: str) -> Text:
    """Keyword-only and without defaults: a forgotten language is a type error."""
    return {"cs": cs, "pl": pl, "ru": ru, "en": en}

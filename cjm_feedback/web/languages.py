"""The languages the product speaks, and which of them a request is answered in."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g, has_request_context, request, session

LANGUAGES = ("cs", "pl", "ru", "en")
LANGUAGE_NAMES = {"cs": "Čeština", "pl": "Polski", "ru": "Русский", "en": "English"}
FALLBACK = "en"


def choose_language() -> str:
    """The language of this request's words.

    A view may settle it in `g.language` (a survey does). Staff keep their choice in the session;
    nothing here reads the database.
    """
    if not has_request_context():
        return FALLBACK
    settled = g.get("language")
    if settled in LANGUAGES:
        return str(settled)
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES, FALLBACK)


def text_in(
    translations: dict[str, str] | None, language: str, fallbacks: Sequence[str] = ("en", "cs")
) -> str:
    """`translations` in `language`, else in the first language that has words."""
    if not translations:
        return ""
    for code in (language, *fallbacks, *LANGUAGES, *translations):
        if translations.get(code):
            return translations[code]
    return ""

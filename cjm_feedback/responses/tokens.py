"""The token that an answer form carries instead of a cookie.

It says which form the person began, in which language and when, and holds the key by which a
submission that comes twice is known. Signed, so that none of it can be made up.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any, cast

from flask import current_app
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

SALT = "answer form"
LIFETIME_SECONDS = 24 * 60 * 60
KEY_BYTES = 16


@dataclass(frozen=True)
class FormToken:
    """What a form was begun with. `expired`: long ago, but it is ours."""

    public_id: str
    revision: int
    language: str
    key: str
    expired: bool = False

    def spoken(self, language: str) -> FormToken:
        """The same attempt, gone on with in another language."""
        return replace(self, language=language, expired=False)


def new_token(public_id: str, revision: int, language: str) -> FormToken:
    return FormToken(public_id, revision, language, secrets.token_urlsafe(KEY_BYTES))


def sign(token: FormToken) -> str:
    return str(_serializer().dumps([token.public_id, token.revision, token.language, token.key]))


def read(text: str, public_id: str) -> FormToken | None:
    """The token of a form of the link `public_id`; None if it is not ours or another link's."""
    expired = False
    try:
        parts = _serializer().loads(text, max_age=LIFETIME_SECONDS)
    except SignatureExpired as error:
        parts, expired = _serializer().load_payload(cast("bytes", error.payload)), True
    except BadData:
        return None
    link, revision, language, key = cast("list[Any]", parts)
    token = FormToken(link, revision, language, key, expired)
    return token if token.public_id == public_id else None


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(cast("str", current_app.secret_key), salt=SALT)

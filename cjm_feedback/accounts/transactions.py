"""Slow work on passwords without standing in anybody's way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from flask_security import hash_password

from cjm_feedback.db import reading
from cjm_feedback.extensions import db


@contextmanager
def reading_only() -> Iterator[None]:
    """Work in a transaction that takes no write lock and leaves nothing behind."""
    db.session.rollback()
    token = reading.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        reading.reset(token)


def hashed(password: str) -> str:
    """The argon2 hash, made outside any transaction: it takes a tenth of a second on purpose."""
    db.session.rollback()
    return str(hash_password(current_app.extensions["security"].password_util.normalize(password)))

"""What a sign-in leaves in the browser's session, and how long it holds.

The session is a signed cookie. Three things make it revocable: it names the user by
`fs_uniquifier`, which changes at sign-out and with the password; it ends some hours after the
last page; and it ends for good some time after the sign-in.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, MutableMapping
from datetime import datetime, timedelta
from typing import Any

from cjm_feedback.accounts.models import User

STAY = timedelta(days=14)
ABSOLUTE = timedelta(hours=24)
IDLE = timedelta(hours=8)
FRESH = timedelta(hours=4)
NOTED_EVERY = timedelta(minutes=5)


def mark(session: MutableMapping[str, Any], *, at: datetime, stay: bool = False) -> None:
    """Begin a signed-in session: a new id, and the moment it counts from."""
    session["sid"] = secrets.token_urlsafe(16)
    session["signed_in_at"] = session["seen_at"] = at.timestamp()
    session["stay"] = stay


def is_over(session: Mapping[str, Any], *, at: datetime) -> bool:
    """Whether the person has to sign in again."""
    signed_in_at, seen_at = session.get("signed_in_at"), session.get("seen_at")
    if not isinstance(signed_in_at, float) or not isinstance(seen_at, float):
        return True
    now = at.timestamp()
    if session.get("stay"):
        return now - signed_in_at > STAY.total_seconds()
    return now - signed_in_at > ABSOLUTE.total_seconds() or now - seen_at > IDLE.total_seconds()


def note_seen(session: MutableMapping[str, Any], *, at: datetime) -> None:
    """Remember the visit, without sending a cookie with every page."""
    if at.timestamp() - session["seen_at"] > NOTED_EVERY.total_seconds():
        session["seen_at"] = at.timestamp()


def is_fresh(session: Mapping[str, Any], *, at: datetime) -> bool:
    """Whether the sign-in is recent enough to change who may do what."""
    return at.timestamp() - float(session.get("signed_in_at", 0)) <= FRESH.total_seconds()


def end_everywhere(user: User) -> None:
    """Every cookie this person has anywhere stops working at once."""
    user.fs_uniquifier = secrets.token_hex(32)

"""Links that work once: one signs somebody in, another lets them choose a password.

The token is 256 random bits and only its hash is kept, so that a copy of the database opens
nothing. Looking at a link changes nothing: mail programs open links before people do.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import OneTimeLink, User

LIFETIMES = {"sign_in": timedelta(hours=24), "set_password": timedelta(days=7)}
TOKEN_BYTES = 32


def create_link(session: Session, user: User, purpose: str, *, at: datetime) -> str:
    """The token of a new link. It is not kept: whoever asked hands it over now or never."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        OneTimeLink(
            token_hash=_hash(token),
            user_id=user.id,
            purpose=purpose,
            expires_at=at + LIFETIMES[purpose],
        )
    )
    return token


def find_link(session: Session, token: str, *, at: datetime) -> OneTimeLink | None:
    """The link, if it would still work."""
    link = session.scalar(select(OneTimeLink).where(OneTimeLink.token_hash == _hash(token)))
    if link is None or link.used_at is not None or link.expires_at <= at or not link.user.active:
        return None
    return link


def use_link(session: Session, token: str, *, at: datetime) -> User | None:
    """Use the link up. Of two people who press at once, one gets the user and one gets None."""
    link = find_link(session, token, at=at)
    if link is None:
        return None
    result = session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
        .values(used_at=at)
    )
    if not isinstance(result, CursorResult) or result.rowcount != 1:
        return None
    return link.user


def cancel_links(session: Session, user: User, *, at: datetime) -> None:
    """Links sent earlier stop working: a password was chosen, or the person was taken away."""
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.user_id == user.id, OneTimeLink.used_at.is_(None))
        .values(used_at=at)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

"""Guessing passwords is slow: refused sign-ins are counted in the database for a day.

They are counted for the account, for the network they come from and for all together. A browser
that signed in before has a count of its own, so that nobody can lock somebody else out.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import SignInFailure

WINDOW = timedelta(hours=24)
PER_ACCOUNT = 20
PER_NETWORK = 200
TOGETHER = 5_000


@dataclass(frozen=True)
class Bucket:
    """Something that refused sign-ins are counted for."""

    name: str
    limit: int


def buckets_for(
    *, email: str, address: str | None, known_device: str | None, key: str
) -> list[Bucket]:
    """What a sign-in as `email` counts for; `known_device` is set if it signed in before."""
    if known_device is not None:
        return [Bucket(_keyed(key, "device", known_device), PER_ACCOUNT)]
    return [
        Bucket(_keyed(key, "account", email.strip().casefold()), PER_ACCOUNT),
        Bucket(_keyed(key, "network", _network(address)), PER_NETWORK),
        Bucket(_keyed(key, "together", ""), TOGETHER),
    ]


def is_exhausted(session: Session, buckets: list[Bucket], *, at: datetime) -> bool:
    rows = session.execute(
        select(SignInFailure.bucket, func.count())
        .where(
            SignInFailure.bucket.in_([bucket.name for bucket in buckets]),
            SignInFailure.at > at - WINDOW,
        )
        .group_by(SignInFailure.bucket)
    )
    counts = dict(rows.all())
    return any(counts.get(bucket.name, 0) >= bucket.limit for bucket in buckets)


def count_failure(session: Session, buckets: list[Bucket], *, at: datetime) -> None:
    """Add a refused sign-in and forget those of yesterday. The caller commits."""
    session.execute(delete(SignInFailure).where(SignInFailure.at <= at - WINDOW))
    session.add_all(SignInFailure(bucket=bucket.name, at=at) for bucket in buckets)


def _network(address: str | None) -> str:
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    prefix = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{parsed}/{prefix}", strict=False))


def _keyed(key: str, kind: str, value: str) -> str:
    text = f"{kind}:{value}".encode("utf-8", "surrogatepass")
    return hmac.new(key.encode(), text, hashlib.sha256).hexdigest()

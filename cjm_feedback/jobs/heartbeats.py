"""Signs of life that processes leave in the database. The caller commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cjm_feedback.jobs.models import Heartbeat

CLOCK = "clock"
WORKER = "worker"
PROBE = "readiness probe"
EVERY_SECONDS = 3.0
LATE_AFTER = timedelta(seconds=9)


def beat(session: Session, name: str, at: datetime, *, alive_until: datetime | None = None) -> None:
    """Say that `name` lives, and will be heard of again before `alive_until`."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    values = {"at": at, "alive_until": alive_until or at + LATE_AFTER}
    session.execute(
        insert(Heartbeat)
        .values(name=name, **values)
        .on_conflict_do_update(index_elements=[Heartbeat.name], set_=values)
    )


def silent(session: Session, names: Sequence[str], at: datetime) -> list[str]:
    """Those of `names` that are late or were never heard of."""
    alive = set(
        session.scalars(
            select(Heartbeat.name).where(Heartbeat.name.in_(names), Heartbeat.alive_until >= at)
        )
    )
    return [name for name in names if name not in alive]


def known(session: Session, name: str) -> bool:
    """Whether `name` was heard of since its signs of life were forgotten, however long ago."""
    return session.get(Heartbeat, name) is not None


def forget(session: Session, names: Sequence[str]) -> None:
    """Count on no sign of life from before."""
    session.execute(delete(Heartbeat).where(Heartbeat.name.in_(names)))

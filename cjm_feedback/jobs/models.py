"""Work that is kept until it is done, and the clock that asks for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cjm_feedback.db import Base, BigPrimaryKey, JsonObject, PrimaryKey, one_of

STATUSES = ("queued", "running", "done", "dead")


class Schedule(Base):
    """When a kind of work is due for a journey, as a cron line in the journey's time zone."""

    __tablename__ = "schedule"

    id: Mapped[PrimaryKey]
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    cron: Mapped[str] = mapped_column(String(120))
    timezone: Mapped[str] = mapped_column(String(60))
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Job(Base):
    """One piece of work.

    Added in the transaction of its cause, so that neither exists without the other.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(one_of("status", STATUSES), name="known_status"),
        CheckConstraint("attempts >= 0 AND attempts <= max_attempts", name="attempts_in_range"),
        CheckConstraint(
            "(status = 'running') = (lease_until IS NOT NULL)", name="running_holds_a_lease"
        ),
        CheckConstraint(
            "(status IN ('done', 'dead')) = (finished_at IS NOT NULL)", name="ended_has_an_end"
        ),
        Index("ix_job_due", "status", "run_at"),
    )

    id: Mapped[BigPrimaryKey]
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[JsonObject] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(String(10), default="queued")
    run_at: Mapped[datetime]
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=5)
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    dedupe_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"), index=True)
    error: Mapped[str | None] = mapped_column(Text)
    result: Mapped[JsonObject | None]

    schedule: Mapped[Schedule | None] = relationship()


class Heartbeat(Base):
    """The last sign of life of a kind of process, and until when the next one is not late."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
    alive_until: Mapped[datetime]

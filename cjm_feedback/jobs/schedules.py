"""When work is due for a journey. The caller commits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.jobs.cron import parse_cron
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job, Schedule

REFRESH_MAP = "refresh_map"
SLOT_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def create_schedule(
    session: Session, journey_id: int, *, cron: str, timezone: str, at: datetime
) -> Schedule:
    """Have the map of a journey refreshed by `cron` from `at` on; raises `CronError`."""
    parse_cron(cron)
    schedule = Schedule(
        journey_id=journey_id,
        kind=REFRESH_MAP,
        cron=cron,
        timezone=timezone,
        enabled=True,
        created_at=at,
        changed_at=at,
    )
    session.add(schedule)
    session.flush()
    return schedule


def change_schedule(schedule: Schedule, *, cron: str, timezone: str, at: datetime) -> None:
    """Follow another cron line from `at` on; what it would have asked for before is not missed."""
    parse_cron(cron)
    schedule.cron = cron
    schedule.timezone = timezone
    schedule.changed_at = at


def set_enabled(schedule: Schedule, enabled: bool, *, at: datetime) -> None:
    """Switch a schedule on or off; what was due while it was off is not missed."""
    if schedule.enabled is not enabled:
        schedule.enabled = enabled
        schedule.changed_at = at


def enqueue_slot(
    session: Session, schedule: Schedule, slot: datetime, *, coalesced: int, at: datetime
) -> Job:
    """Add the job of one slot, which also stands for `coalesced` missed ones; once per slot."""
    return enqueue(
        session,
        schedule.kind,
        {
            "journey_id": schedule.journey_id,
            "trigger": "schedule",
            "slot": slot_text(slot),
            "coalesced": coalesced,
        },
        at=at,
        dedupe_key=f"{schedule.id}@{slot_text(slot)}",
        schedule_id=schedule.id,
    )


def run_now(session: Session, schedule: Schedule, *, at: datetime) -> Job:
    """Add a job outside the plan, unless one of this schedule is waiting already."""
    waiting = session.scalar(
        select(Job)
        .where(Job.schedule_id == schedule.id, Job.status == "queued", Job.run_at <= at)
        .order_by(Job.id)
        .limit(1)
    )
    if waiting is not None:
        return waiting
    return enqueue(
        session,
        schedule.kind,
        {"journey_id": schedule.journey_id, "trigger": "manual"},
        at=at,
        schedule_id=schedule.id,
    )


def last_slots(session: Session, schedule_ids: Iterable[int]) -> dict[int, datetime]:
    """The latest slot of each of these schedules that the ledger knows."""
    rows = session.execute(
        select(Job.schedule_id, func.max(Job.dedupe_key))
        .where(Job.schedule_id.in_(schedule_ids), Job.dedupe_key.is_not(None))
        .group_by(Job.schedule_id)
    )
    return {schedule_id: _slot_in(key) for schedule_id, key in rows if schedule_id and key}


def slot_text(slot: datetime) -> str:
    return slot.astimezone(UTC).strftime(SLOT_FORMAT)


def _slot_in(dedupe_key: str) -> datetime:
    return datetime.strptime(dedupe_key.partition("@")[2], SLOT_FORMAT).replace(tzinfo=UTC)

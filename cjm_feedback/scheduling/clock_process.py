"""The clock: notices when a schedule is due and writes it into the ledger, once per slot.

Any number of clocks may run. APScheduler only tells the time, from memory; what is due and what
was done about it stands in the `schedule` and `job` tables.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from apscheduler.executors.base import BaseExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.jobs import heartbeats
from cjm_feedback.jobs.models import Schedule
from cjm_feedback.jobs.schedules import change_schedule, enqueue_slot, last_slots
from cjm_feedback.journeys.models import Journey
from cjm_feedback.scheduling.trigger import LocalCronTrigger

log = logging.getLogger(__name__)
MOST_COALESCED = 1_000


class LedgerExecutor(BaseExecutor):  # type: ignore[misc]
    """Runs nothing itself: a firing is a row in the ledger, and workers do the rest."""

    def _do_submit_job(self, job: Any, run_times: Sequence[datetime]) -> None:
        job.func(*job.args, *run_times)
        self._run_job_success(job.id, [])


@dataclass(frozen=True)
class Plan:
    """A schedule as it was when the clock last looked."""

    cron: str
    timezone: str
    changed_at: datetime


class Clock:
    """APScheduler, kept in step with the `schedule` table."""

    def __init__(
        self,
        app: Flask,
        *,
        every_seconds: float = heartbeats.EVERY_SECONDS,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        with app.app_context():
            self._sessions: sessionmaker[Session] = sessionmaker(db.engine)
        self._every_seconds = every_seconds
        self._now = now
        self._planned: dict[int, Plan] = {}
        self._triggers: dict[int, LocalCronTrigger] = {}
        self._written: dict[int, datetime] = {}
        self._stopping = Event()
        self._keeper = Thread(target=self._keep_in_step, name="clock", daemon=True)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": LedgerExecutor()},
            job_defaults={"coalesce": True, "misfire_grace_time": None},
        )

    def start(self) -> None:
        self._scheduler.start()
        self._keeper.start()

    def stop(self) -> None:
        """Return when nothing of the clock runs any more."""
        self._stopping.set()
        self._keeper.join()
        self._scheduler.shutdown(wait=True)

    def tick(self) -> None:
        """Take over changed schedules, write down what is due and was not, give a sign of life."""
        at = self._now()
        with self._sessions() as session:
            heartbeats.beat(session, heartbeats.CLOCK, at)
            schedules = _schedules_to_follow(session, at)
            self._take_over(schedules)
            written = self._write_due(session, schedules, at)
            session.commit()
        self._written |= written

    def _keep_in_step(self) -> None:
        while True:
            try:
                self.tick()
                # Somebody may have set the machine's clock while APScheduler slept.
                self._scheduler.wakeup()
            except Exception:
                log.exception("the clock could not read its schedules; it will try again")
            if self._stopping.wait(self._every_seconds):
                return

    def _fire(self, schedule_id: int, *_slots: datetime) -> None:
        """Called by APScheduler when a schedule is due.

        What goes wrong here is made up for by the next tick.
        """
        at = self._now()
        with self._sessions() as session:
            schedule = session.get(Schedule, schedule_id)
            if schedule is None or not schedule.enabled:
                return
            written = self._write_due(session, [schedule], at)
            session.commit()
        self._written |= written

    def _write_due(
        self, session: Session, schedules: Sequence[Schedule], at: datetime
    ) -> dict[int, datetime]:
        """Add the latest slot of each schedule that is due, if nobody has; what is settled now.

        It stands for all that were missed since the last one, or since the schedule changed.
        """
        due = {schedule.id: slot for schedule in schedules if (slot := self._due(schedule, at))}
        if not due:
            return {}
        last = last_slots(session, due.keys())
        for schedule in schedules:
            if schedule.id in due:
                self._write(session, schedule, due[schedule.id], last.get(schedule.id), at)
        return due

    def _due(self, schedule: Schedule, at: datetime) -> datetime | None:
        """The latest slot up to `at`, unless this clock has seen it in the ledger already."""
        trigger = self._triggers.get(schedule.id)
        if trigger is None:
            return None
        slot = trigger.last_slot(after=schedule.changed_at, until=at)
        return None if slot == self._written.get(schedule.id) else slot

    def _write(
        self,
        session: Session,
        schedule: Schedule,
        slot: datetime,
        last: datetime | None,
        at: datetime,
    ) -> None:
        if slot == last:
            return
        since = max(last or schedule.changed_at, schedule.changed_at)
        trigger = self._triggers[schedule.id]
        missed = trigger.count_slots(after=since, until=slot, most=MOST_COALESCED) - 1
        enqueue_slot(session, schedule, slot, coalesced=max(missed, 0), at=at)

    def _take_over(self, schedules: Sequence[Schedule]) -> None:
        plans = {s.id: Plan(s.cron, s.timezone, s.changed_at) for s in schedules}
        for schedule_id in self._planned.keys() - plans.keys():
            self._forget(schedule_id)
        for schedule_id, plan in plans.items():
            if self._planned.get(schedule_id) != plan:
                self._forget(schedule_id)
                self._follow(schedule_id, plan)
        self._planned = plans

    def _follow(self, schedule_id: int, plan: Plan) -> None:
        try:
            trigger = LocalCronTrigger(plan.cron, plan.timezone)
        except (ValueError, OSError, ZoneInfoNotFoundError) as error:
            log.error("schedule %d cannot be followed: %s", schedule_id, error)
            return
        self._triggers[schedule_id] = trigger
        self._scheduler.add_job(
            self._fire, trigger, args=[schedule_id], id=str(schedule_id), replace_existing=True
        )

    def _forget(self, schedule_id: int) -> None:
        if self._triggers.pop(schedule_id, None) is not None:
            self._scheduler.remove_job(str(schedule_id))


def _schedules_to_follow(session: Session, at: datetime) -> list[Schedule]:
    """Those that are on, for journeys in use, in the time zone their journey has today."""
    rows = session.execute(
        select(Schedule, Journey.timezone)
        .join(Journey, Journey.id == Schedule.journey_id)
        .where(Schedule.enabled, Journey.retired_at.is_(None))
    )
    followed = []
    for schedule, timezone in rows:
        if schedule.timezone != timezone:
            change_schedule(schedule, cron=schedule.cron, timezone=timezone, at=at)
        followed.append(schedule)
    return followed

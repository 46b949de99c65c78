"""The worker: does the jobs of the ledger, one after the other, until it is asked to stop."""

from __future__ import annotations

import faulthandler
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.jobs import heartbeats, housekeeping, leases
from cjm_feedback.jobs.leases import Claim
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.registry import read_ahead
from cjm_feedback.jobs.runner import run_job
from cjm_feedback.scheduling.roll_call import nobody_else_works

log = logging.getLogger(__name__)
POLL_SECONDS = 1.0
BATCH = 100


class Observer:
    """Is told what the worker is at; this one does not listen."""

    def busy(self, claim: Claim, limit_seconds: int) -> None:
        """Work has begun that must end within the limit."""

    def idle(self) -> None:
        """The worker is alive and has nothing in hand."""


class Worker:
    """Finds work by itself at least once a second; `wake` makes it look at once."""

    def __init__(self, app: Flask, observer: Observer | None = None) -> None:
        self._app = app
        with app.app_context():
            self._sessions: sessionmaker[Session] = sessionmaker(db.engine)
        self._observer = observer or Observer()
        self._stopping = False
        self._wake = Event()
        self._next_beat = 0.0
        self._next_tidying = 0.0
        self._promised_until = 0.0

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        """Finish the job in hand and return from `run`.

        Only sets a flag: this is called by signal handlers, which may not take locks.
        """
        self._stopping = True

    def run(self) -> None:
        with nobody_else_works(self._app) as alone:
            if alone:
                self._try(self._take_over_from_the_dead)
            self._work()

    def _work(self) -> None:
        while not self._stopping:
            if not self._try(self._run_due_jobs):
                self._observer.idle()
                self._try(self._look_after_the_ledger)
                self._wake.wait(POLL_SECONDS)
            self._wake.clear()

    def _try(self, step: Callable[[], bool]) -> bool:
        # The database may be away for a while; a worker that gave up would have to be restarted.
        try:
            return step()
        except Exception:
            log.exception("the worker could not use the ledger; it will try again")
            return False

    def _take_over_from_the_dead(self) -> bool:
        with self._sessions() as session:
            # A server forgets its worker's signs of life when it starts: without any, this is the
            # first worker since, and the last one died with the whole tree, not of its job.
            blameless = not heartbeats.known(session, heartbeats.WORKER)
            freed = leases.end_all_leases(session, utc_now(), blameless=blameless)
            session.commit()
        if freed:
            log.warning("%d jobs were left behind by a worker that is gone", freed)
        return bool(freed)

    def _run_due_jobs(self) -> bool:
        with self._sessions() as session, read_ahead(session):
            job_ids = leases.due_jobs(session, utc_now(), BATCH)
        for job_id in job_ids:
            if self._stopping:
                break
            try:
                with self._app.app_context():
                    run_job(self._sessions, job_id, utc_now(), on_claim=self._on_claim)
            finally:
                faulthandler.cancel_dump_traceback_later()
        return bool(job_ids)

    def _on_claim(self, job: Job, claim: Claim) -> None:
        limit = leases.hard_limit(job.kind)
        self._observer.busy(claim, limit)
        # Stops what the time box cannot: code that never returns to Python.
        faulthandler.dump_traceback_later(limit, exit=True)
        if self._promised_until < time.monotonic() + limit:
            self._beat(2 * limit)

    def _look_after_the_ledger(self) -> bool:
        if time.monotonic() < self._next_beat:
            return False
        with self._sessions() as session:
            leases.bury_exhausted(session, utc_now())
            session.commit()
        self._beat(heartbeats.LATE_AFTER.total_seconds())
        self._tidy_up()
        return True

    def _tidy_up(self) -> None:
        """Once an hour; where a portion was not enough, the next one goes at the next look."""
        now = time.monotonic()
        if now < self._next_tidying:
            return
        self._next_tidying = now + housekeeping.EVERY_SECONDS
        portion = housekeeping.PORTION
        with self._sessions() as session:
            forgotten = housekeeping.forget_done(session, utc_now(), limit=portion)
            session.commit()
        if forgotten == portion:
            self._next_tidying = now

    def _beat(self, promised_seconds: float) -> None:
        """Give a sign of life that lasts for so long, before long work or in between."""
        at = utc_now()
        with self._sessions() as session:
            until = at + timedelta(seconds=promised_seconds)
            heartbeats.beat(session, heartbeats.WORKER, at, alive_until=until)
            session.commit()
        now = time.monotonic()
        self._promised_until = now + promised_seconds
        self._next_beat = now + heartbeats.EVERY_SECONDS

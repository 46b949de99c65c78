from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.clock import utc_now
from cjm_feedback.db import JsonObject
from cjm_feedback.jobs import heartbeats, housekeeping, leases
from cjm_feedback.jobs.leases import Claim
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.registry import handles
from cjm_feedback.jobs.runner import Sessions
from cjm_feedback.scheduling import worker as working
from cjm_feedback.scheduling.roll_call import nobody_else_works
from cjm_feedback.scheduling.worker import Observer, Worker
from tests.scheduling.processes import wait_for

let_go = Event()


@handles("test.quick")
def quick(session: Session, job: Job, *, at: datetime) -> JsonObject | None:
    return {"base_url": current_app.config["CJM"].base_url}


@handles("test.wait")
def wait(session: Session, job: Job, *, at: datetime) -> JsonObject | None:
    assert let_go.wait(20)
    return None


class RecordingObserver(Observer):
    def __init__(self) -> None:
        self.seen: list[str] = []

    def busy(self, claim: Claim, limit_seconds: int) -> None:
        self.seen.append(f"busy {claim.job_id} {claim.attempt} {limit_seconds}")

    def idle(self) -> None:
        if self.seen[-1:] != ["idle"]:
            self.seen.append("idle")


@pytest.fixture
def observer() -> RecordingObserver:
    return RecordingObserver()


@pytest.fixture
def worker(file_app: Flask, observer: RecordingObserver) -> Iterator[Worker]:
    let_go.clear()
    worker = Worker(file_app, observer)
    thread = Thread(target=worker.run)
    thread.start()
    yield worker
    let_go.set()
    worker.stop()
    worker.wake()
    thread.join(10)
    assert not thread.is_alive()


def add(sessions: Sessions, kind: str) -> int:
    with sessions() as session:
        job = enqueue(session, kind, {}, at=utc_now())
        session.commit()
        return job.id


def status(sessions: Sessions, job_id: int) -> str:
    with sessions() as session:
        return session.get_one(Job, job_id).status


def silent(sessions: Sessions, *, after: timedelta) -> bool:
    with sessions() as session:
        return bool(heartbeats.silent(session, [heartbeats.WORKER], utc_now() + after))


@pytest.mark.both_databases
def test_a_worker_does_what_is_due_inside_the_application(
    worker: Worker, sessions: Sessions, observer: RecordingObserver, file_app: Flask
) -> None:
    job_id = add(sessions, "test.quick")
    worker.wake()

    wait_for(lambda: status(sessions, job_id) == "done")

    with sessions() as session:
        result = session.get_one(Job, job_id).result
    assert result == {"base_url": file_app.config["CJM"].base_url}
    wait_for(lambda: observer.seen[-2:] == [f"busy {job_id} 1 75", "idle"])


def test_a_worker_is_heard_of_while_idle_and_promises_longer_before_work(
    worker: Worker, sessions: Sessions
) -> None:
    wait_for(lambda: not silent(sessions, after=timedelta(0)))
    assert silent(sessions, after=timedelta(seconds=12))

    job_id = add(sessions, "test.wait")
    worker.wake()
    wait_for(lambda: not silent(sessions, after=timedelta(seconds=leases.hard_limit("test.wait"))))
    assert status(sessions, job_id) == "running"
    let_go.set()

    wait_for(lambda: silent(sessions, after=timedelta(seconds=12)))
    assert status(sessions, job_id) == "done"


def test_a_worker_that_is_stopped_finishes_the_job_in_hand_and_begins_no_other(
    worker: Worker, sessions: Sessions
) -> None:
    in_hand, next_one = add(sessions, "test.wait"), add(sessions, "test.quick")
    worker.wake()
    wait_for(lambda: status(sessions, in_hand) == "running")

    worker.stop()
    let_go.set()

    wait_for(lambda: status(sessions, in_hand) == "done")
    assert status(sessions, next_one) == "queued"


def test_a_worker_gives_up_the_jobs_that_silenced_every_other(
    sessions: Sessions, file_app: Flask, observer: RecordingObserver
) -> None:
    long_ago = utc_now() - timedelta(days=1)
    with sessions() as session:
        job = enqueue(session, "test.quick", {}, at=long_ago, max_attempts=1)
        leases.claim(session, job.id, long_ago)
        heartbeats.beat(session, heartbeats.WORKER, long_ago)
        session.commit()
    worker = Worker(file_app, observer)
    thread = Thread(target=worker.run)
    thread.start()

    wait_for(lambda: status(sessions, job.id) == "dead")

    worker.stop()
    thread.join(10)


@pytest.mark.both_databases
def test_an_idle_worker_forgets_old_work_portion_by_portion(
    sessions: Sessions, file_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(heartbeats, "EVERY_SECONDS", 0.05)
    monkeypatch.setattr(housekeeping, "PORTION", 2)
    long_ago = utc_now() - timedelta(days=8)
    with sessions() as session:
        for _ in range(5):
            job = enqueue(session, "read_responses", {}, at=long_ago)
            claim = leases.claim(session, job.id, long_ago)
            assert claim is not None
            leases.finish(session, claim, None, long_ago)
        session.commit()
    worker = Worker(file_app)
    thread = Thread(target=worker.run)
    thread.start()

    wait_for(lambda: count(sessions) == 0)

    worker.stop()
    thread.join(10)


def count(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Job)) or 0


def test_r08_a_worker_outlives_its_database(
    worker: Worker,
    sessions: Sessions,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(working, "POLL_SECONDS", 0.05)
    with sessions() as session:
        Job.__table__.drop(session.connection())  # type: ignore[attr-defined]
        session.commit()
    wait_for(lambda: "could not use the ledger" in caplog.text)

    with sessions() as session:
        Job.__table__.create(session.connection())  # type: ignore[attr-defined]
        session.commit()
    job_id = add(sessions, "test.quick")

    wait_for(lambda: status(sessions, job_id) == "done")


def left_behind(sessions: Sessions) -> int:
    """A job whose worker is gone, with a lease that runs for a while yet."""
    with sessions() as session:
        job = enqueue(session, "test.quick", {}, at=utc_now())
        leases.claim(session, job.id, utc_now())
        session.commit()
        return job.id


def test_r01_the_first_worker_after_a_crash_need_not_wait_for_leases_to_run_out(
    sessions: Sessions, file_app: Flask
) -> None:
    job_id = left_behind(sessions)
    worker = Worker(file_app)
    thread = Thread(target=worker.run)
    thread.start()

    wait_for(lambda: status(sessions, job_id) == "done")

    worker.stop()
    thread.join(10)


def test_a_second_worker_leaves_the_jobs_of_the_first_alone(
    sessions: Sessions, file_app: Flask
) -> None:
    with nobody_else_works(file_app) as first, nobody_else_works(file_app) as second:
        assert (first, second) == (True, False)
    with nobody_else_works(file_app) as later:
        assert later


@pytest.mark.both_databases
def test_only_a_database_of_one_machine_has_an_only_worker(file_app: Flask, database: str) -> None:
    with nobody_else_works(file_app) as alone:
        assert alone is (database == "sqlite")

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session, sessionmaker

from cjm_feedback.accounts.models import Workspace
from cjm_feedback.db import JsonObject
from cjm_feedback.extensions import db
from cjm_feedback.jobs import leases
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.registry import handles, read_ahead
from cjm_feedback.jobs.runner import Outcome, Sessions, run_job
from tests.conftest import NOW

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
SECRET = "what a customer wrote"

pytestmark = pytest.mark.both_databases


def add_workspace(session: Session, slug: str) -> None:
    session.add(Workspace(slug=slug, name=slug, created_at=NOW))
    session.flush()


@handles("test.write")
def write(session: Session, job: Job, *, at: datetime) -> JsonObject | None:
    add_workspace(session, job.payload["slug"])
    return {"wrote": job.payload["slug"]}


@handles("test.write_and_break")
def write_and_break(session: Session, job: Job, *, at: datetime) -> JsonObject | None:
    add_workspace(session, job.payload["slug"])
    raise ValueError(SECRET)


def bury(session: Session, job: Job, *, at: datetime) -> None:
    add_workspace(session, f"grave-of-{job.payload['slug']}")
    if job.payload["slug"] == "two-graves":
        add_workspace(session, "grave-of-two-graves")


@handles("test.mourned", on_dead=bury)
def mourned(session: Session, job: Job, *, at: datetime) -> JsonObject | None:
    raise ValueError(SECRET)


@handles("test.break_once")
def break_once(session: Session, job: Job, *, at: datetime) -> JsonObject | None:
    if job.attempts == 1:
        raise ValueError(SECRET)
    return None


@handles("test.hang", seconds=1)
def hang(session: Session, job: Job, *, at: datetime) -> JsonObject | None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with suppress(Exception):
            time.sleep(1)
    return None


@handles("test.lose_the_lease")
def lose_the_lease(session: Session, job: Job, *, at: datetime) -> JsonObject | None:
    """Write, while somebody else takes over because our lease ran out."""
    add_workspace(session, job.payload["slug"])
    assert leases.claim(session, job.id, at + timedelta(hours=1))
    return None


@handles("test.read_then_write")
def read_then_write(session: Session, job: Job, *, at: datetime) -> JsonObject | None:
    with read_ahead(session):
        slugs = list(session.scalars(select(Workspace.slug)))
    add_workspace(session, "-".join([*slugs, "copy"]))
    return {"kind": job.kind}


@pytest.fixture
def sessions(connection: Connection) -> Sessions:
    return sessionmaker(connection, join_transaction_mode="create_savepoint")


@pytest.fixture
def add(session: Session) -> Callable[..., Job]:
    def add(kind: str, *, slug: str = "new", max_attempts: int = 5, run_at: datetime = NOW) -> Job:
        job = enqueue(
            session, kind, {"slug": slug}, at=NOW, run_at=run_at, max_attempts=max_attempts
        )
        session.commit()
        return job

    return add


def workspaces(session: Session) -> list[str]:
    return list(session.scalars(select(Workspace.slug)))


def test_what_a_job_writes_and_its_end_are_kept_together(
    session: Session, sessions: Sessions, add: Callable[..., Job]
) -> None:
    job = add("test.write")

    assert run_job(sessions, job.id, NOW) is Outcome.DONE

    session.refresh(job)
    assert workspaces(session) == ["new"]
    assert (job.status, job.attempts, job.lease_until, job.error) == ("done", 1, None, None)
    assert job.result == {"wrote": "new"}
    assert job.started_at == NOW
    assert job.finished_at is not None
    assert NOW <= job.finished_at < NOW + 10 * SECOND


def test_a_job_that_is_done_is_not_done_again(
    session: Session, sessions: Sessions, add: Callable[..., Job]
) -> None:
    job = add("test.write")
    run_job(sessions, job.id, NOW)

    assert run_job(sessions, job.id, NOW + MINUTE) is Outcome.NOT_OURS
    assert workspaces(session) == ["new"]


def test_a_job_that_does_not_exist_is_nobodys(sessions: Sessions) -> None:
    assert run_job(sessions, 4711, NOW) is Outcome.NOT_OURS


def test_a_failure_undoes_everything_and_the_job_waits_longer_each_time(
    session: Session, sessions: Sessions, add: Callable[..., Job]
) -> None:
    job = add("test.write_and_break", max_attempts=4)
    at, waits = NOW, []
    while run_job(sessions, job.id, at) is Outcome.RETRY:
        session.refresh(job)
        assert (job.status, job.lease_until) == ("queued", None)
        waits.append(round((job.run_at - at).total_seconds()))
        assert run_job(sessions, job.id, job.run_at - SECOND) is Outcome.NOT_OURS
        at = job.run_at

    session.refresh(job)
    assert waits == [2, 8, 32]
    assert (job.status, job.attempts) == ("dead", 4)
    assert job.finished_at is not None
    assert workspaces(session) == []


def test_back_off_has_a_limit() -> None:
    assert leases.back_off(1000) == timedelta(minutes=10)


def test_an_error_is_named_without_the_words_of_a_customer(
    session: Session,
    sessions: Sessions,
    add: Callable[..., Job],
    caplog: pytest.LogCaptureFixture,
) -> None:
    job = add("test.write_and_break")

    run_job(sessions, job.id, NOW)

    session.refresh(job)
    assert job.error is not None
    name, code = job.error.split()
    assert name == "builtins.ValueError"
    assert code in caplog.text
    assert "write_and_break" in caplog.text
    assert SECRET not in job.error + caplog.text


def test_a_job_that_works_at_last_forgets_its_error(
    session: Session, sessions: Sessions, add: Callable[..., Job]
) -> None:
    job = add("test.break_once")

    assert run_job(sessions, job.id, NOW) is Outcome.RETRY
    assert run_job(sessions, job.id, NOW + MINUTE) is Outcome.DONE

    session.refresh(job)
    assert (job.attempts, job.error) == (2, None)


def test_work_that_nobody_does_fails_and_is_given_up(
    session: Session, sessions: Sessions, add: Callable[..., Job]
) -> None:
    job = add("test.unheard_of", max_attempts=1)

    assert run_job(sessions, job.id, NOW) is Outcome.DEAD

    session.refresh(job)
    assert job.error is not None
    assert "UnknownKindError" in job.error


def test_r15_work_that_hangs_is_stopped_even_if_it_catches_every_error(
    sessions: Sessions, add: Callable[..., Job]
) -> None:
    job = add("test.hang")
    started = time.monotonic()

    assert run_job(sessions, job.id, NOW) is Outcome.RETRY
    assert time.monotonic() - started < 5


def test_a_worker_that_lost_its_lease_changes_nothing(
    session: Session, sessions: Sessions, add: Callable[..., Job]
) -> None:
    job = add("test.lose_the_lease")

    assert run_job(sessions, job.id, NOW) is Outcome.NOT_OURS

    session.refresh(job)
    assert workspaces(session) == []
    assert (job.status, job.attempts) == ("running", 1)


def test_a_claim_that_was_taken_over_can_neither_finish_nor_fail(
    session: Session, add: Callable[..., Job]
) -> None:
    job = add("test.write")
    first = leases.claim(session, job.id, NOW)
    assert first is not None
    second = leases.claim(session, job.id, NOW + timedelta(hours=1))
    assert second is not None

    assert not leases.finish(session, first, None, NOW)
    assert leases.fail(session, first, "late", NOW) is None
    assert leases.finish(session, second, None, NOW)


def test_a_lease_outlives_the_hard_limit_of_its_work(
    session: Session, add: Callable[..., Job]
) -> None:
    job = add("test.hang")
    leases.claim(session, job.id, NOW)

    session.refresh(job)

    assert job.lease_until is not None
    limit = timedelta(seconds=leases.hard_limit(job.kind))
    assert job.lease_until > NOW + limit + 10 * SECOND


def test_due_are_the_queued_and_those_whose_worker_fell_silent(
    session: Session, add: Callable[..., Job]
) -> None:
    second = add("test.write")
    first = add("test.write", run_at=NOW - MINUTE)
    add("test.write", run_at=NOW + MINUTE)
    silent = add("test.write", run_at=NOW - 2 * MINUTE)
    leases.claim(session, silent.id, NOW - 2 * MINUTE)
    busy = add("test.write")
    leases.claim(session, busy.id, NOW)
    done = add("test.write")
    claim = leases.claim(session, done.id, NOW)
    assert claim is not None
    leases.finish(session, claim, None, NOW)

    assert leases.due_jobs(session, NOW) == [silent.id, first.id, second.id]
    assert leases.due_jobs(session, NOW, limit=1) == [silent.id]


def test_a_job_that_silenced_its_worker_every_time_is_given_up(
    session: Session, add: Callable[..., Job]
) -> None:
    job = add("test.write", max_attempts=2)
    leases.claim(session, job.id, NOW)
    later = NOW + timedelta(hours=1)
    assert leases.bury_exhausted(session, later) == 0
    leases.claim(session, job.id, later)
    latest = later + timedelta(hours=1)

    assert leases.due_jobs(session, latest) == []
    assert leases.bury_exhausted(session, latest) == 1

    session.refresh(job)
    assert (job.status, job.error, job.finished_at) == ("dead", "LeaseRanOut", latest)


def test_who_waits_for_a_job_learns_that_it_is_given_up(
    session: Session, sessions: Sessions, add: Callable[..., Job]
) -> None:
    job = add("test.mourned", slug="one", max_attempts=2)

    assert run_job(sessions, job.id, NOW) is Outcome.RETRY
    assert workspaces(session) == []
    assert run_job(sessions, job.id, NOW + MINUTE) is Outcome.DEAD
    assert workspaces(session) == ["grave-of-one"]


def test_who_waits_for_a_job_learns_that_its_worker_fell_silent(
    session: Session, add: Callable[..., Job]
) -> None:
    for slug in ("one", "two-graves", "three"):
        job = add("test.mourned", slug=slug, max_attempts=1)
        leases.claim(session, job.id, NOW)

    assert leases.bury_exhausted(session, NOW + timedelta(hours=1)) == 3

    # One that cannot be told holds nobody else up.
    assert sorted(workspaces(session)) == ["grave-of-one", "grave-of-three"]
    session.expire_all()
    assert set(session.scalars(select(Job.status))) == {"dead"}


def test_a_dead_job_can_be_tried_again(
    session: Session, sessions: Sessions, add: Callable[..., Job]
) -> None:
    job = add("test.break_once", max_attempts=1)
    assert run_job(sessions, job.id, NOW) is Outcome.DEAD

    assert leases.retry_dead(session, job.id, NOW + MINUTE)
    assert not leases.retry_dead(session, job.id, NOW + MINUTE)

    session.refresh(job)
    assert (job.status, job.attempts, job.finished_at) == ("queued", 0, None)
    assert leases.due_jobs(session, NOW + MINUTE) == [job.id]


def test_a_handler_may_read_ahead_of_its_writing(
    session: Session, sessions: Sessions, add: Callable[..., Job]
) -> None:
    add_workspace(session, "old")
    session.commit()
    job = add("test.read_then_write")

    assert run_job(sessions, job.id, NOW) is Outcome.DONE

    assert sorted(workspaces(session)) == ["old", "old-copy"]


def test_ten_workers_do_each_job_once(file_app: Flask) -> None:
    jobs, workers = 10, 10
    with file_app.app_context():
        sessions = sessionmaker(db.engine)
    with sessions() as session:
        for number in range(jobs):
            enqueue(session, "test.write", {"slug": f"new-{number}"}, at=NOW)
        session.commit()
        job_ids = leases.due_jobs(session, NOW)
    start = Barrier(workers)

    def work(_worker: int) -> list[Outcome]:
        start.wait()
        return [run_job(sessions, job_id, NOW) for job_id in job_ids]

    with ThreadPoolExecutor(workers) as pool:
        outcomes = [outcome for done in pool.map(work, range(workers)) for outcome in done]

    assert outcomes.count(Outcome.DONE) == jobs
    assert outcomes.count(Outcome.NOT_OURS) == jobs * (workers - 1)
    with sessions() as session:
        assert len(workspaces(session)) == jobs
        assert set(session.scalars(select(Job.attempts))) == {1}

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from cjm_feedback.extensions import db
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.transport import using_transport
from tests.conftest import NOW


class RecordingTransport:
    def __init__(self) -> None:
        self.sent: list[int] = []

    def send(self, job_ids: Sequence[int]) -> None:
        self.sent += job_ids


class BrokenTransport:
    def send(self, job_ids: Sequence[int]) -> None:
        raise ConnectionError("no broker")


@pytest.fixture
def transport() -> Iterator[RecordingTransport]:
    transport = RecordingTransport()
    with using_transport(transport):
        yield transport


def count_jobs(session: Session) -> int:
    return session.scalar(select(func.count(Job.id))) or 0


def test_a_job_waits_in_the_ledger_and_is_announced_after_the_commit(
    session: Session, transport: RecordingTransport
) -> None:
    job = enqueue(session, "score", {"response_ids": [1]}, at=NOW)
    assert transport.sent == []

    session.commit()

    assert transport.sent == [job.id]
    session.refresh(job)
    assert (job.status, job.attempts, job.run_at) == ("queued", 0, NOW)
    assert job.payload == {"response_ids": [1]}


def test_a_job_can_be_for_later(session: Session) -> None:
    job = enqueue(session, "score", {}, at=NOW, run_at=NOW + timedelta(hours=1))

    assert (job.created_at, job.run_at) == (NOW, NOW + timedelta(hours=1))


def test_a_job_disappears_with_its_cause(session: Session, transport: RecordingTransport) -> None:
    enqueue(session, "score", {}, at=NOW)

    session.rollback()
    session.commit()

    assert count_jobs(session) == 0
    assert transport.sent == []


def test_a_session_closed_without_a_commit_announces_nothing_later(
    session: Session, transport: RecordingTransport
) -> None:
    enqueue(session, "score", {}, at=NOW)
    session.close()

    kept = enqueue(session, "score", {}, at=NOW)
    session.commit()

    assert transport.sent == [kept.id]


def test_only_what_survives_its_savepoint_is_announced(
    session: Session, transport: RecordingTransport
) -> None:
    first = enqueue(session, "score", {}, at=NOW)
    with session.begin_nested():
        second = enqueue(session, "score", {}, at=NOW)
        inner = session.begin_nested()
        enqueue(session, "score", {"lost": True}, at=NOW)
        inner.rollback()
    assert transport.sent == []
    outer = session.begin_nested()
    with session.begin_nested():
        enqueue(session, "score", {"lost": True}, at=NOW)
    outer.rollback()

    session.commit()

    assert transport.sent == [first.id, second.id]
    assert count_jobs(session) == 2


def test_a_transport_in_trouble_loses_nothing(session: Session) -> None:
    with using_transport(BrokenTransport()):
        enqueue(session, "score", {}, at=NOW)
        session.commit()

    assert count_jobs(session) == 1


def test_a_taken_dedupe_key_gives_the_job_that_has_it(
    session: Session, transport: RecordingTransport
) -> None:
    first = enqueue(session, "refresh", {}, at=NOW, dedupe_key="1@2026-11-22")
    session.commit()

    again = enqueue(session, "refresh", {}, at=NOW, dedupe_key="1@2026-11-22")
    other = enqueue(session, "refresh", {}, at=NOW, dedupe_key="1@2026-11-23")
    session.commit()

    assert again is first
    assert transport.sent == [first.id, other.id]


@pytest.mark.both_databases
def test_r12_whoever_loses_the_race_for_a_dedupe_key_gets_the_winners_job(file_app: Flask) -> None:
    with file_app.app_context():
        sessions = sessionmaker(db.engine)

    def lose() -> int:
        with sessions() as session:
            job_id = enqueue(session, "refresh", {}, at=NOW, dedupe_key="1@slot").id
            session.commit()
            return job_id

    with sessions() as session, ThreadPoolExecutor(1) as pool:
        won = enqueue(session, "refresh", {}, at=NOW, dedupe_key="1@slot").id
        lost = pool.submit(lose)
        with pytest.raises(TimeoutError):
            lost.result(timeout=0.5)
        session.commit()

        assert lost.result(timeout=20) == won
        assert count_jobs(session) == 1


@pytest.mark.both_databases
def test_r12_ten_clocks_that_ask_for_one_slot_at_once_get_one_job(file_app: Flask) -> None:
    clocks = 10
    with file_app.app_context():
        sessions = sessionmaker(db.engine)
    start = Barrier(clocks)

    def ask(_clock: int) -> int:
        start.wait()
        with sessions() as session:
            job_id = enqueue(session, "refresh", {}, at=NOW, dedupe_key="1@slot").id
            session.commit()
            return job_id

    with ThreadPoolExecutor(clocks) as pool:
        assert len(set(pool.map(ask, range(clocks)))) == 1

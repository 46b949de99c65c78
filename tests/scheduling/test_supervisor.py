from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from cjm_feedback.jobs import heartbeats, leases
from cjm_feedback.jobs.leases import Claim
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.runner import Sessions
from cjm_feedback.scheduling import supervisor as supervising
from cjm_feedback.scheduling.lifeline import Busy, PipeObserver, listen, understand
from cjm_feedback.scheduling.supervisor import Supervisor
from tests.conftest import NOW
from tests.scheduling.processes import is_running, wait_for

SAY_PID = "import os, sys, time; print(os.getpid(), file=open(sys.argv[1], 'a'), flush=True); "
UNTIL_END = (
    "[print(line, file=open(sys.argv[1] + '.woken', 'a'), flush=True) for line in sys.stdin]"
)

Start = Callable[..., Supervisor]


@pytest.fixture
def pid_file(tmp_path: Path) -> Path:
    return tmp_path / "pids"


@pytest.fixture
def start(file_app: Flask, pid_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start a supervisor whose worker is a line of Python."""
    monkeypatch.setattr(supervising, "EXIT_SECONDS", 0.5)
    monkeypatch.setattr(supervising, "FIRST_PAUSE_SECONDS", 0.01)
    started: list[Supervisor] = []

    def start(script: str, *arguments: object) -> Supervisor:
        command = [sys.executable, "-c", SAY_PID + script, str(pid_file), *map(str, arguments)]
        supervisor = Supervisor(file_app, command)
        supervisor.start()
        started.append(supervisor)
        return supervisor

    yield start
    for supervisor in started:
        supervisor.ask_to_stop()
        supervisor.wait(0.5)


@pytest.fixture
def claimed(sessions: Sessions) -> Claim:
    """A job that the worker of the test has in hand."""
    with sessions() as session:
        job = enqueue(session, "test.anything", {}, at=NOW)
        claim = leases.claim(session, job.id, NOW)
        session.commit()
    assert claim is not None
    return claim


def pids(pid_file: Path) -> list[int]:
    return [int(pid) for pid in pid_file.read_text().split()] if pid_file.exists() else []


def test_a_worker_that_ends_is_started_again(start: Start, pid_file: Path) -> None:
    start("sys.exit(1)")

    wait_for(lambda: len(pids(pid_file)) >= 3)

    assert len(set(pids(pid_file))) >= 3


def test_a_worker_that_keeps_ending_is_started_ever_more_seldom(
    start: Start, pid_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervising, "FIRST_PAUSE_SECONDS", 0.4)
    start("sys.exit(1)")

    time.sleep(1.6)

    assert len(pids(pid_file)) <= 3


def test_a_worker_is_woken_as_soon_as_a_job_is_committed(start: Start, pid_file: Path) -> None:
    supervisor = start(UNTIL_END)
    wait_for(lambda: pids(pid_file))

    supervisor.send([1, 2, 3])

    wait_for(lambda: Path(f"{pid_file}.woken").exists())


def test_waking_nobody_harms_nobody(file_app: Flask) -> None:
    Supervisor(file_app, ["no such command"]).send([1])


def test_a_worker_that_does_not_listen_does_not_hold_anybody_up(
    start: Start, pid_file: Path
) -> None:
    supervisor = start("time.sleep(60)")
    wait_for(lambda: pids(pid_file))
    started = time.monotonic()

    for _ in range(100_000):
        supervisor.send([1])

    assert time.monotonic() - started < 10


def test_r15_the_job_of_a_worker_that_died_is_tried_again(
    start: Start, claimed: Claim, sessions: Sessions
) -> None:
    start(f"print('busy {claimed.job_id} {claimed.attempt} 60', flush=True); os._exit(9)")

    def given_back() -> bool:
        with sessions() as session:
            job = session.get_one(Job, claimed.job_id)
            return (job.status, job.error) == ("queued", "WorkerGone")

    wait_for(given_back)


def test_r15_a_worker_that_hangs_is_killed_and_its_job_tried_again(
    start: Start, claimed: Claim, sessions: Sessions, pid_file: Path
) -> None:
    start(f"print('busy {claimed.job_id} {claimed.attempt} 0', flush=True); time.sleep(60)")
    [first, *_] = wait_for(lambda: pids(pid_file))

    wait_for(lambda: len(pids(pid_file)) >= 2)

    assert not is_running(first)
    with sessions() as session:
        assert session.get_one(Job, claimed.job_id).status == "queued"


def test_a_worker_that_was_idle_takes_no_job_down_with_it(
    start: Start, claimed: Claim, sessions: Sessions, pid_file: Path
) -> None:
    line = f"busy {claimed.job_id} {claimed.attempt} 60"
    start(f"print('{line}'); print('idle', flush=True); os._exit(9)")

    wait_for(lambda: len(pids(pid_file)) >= 2)

    with sessions() as session:
        assert session.get_one(Job, claimed.job_id).status == "running"


def test_r24_a_worker_that_died_counts_as_dead_at_once(start: Start, sessions: Sessions) -> None:
    with sessions() as session:
        heartbeats.beat(session, heartbeats.WORKER, NOW)
        session.commit()

    start("sys.exit(1)")

    def silent() -> list[str]:
        with sessions() as session:
            return heartbeats.silent(session, [heartbeats.WORKER], NOW)

    wait_for(silent)


def test_a_worker_goes_when_it_is_asked_to(start: Start, pid_file: Path) -> None:
    supervisor = start(UNTIL_END)
    [pid] = wait_for(lambda: pids(pid_file))

    supervisor.ask_to_stop()
    supervisor.wait(5)

    assert not is_running(pid)
    assert pids(pid_file) == [pid]


def test_a_worker_that_will_not_go_is_ended(
    start: Start, pid_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    supervisor = start("time.sleep(60)")
    [pid] = wait_for(lambda: pids(pid_file))

    supervisor.ask_to_stop()
    supervisor.wait(0.2)

    assert not is_running(pid)
    assert "was killed" in caplog.text


def test_both_ends_of_the_pipe_mean_the_same() -> None:
    read, write = os.pipe()
    observer = PipeObserver(write)

    observer.busy(Claim(12, 3), 75)
    observer.idle()
    os.close(write)

    with os.fdopen(read) as lines:
        busy, idle = lines.read().splitlines()
    assert understand(busy) == Busy(Claim(12, 3), 75)
    assert understand(idle) is None


def test_speaking_to_a_server_that_is_gone_harms_nobody() -> None:
    read, write = os.pipe()
    os.close(read)

    PipeObserver(write).idle()

    os.close(write)


def test_the_end_of_the_pipe_means_that_the_server_is_gone() -> None:
    read, write = os.pipe()
    heard: list[str] = []
    listen(read, on_wake=lambda: heard.append("wake"), on_end=lambda: heard.append("end"))

    os.write(write, b"\n")
    wait_for(lambda: heard == ["wake"])
    os.close(write)

    wait_for(lambda: heard == ["wake", "end", "wake"])
    os.close(read)

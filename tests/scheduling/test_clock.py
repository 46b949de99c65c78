from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from cjm_feedback.accounts.models import Workspace
from cjm_feedback.jobs import heartbeats
from cjm_feedback.jobs.models import Job, Schedule
from cjm_feedback.jobs.runner import Sessions
from cjm_feedback.jobs.schedules import change_schedule, create_schedule, set_enabled
from cjm_feedback.journeys.models import Journey
from cjm_feedback.scheduling.clock_process import Clock
from tests.conftest import NOW
from tests.factories import Factory
from tests.scheduling.processes import wait_for

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Watch:
    """A clock face that the test sets."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch(NOW)


@pytest.fixture
def clock(file_app: Flask, watch: Watch) -> Clock:
    return Clock(file_app, now=watch)


@pytest.fixture
def add(sessions: Sessions) -> Callable[..., Schedule]:
    with sessions() as session:
        journey_id = Factory(session, now=NOW).journey().id

    def add(cron: str, *, timezone: str = "Europe/Prague", at: datetime = NOW) -> Schedule:
        with sessions() as session:
            schedule = create_schedule(session, journey_id, cron=cron, timezone=timezone, at=at)
            session.commit()
            return schedule

    return add


@pytest.fixture
def change(sessions: Sessions) -> Callable[[Schedule, Callable[[Schedule], None]], None]:
    def change(schedule: Schedule, edit: Callable[[Schedule], None]) -> None:
        with sessions() as session:
            edit(session.get_one(Schedule, schedule.id))
            session.commit()

    return change


def jobs(sessions: Sessions) -> list[Job]:
    with sessions() as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


def slots(sessions: Sessions) -> list[str]:
    return [job.payload["slot"] for job in jobs(sessions)]


def test_a_due_slot_is_written_down_once(
    clock: Clock, watch: Watch, sessions: Sessions, add: Callable[..., Schedule]
) -> None:
    schedule = add("30 10 * * *")
    clock.tick()
    assert jobs(sessions) == []

    watch.at = NOW + timedelta(minutes=30)
    clock.tick()
    clock.tick()

    [job] = jobs(sessions)
    assert (job.kind, job.schedule_id, job.status) == ("refresh_map", schedule.id, "queued")
    assert job.dedupe_key == f"{schedule.id}@2026-11-22T09:30:00Z"
    assert job.payload == {
        "journey_id": schedule.journey_id,
        "trigger": "schedule",
        "slot": "2026-11-22T09:30:00Z",
        "coalesced": 0,
    }


def test_r13_slots_missed_while_nothing_ran_become_one(
    clock: Clock,
    watch: Watch,
    file_app: Flask,
    sessions: Sessions,
    add: Callable[..., Schedule],
) -> None:
    add("0 * * * *")
    watch.at = NOW + HOUR
    clock.tick()

    watch.at = NOW + 3 * DAY
    Clock(file_app, now=watch).tick()

    assert slots(sessions) == ["2026-11-22T10:00:00Z", "2026-11-25T09:00:00Z"]
    assert [job.payload["coalesced"] for job in jobs(sessions)] == [0, 70]


def test_r14_going_back_in_time_repeats_nothing_and_misses_nothing(
    clock: Clock, watch: Watch, sessions: Sessions, add: Callable[..., Schedule]
) -> None:
    add("0 * * * *")
    for minutes in (60, 120, 110, 55, 65, 125, 180, 180 + 24 * 60, 181, 240, 241 + 24 * 60):
        watch.at = NOW + timedelta(minutes=minutes)
        clock.tick()

    assert slots(sessions) == [
        "2026-11-22T10:00:00Z",
        "2026-11-22T11:00:00Z",
        "2026-11-22T12:00:00Z",
        "2026-11-23T12:00:00Z",
        "2026-11-22T13:00:00Z",
        "2026-11-23T13:00:00Z",
    ]


def test_r14_the_night_when_clocks_go_back_has_one_run(
    clock: Clock, watch: Watch, sessions: Sessions, add: Callable[..., Schedule]
) -> None:
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    add("30 2 * * *", at=start)

    for minute in range(0, 24 * 60, 15):
        watch.at = start + timedelta(minutes=minute)
        clock.tick()

    assert slots(sessions) == ["2026-10-25T00:30:00Z"]


def test_what_was_due_before_a_schedule_was_made_or_switched_on_is_not_missed(
    clock: Clock,
    watch: Watch,
    sessions: Sessions,
    add: Callable[..., Schedule],
    change: Callable[..., None],
) -> None:
    schedule = add("0 * * * *")
    change(schedule, lambda s: set_enabled(s, False, at=NOW))
    watch.at = NOW + DAY
    clock.tick()
    change(schedule, lambda s: set_enabled(s, True, at=watch.at + MINUTE))
    watch.at += 2 * MINUTE
    clock.tick()
    assert jobs(sessions) == []

    watch.at = NOW + DAY + HOUR
    clock.tick()

    assert [job.payload["coalesced"] for job in jobs(sessions)] == [0]


def test_a_changed_schedule_is_followed(
    clock: Clock,
    watch: Watch,
    sessions: Sessions,
    add: Callable[..., Schedule],
    change: Callable[..., None],
) -> None:
    schedule = add("0 * * * *", timezone="Europe/Prague")
    clock.tick()

    change(
        schedule,
        lambda s: change_schedule(s, cron="20 * * * *", timezone="Europe/Prague", at=NOW + MINUTE),
    )
    watch.at = NOW + 90 * MINUTE
    clock.tick()

    assert slots(sessions) == ["2026-11-22T10:20:00Z"]


def test_a_journey_that_moves_takes_its_schedules_along(
    clock: Clock, watch: Watch, sessions: Sessions, add: Callable[..., Schedule]
) -> None:
    schedule = add("0 12 * * *")
    with sessions() as session:
        session.get_one(Journey, schedule.journey_id).timezone = "Europe/Moscow"
        session.commit()
    clock.tick()

    watch.at = NOW + DAY
    clock.tick()

    assert slots(sessions) == ["2026-11-23T09:00:00Z"]


def test_a_retired_journey_has_no_runs(
    clock: Clock, watch: Watch, sessions: Sessions, add: Callable[..., Schedule]
) -> None:
    schedule = add("0 * * * *")
    with sessions() as session:
        session.get_one(Journey, schedule.journey_id).retired_at = NOW
        session.commit()

    watch.at = NOW + DAY
    clock.tick()

    assert jobs(sessions) == []


def test_a_schedule_that_cannot_be_followed_stops_no_other(
    clock: Clock,
    watch: Watch,
    sessions: Sessions,
    add: Callable[..., Schedule],
    change: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    change(add("0 * * * *"), lambda schedule: setattr(schedule, "cron", "bad"))
    good = add("0 * * * *")

    watch.at = NOW + HOUR
    clock.tick()

    assert [job.schedule_id for job in jobs(sessions)] == [good.id]
    assert "cannot be followed" in caplog.text


@pytest.mark.parametrize("zone", ["Nowhere/Land", "../x", "Europe"])
def test_a_time_zone_that_does_not_exist_stops_no_other_schedule(
    clock: Clock,
    watch: Watch,
    sessions: Sessions,
    add: Callable[..., Schedule],
    caplog: pytest.LogCaptureFixture,
    zone: str,
) -> None:
    bad = add("0 * * * *")
    with sessions() as session:
        session.get_one(Journey, bad.journey_id).timezone = zone
        elsewhere = Factory(session, now=NOW).journey(
            workspace=session.scalars(select(Workspace)).one(), slug="b"
        )
        good = create_schedule(
            session, elsewhere.id, cron="0 * * * *", timezone="Europe/Prague", at=NOW
        )
        session.commit()

    watch.at = NOW + HOUR
    clock.tick()

    assert [job.schedule_id for job in jobs(sessions)] == [good.id]
    assert "cannot be followed" in caplog.text


def test_the_clock_gives_a_sign_of_life(clock: Clock, watch: Watch, sessions: Sessions) -> None:
    clock.tick()

    with sessions() as session:
        assert heartbeats.silent(session, ["clock"], NOW + timedelta(seconds=9)) == []
        assert heartbeats.silent(session, ["clock"], NOW + timedelta(seconds=11)) == ["clock"]


@pytest.mark.both_databases
def test_r12_ten_clocks_write_each_of_hundreds_of_slots_once(
    file_app: Flask, sessions: Sessions, add: Callable[..., Schedule]
) -> None:
    clocks, schedules, rounds = 10, 100, 3
    for _ in range(schedules):
        add("* * * * *")
    start = Barrier(clocks)

    def run(_clock: int) -> None:
        watch = Watch(NOW)
        clock = Clock(file_app, now=watch)
        for minute in range(1, rounds + 1):
            watch.at = NOW + minute * MINUTE
            start.wait()
            clock.tick()

    with ThreadPoolExecutor(clocks) as pool:
        list(pool.map(run, range(clocks)))

    with sessions() as session:
        keys = list(session.scalars(select(Job.dedupe_key)))
    assert len(keys) == len(set(keys)) == schedules * rounds


def test_apscheduler_fires_into_the_ledger_at_the_minute(
    file_app: Flask, sessions: Sessions, add: Callable[..., Schedule]
) -> None:
    before = datetime(2026, 11, 22, 9, 59, 58, tzinfo=UTC)
    add("0 * * * *")

    def heard() -> bool:
        with sessions() as session:
            return not heartbeats.silent(session, ["clock"], before)

    with time_machine.travel(before, tick=True):
        # It looks at the table once, so that what follows is APScheduler's doing.
        clock = Clock(file_app, every_seconds=3600)
        clock.start()
        try:
            wait_for(heard)
            assert jobs(sessions) == []
            wait_for(lambda: jobs(sessions))
        finally:
            clock.stop()

    assert slots(sessions) == ["2026-11-22T10:00:00Z"]


def test_a_clock_that_cannot_write_makes_up_for_it_later(
    file_app: Flask,
    watch: Watch,
    clock: Clock,
    sessions: Sessions,
    add: Callable[..., Schedule],
    caplog: pytest.LogCaptureFixture,
) -> None:
    add("0 * * * *")
    watch.at = NOW + HOUR
    with sessions() as session:
        Job.__table__.drop(session.connection())  # type: ignore[attr-defined]
        session.commit()
    started = Clock(file_app, every_seconds=0.05, now=watch)
    started.start()
    try:
        wait_for(lambda: "it will try again" in caplog.text)
        with sessions() as session:
            Job.__table__.create(session.connection())  # type: ignore[attr-defined]
            session.commit()
        wait_for(lambda: jobs(sessions))
    finally:
        started.stop()

    assert slots(sessions) == ["2026-11-22T10:00:00Z"]


def test_a_stopped_clock_leaves_no_thread_behind(file_app: Flask) -> None:
    clock = Clock(file_app)
    clock.start()

    clock.stop()

    assert not clock._keeper.is_alive()
    assert not clock._scheduler.running

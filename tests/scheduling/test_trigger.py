from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_feedback.scheduling.trigger import LocalCronTrigger

DAY = timedelta(days=1)
ZONES = (
    *("Europe/Prague", "Europe/Warsaw", "Europe/Moscow", "Europe/Kaliningrad"),
    *("Australia/Lord_Howe", "America/St_Johns", "UTC"),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slots(trigger: LocalCronTrigger, start: datetime, end: datetime) -> list[datetime]:
    found: list[datetime] = []
    previous = None
    while (slot := trigger.get_next_fire_time(previous, start)) < end:
        found.append(slot)
        previous = slot
    return found


@pytest.mark.parametrize("zone", ["Europe/Prague", "Europe/Warsaw"])
def test_r14_a_time_that_happens_twice_is_due_at_its_first(zone: str) -> None:
    trigger = LocalCronTrigger("30 2 * * *", zone)

    assert slots(trigger, utc("2026-10-24"), utc("2026-10-27")) == [
        utc("2026-10-24 00:30"),
        utc("2026-10-25 00:30"),
        utc("2026-10-26 01:30"),
    ]


@pytest.mark.parametrize("zone", ["Europe/Prague", "Europe/Warsaw"])
@pytest.mark.parametrize("line", ["0 2 * * *", "30 2 * * *"])
def test_r14_a_time_that_is_skipped_is_due_right_after_the_gap(zone: str, line: str) -> None:
    trigger = LocalCronTrigger(line, zone)

    days = slots(trigger, utc("2026-03-28 12:00"), utc("2026-03-30 12:00"))

    assert days[0] == utc("2026-03-29 01:00")
    assert days[0].astimezone(ZoneInfo(zone)).hour == 3
    assert days[1:] == [utc("2026-03-30") + timedelta(minutes=30 if "30" in line else 0)]


def test_r14_slots_that_a_gap_brings_together_are_one() -> None:
    trigger = LocalCronTrigger("0,20,40 2,3 * * *", "Europe/Prague")

    assert slots(trigger, utc("2026-03-29"), utc("2026-03-29 12:00")) == [
        utc("2026-03-29 01:00"),
        utc("2026-03-29 01:20"),
        utc("2026-03-29 01:40"),
    ]


def test_r14_the_day_of_the_change_has_one_run_whenever_the_clock_is_asked() -> None:
    trigger = LocalCronTrigger("30 2 * * *", "Europe/Prague")
    for day in (utc("2026-03-29"), utc("2026-10-25")):
        end = day + timedelta(hours=12)
        minutes = [day + timedelta(minutes=n) for n in range(12 * 60)]

        assert len({s for m in minutes if (s := trigger.next_slot(m)) < end}) == 1


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Europe/Kaliningrad"])
def test_r14_a_zone_without_changes_has_a_slot_every_24_hours(zone: str) -> None:
    year = slots(LocalCronTrigger("0 2 * * *", zone), utc("2026-01-01"), utc("2027-01-01"))

    assert {later - earlier for earlier, later in pairwise(year)} == {DAY}


def test_r14_leap_days_and_years_past_2038() -> None:
    assert slots(
        LocalCronTrigger("0 12 29 2 *", "Europe/Prague"), utc("2027-01-01"), utc("2041-01-01")
    ) == [
        utc("2028-02-29 11:00"),
        utc("2032-02-29 11:00"),
        utc("2036-02-29 11:00"),
        utc("2040-02-29 11:00"),
    ]


def test_sunday_is_sunday() -> None:
    slot = LocalCronTrigger("0 2 * * 0", "UTC").next_slot(utc("2026-11-18"))

    assert slot == utc("2026-11-22 02:00")


def by_brute_force(zone: str, day: datetime, minutes: set[int], hours: set[int]) -> set[datetime]:
    """The slots of the two days from `day` on, found by looking at every minute."""
    first_seen: dict[datetime, datetime] = {}
    for minute in range(-24 * 60, 4 * 24 * 60):
        moment = day + timedelta(minutes=minute)
        first_seen.setdefault(moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None), moment)
    found = set()
    for minute in range(-14 * 60, 3 * 24 * 60):
        wall = day.replace(tzinfo=None) + timedelta(minutes=minute)
        if wall.minute in minutes and wall.hour in hours:
            while wall not in first_seen:
                wall += timedelta(minutes=1)
            found.add(first_seen[wall])
    return {moment for moment in found if day <= moment < day + 2 * DAY}


@settings(max_examples=15, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    day=st.sampled_from(
        [utc(f"2026-{d}") for d in ("03-28", "03-07", "04-04", "10-03", "10-24", "10-31", "07-01")]
    ),
    minutes=st.sets(st.integers(0, 59), min_size=1, max_size=3),
    hours=st.sets(st.integers(0, 23), min_size=1, max_size=8),
)
def test_every_wall_time_has_one_slot(
    zone: str, day: datetime, minutes: set[int], hours: set[int]
) -> None:
    line = f"{','.join(map(str, minutes))} {','.join(map(str, hours))} * * *"
    trigger = LocalCronTrigger(line, zone)

    found = slots(trigger, day, day + 2 * DAY)

    assert len(found) == len(set(found))
    assert set(found) == by_brute_force(zone, day, minutes, hours)


def test_r13_the_last_slot_of_a_long_time_is_found() -> None:
    now = utc("2026-11-22 09:00")
    for line, last in (
        ("* * * * *", now),
        ("0 2 * * *", utc("2026-11-22 02:00")),
        ("0 2 * * 0", utc("2026-11-22 02:00")),
        ("0 2 1 * *", utc("2026-11-01 02:00")),
        ("0 2 29 2 *", utc("2024-02-29 02:00")),
    ):
        trigger = LocalCronTrigger(line, "UTC")
        assert trigger.last_slot(after=utc("2020-01-01"), until=now) == last


def test_there_is_no_last_slot_before_the_first() -> None:
    trigger = LocalCronTrigger("0 2 * * *", "UTC")

    assert trigger.last_slot(after=utc("2026-11-22 02:00"), until=utc("2026-11-23 01:59")) is None
    assert trigger.last_slot(after=utc("2026-11-22 03:00"), until=utc("2026-11-22 02:00")) is None


def test_missed_slots_are_counted_up_to_a_limit() -> None:
    trigger = LocalCronTrigger("* * * * *", "UTC")
    start = utc("2026-11-22")

    assert trigger.count_slots(after=start, until=start + timedelta(minutes=5), most=100) == 5
    assert trigger.count_slots(after=start, until=start + DAY, most=100) == 100

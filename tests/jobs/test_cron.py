from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.jobs.cron import (
    DAYS,
    HOURS,
    MONTHS,
    WEEKDAYS,
    CronError,
    daily,
    monthly,
    parse_cron,
    weekly,
)


def test_a_star_stands_for_every_value() -> None:
    cron = parse_cron("5 * * * *")

    assert cron.minutes == (5,)
    assert (cron.hours, cron.days, cron.months, cron.weekdays) == (HOURS, DAYS, MONTHS, WEEKDAYS)


@pytest.mark.parametrize(
    ("field", "minutes"),
    [
        ("0,30", (0, 30)),
        ("10-12", (10, 11, 12)),
        ("*/20", (0, 20, 40)),
        ("50/5", (50, 55)),
        ("1-10/4,59", (1, 5, 9, 59)),
    ],
)
def test_lists_ranges_and_steps(field: str, minutes: tuple[int, ...]) -> None:
    assert parse_cron(f"{field} * * * *").minutes == minutes


@pytest.mark.parametrize(
    ("field", "weekdays"),
    [
        ("0", (6,)),
        ("7", (6,)),
        ("sun", (6,)),
        ("1", (0,)),
        ("MON-fri", (0, 1, 2, 3, 4)),
        ("5-7", (4, 5, 6)),
        ("0-2", (0, 1, 6)),
        ("*/2", (1, 3, 5, 6)),
    ],
)
def test_weekdays_are_those_of_crontab(field: str, weekdays: tuple[int, ...]) -> None:
    assert parse_cron(f"0 2 * * {field}").weekdays == weekdays


def test_months_have_names() -> None:
    assert parse_cron("0 2 1 jan,OCT-dec *").months == (1, 10, 11, 12)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", "fields"),
        ("0 2 * *", "fields"),
        ("0 2 * * * 2026", "fields"),
        ("0 2 * * *" + " " * 200, "fields"),
        ("60 2 * * *", "minute"),
        ("-1 2 * * *", "minute"),
        ("*-5 2 * * *", "minute"),
        ("*/0 2 * * *", "minute"),
        ("5-1 2 * * *", "minute"),
        ("1,,2 2 * * *", "minute"),
        ("mon 2 * * *", "minute"),
        ("٣ 2 * * *", "minute"),
        ("0 24 * * *", "hour"),
        ("0 2 0 * *", "day"),
        ("0 2 32 * *", "day"),
        ("0 2 * 13 *", "month"),
        ("0 2 * foo *", "month"),
        ("0 2 * * 8", "weekday"),
        ("0 2 * * fri-mon", "weekday"),
        ("0 2 1 * mon", "both_days"),
        ("0 2 31 2,4 *", "never"),
    ],
)
def test_what_is_wrong_with_a_line_is_named(line: str, problem: str) -> None:
    with pytest.raises(CronError) as caught:
        parse_cron(line)

    assert caught.value.problem == problem


def test_the_29th_of_february_does_come() -> None:
    assert parse_cron("0 2 29 2 *").days == (29,)


@given(st.text(max_size=200))
def test_any_text_is_a_line_or_a_cron_error(text: str) -> None:
    try:
        cron = parse_cron(text)
    except CronError:
        return
    assert all((cron.minutes, cron.hours, cron.days, cron.months, cron.weekdays))


@given(at=st.times(), weekday=st.integers(0, 6), day=st.integers(1, 31))
def test_what_is_chosen_is_what_is_read_back(at: time, weekday: int, day: int) -> None:
    for line, rhythm in (
        (daily(at), "daily"),
        (weekly(weekday, at), "weekly"),
        (monthly(day, at), "monthly"),
    ):
        cron = parse_cron(line)
        assert (cron.rhythm, cron.time) == (rhythm, at.replace(second=0, microsecond=0))
    assert parse_cron(weekly(weekday, at)).weekdays == (weekday,)
    assert parse_cron(monthly(day, at)).days == (day,)


@pytest.mark.parametrize("line", ["0 * * * *", "0,5 2 * * *", "0 2 * * 1,2", "0 2 1 6 *"])
def test_everything_else_has_no_simple_rhythm(line: str) -> None:
    assert parse_cron(line).rhythm == "other"

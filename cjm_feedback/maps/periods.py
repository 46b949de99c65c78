"""The spans of days a map is about. Closed ones are whole weeks of the journey, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

WEEK = 7
DAY = timedelta(days=1)
Kind = Literal["all", "open", "closed", "range"]


class UnknownPeriodError(ValueError):
    """A period was asked for in words that name none."""


@dataclass(frozen=True, slots=True)
class Period:
    """Both days are included. Without a `first` day: from the very first answer on."""

    kind: Kind
    first: date | None
    last: date

    @property
    def closed(self) -> bool:
        return self.kind == "closed"

    @property
    def name(self) -> str:
        """As in addresses and on the command line."""
        if self.kind in ("all", "open"):
            return self.kind
        return f"{self.first}..{self.last}"


def local_date(at: datetime, timezone: str) -> date:
    return at.astimezone(ZoneInfo(timezone)).date()


def week_end(day: date, starts_on: int) -> date:
    """The last day of the week that holds `day`; weeks start on a weekday, Monday is 0."""
    return day + timedelta(days=(starts_on - 1 - day.weekday()) % WEEK)


def week_start(day: date, starts_on: int) -> date:
    return day - timedelta(days=(day.weekday() - starts_on) % WEEK)


def due_periods(first: date, today: date, starts_on: int) -> Iterator[tuple[date, date]]:
    """Whole weeks from `first` on that are over on `today`, the oldest first.

    `first` need not begin a week: after the start of weeks was moved, one period is shorter or
    as long, and no day is lost or counted twice.
    """
    last = week_end(first, starts_on)
    while last < today:
        yield first, last
        first, last = last + DAY, last + timedelta(days=WEEK)


def label(first: date, last: date) -> str:
    """For programs: `2026-W46` for a week as ISO 8601 counts them, else both days."""
    if first.weekday() == 0 and last - first == timedelta(days=WEEK - 1):
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02}"
    return f"{first}..{last}"


def parse_days(text: str) -> tuple[date, date]:
    """`2026-11-01..2026-11-22`; raises UnknownPeriodError."""
    first_text, separator, last_text = text.partition("..")
    try:
        if not separator:
            raise ValueError(text)
        first, last = date.fromisoformat(first_text), date.fromisoformat(last_text)
    except ValueError:
        raise UnknownPeriodError(text) from None
    if last < first:
        raise UnknownPeriodError(text)
    return first, last

"""Reading cron lines: five fields, as in crontab(5), with Sunday as 0 or 7."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

MAX_LENGTH = 120
MINUTES = tuple(range(60))
HOURS = tuple(range(24))
DAYS = tuple(range(1, 32))
MONTHS = tuple(range(1, 13))
WEEKDAYS = tuple(range(7))
WEEKDAY_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTH_NAMES = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_PART = re.compile(
    r"(?P<first>\*|[0-9]{1,2}|[a-z]{3})(?:-(?P<last>[0-9]{1,2}|[a-z]{3}))?(?:/(?P<step>[0-9]{1,2}))?"
)


class CronError(ValueError):
    """A cron line cannot be understood.

    `problem` is the field it is about, or `fields` (not five of them), `both_days` (a day of the
    month and a weekday, which crontab joins by "or") or `never` (a date that no year has).
    """

    def __init__(self, problem: str, text: str) -> None:
        super().__init__(f"{problem}: {text!r}")
        self.problem = problem
        self.text = text


@dataclass(frozen=True, kw_only=True)
class Cron:
    """When something is due, in local time. `weekdays` are counted from Monday, 0."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]

    @property
    def time(self) -> time | None:
        """The time of day, if there is only one."""
        if len(self.minutes) == len(self.hours) == 1:
            return time(self.hours[0], self.minutes[0])
        return None

    @property
    def rhythm(self) -> str:
        """`daily`, `weekly` or `monthly` at one time; `other` for everything else."""
        if self.time is None or self.months != MONTHS:
            return "other"
        if self.days == DAYS and self.weekdays == WEEKDAYS:
            return "daily"
        if self.days == DAYS and len(self.weekdays) == 1:
            return "weekly"
        if self.weekdays == WEEKDAYS and len(self.days) == 1:
            return "monthly"
        return "other"


def parse_cron(text: str) -> Cron:
    """The meaning of a cron line; raises `CronError`."""
    fields = text.lower().split()
    if len(fields) != 5 or len(text) > MAX_LENGTH:
        raise CronError("fields", text)
    minute, hour, day, month, weekday = fields
    cron = Cron(
        minutes=_values("minute", minute, MINUTES),
        hours=_values("hour", hour, HOURS),
        days=_values("day", day, DAYS),
        months=_values("month", month, MONTHS, names=MONTH_NAMES, first_name=1),
        weekdays=_weekdays(weekday),
    )
    if cron.days != DAYS and cron.weekdays != WEEKDAYS:
        raise CronError("both_days", text)
    if all(cron.days[0] > LONGEST_MONTHS[month - 1] for month in cron.months):
        raise CronError("never", text)
    return cron


def daily(at: time) -> str:
    return f"{at.minute} {at.hour} * * *"


def weekly(weekday: int, at: time) -> str:
    """Every week on `weekday`, counted from Monday, 0."""
    return f"{at.minute} {at.hour} * * {(weekday + 1) % 7}"


def monthly(day: int, at: time) -> str:
    return f"{at.minute} {at.hour} {day} * *"


def _weekdays(text: str) -> tuple[int, ...]:
    numbers = _values("weekday", text, tuple(range(8)), names=WEEKDAY_NAMES, first_name=0)
    return tuple(sorted({(number - 1) % 7 for number in numbers}))


def _values(
    field: str,
    text: str,
    allowed: Sequence[int],
    *,
    names: Sequence[str] = (),
    first_name: int = 0,
) -> tuple[int, ...]:
    values: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise CronError(field, text)
        first, last, step = match["first"], match["last"], match["step"]
        if first == "*":
            if last:
                raise CronError(field, text)
            low, high = allowed[0], allowed[-1]
        else:
            low = _number(first, names, first_name)
            high = _number(last, names, first_name) if last else low
            if step and not last:
                high = allowed[-1]
        if not allowed[0] <= low <= high <= allowed[-1] or (step is not None and int(step) == 0):
            raise CronError(field, text)
        values.update(range(low, high + 1, int(step or 1)))
    return tuple(sorted(values))


def _number(text: str, names: Sequence[str], first_name: int) -> int:
    """The number that `text` stands for, -1 if it stands for none."""
    if text.isdecimal():
        return int(text)
    return names.index(text) + first_name if text in names else -1

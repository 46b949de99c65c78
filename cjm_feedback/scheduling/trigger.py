"""When a cron line in local time is due, in moments that happen exactly once.

APScheduler's own CronTrigger fires 02:30 twice on the night when clocks go back, and names a time
that does not exist on the night when they go forward. Here it only walks the calendar, on wall
clock times without a time zone. A wall time that happens twice means its first; one that is
skipped means the first moment after the gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from cjm_feedback.jobs.cron import DAYS, HOURS, MINUTES, MONTHS, WEEKDAYS, parse_cron

TICK = timedelta(microseconds=1)
FIRST_WINDOW = timedelta(minutes=2)


class LocalCronTrigger(BaseTrigger):  # type: ignore[misc]
    """Fires by a cron line in a time zone; every slot is a UTC time."""

    __slots__ = ("_calendar", "_time", "zone")

    def __init__(self, cron: str, timezone: str) -> None:
        parsed = parse_cron(cron)
        self.zone = ZoneInfo(timezone)
        self._time = parsed.time
        self._calendar = CronTrigger(
            minute=_expression(parsed.minutes, MINUTES),
            hour=_expression(parsed.hours, HOURS),
            day=_expression(parsed.days, DAYS),
            month=_expression(parsed.months, MONTHS),
            day_of_week=_expression(parsed.weekdays, WEEKDAYS),
            timezone=UTC,
        )

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        return self.next_slot(previous_fire_time + TICK if previous_fire_time else now)

    def next_slot(self, start: datetime) -> datetime:
        """The first slot at or after `start`."""
        for slot in self._slots_around(start):
            if slot >= start:
                return slot
        raise AssertionError("a cron line that parses has no last slot")

    def last_slot(self, *, after: datetime, until: datetime) -> datetime | None:
        """The last slot later than `after` and not later than `until`.

        Looks back in growing windows: a line that is due every minute and was missed for a year
        costs no more than one that is due every year.
        """
        window = FIRST_WINDOW
        while True:
            start = max(after + TICK, until - window)
            if start > until:
                return None
            slot = self.next_slot(start)
            if slot <= until:
                return self._last_from(slot, until)
            if start == after + TICK:
                return None
            window *= 4

    def count_slots(self, *, after: datetime, until: datetime, most: int) -> int:
        """How many slots are later than `after` and not later than `until`; counts to `most`."""
        count = 0
        slot = self.next_slot(after + TICK)
        while slot <= until and count < most:
            count += 1
            slot = self.next_slot(slot + TICK)
        return count

    def moved_slot(self, start: datetime, end: datetime) -> datetime | None:
        """The first slot in between whose time of day is not the one asked for.

        Only for lines with one time of day; theirs moves when clocks go forward over it.
        """
        slot = self.next_slot(start)
        while self._time is not None and slot < end:
            if slot.astimezone(self.zone).time() != self._time:
                return slot
            slot = self.next_slot(slot + TICK)
        return None

    def _last_from(self, slot: datetime, until: datetime) -> datetime:
        while (following := self.next_slot(slot + TICK)) <= until:
            slot = following
        return slot

    def _slots_around(self, start: datetime) -> Iterator[datetime]:
        """The slots from about `start` on; the first few may lie before it."""
        # Just before `start`, so that what falls into a gap that ends at `start` is seen.
        wall = (start - TICK).astimezone(self.zone).replace(tzinfo=UTC)
        while True:
            due = self._calendar.get_next_fire_time(None, wall)
            if due is None:
                return
            yield self._moment_of(due.replace(tzinfo=None))
            wall = due + TICK

    def _moment_of(self, wall: datetime) -> datetime:
        local = wall.replace(tzinfo=self.zone, fold=0)
        moment = local.astimezone(UTC)
        if moment.astimezone(self.zone).replace(tzinfo=None) == wall:
            return moment
        return self._end_of_gap(local)

    def _end_of_gap(self, local: datetime) -> datetime:
        """The moment at which clocks jumped over `local`."""
        # With the offset from before the gap the time lies after it, and the other way round.
        late, early = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
        before = early.astimezone(self.zone).utcoffset()
        while late - early > timedelta(seconds=1):
            middle = early + (late - early) // 2
            if middle.astimezone(self.zone).utcoffset() == before:
                early = middle
            else:
                late = middle
        return late.replace(microsecond=0)


def _expression(values: Sequence[int], possible: Sequence[int]) -> str:
    # APScheduler tries each value of a list; a star costs it nothing.
    return "*" if values == possible else ",".join(map(str, values))

"""Things in an order that people change. Knows no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

STEPS = {"up": -1, "down": 1}

Thing = TypeVar("Thing")


class Placed(Protocol):
    position: int


class Retirable(Placed, Protocol):
    @property
    def retired_at(self) -> datetime | None: ...


AnyRetirable = TypeVar("AnyRetirable", bound=Retirable)


def stepped(things: Sequence[Thing], moving: Thing, direction: str) -> list[Thing]:
    """`things` with `moving`, one of them, a place up or down; the outermost stays."""
    place = things.index(moving) + STEPS[direction]
    others = [thing for thing in things if thing != moving]
    return [*others[: max(place, 0)], moving, *others[max(place, 0) :]]


def put_before(things: Sequence[Thing], moving: Thing, before: Thing | None) -> list[Thing]:
    """`things` with `moving` just before `before`, or at the end; it need not be among them."""
    others = [thing for thing in things if thing != moving]
    place = len(others) if before is None or before == moving else others.index(before)
    return [*others[:place], moving, *others[place:]]


def renumber(things: Iterable[Placed]) -> None:
    for position, thing in enumerate(things):
        if thing.position != position:
            thing.position = position


def in_use(things: Iterable[AnyRetirable]) -> list[AnyRetirable]:
    return [thing for thing in things if thing.retired_at is None]


def retired(things: Iterable[AnyRetirable]) -> list[AnyRetirable]:
    return [thing for thing in things if thing.retired_at is not None]

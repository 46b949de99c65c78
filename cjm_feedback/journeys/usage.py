"""What points at the structure of a journey. What is pointed at is retired, never deleted.

Packages above this one know what points where; they say so by `counts("responses")` on a function
that counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Literal, Protocol, TypeVar

from sqlalchemy.orm import Session

Part = Literal["stage", "touchpoint", "channel", "persona", "survey"]
"""What answers and links may point at."""


class CountUses(Protocol):
    """How many things point at each of `ids`; ids without any may be left out."""

    def __call__(self, session: Session, part: Part, ids: Collection[int]) -> Mapping[int, int]: ...


AnyCounter = TypeVar("AnyCounter", bound=CountUses)
Uses = Counter[str]
"""Numbers by what was counted, `{"responses": 12, "links": 3}`."""

_counters: dict[str, CountUses] = {}


def counts(what: str) -> Callable[[AnyCounter], AnyCounter]:
    """Register the function below as the one that counts `what`."""

    def register(counter: AnyCounter) -> AnyCounter:
        _counters[what] = counter
        return counter

    return register


def uses_of(session: Session, part: Part, ids: Collection[int]) -> dict[int, Uses]:
    """What points at each of `ids`; one statement or two for each thing that is counted."""
    uses: dict[int, Uses] = {one: Counter() for one in ids}
    if not uses:
        return uses
    for what, counter in _counters.items():
        for one, number in counter(session, part, ids).items():
            uses[one][what] = number
    return uses


def is_used(session: Session, part: Part, one: int) -> bool:
    return any(uses_of(session, part, [one])[one].values())

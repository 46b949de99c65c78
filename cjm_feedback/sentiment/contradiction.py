"""Where somebody's rating says the opposite of their words.

Such a comment is flagged and nothing of it is changed: it may be sarcasm, a slip on the scale, or
a happy customer who was asked what to improve.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

CLEAR: Final = 0.3
"""From this polarity on words take a side."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Ratings up to `low` complain, from `high` on they praise."""

    low: int
    high: int


SIDES: Final[dict[str, Sides]] = {"csat": Sides(2, 4), "nps": Sides(6, 9)}


def rating_contradicts(scale: str, rating: int, polarity: float) -> bool:
    sides = SIDES.get(scale)
    if sides is None:
        return False
    praised_by_words, damned_by_words = polarity >= CLEAR, polarity <= -CLEAR
    return (rating >= sides.high and damned_by_words) or (rating <= sides.low and praised_by_words)


def words_contradict(ratings: Iterable[tuple[str, int]], polarity: float) -> bool:
    """Whether any of the ratings, each with its scale, says the opposite of words like that."""
    return any(rating_contradicts(scale, rating, polarity) for scale, rating in ratings)

"""What the cells must be, counted anew from what customers sent.

On purpose none of this is shared with the code that counts answers as they come: the two check
each other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor

from cjm_feedback.journeymap.measures import BIN_COUNT, PICKS, Measures

LOWEST_RATING = {"csat": 1, "nps": 0, "ces": 1}
FIXED = 10_000
LEVEL_ENDS = (-6_000, -2_000, 2_000, 6_000)
"""Fixed-point polarities between very negative, negative, neutral, positive, very positive."""

Place = tuple[int, int, int, int, int, str, date]
"""Journey, touchpoint, survey, persona, channel, language, day; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Rating:
    """An answer that is not a text: the number, or the key of what was chosen."""

    place: Place
    question: str
    type: str
    number: int | None
    choice: str | None


class Count:
    """Cells under construction."""

    def __init__(self) -> None:
        self._cells: dict[tuple[Place, str], list[int]] = {}

    def response(self, place: Place) -> None:
        self._row(place, "responses")[0] += 1

    def rating(self, rating: Rating) -> None:
        if rating.type in LOWEST_RATING and rating.number is not None:
            level = rating.number - LOWEST_RATING[rating.type]
            self._add(rating.place, rating.type, rating.number * FIXED, level)
        elif rating.type == "emotion":
            level = [pick.key for pick in PICKS].index(rating.choice or "")
            self._add(rating.place, "said", round(PICKS[level].valence * FIXED), level)
        elif rating.type == "single_choice":
            self._row(rating.place, f"choice:{rating.question}:{rating.choice}")[0] += 1

    def texts(self, place: Place, polarities: Iterable[int]) -> None:
        """The scored texts of one response, which counts once with their mean."""
        values = list(polarities)
        mean = Fraction(sum(values), len(values))
        nearest = floor(abs(mean) + Fraction(1, 2))
        value = nearest if mean >= 0 else -nearest
        # An end belongs to the milder side, so its two neighbours are told apart by sign.
        level = bisect_left(LEVEL_ENDS, value) if value > 0 else 4 - bisect_left(LEVEL_ENDS, -value)
        self._add(place, "written", value, level)

    def cells(self) -> dict[tuple[Place, str], Measures]:
        return {
            key: Measures(row[0], row[1], row[2], tuple(row[3:]))
            for key, row in self._cells.items()
        }

    def _add(self, place: Place, series: str, value: int, level: int) -> None:
        row = self._row(place, series)
        row[0] += 1
        row[1] += value
        row[2] += value * value
        row[3 + level] += 1

    def _row(self, place: Place, series: str) -> list[int]:
        return self._cells.setdefault((place, series), [0] * (3 + BIN_COUNT))

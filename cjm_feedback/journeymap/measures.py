"""What one answer adds to the map, as integers that can be merged and taken away again."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add

SCALE = 10_000
"""Values are stored as `round(value * SCALE)`: sums of integers leave exactly nothing when an
answer is erased, sums of floats do not."""

BIN_COUNT = 11
NO_BINS: tuple[int, ...] = (0,) * BIN_COUNT


@dataclass(frozen=True, slots=True)
class Pick:
    """One choice of the emotion question."""

    key: str
    valence: float
    nearest: str | None
    """The nearest of Plutchik's eight basic emotions."""


PICKS: tuple[Pick, ...] = (
    Pick("delight", 1.0, "joy"),
    Pick("joy", 0.75, "joy"),
    Pick("trust", 0.5, "trust"),
    Pick("relief", 0.5, "joy"),
    Pick("neutral", 0.0, None),
    Pick("surprise", 0.0, "surprise"),
    Pick("confusion", -0.4, "surprise"),
    Pick("worry", -0.5, "fear"),
    Pick("disappointment", -0.75, "sadness"),
    Pick("anger", -1.0, "anger"),
)
PICK_INDEX: dict[str, int] = {pick.key: index for index, pick in enumerate(PICKS)}


@dataclass(frozen=True, slots=True)
class Scale:
    """The ends of a measured scale and the value that stands for each of its bins."""

    low: float
    high: float
    levels: tuple[float, ...]


SCALES: dict[str, Scale] = {
    "csat": Scale(1, 5, tuple(range(1, 6))),
    "nps": Scale(0, 10, tuple(range(11))),
    "ces": Scale(1, 7, tuple(range(1, 8))),
    "said": Scale(-1, 1, tuple(pick.valence for pick in PICKS)),
    "written": Scale(-1, 1, (-1.0, -0.5, 0.0, 0.5, 1.0)),
}
COUNTED_SERIES = "responses"
CHOICE_PREFIX = "choice:"


@dataclass(frozen=True, slots=True)
class Measures:
    """Count, sum, sum of squares and histogram of one cell; values in fixed point.

    Merging cells adds everything. Subtracting what was added gives exact zero.
    """

    n: int = 0
    total: int = 0
    total_sq: int = 0
    bins: tuple[int, ...] = NO_BINS

    def __post_init__(self) -> None:
        if len(self.bins) != BIN_COUNT:
            raise ValueError(f"a cell has {BIN_COUNT} bins, not {len(self.bins)}")

    def __add__(self, other: Measures) -> Measures:
        return Measures(
            self.n + other.n,
            self.total + other.total,
            self.total_sq + other.total_sq,
            tuple(a + b for a, b in zip(self.bins, other.bins, strict=True)),
        )

    def __neg__(self) -> Measures:
        return Measures(-self.n, -self.total, -self.total_sq, tuple(-b for b in self.bins))

    def __sub__(self, other: Measures) -> Measures:
        return self + -other

    def __bool__(self) -> bool:
        return self != ZERO


ZERO = Measures()


def merge(cells: Iterable[Measures]) -> Measures:
    return reduce(add, cells, ZERO)


def written_bin(polarity: float) -> int:
    """The level 0…4 (very negative … very positive) of a polarity from −1 to 1.

    Five equal widths with edges ±.2 and ±.6; a value on an edge goes to the milder side, so
    that a text and its exact opposite always land in opposite levels.
    """
    if not -1 <= polarity <= 1:  # also refuses NaN
        raise ValueError(f"polarity must be from −1 to 1, not {polarity}")
    fixed = round(polarity * SCALE)
    mild, strong = 2 * SCALE // 10, 6 * SCALE // 10
    step = (abs(fixed) > mild) + (abs(fixed) > strong)
    return 2 + step if fixed > 0 else 2 - step


def choice_series(question: str, option: str) -> str:
    return f"{CHOICE_PREFIX}{question}:{option}"


def split_choice(series: str) -> tuple[str, str] | None:
    """The question and option of a choice series; nothing for any other series."""
    if not series.startswith(CHOICE_PREFIX):
        return None
    question, _, option = series.removeprefix(CHOICE_PREFIX).partition(":")
    return (question, option) if question and option else None


def measure(series: str, value: float | str | None = None) -> Measures:
    """What one answer adds to the cell of `series`.

    `csat` 1…5, `nps` 0…10 and `ces` 1…7 take a whole number, `said` the key of an emotion
    pick, `written` a polarity −1…1, `responses` and `choice:<question>:<option>` nothing.
    Raises ValueError for anything else: a wrong value must never be counted.
    """
    if series == COUNTED_SERIES or split_choice(series) is not None:
        if value is not None:
            raise ValueError(f"{series} counts answers and takes no value")
        return Measures(1)
    if series == "said":
        return _pick(value)
    if series == "written":
        polarity = _number(series, value)
        return _one(polarity, written_bin(polarity))
    return _rating(series, value)


def _pick(value: float | str | None) -> Measures:
    if not isinstance(value, str) or value not in PICK_INDEX:
        raise ValueError(f"not an emotion pick: {value!r}")
    index = PICK_INDEX[value]
    return _one(PICKS[index].valence, index)


def _rating(series: str, value: float | str | None) -> Measures:
    scale = SCALES.get(series)
    if scale is None:
        raise ValueError(f"unknown series: {series}")
    rating = _number(series, value)
    if rating not in scale.levels:
        raise ValueError(f"{series} takes a whole number {scale.low}…{scale.high}, not {value!r}")
    return _one(rating, scale.levels.index(rating))


def _number(series: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{series} takes a number, not {value!r}")
    return value


def _one(value: float, index: int) -> Measures:
    fixed = round(value * SCALE)
    bins = tuple(int(i == index) for i in range(BIN_COUNT))
    return Measures(1, fixed, fixed * fixed, bins)

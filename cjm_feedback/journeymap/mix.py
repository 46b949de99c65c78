"""Shares instead of one number: how the emotions are spread, what people chose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cjm_feedback.journeymap.measures import PICKS, Measures, merge, split_choice, written_bin

LEVELS: tuple[str, ...] = ("very_negative", "negative", "neutral", "positive", "very_positive")
PICK_LEVELS: tuple[int, ...] = tuple(written_bin(pick.valence) for pick in PICKS)


@dataclass(frozen=True, slots=True)
class Mix:
    """Responses at the five levels from very negative to very positive."""

    counts: tuple[int, int, int, int, int]
    source: str

    @property
    def n(self) -> int:
        return sum(self.counts)

    @property
    def shares(self) -> tuple[float, ...]:
        return tuple(count / self.n for count in self.counts)

    def as_json(self) -> dict[str, object]:
        shares = dict(zip(LEVELS, (round(share, 4) for share in self.shares), strict=True))
        return {"n": self.n, "source": self.source, "shares": shares}


def emotion_mix(source: str, cells: Iterable[Measures]) -> Mix | None:
    """The five levels of `written`, or of `said` by the level its picks' valences fall in."""
    bins = merge(cells).bins
    counts = [0] * len(LEVELS)
    levels = PICK_LEVELS if source == "said" else range(len(LEVELS))
    for level, count in zip(levels, bins, strict=False):
        counts[level] += count
    a, b, c, d, e = counts
    return Mix((a, b, c, d, e), source) if sum(counts) else None


def choice_counts(
    series: Mapping[str, Iterable[Measures]], *, floor: int = 0
) -> dict[str, dict[str, int]]:
    """Responses per question and option, the most chosen first.

    With a floor, options under it are left out, and where that is a single one, the next
    smallest too: otherwise it could be had by subtraction.
    """
    questions: dict[str, dict[str, int]] = {}
    for name, cells in series.items():
        choice = split_choice(name)
        count = merge(cells).n
        if choice is not None and count > 0:
            questions.setdefault(choice[0], {})[choice[1]] = count
    ordered = {question: _ranked(options, floor) for question, options in questions.items()}
    return {question: ordered[question] for question in sorted(ordered) if ordered[question]}


def _ranked(options: Mapping[str, int], floor: int) -> dict[str, int]:
    ranked = sorted(options.items(), key=lambda item: (-item[1], item[0]))
    shown = [item for item in ranked if item[1] >= floor]
    if len(ranked) - len(shown) == 1:
        shown = shown[:-1]
    return dict(shown)

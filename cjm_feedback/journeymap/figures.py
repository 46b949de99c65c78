"""A figure as it is shown and sent: a number, its interval, and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cjm_feedback.journeymap.compare import Verdict, rounded
from cjm_feedback.journeymap.intervals import RANGES, Estimate, combine, estimate
from cjm_feedback.journeymap.measures import Measures

Tier = Literal["hidden", "weak", "firm"]

FIGURE_NAMES: tuple[str, ...] = ("emotion", "written", "said", "csat", "nps", "ces")
NUMBER_FLOOR = 5
TEXT_FLOOR = 8
WIDEST_FIRM: dict[str, float] = {
    "csat": 0.15,
    "nps": 25.0,
    "ces": 0.75,
    "written": 0.25,
    "said": 0.25,
}
"""The largest half-width of a firm interval; `ces` as .25 of a −1…1 scale is of 1…7."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the map.

    Units: `csat` share of ratings 4 and 5, 0…1; `nps` −100…100; `ces` mean 1…7; `written`,
    `said` and `emotion` −1…1. `low` and `high` are the 95 % interval and always hold `value`.
    `tier`: `firm`; `weak` where the interval is too wide to print the number; `hidden` where
    nothing may be shown: `value`, `low`, `high` are absent then, and `n` too where it is under
    the display floor. `source` is the series the figure is made of.
    """

    n: int | None
    value: float | None
    low: float | None
    high: float | None
    tier: Tier
    source: str
    verdict: Verdict | None = None

    def as_json(self) -> dict[str, object]:
        """As in the public contract; numbers are rounded to four decimals, NPS to two."""
        return {
            "n": self.n,
            "value": rounded(self.source, self.value),
            "low": rounded(self.source, self.low),
            "high": rounded(self.source, self.high),
            "tier": self.tier,
            "source": self.source,
            "verdict": self.verdict.as_json(self.source) if self.verdict else None,
        }

    def with_verdict(self, verdict: Verdict | None) -> Figure:
        return replace(self, verdict=verdict)


def figure(metric: str, measures: Measures, *, floor: int = 0) -> Figure:
    """The figure of one cell. Fewer than `floor` responses, or none, stay hidden."""
    return weighted_figure(metric, [(1, measures)], floor=floor)


def weighted_figure(
    metric: str, parts: Sequence[tuple[float, Measures]], *, floor: int = 0
) -> Figure:
    """Σ weight × touchpoint value over the touchpoints that may be shown, with pooled n.

    Weights are fixed by the caller (volume of a baseline), so that more answers at a happy
    touchpoint do not pass for a better mood. They are scaled to the touchpoints that have
    answers; where those all weigh nothing, each weighs the same. Touchpoints under the floor
    do not enter: otherwise their value could be had by subtraction.
    """
    shown = visible_parts(parts, floor)
    if not shown:
        n = sum(measures.n for _, measures in parts)
        return Figure(n if n == 0 else None, None, None, None, "hidden", metric)
    result = combine([(w, estimate(metric, m)) for w, m in shown], RANGES[metric])
    return Figure(result.n, result.value, result.low, result.high, tier_of(metric, result), metric)


def visible_parts(
    parts: Sequence[tuple[float, Measures]], floor: int
) -> list[tuple[float, Measures]]:
    """The parts that have enough answers, their weights scaled to sum to one."""
    shown = [(w, m) for w, m in parts if m.n >= max(floor, 1)]
    weight = sum(w for w, _ in shown)
    if weight <= 0:
        return [(1 / len(shown), m) for _, m in shown]
    return [(w / weight, m) for w, m in shown]


def tier_of(metric: str, result: Estimate) -> Tier:
    return "firm" if result.half_width <= WIDEST_FIRM[metric] else "weak"


def emotion_figure(written: Figure, said: Figure, *, text_floor: int = TEXT_FLOOR) -> Figure:
    """The one emotion of a place: `written` where enough texts are there, else `said`.

    The two are never mixed; `source` names the one it is. Where nobody picked an emotion, the
    few texts speak.
    """
    if written.tier != "hidden" and (written.n or 0) >= text_floor:
        return written
    some_texts = written.tier != "hidden" or (said.n == 0 and written.n is None)
    return written if said.tier == "hidden" and some_texts else said

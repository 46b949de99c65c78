"""Has it changed? One closed period against another, without crying wolf.

Only closed, disjoint periods may be compared. All cells of one refresh are judged together,
because thirty touchpoints with three metrics bring four "significant" ones by chance alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from cjm_feedback.journeymap.intervals import (
    PSEUDO_ANSWERS,
    RANGES,
    Z90,
    Z95,
    estimate,
    satisfied,
    wilson,
)
from cjm_feedback.journeymap.measures import Measures

Judgement = Literal["better", "worse", "no_change", "cannot_tell"]

FALSE_DISCOVERY_RATE = 0.10
Z_POWER = 0.8416  # 80 %
MATERIAL_CHANGE: dict[str, float] = {
    "csat": 0.05,
    "nps": 10.0,
    "ces": 0.3,
    "written": 0.10,
    "said": 0.10,
}
"""Smaller changes do not matter to anybody; `ces` as .10 of a −1…1 scale is of 1…7."""


def rounded(metric: str, value: float | None) -> float | None:
    """For people and programs: four decimals, two for NPS, never a negative zero."""
    return None if value is None else round(value, 2 if metric == "nps" else 4) + 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said about a change. In the metric's own unit, later minus earlier.

    `n_needed` is the number of responses per period that would show the smallest change worth
    knowing with 80 % power; `detectable` the change that today's numbers can show.
    """

    judgement: Judgement
    against: str
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    n_needed: int | None = None
    detectable: float | None = None

    def as_json(self, metric: str) -> dict[str, object]:
        if self.judgement == "cannot_tell":
            return {"is": self.judgement, "n_needed": self.n_needed}
        return {
            "is": self.judgement,
            "difference": rounded(metric, self.difference),
            "low": rounded(metric, self.low),
            "high": rounded(metric, self.high),
            "against": self.against,
        }


@dataclass(frozen=True, slots=True)
class Stratum:
    """One touchpoint in two periods; the weights of a comparison sum to one."""

    weight: float
    now: Measures
    before: Measures


@dataclass(frozen=True, slots=True)
class Difference:
    metric: str
    value: float
    low: float
    high: float
    low90: float
    high90: float
    p: float
    n_needed: int
    detectable: float


def difference(metric: str, strata: Sequence[Stratum]) -> Difference:
    """The change Σ weight × (now − before) with 95 % and 90 % intervals and a p-value.

    `csat`: Newcombe's hybrid score interval and the N−1 two-proportion test. `nps`, `ces`,
    `written`, `said`: difference of the adjusted estimates, z. Several touchpoints with fixed
    weights: distances to the limits add in squares, as for a stage.
    """
    value = math.fsum(s.weight * _change(metric, s) for s in strata)
    low, high = _limits(metric, strata, value, Z95)
    low90, high90 = _limits(metric, strata, value, Z90)
    needed, detectable = _power(metric, strata)
    return Difference(
        metric, value, low, high, low90, high90, _p_value(metric, strata), needed, detectable
    )


def newcombe(
    now: tuple[int, int], before: tuple[int, int], z: float = Z95
) -> tuple[float, float, float]:
    """Difference of two shares (successes, n) and its limits: Newcombe 1998, method 10.

    d − √((p₁−l₁)² + (u₂−p₂)²) … d + √((u₁−p₁)² + (p₂−l₂)²) with Wilson limits l, u.
    """
    (low1, high1), (low2, high2) = wilson(*now, z=z), wilson(*before, z=z)
    p1, p2 = now[0] / now[1], before[0] / before[1]
    gap = p1 - p2
    return gap, gap - math.hypot(p1 - low1, high2 - p2), gap + math.hypot(high1 - p1, p2 - low2)


def _change(metric: str, s: Stratum) -> float:
    return estimate(metric, s.now).centre - estimate(metric, s.before).centre


def _squared_error(metric: str, s: Stratum) -> float:
    """Of the difference of two adjusted estimates."""
    now, before = estimate(metric, s.now), estimate(metric, s.before)
    return now.variance / (now.n + PSEUDO_ANSWERS) + before.variance / (before.n + PSEUDO_ANSWERS)


def _limits(metric: str, strata: Sequence[Stratum], value: float, z: float) -> tuple[float, float]:
    below = above = 0.0
    for s in strata:
        if metric == "csat":
            gap, low, high = newcombe(
                (satisfied(s.now), s.now.n), (satisfied(s.before), s.before.n), z
            )
            below += (s.weight * (gap - low)) ** 2
            above += (s.weight * (high - gap)) ** 2
        else:
            spread = (s.weight * z) ** 2 * _squared_error(metric, s)
            below, above = below + spread, above + spread
    widest = RANGES[metric][1] - RANGES[metric][0]
    return max(value - math.sqrt(below), -widest), min(value + math.sqrt(above), widest)


def _p_value(metric: str, strata: Sequence[Stratum]) -> float:
    top = math.fsum(s.weight * _change(metric, s) for s in strata)
    error = _pooled_error if metric == "csat" else _squared_error
    spread = math.sqrt(math.fsum(s.weight**2 * error(metric, s) for s in strata))
    if spread == 0:
        return 1.0  # unanimous on both sides, and the same
    return 2 * (1 - NormalDist().cdf(abs(top) / spread))


def _pooled_error(_metric: str, s: Stratum) -> float:
    """Squared error of a difference of shares if nothing changed, with the N−1 correction."""
    size = s.now.n + s.before.n
    pooled = (satisfied(s.now) + satisfied(s.before)) / size
    return pooled * (1 - pooled) * (1 / s.now.n + 1 / s.before.n) * size / (size - 1)


def responses_needed(variances: float, change: float) -> int:
    """Responses per period that show `change` with 80 % power at the 5 % level.

    (z.975 + z.80)² × (v₁ + v₂) / change², v being the variance of one response.
    """
    return math.ceil((Z95 + Z_POWER) ** 2 * variances / change**2)


def _power(metric: str, strata: Sequence[Stratum]) -> tuple[int, float]:
    size_now, size_before = sum(s.now.n for s in strata), sum(s.before.n for s in strata)
    variances, error = 0.0, 0.0
    for s in strata:
        now, before = estimate(metric, s.now), estimate(metric, s.before)
        share = now.variance * size_now / now.n + before.variance * size_before / before.n
        variances += s.weight**2 * share
        error += s.weight**2 * (now.variance / now.n + before.variance / before.n)
    needed = responses_needed(variances, MATERIAL_CHANGE[metric])
    return needed, (Z95 + Z_POWER) * math.sqrt(error)


def adjusted_p(p_values: Sequence[float]) -> list[float]:
    """Benjamini & Hochberg 1995: the smallest false discovery rate at which each is found."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i], reverse=True)
    result = [1.0] * len(p_values)
    smallest = 1.0
    for position, index in enumerate(order):
        rank = len(p_values) - position
        smallest = min(smallest, p_values[index] * len(p_values) / rank)
        result[index] = smallest
    return result


def judge(family: Sequence[Difference], against: str) -> list[Verdict]:
    """A verdict for each difference; `family` is every comparable cell of one refresh."""
    discovered = adjusted_p([d.p for d in family])
    return [_verdict(d, q, against) for d, q in zip(family, discovered, strict=True)]


def _verdict(d: Difference, q: float, against: str) -> Verdict:
    material = MATERIAL_CHANGE[d.metric]
    judgement: Judgement = "cannot_tell"
    if q < FALSE_DISCOVERY_RATE and (d.low > 0 or d.high < 0):
        judgement = "better" if d.value > 0 else "worse"
    elif -material < d.low90 and d.high90 < material:
        judgement = "no_change"
    return Verdict(judgement, against, d.value, d.low, d.high, d.n_needed, d.detectable)


def cannot_tell(d: Difference, against: str) -> Verdict:
    """For a cell whose interval is too wide to be tested at all."""
    return Verdict("cannot_tell", against, d.value, d.low, d.high, d.n_needed, d.detectable)

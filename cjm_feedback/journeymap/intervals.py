"""Point estimates with 95 % intervals that stay honest for a handful of answers.

Every function takes integer cells and returns an `Estimate` in the metric's own unit: `csat` a
share 0…1, `nps` −100…100, `ces` 1…7, `written` and `said` −1…1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cjm_feedback.journeymap.measures import SCALE, SCALES, Measures

Z95 = 1.96
Z90 = 1.645
PSEUDO_ANSWERS = 3
RAW_MEAN_FROM = 30
"""A mean of fewer responses is printed with the pseudo-answers in it, of more without."""

RANGES: dict[str, tuple[float, float]] = {
    "csat": (0.0, 1.0),
    "nps": (-100.0, 100.0),
    "ces": (1.0, 7.0),
    "written": (-1.0, 1.0),
    "said": (-1.0, 1.0),
}
METRICS: tuple[str, ...] = tuple(RANGES)


@dataclass(frozen=True, slots=True)
class Estimate:
    n: int
    value: float
    """What is printed."""
    low: float
    high: float
    centre: float
    """What is compared: for means and NPS the estimate with the pseudo-answers in it."""
    variance: float
    """Of one response, in the metric's unit squared."""

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2


def wilson(successes: int, n: int, z: float = Z95) -> tuple[float, float]:
    """The score interval of a share: (p + z²/2n ± z√(p(1−p)/n + z²/4n²)) / (1 + z²/n).

    Wilson 1927. `n` must be positive.
    """
    p = successes / n
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = p + z * z / (2 * n)
    low = 0.0 if successes == 0 else (centre - spread) / (1 + z * z / n)
    high = 1.0 if successes == n else (centre + spread) / (1 + z * z / n)
    return low, high


def share_estimate(successes: int, n: int) -> Estimate:
    """A share 0…1 with its Wilson interval."""
    low, high = wilson(successes, n)
    softened = (successes + Z95**2 / 2) / (n + Z95**2)
    p = successes / n
    return Estimate(n, p, low, high, p, softened * (1 - softened))


def nps_estimate(promoters: int, detractors: int, n: int) -> Estimate:
    """Net promoter score −100…100: raw as value, adjusted Wald interval around it.

    Rocks 2016 (The American Statistician): three quarters of an answer are added to the
    promoters and to the detractors, three to all; se² = (p + d − (p − d)²) / (n + 3).
    A single unanimous answer lies outside that interval, which is then widened to hold it.
    """
    size = n + PSEUDO_ANSWERS
    p, d = (promoters + 0.75) / size, (detractors + 0.75) / size
    centre, variance = p - d, p + d - (p - d) ** 2
    spread = Z95 * math.sqrt(variance / size)
    value = (promoters - detractors) / n
    low, high = min(centre - spread, value), max(centre + spread, value)
    return Estimate(
        n,
        100 * value,
        100 * max(low, -1.0),
        100 * min(high, 1.0),
        100 * centre,
        100**2 * variance,
    )


def mean_estimate(measures: Measures, levels: Sequence[float]) -> Estimate:
    """The mean on a scale with K levels, 3/K pseudo-answers added to each of them.

    N = n + 3, m = Σwv/N, s² = Σw(v − m)²/N, interval m ± 1.96 s/√N, clipped to the scale
    (journey-map design 4.3.3: unanimous answers still get an honest width). The sums of the
    answers are exact, so values between the levels (text polarity) are not rounded to them.
    For the emotion picks the levels are the valences of the ten picks, so K = 10.
    The printed value is the raw mean from 30 responses on, the adjusted one below.
    """
    extra = PSEUDO_ANSWERS / len(levels)
    size = measures.n + PSEUDO_ANSWERS
    total = measures.total / SCALE
    mean = (total + extra * math.fsum(levels)) / size
    squares = measures.total_sq / SCALE**2 + extra * math.fsum(v * v for v in levels)
    variance = max(squares / size - mean * mean, 0.0)
    spread = Z95 * math.sqrt(variance / size)
    value = total / measures.n if measures.n >= RAW_MEAN_FROM else mean
    low, high = max(mean - spread, min(levels)), min(mean + spread, max(levels))
    return Estimate(measures.n, value, low, high, mean, variance)


def estimate(metric: str, measures: Measures) -> Estimate:
    """The estimate of one cell; `measures.n` must be positive."""
    bins, n = measures.bins, measures.n
    if metric == "csat":
        return share_estimate(satisfied(measures), n)
    if metric == "nps":
        return nps_estimate(sum(bins[9:11]), sum(bins[0:7]), n)
    return mean_estimate(measures, SCALES[metric].levels)


def satisfied(measures: Measures) -> int:
    """Ratings 4 and 5 of a `csat` cell."""
    return sum(measures.bins[3:5])


def combine(parts: Sequence[tuple[float, Estimate]], bounds: tuple[float, float]) -> Estimate:
    """The weighted mean Σwx of several estimates; the weights must sum to one.

    The distance to each limit is √Σw²(x − limit)², per side (MOVER, Zou & Donner 2008): the
    familiar se² = Σw²se² where intervals are symmetric, the part's own interval where there is
    one part, and always around the printed value. `n` is pooled.
    """
    value = math.fsum(w * part.value for w, part in parts)
    below = math.sqrt(math.fsum((w * (part.value - part.low)) ** 2 for w, part in parts))
    above = math.sqrt(math.fsum((w * (part.high - part.value)) ** 2 for w, part in parts))
    n = sum(part.n for _, part in parts)
    return Estimate(
        n=n,
        value=value,
        low=max(value - below, bounds[0]),
        high=min(value + above, bounds[1]),
        centre=math.fsum(w * part.centre for w, part in parts),
        variance=n * math.fsum(w * w * part.variance / part.n for w, part in parts),
    )

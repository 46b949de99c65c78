"""The two ends of the emotion curve, for one sentence that sums the map up."""

from __future__ import annotations

from dataclasses import dataclass

from cjm_feedback.journeymap.figures import Figure
from cjm_feedback.journeymap.structure import MapFigures, StageInput, TouchpointInput


@dataclass(frozen=True, slots=True)
class Extreme:
    """A touchpoint with its emotion; `figure` has the number, n, interval and verdict."""

    stage: StageInput
    touchpoint: TouchpointInput
    figure: Figure
    value: float


@dataclass(frozen=True, slots=True)
class Summary:
    """`lowest` and `highest` are firm figures; absent where fewer than two touchpoints are.

    `apart`: their intervals do not overlap, so it is not chance that tells them from each
    other. `answered` of `touchpoints` have any emotion figure at all.
    """

    lowest: Extreme | None
    highest: Extreme | None
    apart: bool
    answered: int
    touchpoints: int


def summarise(figures: MapFigures) -> Summary:
    """Equal values: the earlier touchpoint is named."""
    places = [(stage.stage, place) for stage in figures.stages for place in stage.touchpoints]
    emotions = [(stage, p.touchpoint, p.level.figures["emotion"]) for stage, p in places]
    firm = [
        Extreme(stage, touchpoint, figure, figure.value)
        for stage, touchpoint, figure in emotions
        if figure.tier == "firm" and figure.value is not None
    ]
    answered = sum(figure.tier != "hidden" for _, _, figure in emotions)
    if len(firm) < 2:
        return Summary(None, None, False, answered, len(places))
    lowest = min(firm, key=lambda extreme: extreme.value)
    highest = max(firm, key=lambda extreme: extreme.value)
    return Summary(lowest, highest, _apart(lowest, highest), answered, len(places))


def _apart(lowest: Extreme, highest: Extreme) -> bool:
    above, below = lowest.figure.high, highest.figure.low
    return above is not None and below is not None and above < below

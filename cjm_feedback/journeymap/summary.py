"""Where emotion and satisfaction are lowest and highest, for the words that sum the map up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cjm_feedback.journeymap.figures import Figure
from cjm_feedback.journeymap.structure import (
    MapFigures,
    StageInput,
    TouchpointFigures,
    TouchpointInput,
)


@dataclass(frozen=True, slots=True)
class Extreme:
    """A touchpoint with one of its figures: the number, n, interval and verdict."""

    stage: StageInput
    touchpoint: TouchpointInput
    figure: Figure
    value: float


@dataclass(frozen=True, slots=True)
class Ends:
    """The lowest and the highest firm figure of a metric.

    `apart`: their intervals do not overlap, so it is not chance that tells them from each
    other.
    """

    lowest: Extreme
    highest: Extreme
    apart: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """The ends by emotion and by satisfaction; absent with fewer than two firm touchpoints.

    Both are told: the touchpoint with the worst mood need not be the least satisfying one.
    `answered` of `touchpoints` have a figure of emotion or satisfaction at all.
    """

    emotion: Ends | None
    satisfaction: Ends | None
    answered: int
    touchpoints: int

    @property
    def lowest(self) -> Extreme | None:
        """By emotion."""
        return self.emotion.lowest if self.emotion else None

    @property
    def highest(self) -> Extreme | None:
        return self.emotion.highest if self.emotion else None


Places = list[tuple[StageInput, TouchpointFigures]]


def summarise(figures: MapFigures) -> Summary:
    places = [(stage.stage, place) for stage in figures.stages for place in stage.touchpoints]
    return Summary(
        _ends(places, "emotion"),
        _ends(places, "csat"),
        sum(_answered(place) for _, place in places),
        len(places),
    )


def _answered(place: TouchpointFigures) -> bool:
    return any(place.level.figures[name].tier != "hidden" for name in ("emotion", "csat"))


def _ends(places: Places, metric: str) -> Ends | None:
    """Equal values: the earlier touchpoint is named."""
    firm = list(_firm(places, metric))
    if len(firm) < 2:
        return None
    lowest = min(firm, key=lambda extreme: extreme.value)
    highest = max(firm, key=lambda extreme: extreme.value)
    return Ends(lowest, highest, _apart(lowest, highest))


def _firm(places: Places, metric: str) -> Iterable[Extreme]:
    for stage, place in places:
        figure = place.level.figures[metric]
        if figure.tier == "firm" and figure.value is not None:
            yield Extreme(stage, place.touchpoint, figure, figure.value)


def _apart(lowest: Extreme, highest: Extreme) -> bool:
    above, below = lowest.figure.high, highest.figure.low
    return above is not None and below is not None and above < below

"""Where the columns of the map stand."""

from __future__ import annotations

from dataclasses import dataclass

from cjm_feedback.journeymap.svg import STAGE_SIZE, TEXT_SIZE
from cjm_feedback.journeymap.textfit import wrap
from cjm_feedback.journeymap.view import MapView, StageView, TouchpointView

RAIL = 128
EDGE = 8
NARROWEST, WIDEST = 72, 120
LEAST = 480
"""Pixels that the legend of the smallest journey needs."""
ARROW = 10
STAGE_PADDING = 14
STAGE_WIDEST = 220


@dataclass(frozen=True, slots=True)
class Column:
    x: float
    width: float
    place: TouchpointView
    stage: StageView

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Span:
    """A stage over its columns."""

    x: float
    width: float
    stage: StageView
    name: tuple[str, ...]

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Layout:
    spans: tuple[Span, ...]
    columns: tuple[Column, ...]
    width: float
    name_lines: int

    @property
    def right(self) -> float:
        return self.width - EDGE


def lay_out(view: MapView, width: float) -> Layout:
    """Columns as wide as `width` allows, from 72 to 120 px; the map scrolls when it needs more.

    A stage is at least as wide as its name, and one without touchpoints keeps a column.
    """
    slots = sum(max(len(stage.touchpoints), 1) for stage in view.stages)
    column = min(max((width - RAIL - EDGE) / max(slots, 1), NARROWEST), WIDEST)
    column = max(column, (LEAST - RAIL - EDGE) / max(slots, 1))
    spans: list[Span] = []
    columns: list[Column] = []
    x = float(RAIL)
    for stage in view.stages:
        count = max(len(stage.touchpoints), 1)
        needed, name = _stage_name(stage.name, column * count, view.language)
        wide = needed / count
        spans.append(Span(x, needed, stage, name))
        columns += [
            Column(x + i * wide, wide, place, stage) for i, place in enumerate(stage.touchpoints)
        ]
        x += needed
    deepest = max((len(touchpoint_name(c, view.language)) for c in columns), default=1)
    return Layout(tuple(spans), tuple(columns), max(x + EDGE, LEAST), deepest)


def touchpoint_name(column: Column, language: str) -> tuple[str, ...]:
    return wrap(column.place.name, column.width - 6, TEXT_SIZE, language, lines=4, bold=True)


def _stage_name(name: str, width: float, language: str) -> tuple[float, tuple[str, ...]]:
    """The width that holds the name in two whole lines, and those lines."""
    while True:
        room = width - ARROW - STAGE_PADDING
        whole = wrap(name, room, STAGE_SIZE, language, lines=99, bold=True)
        if len(whole) <= 2 or width >= STAGE_WIDEST:
            return width, wrap(name, room, STAGE_SIZE, language, lines=2, bold=True)
        width += 4

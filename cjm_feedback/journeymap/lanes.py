"""The lanes under the emotion curve: one row of the map each, drawn column by column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from cjm_feedback.journeymap.intervals import RANGES
from cjm_feedback.journeymap.layout import Column, Layout, Span
from cjm_feedback.journeymap.marks import bar, mix_bar, scale
from cjm_feedback.journeymap.numbers import EMPTY
from cjm_feedback.journeymap.svg import SMALL, TEXT_SIZE, Svg, join, lines, text
from cjm_feedback.journeymap.textfit import width, wrap
from cjm_feedback.journeymap.view import FigureView, MapView

PAD = 7


class Lane(Protocol):
    title: str
    unit: str
    metric: str
    """Of the link of its cells."""
    height: float

    def cell(self, column: Column, top: float) -> Svg: ...


class FigureLane:
    """A number with its n, and above it a bar or scale where the metric has one."""

    def __init__(self, view: MapView, layout: Layout, metric: str) -> None:
        self.metric = metric
        self.title = view.phrases.metric(metric)
        self.unit = view.phrases.unit(metric)
        self.drawn = metric in ("csat", "nps", "ces")
        self.in_two = any(self._too_wide(column) for column in layout.columns)
        self.height = (16 if self.drawn else 2) + (28 if self.in_two else 15) + 4.0

    def cell(self, column: Column, top: float) -> Svg:
        view = column.place.figures[self.metric]
        drawing = self._drawing(view, column, top + 5) if self.drawn else Svg("")
        y = top + (28 if self.drawn else 14)
        if view.figure.tier == "hidden":
            return text(
                column.middle, top + self.height / 2 + 4, EMPTY, "m-t m-dim", anchor="middle"
            )
        if self.in_two:
            number = text(column.middle, y, view.value or EMPTY, "m-t", anchor="middle")
            below = text(column.middle, y + 13, view.n, "m-t m-xs m-dim", anchor="middle")
            return join(drawing, number, below)
        return join(drawing, text(column.middle, y, _one_line(view), "m-t", anchor="middle"))

    def _drawing(self, view: FigureView, column: Column, top: float) -> Svg:
        figure = view.figure
        if figure.value is None or figure.low is None or figure.high is None:
            return Svg("")
        x, wide, weak = column.x + PAD, column.width - 2 * PAD, figure.tier == "weak"
        if self.metric == "csat":
            return bar(x, top, wide, figure.value, (figure.low, figure.high), weak=weak)
        low, high = RANGES[self.metric]
        value, start, end = (
            2 * (v - low) / (high - low) - 1 for v in (figure.value, figure.low, figure.high)
        )
        return scale(x, top, wide, value, (start, end), weak=weak)

    def _too_wide(self, column: Column) -> bool:
        return width(_one_line(column.place.figures[self.metric]), TEXT_SIZE) > column.width - 4


def _one_line(view: FigureView) -> str:
    return f"{view.value} · {view.n}" if view.value else f"n = {view.n}"


class MixLane:
    metric = "emotion"
    height = 24.0

    def __init__(self, view: MapView) -> None:
        self.title = view.phrases.mix_title()
        self.unit = ""

    def cell(self, column: Column, top: float) -> Svg:
        mix = column.place.mix
        if mix is None:
            return Svg("")
        return mix_bar(column.x + PAD, top + 6, column.width - 2 * PAD, 10, mix.shares)


class VerdictLane:
    metric = "emotion"
    colours = {"worse": "m-b m-paint", "better": "m-b m-gaint"}

    def __init__(self, view: MapView, layout: Layout) -> None:
        self.title = view.phrases.since()
        self.unit = view.phrases.metric("emotion")
        self.language = view.language
        deepest = max((len(self._words(column)) for column in layout.columns), default=1)
        self.height = 12 + 13.0 * max(deepest, 1)

    def cell(self, column: Column, top: float) -> Svg:
        verdict = column.place.figures["emotion"].verdict_class
        classes = f"m-t m-xs {self.colours.get(verdict, 'm-dim')}"
        return lines(column.middle, top + 17, self._words(column), classes, anchor="middle")

    def _words(self, column: Column) -> tuple[str, ...]:
        words = column.place.figures["emotion"].verdict_short
        return wrap(words, column.width - 4, SMALL, self.language, lines=2, bold=True)


class StageLane:
    """One row for the stages themselves; their links are those of the stage heads."""

    def __init__(self, view: MapView, layout: Layout) -> None:
        self.title = view.phrases.whole_stage()
        self.unit = view.phrases.whole_stage_unit()
        deepest = max((len(self._words(span)) for span in layout.spans), default=1)
        self.height = 12 + 13.0 * max(deepest, 1)

    def cell(self, span: Span, top: float) -> Svg:
        return lines(span.middle, top + 17, self._words(span), "m-t m-b", anchor="middle")

    def _words(self, span: Span) -> tuple[str, ...]:
        """Emotion, then satisfaction: each with the n it is made of, below it where it must."""
        found: list[str] = []
        for name in ("emotion", "csat"):
            view = span.stage.figures[name]
            words = EMPTY if view.figure.tier == "hidden" else _one_line(view)
            fits = width(words, TEXT_SIZE, bold=True) <= span.width - 6
            found += [words] if fits else [view.value or EMPTY, view.n]
        return tuple(found)


def touchpoint_lanes(view: MapView, layout: Layout) -> Iterator[Lane]:
    """Lanes without a single answer are left out, apart from satisfaction."""
    for metric in ("written", "said"):
        if view.measured(metric):
            yield FigureLane(view, layout, metric)
    yield MixLane(view)
    yield FigureLane(view, layout, "csat")
    for metric in ("nps", "ces"):
        if view.measured(metric):
            yield FigureLane(view, layout, metric)
    if view.compared:
        yield VerdictLane(view, layout)

"""The emotion lane: two curves of one scale, their intervals, and numbers that stay readable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cjm_feedback.journeymap.layout import Column, Layout
from cjm_feedback.journeymap.marks import circle_mark, diamond_mark, whisker
from cjm_feedback.journeymap.svg import TEXT_SIZE, Svg, join, path, rect, text
from cjm_feedback.journeymap.textfit import width
from cjm_feedback.journeymap.view import MapView

HEIGHT = 210
MARGIN = 24
APART = 9.5
"""Pixels from a column's middle to each of its two marks."""
NEUTRAL = 0.15
LINE = 13

DASHES: dict[str, str | None] = {"written": None, "said": "7 4"}
GAP_DASHES = "1.5 5"
MARKS = {"written": circle_mark, "said": diamond_mark}


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across * down if across > 0 and down > 0 else 0.0


Words = list[tuple[str, str]]
"""Lines of a label with their classes."""
Label = tuple[Box, Words]


@dataclass(frozen=True, slots=True)
class Point:
    """One mark of a curve."""

    column: int
    x: float
    y: float
    top: float
    bottom: float
    value: float
    weak: bool


class EmotionLane:
    def __init__(self, view: MapView, layout: Layout, top: float) -> None:
        self.view = view
        self.layout = layout
        self.top = top
        self.middle = top + HEIGHT / 2
        self.reach = HEIGHT / 2 - MARGIN
        self.curves = {name: self._points(name) for name in MARKS}
        self.labels = self._place_labels()

    def at(self, value: float) -> float:
        return self.middle - value * self.reach

    def ground(self, left: float) -> Svg:
        right = self.layout.right
        deep = HEIGHT / 2 - NEUTRAL * self.reach
        return join(
            rect("m-up", left, self.top, right - left, deep),
            rect("m-down", left, self.at(-NEUTRAL), right - left, deep),
            path("m-zero", "M", left, self.middle, "H", right),
        )

    def hidden(self, column: Column) -> bool:
        return all(column.place.figures[name].figure.tier == "hidden" for name in MARKS)

    def hatch(self, column: Column, pattern: str) -> Svg:
        x, y, w, h = column.x + 6, self.top + 4, column.width - 12, HEIGHT - 8.0
        return rect("m-hatch", x, y, w, h, rx=4, fill=f"url(#{pattern})")

    def lines(self) -> Svg:
        drawn = [self._previous()]
        for name, points in self.curves.items():
            for start, end in _pairs(points):
                far = end.column - start.column > 1
                drawn.append(
                    path(
                        "m-line",
                        *("M", start.x, start.y, "L", end.x, end.y),
                        stroke_dasharray=GAP_DASHES if far else DASHES[name],
                    )
                )
        return join(*drawn)

    def column(self, index: int) -> Svg:
        """Whiskers, marks and the number of one touchpoint."""
        drawn: list[Svg] = []
        points = [
            (name, p) for name, curve in self.curves.items() for p in curve if p.column == index
        ]
        drawn += [whisker(p.x, p.top, p.bottom) for _, p in points]
        drawn += [MARKS[name](p.x, p.y, p.value, weak=p.weak) for name, p in points]
        if index in self.labels:
            box, words = self.labels[index]
            middle = (box.left + box.right) / 2
            for i, (word, classes) in enumerate(words, 1):
                drawn.append(text(middle, box.top + LINE * i - 3, word, classes, anchor="middle"))
        return join(*drawn)

    def _points(self, name: str) -> list[Point]:
        found = []
        for index, column in enumerate(self.layout.columns):
            figure = column.place.figures[name].figure
            if figure.value is None or figure.low is None or figure.high is None:
                continue
            found.append(
                Point(
                    index,
                    self._x(column, name),
                    self.at(figure.value),
                    self.at(figure.high),
                    self.at(figure.low),
                    figure.value,
                    figure.tier == "weak",
                )
            )
        return found

    def _x(self, column: Column, name: str) -> float:
        """Side by side where both speak, else in the middle."""
        if any(column.place.figures[one].figure.tier == "hidden" for one in MARKS):
            return column.middle
        return column.middle + (APART if name == "said" else -APART)

    def _previous(self) -> Svg:
        """The emotion of the period before, one series at a time."""
        drawn = []
        columns = self.layout.columns
        for left, right in pairwise(columns):
            ends = [c.place.figures["emotion"] for c in (left, right)]
            before = [end.before for end in ends]
            if before[0] is None or before[1] is None:
                continue
            if ends[0].figure.source != ends[1].figure.source:
                continue
            y1, y2 = self.at(before[0]), self.at(before[1])
            drawn.append(path("m-prev", "M", left.middle, y1, "L", right.middle, y2))
        return join(*drawn)

    def _place_labels(self) -> dict[int, Label]:
        """Print the emotion's number where it covers least of marks, lines and other numbers."""
        taken = list(self._obstacles())
        placed: dict[int, Label] = {}
        for index, column in enumerate(self.layout.columns):
            emotion = column.place.figures["emotion"]
            curve = self.curves.get(emotion.figure.source, [])
            point = next((p for p in curve if p.column == index), None)
            if not emotion.value or point is None:
                continue
            words = [*self._flag(column), (emotion.value, "m-t m-b m-halo")]
            wide = max(width(word, TEXT_SIZE, bold=True) for word, _ in words) + 4
            near = [b for b in taken if b.right > column.x - wide and b.left < column.right + wide]
            box = self._best(point, column, wide, LINE * len(words) + 2, near)
            placed[index] = (box, words)
            taken.append(box)
        return placed

    def _flag(self, column: Column) -> Words:
        ends, phrases = self.view.ends, self.view.phrases
        for extreme, word in ((ends.lowest, phrases.lowest()), (ends.highest, phrases.highest())):
            if extreme is not None and extreme.touchpoint.id == column.place.id:
                return [(word, "m-t m-flag m-halo")]
        return []

    def _best(
        self, point: Point, column: Column, wide: float, high: float, taken: Sequence[Box]
    ) -> Box:
        others = [p for curve in self.curves.values() for p in curve if p.column == point.column]
        outer = APART + 10 if len(others) > 1 else 10.0
        right, left = column.middle + outer, column.middle - outer - wide
        ends = (min(p.top for p in others) - high - 3, max(p.bottom for p in others) + 3)
        corners = [
            *((right, y) for y in (point.y - high - 1, point.y + 1)),
            *((left, y) for y in (point.y - high - 1, point.y + 1)),
            *((point.x - wide / 2, y) for y in (point.top - high - 3, point.bottom + 3)),
            *((column.middle - wide / 2, y) for y in ends),
        ]
        boxes = [Box(x, y, x + wide, y + high) for x, y in corners]
        return min(
            boxes,
            key=lambda box: self._cost(box, column, taken) + _mistaken(box, point, others),
        )

    def _cost(self, box: Box, column: Column, taken: Sequence[Box]) -> float:
        covered = sum(box.overlap(other) for other in taken)
        beyond = max(column.x - box.left, 0) + max(box.right - column.right, 0)
        outside = max(self.top - box.top, 0) + max(box.bottom - self.top - HEIGHT, 0)
        edge = max(box.right - self.layout.right, 0)
        return covered + 6 * beyond + 400 * (outside + edge)

    def _obstacles(self) -> Iterator[Box]:
        for curve in self.curves.values():
            for p in curve:
                yield Box(p.x - 9, p.y - 9, p.x + 9, p.y + 9)
                yield Box(p.x - 4, p.top, p.x + 4, p.bottom)
            for start, end in _pairs(curve):
                yield from _along(start, end)


def _mistaken(box: Box, point: Point, others: Sequence[Point]) -> float:
    """What it costs that a number stands nearer to the other curve's mark than to its own."""

    def away(one: Point) -> float:
        across = max(box.left - one.x, one.x - box.right, 0)
        down = max(box.top - one.y, one.y - box.bottom, 0)
        return across + down

    return 300.0 if any(away(one) < away(point) for one in others if one is not point) else 0.0


def _pairs(points: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    return pairwise(points)


def _along(start: Point, end: Point, step: float = 4) -> Iterator[Box]:
    """Small boxes that cover a segment."""
    count = max(int(abs(end.x - start.x) / step), int(abs(end.y - start.y) / step), 1)
    for i in range(count + 1):
        x = start.x + (end.x - start.x) * i / count
        y = start.y + (end.y - start.y) * i / count
        yield Box(x - 2, y - 2, x + 2, y + 2)

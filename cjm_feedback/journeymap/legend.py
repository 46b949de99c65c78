"""What the signs mean, inside the drawing, so that every export carries it."""

from __future__ import annotations

from typing import Protocol

from cjm_feedback.journeymap.curves import DASHES
from cjm_feedback.journeymap.marks import circle_mark, diamond_mark
from cjm_feedback.journeymap.svg import TEXT_SIZE, Svg, join, lines, path, rect, text
from cjm_feedback.journeymap.textfit import width, wrap
from cjm_feedback.journeymap.view import MapView

ROW = 22.0
GAP = 18.0
STEP = 15.0
SAMPLE = 48


class Legend:
    def __init__(self, view: MapView, room: float, pattern: str) -> None:
        self.room = room
        self.items = _items(view, pattern)
        words = " ".join(view.notes)
        self.notes = wrap(words, room, TEXT_SIZE, view.language, lines=99)
        self.places = self._flow()
        self.height = self.places[-1][1] + ROW + STEP * len(self.notes) + 4

    def draw(self, x: float, y: float) -> Svg:
        drawn = []
        for (left, top), (sign, wide, words) in zip(self.places, self.items, strict=True):
            drawn.append(sign(x + left, y + top + 9))
            drawn.append(text(x + left + wide + 6, y + top + 13, words, "m-t m-dim"))
        notes = y + self.places[-1][1] + ROW + 12
        return join(*drawn, lines(x, notes, self.notes, "m-t m-dim", step=STEP))

    def _flow(self) -> list[tuple[float, float]]:
        places, x, y = [], 0.0, 0.0
        for _, wide, words in self.items:
            needed = wide + 6 + width(words, TEXT_SIZE)
            if x > 0 and x + needed > self.room:
                x, y = 0.0, y + ROW
            places.append((x, y))
            x += needed + GAP
        return places


def _items(view: MapView, pattern: str) -> list[tuple[_Sign, float, str]]:
    phrases = view.phrases
    found: list[tuple[_Sign, float, str]] = [
        (_written, SAMPLE, phrases.source_name_of("written")),
        (_said, SAMPLE, phrases.source_name_of("said")),
        (_weak, 32, phrases.weak_sign()),
    ]
    if view.silent:
        found.append((_hatched(pattern), 16, phrases.hidden_sign(view.silent)))
    found.append((_levels, 62, f"{phrases.level(1)} … {phrases.level(5)}"))
    if view.compared:
        found.append((_previous, 26, phrases.period))
    return found


def _written(x: float, y: float) -> Svg:
    return join(
        path("m-line", "M", x, y, "h", SAMPLE), circle_mark(x + SAMPLE / 2, y, 0.3, weak=False)
    )


def _said(x: float, y: float) -> Svg:
    dashed = path("m-line", "M", x, y, "h", SAMPLE, stroke_dasharray=DASHES["said"])
    return join(dashed, diamond_mark(x + SAMPLE / 2, y, 0.3, weak=False))


def _weak(x: float, y: float) -> Svg:
    return join(
        circle_mark(x + 7, y, 0, weak=True, radius=6),
        diamond_mark(x + 24, y, 0, weak=True, radius=7),
    )


def _previous(x: float, y: float) -> Svg:
    return path("m-prev", "M", x, y, "h", 26)


def _levels(x: float, y: float) -> Svg:
    return join(*(rect(f"q{i + 1}", x + 12.5 * i, y - 5, 11.5, 10) for i in range(5)))


class _Sign(Protocol):
    def __call__(self, x: float, y: float, /) -> Svg: ...


def _hatched(pattern: str) -> _Sign:
    def draw(x: float, y: float) -> Svg:
        return rect("m-hatch", x, y - 7, 16, 14, rx=3, fill=f"url(#{pattern})")

    return draw

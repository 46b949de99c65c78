"""Small drawings about reading, in the look of the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cjm_feedback.journeymap.marks import bar
from cjm_feedback.journeymap.svg import Svg, document, join, path, rect, text

NARROW, WIDE = 246, 560
ROW, GROUP, HEADING, AXIS = 20, 12, 16, 20
BAR_WIDTH = 120
TICKS = (0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """A share 0…1 with its interval and how both are written."""

    name: str
    share: float
    interval: tuple[float, float]
    value: str


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    bars: tuple[Bar, ...]


def draw_groups(groups: Sequence[Group], ticks: Sequence[str], label: str, *, width: int) -> Svg:
    """Bars under headings; `ticks` are the words for none, half and all."""
    left, right = (104, 46) if width <= NARROW else (130, 60)
    track = width - left - right
    drawn: list[Svg] = []
    y = 0.0
    for group in groups:
        drawn.append(text(0, y + 11, group.name, "m-t m-b"))
        y += HEADING
        for one in group.bars:
            drawn.append(text(0, y + 10, one.name, "m-t m-dim"))
            drawn.append(bar(left, y + 3, track, one.share, one.interval, ticks=True))
            drawn.append(text(width, y + 10, one.value, "m-t", anchor="end"))
            y += ROW
        y += GROUP
    foot = y - GROUP / 2
    rules = [path("m-rule", "M", left + track * at, 0, "V", foot) for at in TICKS]
    words = [
        text(left + track * at, foot + 13, word, "m-t m-xs m-dim", anchor="middle")
        for at, word in zip(TICKS, ticks, strict=True)
    ]
    return document(width, foot + AXIS, *rules, *drawn, *words, classes="fig", label=label)


def draw_share(share: float) -> Svg:
    """A bar that goes with its number: decoration."""
    return document(
        BAR_WIDTH,
        10,
        join(
            rect("m-track", 0, 1, BAR_WIDTH, 7, rx=2),
            rect("m-fill", 0, 1, BAR_WIDTH * min(max(share, 0.0), 1.0), 7, rx=2),
        ),
        classes="fig",
    )

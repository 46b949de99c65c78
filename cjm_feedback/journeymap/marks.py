"""The signs the map is made of: marks, bars, scales. Colour is never the only code."""

from __future__ import annotations

from collections.abc import Sequence

from cjm_feedback.journeymap.svg import Svg, document, element, join, path, rect

RADIUS = 7
DIAMOND = 8.5


def valence_class(value: float) -> int:
    """1 very negative … 5 very positive, for a value from −1 to 1."""
    if value <= -0.4:
        return 1
    if value < -0.15:
        return 2
    if value <= 0.15:
        return 3
    return 4 if value < 0.5 else 5


def circle_mark(x: float, y: float, value: float, *, weak: bool, radius: float = RADIUS) -> Svg:
    """A round mark: what people wrote. Hollow without a sign inside when weak."""
    level = valence_class(value)
    fill = "q0" if weak else f"q{level}"
    disc = element(
        "circle", classes=fill, cx=x, cy=y, r=radius, stroke="#1b2430", stroke_width="1.5"
    )
    return element("g", disc, _sign(x, y, level, weak), classes="m-mark")


def diamond_mark(x: float, y: float, value: float, *, weak: bool, radius: float = DIAMOND) -> Svg:
    """A mark on its point: what people picked."""
    level = valence_class(value)
    steps = ("M", x, y - radius, "L", x + radius, y, "L", x, y + radius, "L", x - radius, y, "Z")
    body = path("q0" if weak else f"q{level}", *steps)
    outline = path("m-ci", *steps)
    return element("g", body, outline, _sign(x, y, level, weak), classes="m-mark")


def _sign(x: float, y: float, level: int, weak: bool) -> Svg:
    if weak or level == 3:
        return Svg("")
    steps: list[str | float] = ["M", x - 3, y, "h", 6]
    if level > 3:
        steps += ["M", x, y - 3, "v", 6]
    return path(f"m-glyph g{level}", *steps)


def whisker(x: float, top: float, bottom: float) -> Svg:
    return path(
        "m-ci", "M", x, top, "V", bottom, "M", x - 4, top, "h", 8, "M", x - 4, bottom, "h", 8
    )


def bar(
    x: float,
    y: float,
    w: float,
    share: float,
    interval: tuple[float, float],
    *,
    weak: bool = False,
    ticks: bool = False,
) -> Svg:
    """A share 0…1 on a track with its interval; weak: the interval alone."""
    low, high = (x + w * end for end in interval)
    filled = Svg("") if weak else rect("m-fill", x, y, w * share, 7, rx=2)
    steps: list[str | float] = ["M", low, y + 3.5, "H", high]
    if ticks:
        steps += ["M", low, y, "v", 7, "M", high, y, "v", 7]
    around = rect("m-bg", low, y + 2, high - low, 3)  # keeps the line apart from a dark bar
    return join(rect("m-track", x, y, w, 7, rx=2), filled, around, path("m-ci", *steps))


def scale(
    x: float,
    y: float,
    w: float,
    value: float,
    interval: tuple[float, float],
    *,
    weak: bool = False,
) -> Svg:
    """A value on a two-sided track with its middle marked; all three from −1 to 1."""

    def at(v: float) -> float:
        return x + w * (v + 1) / 2

    dot = element(
        "circle",
        classes="q0" if weak else f"q{valence_class(value)}",
        cx=at(value),
        cy=y + 3.5,
        r=4,
        stroke="#1b2430",
        stroke_width="1.5",
    )
    return join(
        rect("m-track", x, y, w, 7, rx=2),
        path("m-zero", "M", x + w / 2, y - 1, "v", 9),
        path("m-ci", "M", at(interval[0]), y + 3.5, "H", at(interval[1])),
        element("g", dot, classes="m-mark"),
    )


def mix_bar(x: float, y: float, w: float, h: float, shares: Sequence[float]) -> Svg:
    """Five segments from very negative to very positive with gaps between them."""
    drawn, left = [], x
    for level, share in enumerate(shares, 1):
        if w * share > 0.4:
            drawn.append(rect(f"q{level}", left, y, max(w * share - 0.8, 0.4), h))
        left += w * share
    return join(*drawn)


def render_gauge(
    value: float,
    interval: tuple[float, float],
    label: str,
    *,
    weak: bool = False,
    picked: bool = False,
    width: int = 300,
) -> Svg:
    """A small drawing for stage cards and panels: an emotion on its scale."""

    def at(v: float) -> float:
        return 10 + (v + 1) / 2 * (width - 20)

    mark = diamond_mark if picked else circle_mark
    return document(
        width,
        32,
        rect("m-down", 0, 6, width / 2, 20, rx=4),
        rect("m-up", width / 2, 6, width / 2, 20, rx=4),
        path("m-zero", "M", width / 2, 2, "v", 28),
        path("m-ci", "M", at(interval[0]), 16, "H", at(interval[1])),
        mark(at(value), 16, value, weak=weak),
        classes="fig fig-wide",
        label=label,
    )


def render_share(
    share: float,
    interval: tuple[float, float],
    label: str,
    *,
    weak: bool = False,
    width: int = 56,
) -> Svg:
    """A small bar for table cells: a share with its interval."""
    drawn = bar(0, 5, width, share, interval, weak=weak, ticks=True)
    return document(width, 18, drawn, classes="fig", label=label)


def render_mix(shares: Sequence[float], label: str, *, width: int = 160) -> Svg:
    return document(width, 12, mix_bar(0, 1, width, 10, shares), classes="fig", label=label)

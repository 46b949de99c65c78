"""Write SVG that is safe anywhere: everything escaped, no style attribute, no foreign content.

Geometry and the colours of the light theme stand in presentation attributes, so that a saved
file looks right on its own. Each element also has a class of the staff stylesheet, which wins
over presentation attributes and brings the dark theme.
"""

from __future__ import annotations

import re
from html import escape as escape_markup

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INK, _DIM, _EDGE = "#1b2430", "#4b5764", "#79828d"
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif'
TEXT_SIZE, SMALL, STAGE_SIZE = 11, 10, 13

PAINT: dict[str, dict[str, str]] = {
    "m-bg": {"fill": "#fff"},
    "m-up": {"fill": "#e8f2fa"},
    "m-down": {"fill": "#fdf0e6"},
    "m-zero": {"fill": "none", "stroke": _EDGE},
    "m-stage": {"fill": "none", "stroke": _EDGE, "stroke-width": "1.5"},
    "m-rule": {"fill": "none", "stroke": "#dedcd4"},
    "m-line": {
        "fill": "none",
        "stroke": _INK,
        "stroke-width": "2",
        "stroke-linejoin": "round",
    },
    "m-prev": {
        "fill": "none",
        "stroke": _EDGE,
        "stroke-width": "1.25",
        "stroke-dasharray": "4 3",
    },
    "m-ci": {"fill": "none", "stroke": _INK, "stroke-width": "1.25"},
    "m-phase": {"fill": "#eeede8"},
    "m-track": {"fill": "#eeede8"},
    "m-fill": {"fill": _DIM},
    "m-hollow": {"fill": "none", "stroke": _DIM, "stroke-width": "1.5"},
    "m-chev": {"fill": _INK},
    "m-hatchline": {"fill": "none", "stroke": _EDGE, "stroke-opacity": ".55"},
    "m-sel": {"fill": "none", "stroke": "#0b625c", "stroke-width": "2"},
    "m-glyph": {"fill": "none", "stroke-width": "1.75"},
    "g1": {"stroke": "#fff"},
    "g2": {"stroke": _INK},
    "g4": {"stroke": _INK},
    "g5": {"stroke": "#fff"},
    "q0": {"fill": "#fff"},
    "q1": {"fill": "#b2400e"},
    "q2": {"fill": "#f0a36b"},
    "q3": {"fill": "#d9d9d9"},
    "q4": {"fill": "#7fb4de"},
    "q5": {"fill": "#1f5f99"},
    "m-t": {"fill": _INK, "font-size": str(TEXT_SIZE)},
    "m-xs": {"font-size": str(SMALL)},
    "m-b": {"font-weight": "bold"},
    "m-name": {},
    "m-dim": {"fill": _DIM},
    "m-paint": {"fill": "#963408"},
    "m-gaint": {"fill": "#1a5488"},
    "m-flag": {"font-size": str(SMALL), "font-weight": "bold"},
    "m-chevt": {"fill": "#fff", "font-size": str(STAGE_SIZE), "font-weight": "bold"},
    "m-halo": {
        "stroke": "#fff",
        "stroke-width": "3",
        "stroke-linejoin": "round",
        "paint-order": "stroke",
    },
}


class Svg(str):
    """Finished markup. `__html__` tells templates not to escape it again."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def escape(text: str) -> str:
    """For text and attributes; characters that XML has no place for are left out."""
    return escape_markup(_NOT_XML.sub("", text))


def join(*parts: Svg) -> Svg:
    return Svg("".join(parts))


def element(name: str, *content: Svg, classes: str = "", **attributes: object) -> Svg:
    """One element. `stroke_width` is written stroke-width, `class_`-like names lose the line.

    Attributes given win over those of the classes; absent (None) ones are left out.
    """
    paint: dict[str, object] = {}
    for one in classes.split():
        paint.update(PAINT.get(one, {}))
    paint.update({key.rstrip("_").replace("_", "-"): v for key, v in attributes.items()})
    written = f' class="{escape(classes)}"' if classes else ""
    written += "".join(
        f' {key}="{escape(_number(value))}"' for key, value in paint.items() if value is not None
    )
    return Svg(
        f"<{name}{written}>{''.join(content)}</{name}>" if content else f"<{name}{written}/>"
    )


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)


def path(classes: str, *steps: str | float, **attributes: object) -> Svg:
    """A path from letters and numbers: `path("m-ci", "M", 1, 2, "V", 9)`."""
    drawn = " ".join(_number(float(s)) if isinstance(s, int | float) else s for s in steps)
    return element("path", classes=classes, d=drawn, **attributes)


def rect(classes: str, x: float, y: float, w: float, h: float, **attributes: object) -> Svg:
    return element(
        "rect", classes=classes, x=x, y=y, width=max(w, 0), height=max(h, 0), **attributes
    )


def text(x: float, y: float, words: str, classes: str = "m-t", *, anchor: str = "start") -> Svg:
    return element(
        "text",
        Svg(escape(words)),
        classes=classes,
        x=x,
        y=y,
        text_anchor=None if anchor == "start" else anchor,
    )


def lines(
    x: float,
    y: float,
    words: tuple[str, ...],
    classes: str = "m-t",
    *,
    anchor: str = "start",
    step: float = 13,
) -> Svg:
    return join(
        *(text(x, y + i * step, line, classes, anchor=anchor) for i, line in enumerate(words))
    )


def link(href: str | None, label: str, *content: Svg, current: bool = False) -> Svg:
    """A cell of the map: a link with a whole sentence as its name, or a named group."""
    if href is None:
        return element("g", *content, classes="cell", role="img", aria_label=label)
    return element(
        "a",
        *content,
        classes="cell",
        href=href,
        aria_label=label,
        aria_current="true" if current else None,
    )


def document(
    w: float,
    h: float,
    *content: Svg,
    classes: str,
    label: str | None = None,
    role: str = "img",
    margin: float = 0,
    **attributes: object,
) -> Svg:
    """A whole drawing. Without a label (and not named otherwise) it is decoration."""
    w, h = w + 2 * margin, h + 2 * margin
    named: dict[str, object] = {"role": role, "aria_label": label}
    if label is None and "aria_labelledby" not in attributes:
        named = {"aria_hidden": "true"}
    return element(
        "svg",
        *content,
        xmlns="http://www.w3.org/2000/svg",
        classes=classes,
        viewBox=" ".join(map(_number, (-margin, -margin, float(w), float(h)))),
        width=w,
        height=h,
        font_family=FONT,
        **named,
        **attributes,
    )

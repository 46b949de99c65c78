"""The icons of the sprite, drawn into the page itself.

A reference to an external sprite would lose the page's styles (faces are filled by class) and
would cost a request; an icon is 100 to 400 bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from markupsafe import Markup

_SYMBOL = re.compile(r'<symbol id="i-([a-z0-9-]+)" viewBox="([0-9 ]+)">(.*?)</symbol>', re.DOTALL)


@dataclass(frozen=True)
class Icon:
    viewbox: str
    shapes: Markup


def read_sprite(path: Path) -> dict[str, Icon]:
    """Every icon of the sprite by its name."""
    text = path.read_text(encoding="utf-8")
    return {
        # Our own file, never a person's input.
        name: Icon(viewbox, Markup(shapes))  # noqa: S704
        for name, viewbox, shapes in _SYMBOL.findall(text)
    }


def init_app(app: Flask) -> None:
    icons = read_sprite(Path(str(app.static_folder)) / "icons.svg")
    app.jinja_env.globals["icon_named"] = icons.__getitem__

"""Themes that every journey begins with: what customers write about at any firm.

They stand in `themes.toml`, for people who know customers and no Python.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from cjm_feedback.content.texts import LANGUAGES, Text


@dataclass(frozen=True)
class ThemeTemplate:
    """`seeds` are phrases by language, as customers write them."""

    key: str
    name: Text
    seeds: dict[str, list[str]]


@cache
def starter_themes() -> tuple[ThemeTemplate, ...]:
    file = resources.files("cjm_feedback.content").joinpath("themes.toml")
    tables: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(
        ThemeTemplate(
            key,
            {code: table["name"][code] for code in LANGUAGES},
            {code: list(table[code]) for code in LANGUAGES},
        )
        for key, table in tables.items()
    )

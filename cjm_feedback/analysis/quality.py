"""How well comments are read, as it was measured when the model was made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import cjm_feedback.sentiment
from cjm_feedback.web.languages import LANGUAGES

FILE = Path(cjm_feedback.sentiment.__file__).parent / "models" / "quality.json"
PREFERRED = ("deep", "fast", "textblob", "pattern", "vader")
"""Engines in the order in which they are named."""
STRANGERS = ("textblob", "pattern", "vader")
"""Engines that are not of our making: what ours are compared with."""


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of one engine in one language; shares 0…1, None where one was not measured."""

    macro_f1: float
    low: float
    high: float
    n: int
    binary_accuracy: float | None = None
    ece: float | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    name: str
    scores: Mapping[str, Score]

    @property
    def kind(self) -> str:
        """Its name without version: `deep-1+h3` is a `deep`."""
        return self.name.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Quality:
    engines: tuple[Engine, ...]
    n: int
    """Comments it was measured on, all languages together."""
    trained_on: date | None

    @property
    def ours(self) -> Engine | None:
        """The engine that reads by default."""
        return next((one for one in self.engines if one.kind not in STRANGERS), None)

    @property
    def other(self) -> Engine | None:
        """What ours is compared with."""
        return next((one for one in self.engines if one.kind in STRANGERS), None)

    def in_language(self, language: str) -> list[tuple[Engine, Score]]:
        return [(one, one.scores[language]) for one in self.engines if language in one.scores]


@cache
def measured_quality(path: Path = FILE) -> Quality | None:
    """None where nothing was measured yet, or the file cannot be understood."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return _quality(document)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _quality(document: dict[str, Any]) -> Quality | None:
    engines = [Engine(name, dict(_scores(rows))) for name, rows in document["engines"].items()]
    measured = sorted((one for one in engines if one.scores), key=_rank)
    if not measured:
        return None
    trained = document.get("trained_at")
    return Quality(
        engines=tuple(measured),
        n=int((document.get("gold") or {}).get("n") or 0),
        trained_on=datetime.fromisoformat(trained).date() if trained else None,
    )


def _scores(rows: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Score]]:
    for language in LANGUAGES:
        row = rows.get(language)
        if row is None or row.get("macro_f1") is None:
            continue
        f1 = float(row["macro_f1"])
        low, high = row.get("low"), row.get("high")
        yield (
            language,
            Score(
                macro_f1=f1,
                low=f1 if low is None else float(low),
                high=f1 if high is None else float(high),
                n=int(row.get("n") or 0),
                binary_accuracy=_share(row.get("binary_accuracy")),
                ece=_share(row.get("ece")),
            ),
        )


def _share(value: Any) -> float | None:
    return None if value is None else float(value)


def _rank(engine: Engine) -> tuple[int, str]:
    known = engine.kind in PREFERRED
    return (PREFERRED.index(engine.kind) if known else len(PREFERRED), engine.name)

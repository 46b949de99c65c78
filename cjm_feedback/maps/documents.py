"""The map for programs and for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from cjm_feedback.db import JsonObject
from cjm_feedback.journeymap.figures import Figure
from cjm_feedback.journeymap.structure import Level, StageFigures, TouchpointFigures
from cjm_feedback.maps.queries import JourneyMap

ALWAYS = ("emotion", "written", "said", "csat")
"""Figures that stand in the document also where nobody answered; others where somebody did."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
CSV_COLUMNS = (
    *("level", "stage", "touchpoint", "name", "channel", "metric"),
    *("n", "value", "low", "high", "tier", "source"),
    *("verdict", "difference", "difference_low", "difference_high", "against"),
)


def map_json(shown: JourneyMap) -> JsonObject:
    """The document that scripts and other programs stand on: keys are added, never changed."""
    period = shown.period
    return {
        "journey": shown.journey.slug,
        "period": {
            "from": period.first.isoformat() if period.first else None,
            "to": period.last.isoformat(),
            "closed": period.closed,
        },
        "as_of": shown.as_of.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "pending": shown.pending,
        "stages": [_stage(stage) for stage in shown.figures.stages],
        "figures": _figures(shown.figures.level),
    }


def _stage(stage: StageFigures) -> JsonObject:
    return {
        "key": stage.stage.key,
        "name": dict(stage.stage.name),
        "phase": stage.stage.phase,
        "figures": _figures(stage.level),
        "touchpoints": [_touchpoint(place) for place in stage.touchpoints],
    }


def _touchpoint(place: TouchpointFigures) -> JsonObject:
    return {
        "key": place.touchpoint.key,
        "name": dict(place.touchpoint.name),
        "channel": place.touchpoint.channel,
        "figures": _figures(place.level),
        "pains": [],
        "gains": [],
    }


def _figures(level: Level) -> JsonObject:
    return {
        name: figure.as_json()
        for name, figure in level.figures.items()
        if name in ALWAYS or figure.n != 0
    }


def map_csv(shown: JourneyMap, language: str) -> str:
    """A row per figure of every stage and touchpoint, the journey's last."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(CSV_COLUMNS)
    for row in _rows(shown, language):
        writer.writerow([_cell(value) for value in row])
    return file.getvalue()


def _rows(shown: JourneyMap, language: str) -> Iterator[list[object]]:
    for stage in shown.figures.stages:
        head = ["stage", stage.stage.key, "", _text(stage.stage.name, language), ""]
        yield from (head + row for row in _figure_rows(stage.level))
        for place in stage.touchpoints:
            touchpoint = place.touchpoint
            name = _text(touchpoint.name, language)
            head = ["touchpoint", stage.stage.key, touchpoint.key, name, touchpoint.channel]
            yield from (head + row for row in _figure_rows(place.level))
    head = ["journey", "", "", _text(shown.journey.name, language), ""]
    yield from (head + row for row in _figure_rows(shown.figures.level))


def _figure_rows(level: Level) -> Iterator[list[object]]:
    for name, figure in level.figures.items():
        if name in ALWAYS or figure.n != 0:
            yield [name, *_figure_cells(figure)]


def _figure_cells(figure: Figure) -> list[object]:
    one = figure.as_json()
    verdict = one["verdict"]
    said: Mapping[str, object] = verdict if isinstance(verdict, dict) else {}
    return [
        *(one[name] for name in ("n", "value", "low", "high", "tier", "source")),
        *(said.get(name) for name in ("is", "difference", "low", "high", "against")),
    ]


def _text(translations: Mapping[str, str], language: str) -> str:
    return translations.get(language) or next(filter(None, translations.values()), "")


def _cell(value: object) -> object:
    """A text that a spreadsheet would take for a formula is kept a text."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return "" if value is None else value

"""Journeys and cells for the tests of the map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cjm_feedback.journeymap.compute import compute_map
from cjm_feedback.journeymap.measures import BIN_COUNT, SCALE, SCALES, Measures, measure, merge
from cjm_feedback.journeymap.structure import (
    Cells,
    MapFigures,
    Previous,
    StageInput,
    TouchpointInput,
)

Values = Mapping[tuple[int, str], Iterable[float | str]]


def touchpoint(number: int, name: str = "", *, retired: bool = False) -> TouchpointInput:
    names = {"en": name or f"Touchpoint {number}"}
    return TouchpointInput(number, f"t{number}", names, "web", "brand", retired)


def stage(key: str, *touchpoints: TouchpointInput, phase: str = "during") -> StageInput:
    return StageInput(key, {"en": key.title(), "cs": f"{key} česky"}, phase, touchpoints)


def collected(values: Values) -> dict[tuple[int, str], Measures]:
    """Cells from the answers themselves, in the shape the rollups keep them."""
    return {
        (number, series): merge(measure(series, value) for value in answers)
        for (number, series), answers in values.items()
    }


def counted(series: str, counts: Iterable[int]) -> Measures:
    """A cell from answers per bin; every answer has its bin's value."""
    bins = list(counts)
    levels = [round(level * SCALE) for level in SCALES[series].levels]
    pairs = list(zip(levels, bins, strict=True))
    return Measures(
        sum(bins),
        sum(level * n for level, n in pairs),
        sum(level * level * n for level, n in pairs),
        tuple(bins + [0] * (BIN_COUNT - len(bins))),
    )


def ratings(satisfied: int, n: int) -> Measures:
    return counted("csat", (0, n - satisfied, 0, satisfied, 0))


def promoters(up: int, passive: int, down: int) -> Measures:
    return counted("nps", (down, 0, 0, 0, 0, 0, 0, passive, 0, up, 0))


def shop(now: Cells, before: Cells | None = None, *, floor: int = 0) -> MapFigures:
    """Two stages: purchase with touchpoints 1 and 2, loyalty with touchpoint 3."""
    stages = [
        stage("purchase", touchpoint(1, "Basket"), touchpoint(2, "Payment")),
        stage("loyalty", touchpoint(3, "Club"), phase="after"),
    ]
    previous = None if before is None else Previous("2026-09", before)
    return compute_map(stages, now, previous=previous, floor=floor)

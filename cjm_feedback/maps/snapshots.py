"""What is kept of a closed period, and how it is read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.db import JsonObject
from cjm_feedback.journeymap.measures import Measures
from cjm_feedback.maps.models import MapSnapshot
from cjm_feedback.maps.periods import label
from cjm_feedback.rollups.queries import FacetedKey

FacetedCells = list[tuple[FacetedKey, Measures]]


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """A snapshot without its contents, for lists."""

    id: int
    number: int
    first: date
    last: date
    computed_at: datetime

    @property
    def label(self) -> str:
        return label(self.first, self.last)

    @property
    def name(self) -> str:
        return f"{self.first}..{self.last}"


def closed_periods(session: Session, journey_id: int) -> list[ClosedPeriod]:
    """The newest first."""
    rows = session.execute(
        select(
            MapSnapshot.id,
            MapSnapshot.number,
            MapSnapshot.period_from,
            MapSnapshot.period_to,
            MapSnapshot.computed_at,
        )
        .where(MapSnapshot.journey_id == journey_id)
        .order_by(MapSnapshot.number.desc())
    )
    return [ClosedPeriod(*row) for row in rows]


def snapshots_by_id(session: Session, ids: Iterable[int]) -> dict[int, MapSnapshot]:
    wanted = sorted(ids)
    if not wanted:
        return {}
    found = session.scalars(select(MapSnapshot).where(MapSnapshot.id.in_(wanted)))
    return {snapshot.id: snapshot for snapshot in found}


def frozen_weights(session: Session, snapshot_id: int) -> dict[int, float]:
    """How much each touchpoint weighs in its stage, since the journey's first closed period."""
    params = session.scalar(select(MapSnapshot.params).where(MapSnapshot.id == snapshot_id))
    return weights_from_json(params or {})


def weights_from_json(params: Mapping[str, Any]) -> dict[int, float]:
    return {int(touchpoint): weight for touchpoint, weight in params.get("weights", {}).items()}


def cells_as_json(cells: FacetedCells) -> JsonObject:
    return {
        "columns": [
            *("touchpoint", "series", "persona", "channel", "language"),
            *("n", "total", "total_sq", "bins"),
        ],
        "rows": [[*key, m.n, m.total, m.total_sq, list(m.bins)] for key, m in cells],
    }


def cells_from_json(cells: Mapping[str, Any]) -> FacetedCells:
    return [
        (
            (touchpoint, series, persona, channel, language),
            Measures(n, total, total_sq, tuple(bins)),
        )
        for touchpoint, series, persona, channel, language, n, total, total_sq, bins in cells[
            "rows"
        ]
    ]


def input_hash(cells: JsonObject, params: JsonObject) -> str:
    """Of everything the figures are computed from; the same input has the same figures."""
    document = json.dumps(
        {"cells": cells, "params": params},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(document.encode()).hexdigest()

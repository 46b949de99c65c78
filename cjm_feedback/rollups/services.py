"""Writing down what changes a figure, and adding it up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from cjm_feedback.journeymap.measures import BIN_COUNT, ZERO, Measures, merge
from cjm_feedback.rollups.models import Delta, RollupCell

BATCH = 5_000
BINS = tuple(f"b{index}" for index in range(BIN_COUNT))
MEASURES = ("n", "total", "total_sq", *BINS)
WAITING = text("NOT delta.folded")
"""In the words of the partial index `ix_delta_waiting`: SQLite uses it for no others."""


class CellKeyTuple(NamedTuple):
    """What a figure can be told apart by; 0 is the journey as a whole, or nobody in particular."""

    journey_id: int
    touchpoint_id: int
    survey_id: int
    series: str
    persona_id: int
    channel_id: int
    language: str
    day: date


KEY = CellKeyTuple._fields
KEY_COLUMNS = tuple(getattr(Delta, name) for name in KEY)
MEASURE_COLUMNS = tuple(getattr(Delta, name) for name in MEASURES)


@dataclass(frozen=True, slots=True)
class CellChange:
    """`measures` more in the cell `key`; negative where something is taken away."""

    key: CellKeyTuple
    measures: Measures

    def __neg__(self) -> CellChange:
        return replace(self, measures=-self.measures)


def record_changes(
    session: Session,
    changes: Iterable[CellChange],
    *,
    response_id: int,
    reason: str,
    at: datetime,
) -> None:
    """Write down what a response changes, in the transaction of its cause. The caller commits."""
    record_all(session, {response_id: changes}, reason=reason, at=at)


def record_all(
    session: Session,
    changes: Mapping[int, Iterable[CellChange]],
    *,
    reason: str,
    at: datetime,
) -> None:
    """The same for many responses at once, by their ids. The caller commits."""
    rows = [
        {
            **change.key._asdict(),
            **as_columns(change.measures),
            "response_id": response_id,
            "reason": reason,
            "created_at": at,
            "folded": False,
        }
        for response_id, of_response in changes.items()
        for change in of_response
        if change.measures
    ]
    if rows:
        session.execute(insert(Delta), rows)


def fold(session: Session, *, limit: int = BATCH) -> int:
    """Add up to `limit` waiting deltas to their cells; says how many. The caller commits.

    Cells and marks move in one transaction, so a delta counts exactly once wherever the process
    dies. Addition has no order: deltas whose transaction commits late are simply added late, and
    folders that run at once take different ones (SKIP LOCKED). All write their cells in the
    order of the key, so that they cannot wait for each other in a circle.
    """
    rows = session.execute(
        select(Delta.id, *KEY_COLUMNS, *MEASURE_COLUMNS)
        .where(WAITING)
        .order_by(Delta.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not rows:
        return 0
    parts: defaultdict[CellKeyTuple, list[Measures]] = defaultdict(list)
    for row in rows:
        parts[CellKeyTuple(*row[1 : 1 + len(KEY)])].append(measures_from(row[1 + len(KEY) :]))
    _add_to_cells(session, {key: merge(parts[key]) for key in sorted(parts)})
    session.execute(
        update(Delta)
        .where(Delta.id.in_([row.id for row in rows]))
        .values(folded=True)
        .execution_options(synchronize_session=False)
    )
    return len(rows)


def contribution(session: Session, response_id: int) -> list[CellChange]:
    """What a response adds to the figures at present: the sum of everything written about it."""
    return contributions(session, [response_id])[response_id]


def contributions(
    session: Session, response_ids: Sequence[int], *, series: str | None = None
) -> dict[int, list[CellChange]]:
    """The same of many responses, of one series only if that is named.

    Who writes down what differs from it holds the rows of the responses (`FOR UPDATE`):
    otherwise two could take the same thing away.
    """
    wanted = select(Delta.response_id, *KEY_COLUMNS, *MEASURE_COLUMNS).where(
        Delta.response_id.in_(response_ids)
    )
    if series is not None:
        wanted = wanted.where(Delta.series == series)
    sums: dict[int, dict[CellKeyTuple, Measures]] = {one: {} for one in response_ids}
    for response_id, *columns in session.execute(wanted):
        key, cells = CellKeyTuple(*columns[: len(KEY)]), sums[response_id]
        cells[key] = cells.get(key, ZERO) + measures_from(columns[len(KEY) :])
    return {
        response_id: [CellChange(key, cells[key]) for key in sorted(cells) if cells[key]]
        for response_id, cells in sums.items()
    }


def take_back(session: Session, response_id: int, *, reason: str, at: datetime) -> None:
    """Undo everything a response adds to the figures. The caller commits."""
    record_changes(
        session,
        [-change for change in contribution(session, response_id)],
        response_id=response_id,
        reason=reason,
        at=at,
    )


def as_columns(measures: Measures) -> dict[str, int]:
    return {
        "n": measures.n,
        "total": measures.total,
        "total_sq": measures.total_sq,
        **dict(zip(BINS, measures.bins, strict=True)),
    }


def measures_from(columns: Iterable[int]) -> Measures:
    """The measures of a row of `n, total, total_sq, b0 … b10`."""
    n, total, total_sq, *bins = columns
    return Measures(n, total, total_sq, tuple(bins))


def _add_to_cells(session: Session, sums: Mapping[CellKeyTuple, Measures]) -> None:
    rows: list[dict[str, Any]] = [
        {**key._asdict(), **as_columns(measures)} for key, measures in sums.items() if measures
    ]
    if not rows:
        return
    upsert = _upsert(session.get_bind().dialect.name)
    session.execute(upsert, rows, execution_options={"synchronize_session": False})


def _upsert(dialect: str) -> Any:
    """Add to the cell, or make it; the same statement in two dialects of SQLAlchemy."""
    make = postgresql_insert if dialect == "postgresql" else sqlite_insert
    statement = make(RollupCell)
    return statement.on_conflict_do_update(
        index_elements=list(KEY),
        set_={name: getattr(RollupCell, name) + statement.excluded[name] for name in MEASURES},
    )

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from cjm_feedback.journeymap.measures import measure, merge
from cjm_feedback.rollups.models import Delta, RollupCell
from cjm_feedback.rollups.queries import read_all_cells, read_cells
from cjm_feedback.rollups.services import (
    CellChange,
    contribution,
    fold,
    record_changes,
    take_back,
)
from tests.conftest import NOW
from tests.factories import Factory
from tests.rollups.histories import DAY, fold_all, key, rating, stored_response


@pytest.fixture
def response_id(session: Session, make: Factory) -> int:
    return stored_response(session, make.link(), received_at=NOW).id


def waiting(session: Session) -> int:
    return session.scalar(select(func.count()).where(~Delta.folded)) or 0


def record(session: Session, response_id: int, *changes: CellChange) -> None:
    record_changes(session, changes, response_id=response_id, reason="submit", at=NOW)


def test_changes_of_one_cell_add_up_in_it(
    session: Session, make: Factory, response_id: int
) -> None:
    journey = make.journey()
    cell = key(journey.id)
    record(session, response_id, rating(5, at=cell), rating(2, at=cell), rating(2, at=cell))

    assert fold(session) == 3

    expected = merge([measure("csat", 5), measure("csat", 2), measure("csat", 2)])
    assert read_all_cells(session, journey.id) == {cell: expected}
    row = session.scalars(select(RollupCell)).one()
    assert (row.n, row.total, row.b1, row.b4) == (3, 90_000, 2, 1)


def test_a_second_fold_adds_to_the_cells_of_the_first(
    session: Session, make: Factory, response_id: int
) -> None:
    journey = make.journey()
    record(session, response_id, rating(5, at=key(journey.id)))
    fold(session)
    record(session, response_id, rating(4, at=key(journey.id)))
    fold(session)

    assert session.scalars(select(RollupCell.n)).one() == 2
    assert session.scalars(select(RollupCell.total)).one() == 90_000


def test_a_delta_is_folded_once(session: Session, make: Factory, response_id: int) -> None:
    journey = make.journey()
    record(session, response_id, rating(5, at=key(journey.id)))

    assert fold(session) == 1
    assert fold(session) == 0
    assert session.scalars(select(RollupCell.n)).one() == 1


def test_a_fold_that_is_not_committed_leaves_everything_waiting(
    session: Session, make: Factory, response_id: int
) -> None:
    journey = make.journey()
    record(session, response_id, rating(5, at=key(journey.id)))
    session.commit()

    fold(session)
    session.rollback()

    assert waiting(session) == 1
    assert session.scalars(select(RollupCell)).all() == []
    assert fold(session) == 1
    assert session.scalars(select(RollupCell.n)).one() == 1


def test_a_limit_leaves_the_newer_deltas_waiting(
    session: Session, make: Factory, response_id: int
) -> None:
    journey = make.journey()
    record(session, response_id, *(rating(5, at=key(journey.id)) for _ in range(5)))

    assert fold(session, limit=2) == 2
    assert waiting(session) == 3
    assert fold_all(session) == 3
    assert waiting(session) == 0


def test_waiting_changes_are_read_as_if_they_were_folded(
    session: Session, make: Factory, response_id: int
) -> None:
    journey = make.journey()
    record(session, response_id, rating(5, at=key(journey.id)))
    fold(session)
    record(session, response_id, rating(1, at=key(journey.id)), -rating(5, at=key(journey.id)))

    before = read_cells(session, journey.id)
    fold(session)

    assert before == {(1, "csat"): measure("csat", 1)}
    assert read_cells(session, journey.id) == before


def test_reading_can_be_narrowed_by_every_part_of_the_key(
    session: Session, make: Factory, response_id: int
) -> None:
    journey = make.journey()
    cell = key(journey.id)
    others = [
        cell._replace(persona_id=7),
        cell._replace(channel_id=7),
        cell._replace(language="ru"),
        cell._replace(survey_id=7),
        cell._replace(day=DAY - timedelta(days=1)),
        cell._replace(day=DAY + timedelta(days=1)),
    ]
    record(session, response_id, rating(5, at=cell), *(rating(1, at=other) for other in others))
    fold(session, limit=3)

    found = read_cells(
        session,
        journey.id,
        day_from=DAY,
        day_to=DAY,
        persona_id=0,
        channel_id=1,
        language="cs",
        survey_id=1,
    )

    assert found == {(1, "csat"): measure("csat", 5)}
    assert read_cells(session, journey.id)[1, "csat"].n == 7
    assert read_cells(session, journey.id + 1) == {}


def test_taking_a_response_back_leaves_nothing(
    session: Session, make: Factory, response_id: int
) -> None:
    journey = make.journey()
    cell = key(journey.id)
    record(session, response_id, rating(5, at=cell))
    fold(session)
    record(session, response_id, rating(2, at=cell._replace(day=DAY + timedelta(days=1))))

    take_back(session, response_id, reason="withdraw", at=NOW)

    assert read_cells(session, journey.id) == {}
    assert contribution(session, response_id) == []
    fold(session)
    assert set(session.scalars(select(RollupCell.n))) == {0}
    assert set(session.scalars(select(RollupCell.total_sq))) == {0}


def test_waiting_deltas_are_found_by_their_own_index(connection: Connection) -> None:
    plan = connection.execute(
        text("EXPLAIN QUERY PLAN SELECT id FROM delta WHERE NOT delta.folded ORDER BY id LIMIT 100")
    ).all()
    assert "ix_delta_waiting" in str(plan)

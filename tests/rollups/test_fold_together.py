"""Several folders at once, some of which die: every delta counts exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from cjm_feedback.extensions import db
from cjm_feedback.journeymap.measures import ZERO, Measures, measure
from cjm_feedback.rollups.models import Delta
from cjm_feedback.rollups.queries import read_all_cells
from cjm_feedback.rollups.services import CellKeyTuple, fold, record_changes, take_back
from tests.conftest import NOW
from tests.factories import Factory
from tests.rollups.histories import key, rating, stored_response

FOLDERS = 4
RESPONSES = 60
CELLS = 5


@pytest.fixture
def engine(file_app: Flask) -> Iterator[Engine]:
    with file_app.app_context():
        yield db.engine


def write_down(session: Session) -> dict[CellKeyTuple, Measures]:
    """Ratings of many responses in a few cells, some withdrawn; what the cells must become."""
    make = Factory(session, now=NOW)
    link = make.link()
    cells: dict[CellKeyTuple, Measures] = {}
    for number in range(RESPONSES):
        response = stored_response(session, link, received_at=NOW)
        cell = key(response.journey_id, touchpoint_id=number % CELLS)
        change = rating(number % 5 + 1, at=cell)
        record_changes(session, [change], response_id=response.id, reason="submit", at=NOW)
        if number % 7 == 0:
            take_back(session, response.id, reason="withdraw", at=NOW)
        else:
            cells[cell] = cells.get(cell, ZERO) + measure("csat", number % 5 + 1)
    session.commit()
    return cells


def waiting(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count(Delta.id)).where(~Delta.folded)) or 0


@pytest.mark.both_databases
def test_folders_that_run_at_once_and_die_count_every_delta_once(engine: Engine) -> None:
    with Session(engine) as session:
        expected = write_down(session)
    turns = count()

    def work(_folder: int) -> None:
        while waiting(engine):
            with Session(engine) as session:
                fold(session, limit=7)
                if next(turns) % 3:
                    session.commit()
                # Else the connection is given up with everything it did, as by a killed process.

    with ThreadPoolExecutor(FOLDERS) as folders:
        list(folders.map(work, range(FOLDERS)))

    with Session(engine) as session:
        [journey_id] = {cell.journey_id for cell in expected}
        assert read_all_cells(session, journey_id) == expected


@pytest.mark.both_databases
def test_a_reader_beside_the_folders_sees_every_answer_once_at_any_moment(engine: Engine) -> None:
    with Session(engine) as session:
        expected = write_down(session)
    [journey_id] = {cell.journey_id for cell in expected}

    def work(_folder: int) -> None:
        while waiting(engine):
            with Session(engine) as session:
                fold(session, limit=3)
                session.commit()

    with ThreadPoolExecutor(FOLDERS) as folders:
        running = [folders.submit(work, number) for number in range(2)]
        while not all(one.done() for one in running):
            with Session(engine) as session:
                assert read_all_cells(session, journey_id) == expected

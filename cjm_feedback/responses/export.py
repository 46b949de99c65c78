"""The answers of a survey as a table, row by row, however many there are."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from io import StringIO
from itertools import chain
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from cjm_feedback.responses.cells import guarded
from cjm_feedback.responses.models import Response
from cjm_feedback.responses.xlsx import write_workbook
from cjm_feedback.surveys.models import Question, Revision, Survey

CHUNK = 500
FACTS = ("external_id", "received_at", "language", "touchpoint", "channel")
BOM = "\ufeff"
"""Without it, Excel reads a UTF-8 file in the code page of its machine."""

Row = dict[str, int | str]


@dataclass(frozen=True)
class Table:
    """The columns of the import, so that what comes out can go in again.

    A receipt is left out: who holds one may withdraw the response, and files are passed around.
    """

    columns: tuple[str, ...]
    rows: Iterator[Row]

    def cells(self) -> Iterator[list[int | str]]:
        """Each row as long as `columns`, empty where nothing was answered."""
        for row in self.rows:
            yield [row.get(column, "") for column in self.columns]


def responses_table(session: Session, survey: Survey) -> Table:
    """Every response that was not withdrawn, oldest first; read in chunks as it is consumed."""
    keys = _question_keys(session, survey)
    return Table((*FACTS, *dict.fromkeys(keys.values())), _rows(session, survey, keys))


def write_csv(table: Table, file: IO[bytes]) -> None:
    """A CSV file (RFC 4180) in which no cell and no head is taken for a formula."""
    file.write((BOM + _line(table.columns)).encode())
    for cells in table.cells():
        file.write(_line(cells).encode())


def write_xlsx(table: Table, file: IO[bytes]) -> None:
    write_workbook(chain([table.columns], table.cells()), file)


def write_json_lines(table: Table, file: IO[bytes]) -> None:
    """A JSON object a line; what was not answered is left out."""
    for row in table.rows:
        file.write((json.dumps(row, ensure_ascii=False) + "\n").encode())


FORMATS: Mapping[str, Callable[[Table, IO[bytes]], None]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "jsonl": write_json_lines,
}


def _question_keys(session: Session, survey: Survey) -> dict[int, str]:
    """Keys by the question's id, in the order in which they were first asked."""
    rows = session.execute(
        select(Question.id, Question.key)
        .join(Revision, Revision.id == Question.revision_id)
        .where(Revision.survey_id == survey.id)
        .order_by(Revision.number, Question.position)
    )
    return dict(rows.all())


def _rows(session: Session, survey: Survey, keys: Mapping[int, str]) -> Iterator[Row]:
    after = 0
    while chunk := _next_chunk(session, survey.id, after):
        after = chunk[-1].id
        yield from [_row(response, keys) for response in chunk]


def _next_chunk(session: Session, survey_id: int, after: int) -> Sequence[Response]:
    return session.scalars(
        select(Response)
        .where(
            Response.survey_id == survey_id,
            Response.id > after,
            Response.withdrawn_at.is_(None),
        )
        .order_by(Response.id)
        .limit(CHUNK)
        .options(
            joinedload(Response.channel),
            joinedload(Response.touchpoint),
            selectinload(Response.answers),
        )
    ).all()


def _row(response: Response, keys: Mapping[int, str]) -> Row:
    row: Row = {
        "received_at": response.received_at.astimezone(UTC).isoformat(),
        "language": response.language,
        "channel": response.channel.key,
    }
    if response.external_id is not None:
        row["external_id"] = response.external_id
    if response.touchpoint is not None:
        row["touchpoint"] = response.touchpoint.key
    for answer in response.answers:
        value = answer.choice if answer.number is None else answer.number
        row[keys[answer.question_id]] = (answer.text or "") if value is None else value
    return row


def _line(cells: Sequence[int | str]) -> str:
    line = StringIO()
    csv.writer(line).writerow([guarded(cell) if isinstance(cell, str) else cell for cell in cells])
    return line.getvalue()

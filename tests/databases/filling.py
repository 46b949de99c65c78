"""Rows for every table, made from what the models say alone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, Table, func, insert, select
from sqlalchemy.types import JSON, Boolean, Date, Float, Integer, LargeBinary, String, TypeEngine

from cjm_feedback.db import Base, BigKey, PortableJson, UtcDateTime

NEEDED: dict[str, dict[str, Any]] = {"answer": {"number": 4}}
"""What check constraints ask of a row beyond its obligatory columns."""

_FIRST_ALLOWED = re.compile(r"""\"?(\w+)\"? IN \('([^']*)'""")


def fill_every_table(connection: Connection, *, rows: int = 2) -> dict[str, int]:
    """Add rows to each table, referring to each other; how many each holds then."""
    for table in Base.metadata.sorted_tables:
        for number in range(1, rows + 1):
            connection.execute(insert(table).values(_row(table, number)))
    return count_rows(connection)


def count_rows(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in Base.metadata.sorted_tables
    }


def _row(table: Table, number: int) -> dict[str, Any]:
    allowed = _first_allowed(table)
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.foreign_keys:
            row[column.name] = number
        elif column.name in allowed:
            row[column.name] = allowed[column.name]
        elif column.primary_key or not (column.nullable or column.default):
            row[column.name] = _value(column, number)
    return {**row, **NEEDED.get(table.name, {})}


def _first_allowed(table: Table) -> dict[str, str]:
    """The first value that each column limited to some values may hold."""
    found = {}
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            match = _FIRST_ALLOWED.match(str(constraint.sqltext))
            if match:
                found[match[1]] = match[2]
    return found


def _value(column: Column[Any], number: int) -> Any:
    kinds: dict[type[TypeEngine[Any]], Any] = {
        Boolean: True,
        BigKey: number,
        Integer: number,
        Float: 0.5,
        UtcDateTime: datetime(2026, 11, 22, 9, number, tzinfo=UTC),
        Date: date(2026, 11, number),
        PortableJson: {"number": number},
        JSON: {"number": number},
        LargeBinary: b"bytes %d" % number,
        String: f"{number} {column.name}"[: getattr(column.type, "length", None)],
    }
    for kind, value in kinds.items():
        if isinstance(column.type, kind):
            return value
    raise NotImplementedError(f"no value for {column.table.name}.{column.name}: {column.type!r}")

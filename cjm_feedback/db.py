"""The declarative base, the column types that models share, and the preparation of SQLite."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Engine,
    Integer,
    MetaData,
    TypeDecorator,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeEngine

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

JsonObject = dict[str, Any]
Translations = dict[str, str]
"""One text per language: `{"cs": "…", "en": "…"}`."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime in Python, a naive UTC one in the database.

    SQLite drops the offset of a stored datetime; without this type a value
    would come back naive and could not be compared with a fresh one.
    """

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class PortableJson(TypeDecorator[Any]):
    """JSON on SQLite, JSONB on PostgreSQL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(JSON(none_as_null=True))


class BigKey(TypeDecorator[int]):
    """A 64-bit key that SQLite can still number by itself."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind = Integer() if dialect.name == "sqlite" else BigInteger()
        return dialect.type_descriptor(kind)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {
        datetime: UtcDateTime,
        JsonObject: PortableJson,
        Translations: PortableJson,
    }


def one_of(column: str, values: Iterable[str]) -> str:
    """The condition of a check constraint: `column` holds one of `values`."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


PrimaryKey = Annotated[int, mapped_column(primary_key=True)]
BigPrimaryKey = Annotated[int, mapped_column(BigKey, primary_key=True)]
BigInt = Annotated[int, mapped_column(BigInteger)]

reading: ContextVar[bool] = ContextVar("reading", default=False)
"""Whether the work at hand only reads; set for GET requests."""

BUSY_TIMEOUT_MS = 10_000
SQLITE_PRAGMAS: dict[str, str | int] = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": BUSY_TIMEOUT_MS,
    "secure_delete": "ON",
}
"""What an acknowledged answer stands on; `check_sqlite` reads it back."""

_EXPECTED: dict[str, tuple[object, ...]] = {
    "journal_mode": ("wal", "memory"),
    "synchronous": (2,),
    "foreign_keys": (1,),
    "busy_timeout": (BUSY_TIMEOUT_MS,),
    "secure_delete": (1,),
}


def prepare_sqlite(engine: Engine) -> None:
    """Set the pragmas on every connection and begin every transaction IMMEDIATE.

    The driver's own transaction handling starts a transaction late and ignores
    SAVEPOINT; switching it off and sending BEGIN ourselves makes both behave.
    A transaction that begins deferred and writes later can fail at once with
    "database is locked", however long the busy timeout; IMMEDIATE waits its
    turn. Work that only reads sets `reading`, so that it never waits for the writer.
    """

    @event.listens_for(engine, "connect")
    def on_connect(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None
        for name, value in SQLITE_PRAGMAS.items():
            dbapi_connection.execute(f"PRAGMA {name} = {value}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reading.get() else "BEGIN IMMEDIATE")


def check_sqlite(connection: Connection) -> list[str]:
    """The pragmas that are not as they must be, one sentence each."""
    faults = []
    for name, allowed in _EXPECTED.items():
        value = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
        if value not in allowed:
            faults.append(f"SQLite {name} is {value!r}, expected {allowed[0]!r}")
    return faults

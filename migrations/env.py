"""Run migrations on the database of the current application."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from cjm_feedback.db import Base, BigKey, PortableJson, UtcDateTime
from cjm_feedback.extensions import db


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our own column types as plain ones: a migration must not import the application."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    if isinstance(item, PortableJson):
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    if isinstance(item, BigKey):
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


with db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()

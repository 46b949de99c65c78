"""Signed changes, and the integer cells they add up to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from cjm_feedback.db import Base, BigPrimaryKey, one_of

REASONS = ("submit", "score", "withdraw", "persona")
BINS = 11


class CellKey:
    """What a figure can be told apart by.

    `touchpoint_id = 0` is the journey as a whole, `persona_id = 0` nobody in particular; a NULL
    would make two rows of one cell possible.
    """

    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    touchpoint_id: Mapped[int]
    survey_id: Mapped[int]
    series: Mapped[str] = mapped_column(String(130))
    persona_id: Mapped[int]
    channel_id: Mapped[int]
    language: Mapped[str] = mapped_column(String(5))
    day: Mapped[date]


class CellMeasures:
    """Integers that merge by adding; values and squares in fixed point (×10⁴, ×10⁸)."""

    n: Mapped[int]
    total: Mapped[int] = mapped_column(BigInteger)
    total_sq: Mapped[int] = mapped_column(BigInteger)
    b0: Mapped[int] = mapped_column(default=0)
    b1: Mapped[int] = mapped_column(default=0)
    b2: Mapped[int] = mapped_column(default=0)
    b3: Mapped[int] = mapped_column(default=0)
    b4: Mapped[int] = mapped_column(default=0)
    b5: Mapped[int] = mapped_column(default=0)
    b6: Mapped[int] = mapped_column(default=0)
    b7: Mapped[int] = mapped_column(default=0)
    b8: Mapped[int] = mapped_column(default=0)
    b9: Mapped[int] = mapped_column(default=0)
    b10: Mapped[int] = mapped_column(default=0)


class Delta(CellKey, CellMeasures, Base):
    """A change of one cell, written with its cause: + what came, − what went."""

    __tablename__ = "delta"
    __table_args__ = (
        CheckConstraint(one_of("reason", REASONS), name="known_reason"),
        Index(
            "ix_delta_waiting",
            "id",
            sqlite_where=text("NOT folded"),
            postgresql_where=text("NOT folded"),
        ),
    )

    id: Mapped[BigPrimaryKey]
    response_id: Mapped[int] = mapped_column(
        ForeignKey("response.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    folded: Mapped[bool] = mapped_column(default=False)


class RollupCell(CellKey, CellMeasures, Base):
    """The sum of all deltas of one cell."""

    __tablename__ = "rollup_cell"
    __table_args__ = (
        Index(
            "uq_rollup_cell_key",
            "journey_id",
            "touchpoint_id",
            "survey_id",
            "series",
            "persona_id",
            "channel_id",
            "language",
            "day",
            unique=True,
        ),
        # No CHECK (n >= 0): it is judged on the row proposed to INSERT … ON CONFLICT, so that
        # nothing could be taken away; and of two folders one may take the minus first.
    )

    id: Mapped[BigPrimaryKey]

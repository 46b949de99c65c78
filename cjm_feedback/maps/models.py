"""The map as it stood when a period closed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cjm_feedback.db import Base, JsonObject, PrimaryKey, one_of
from cjm_feedback.journeys.models import Journey

TRIGGERS = ("schedule", "manual")


class MapSnapshot(Base):
    """The figures of one closed period, both days included. It never changes."""

    __tablename__ = "map_snapshot"
    __table_args__ = (
        UniqueConstraint("journey_id", "number"),
        UniqueConstraint("journey_id", "period_from"),
        CheckConstraint("period_to >= period_from", name="ends_after_it_begins"),
        CheckConstraint(one_of('"trigger"', TRIGGERS), name="known_trigger"),
    )

    id: Mapped[PrimaryKey]
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    number: Mapped[int]
    period_from: Mapped[date]
    period_to: Mapped[date]
    computed_at: Mapped[datetime]
    trigger: Mapped[str] = mapped_column(String(10))
    params: Mapped[JsonObject]
    cells: Mapped[JsonObject]
    figures: Mapped[JsonObject]
    input_hash: Mapped[str] = mapped_column(String(64))

    journey: Mapped[Journey] = relationship()

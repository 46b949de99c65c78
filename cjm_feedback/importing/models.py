"""Files of answers that were handed in, and what became of their rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cjm_feedback.db import Base, JsonObject, PrimaryKey, one_of
from cjm_feedback.surveys.models import Survey

STATUSES = ("waiting", "running", "done", "failed")


class CsvImport(Base):
    """One uploaded file. `report` holds the refused rows with their reasons, capped."""

    __tablename__ = "csv_import"
    __table_args__ = (
        CheckConstraint(one_of("status", STATUSES), name="known_status"),
        CheckConstraint("accepted + known + refused <= rows", name="no_row_counted_twice"),
    )

    id: Mapped[PrimaryKey]
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    file_name: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64))
    dry_run: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    rows: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    report: Mapped[JsonObject] = mapped_column(default=dict)

    survey: Mapped[Survey] = relationship()

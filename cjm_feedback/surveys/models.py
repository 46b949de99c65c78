"""What is asked, in which wording, and by which link."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cjm_feedback.db import Base, PortableJson, PrimaryKey, Translations, one_of
from cjm_feedback.journeys.models import Channel, Journey, Touchpoint
from cjm_feedback.questionnaire.types import QUESTION_TYPES


class Survey(Base):
    """A questionnaire about one touchpoint, or about the whole journey (`scope`)."""

    __tablename__ = "survey"
    __table_args__ = (
        CheckConstraint("closes_at IS NULL OR closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint(one_of("scope", ("touchpoint", "journey")), name="known_scope"),
    )

    id: Mapped[PrimaryKey]
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"), index=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    scope: Mapped[str] = mapped_column(String(12), default="touchpoint")
    name: Mapped[Translations]
    default_language: Mapped[str] = mapped_column(String(5), default="cs")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    journey: Mapped[Journey] = relationship()
    revisions: Mapped[list[Revision]] = relationship(
        back_populates="survey", order_by="Revision.number"
    )
    links: Mapped[list[Link]] = relationship(back_populates="survey", order_by="Link.id")

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at and (self.closes_at is None or at < self.closes_at)


class Revision(Base):
    """A published wording of a survey. It never changes: a change is the next revision."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("survey_id", "number"),
        CheckConstraint("number >= 1", name="numbered_from_one"),
    )

    id: Mapped[PrimaryKey]
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    number: Mapped[int]
    languages: Mapped[list[str]] = mapped_column(PortableJson)
    title: Mapped[Translations]
    intro: Mapped[Translations] = mapped_column(default=dict)
    thanks: Mapped[Translations] = mapped_column(default=dict)
    content_hash: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    published_at: Mapped[datetime]

    survey: Mapped[Survey] = relationship(back_populates="revisions")
    questions: Mapped[list[Question]] = relationship(
        back_populates="revision", order_by="Question.position"
    )


class Question(Base):
    """One question of a revision. `key` names the same question over all revisions."""

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("revision_id", "key"),
        CheckConstraint(one_of("type", QUESTION_TYPES), name="known_type"),
    )

    id: Mapped[PrimaryKey]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(60))
    type: Mapped[str] = mapped_column(String(20))
    required: Mapped[bool] = mapped_column(default=False)
    text: Mapped[Translations]
    help: Mapped[Translations] = mapped_column(default=dict)
    choices: Mapped[list[dict[str, Any]]] = mapped_column(PortableJson, default=list)
    """`[{"key": "friend", "text": {"cs": "…", …}}, …]`; for scales the labelled ends or points."""

    revision: Mapped[Revision] = relationship(back_populates="questions")

    @property
    def option_keys(self) -> tuple[str, ...]:
        return tuple(str(choice["key"]) for choice in self.choices)


class Link(Base):
    """One way to a survey: which touchpoint and channel its answers belong to."""

    __tablename__ = "link"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    touchpoint_id: Mapped[int | None] = mapped_column(ForeignKey("touchpoint.id"))
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    campaign: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    survey: Mapped[Survey] = relationship(back_populates="links")
    touchpoint: Mapped[Touchpoint | None] = relationship()
    channel: Mapped[Channel] = relationship()

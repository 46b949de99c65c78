"""What customers sent, word for word, and how their texts were read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cjm_feedback.db import (
    Base,
    BigPrimaryKey,
    JsonObject,
    PortableJson,
    PrimaryKey,
    Translations,
    one_of,
)
from cjm_feedback.journeys.models import Channel, Persona, Touchpoint
from cjm_feedback.surveys.models import Question, Revision, Survey

SOURCES = ("page", "api", "import")
SCORE_STATUSES = ("pending", "scored", "unscored", "failed")
THEME_SOURCES = ("engine", "staff")
SUGGESTION_STATUSES = ("open", "accepted", "merged", "dismissed")


class Response(Base):
    """One submission: the unit of every figure."""

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint(one_of("source", SOURCES), name="known_source"),
        UniqueConstraint("survey_id", "external_id"),
        Index("ix_response_journey_day", "journey_id", "local_day"),
        Index("ix_response_touchpoint_day", "touchpoint_id", "local_day"),
    )

    id: Mapped[BigPrimaryKey]
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("link.id"))
    touchpoint_id: Mapped[int | None] = mapped_column(ForeignKey("touchpoint.id"))
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    persona_id: Mapped[int | None] = mapped_column(ForeignKey("persona.id"))
    language: Mapped[str] = mapped_column(String(5))
    received_at: Mapped[datetime]
    local_day: Mapped[date]
    source: Mapped[str] = mapped_column(String(10))
    external_id: Mapped[str | None] = mapped_column(String(120))
    receipt: Mapped[str] = mapped_column(String(32), unique=True)
    withdrawn_at: Mapped[datetime | None]

    survey: Mapped[Survey] = relationship()
    revision: Mapped[Revision] = relationship()
    touchpoint: Mapped[Touchpoint | None] = relationship()
    channel: Mapped[Channel] = relationship()
    persona: Mapped[Persona | None] = relationship()
    answers: Mapped[list[Answer]] = relationship(
        back_populates="response", order_by="Answer.id", cascade="all, delete-orphan"
    )
    scores: Mapped[list[TextScore]] = relationship(
        back_populates="response", cascade="all, delete-orphan"
    )


class Answer(Base):
    """What was answered to one question: a number, the key of a choice, or a text."""

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("response_id", "question_id"),
        CheckConstraint(
            "(CASE WHEN number IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN choice IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN text IS NULL THEN 0 ELSE 1 END) = 1",
            name="holds_one_value",
        ),
    )

    id: Mapped[BigPrimaryKey]
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    number: Mapped[int | None]
    choice: Mapped[str | None] = mapped_column(String(60))
    text: Mapped[str | None] = mapped_column(Text)

    response: Mapped[Response] = relationship(back_populates="answers")
    question: Mapped[Question] = relationship()


class IdempotencyKey(Base):
    """Ties one attempt to answer to the one response it made; `key` is a hash of scope and key."""

    __tablename__ = "idempotency_key"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    response_id: Mapped[int] = mapped_column(
        ForeignKey("response.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]


class TextScore(Base):
    """How one text was read, by which engine. `polarity` is fixed point, −10,000 … 10,000."""

    __tablename__ = "text_score"
    __table_args__ = (
        CheckConstraint(one_of("status", SCORE_STATUSES), name="known_status"),
        CheckConstraint("polarity BETWEEN -10000 AND 10000", name="polarity_in_range"),
        CheckConstraint("(status = 'scored') = (polarity IS NOT NULL)", name="scored_has_polarity"),
        CheckConstraint(
            "(status IN ('unscored', 'failed')) = (reason IS NOT NULL)", name="unscored_has_reason"
        ),
        CheckConstraint(one_of("themes_source", THEME_SOURCES), name="known_themes_source"),
        Index("ix_text_score_journey_status", "journey_id", "status"),
        Index("ix_text_score_touchpoint_polarity", "touchpoint_id", "polarity"),
    )

    id: Mapped[BigPrimaryKey]
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"), unique=True)
    response_id: Mapped[int] = mapped_column(
        ForeignKey("response.id", ondelete="CASCADE"), index=True
    )
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    touchpoint_id: Mapped[int | None] = mapped_column(ForeignKey("touchpoint.id"))
    status: Mapped[str] = mapped_column(String(10), default="pending")
    language: Mapped[str | None] = mapped_column(String(5))
    polarity: Mapped[int | None]
    label: Mapped[str | None] = mapped_column(String(10))
    confidence: Mapped[float | None]
    emotions: Mapped[JsonObject] = mapped_column(default=dict)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(PortableJson, default=list)
    engine: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(40))
    scored_at: Mapped[datetime | None]
    clauses: Mapped[list[dict[str, Any]]] = mapped_column(PortableJson, default=list)
    unsure: Mapped[bool] = mapped_column(default=False)
    themes_source: Mapped[str] = mapped_column(String(10), default="engine")
    """Whose theme hits count: the machine's are kept beside those of the staff."""

    answer: Mapped[Answer] = relationship()
    response: Mapped[Response] = relationship(back_populates="scores")


class Theme(Base):
    """Something customers speak about, named by the staff of a journey.

    `seeds` are phrases by language, `{"cs": ["…"]}`, that show the engine what belongs to it.
    Without places of its own it is looked for everywhere.
    """

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("journey_id", "key"),)

    id: Mapped[PrimaryKey]
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    key: Mapped[str] = mapped_column(String(60))
    name: Mapped[Translations]
    seeds: Mapped[dict[str, list[str]]] = mapped_column(PortableJson, default=dict)
    retired_at: Mapped[datetime | None]
    merged_into: Mapped[str | None] = mapped_column(String(60))
    """The key of the theme that took its texts over."""

    places: Mapped[list[ThemePlace]] = relationship(
        order_by="ThemePlace.touchpoint_id", cascade="all, delete-orphan"
    )


class ThemePlace(Base):
    """A touchpoint that a theme is limited to."""

    __tablename__ = "theme_place"

    theme_id: Mapped[int] = mapped_column(
        ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True
    )
    touchpoint_id: Mapped[int] = mapped_column(
        ForeignKey("touchpoint.id"), primary_key=True, index=True
    )


class ThemeHit(Base):
    """A text that speaks about a theme; `polarity` of that part in fixed point.

    What the engine found and what the staff say stand side by side. Those hits count whose source
    is the `themes_source` of the text.
    """

    __tablename__ = "theme_hit"
    __table_args__ = (
        UniqueConstraint("text_score_id", "theme_id", "source"),
        CheckConstraint("polarity BETWEEN -10000 AND 10000", name="polarity_in_range"),
        CheckConstraint(one_of("source", THEME_SOURCES), name="known_source"),
    )

    id: Mapped[BigPrimaryKey]
    text_score_id: Mapped[int] = mapped_column(ForeignKey("text_score.id", ondelete="CASCADE"))
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), index=True)
    polarity: Mapped[int]
    source: Mapped[str] = mapped_column(String(10), default="engine")


class ThemeSuggestion(Base):
    """Complaints that no theme covers and that resemble each other: a theme, if the staff say so.

    `texts` are the ids of their scores, the most typical first; `centre` is what they mean, to
    know the same again after it was dismissed.
    """

    __tablename__ = "theme_suggestion"
    __table_args__ = (CheckConstraint(one_of("status", SUGGESTION_STATUSES), name="known_status"),)

    id: Mapped[PrimaryKey]
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"), index=True)
    status: Mapped[str] = mapped_column(String(10), default="open")
    phrases: Mapped[dict[str, list[str]]] = mapped_column(PortableJson)
    texts: Mapped[list[int]] = mapped_column(PortableJson)
    centre: Mapped[bytes]
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

"""What customers sent, word for word, and how their texts were read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cjm_feedback.accounts.models import User
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
LABELS = ("negative", "neutral", "positive", "mixed")
HEAD_STATUSES = ("waiting", "active", "retired", "refused", "failed")
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


def _as_read(context: DefaultExecutionContext) -> int | None:
    """A text that nobody corrected counts as it was read."""
    given = context.get_current_parameters()  # type: ignore[no-untyped-call]
    polarity: int | None = given.get("polarity")
    return polarity


class TextScore(Base):
    """How one text was read, by which engine. Polarities are fixed point, −10,000 … 10,000."""

    __tablename__ = "text_score"
    __table_args__ = (
        CheckConstraint(one_of("status", SCORE_STATUSES), name="known_status"),
        CheckConstraint("polarity BETWEEN -10000 AND 10000", name="polarity_in_range"),
        CheckConstraint("(status = 'scored') = (polarity IS NOT NULL)", name="scored_has_polarity"),
        CheckConstraint(
            "(status IN ('unscored', 'failed')) = (reason IS NOT NULL)", name="unscored_has_reason"
        ),
        CheckConstraint(one_of("themes_source", THEME_SOURCES), name="known_themes_source"),
        CheckConstraint(one_of("corrected_label", LABELS), name="known_correction"),
        CheckConstraint("counted BETWEEN -10000 AND 10000", name="counted_in_range"),
        Index("ix_text_score_journey_status", "journey_id", "status"),
        Index("ix_text_score_touchpoint_counted", "touchpoint_id", "counted"),
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
    corrected_label: Mapped[str | None] = mapped_column(String(10))
    """What staff said, where a correction stands: repeated from it."""
    counted: Mapped[int | None] = mapped_column(default=_as_read)
    """The polarity that counts on the map: as read, or as corrected."""

    answer: Mapped[Answer] = relationship()
    response: Mapped[Response] = relationship(back_populates="scores")
    corrections: Mapped[list[TextCorrection]] = relationship(
        order_by="TextCorrection.id", back_populates="score", passive_deletes=True
    )


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


class TextCorrection(Base):
    """What a person says of how a text was read. The newest holds, unless it was withdrawn.

    The machine's reading of that moment is kept with it: agreement is measured on what the
    person saw, whatever engine reads the text later.
    """

    __tablename__ = "text_correction"
    __table_args__ = (CheckConstraint(one_of("label", LABELS), name="known_label"),)

    id: Mapped[BigPrimaryKey]
    text_score_id: Mapped[int] = mapped_column(
        ForeignKey("text_score.id", ondelete="CASCADE"), index=True
    )
    label: Mapped[str] = mapped_column(String(10))
    emotions: Mapped[list[str]] = mapped_column(PortableJson, default=list)
    themes: Mapped[list[str]] = mapped_column(PortableJson, default=list)
    note: Mapped[str] = mapped_column(String(500), default="")
    machine_label: Mapped[str | None] = mapped_column(String(10))
    machine_emotions: Mapped[list[str]] = mapped_column(PortableJson, default=list)
    machine_themes: Mapped[list[str]] = mapped_column(PortableJson, default=list)
    language: Mapped[str | None] = mapped_column(String(5))
    engine: Mapped[str | None] = mapped_column(String(40))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    score: Mapped[TextScore] = relationship(back_populates="corrections")
    user: Mapped[User | None] = relationship()

    @property
    def confirms(self) -> bool:
        """Whether the person agreed with the machine."""
        return self.label == self.machine_label


class ReadingModel(Base):
    """A polarity head re-fit on what the staff of a workspace corrected; one is active at most.

    `weights` are added to the head that `base_engine` ships with.
    """

    __tablename__ = "reading_model"
    __table_args__ = (
        CheckConstraint(one_of("status", HEAD_STATUSES), name="known_status"),
        UniqueConstraint("workspace_id", "version"),
        Index(
            "uq_reading_model_active",
            "workspace_id",
            unique=True,
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
        ),
    )

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    version: Mapped[int]
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    reason: Mapped[str | None] = mapped_column(String(40))
    base_engine: Mapped[str | None] = mapped_column(String(40))
    weights: Mapped[bytes | None] = mapped_column(LargeBinary)
    n: Mapped[int] = mapped_column(default=0)
    metrics: Mapped[JsonObject] = mapped_column(default=dict)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("reading_model.id"))
    """The head that was active before, which a roll-back brings back."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()


class Rescoring(Base):
    """Every text of a journey read again: how far it is, and what it changes."""

    __tablename__ = "rescoring"
    __table_args__ = (
        CheckConstraint("done >= 0 AND done <= total", name="done_in_range"),
        Index(
            "uq_rescoring_running",
            "journey_id",
            unique=True,
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"), index=True)
    only_older: Mapped[bool] = mapped_column(default=False)
    engines_before: Mapped[JsonObject] = mapped_column(default=dict)
    """How many texts each engine had read."""
    engine_after: Mapped[str] = mapped_column(String(200))
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    """Responses with a text that is labelled otherwise now."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    started_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    """When its work was given up; whoever has it tried again goes on from there."""
    finished_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()

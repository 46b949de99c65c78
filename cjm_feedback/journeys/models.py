"""The structure of a journey. It is retired, never deleted: answers point at it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cjm_feedback.accounts.models import Workspace
from cjm_feedback.accounts.roles import DEPARTMENTS
from cjm_feedback.db import Base, JsonObject, PrimaryKey, Translations, one_of

PHASES = ("before", "during", "after")
INITIATIVES = ("brand", "customer")


class Journey(Base):
    """The way of a customer from the first contact to loyalty."""

    __tablename__ = "journey"

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), index=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[Translations]
    timezone: Mapped[str] = mapped_column(String(60), default="Europe/Prague")
    week_starts_on: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    workspace: Mapped[Workspace] = relationship()
    goals: Mapped[list[BusinessGoal]] = relationship(
        order_by="BusinessGoal.position", cascade="all, delete-orphan"
    )
    stages: Mapped[list[Stage]] = relationship(
        back_populates="journey", order_by="Stage.position, Stage.id"
    )
    personas: Mapped[list[Persona]] = relationship(
        back_populates="journey", order_by="Persona.position, Persona.id"
    )


class BusinessGoal(Base):
    """What the company wants this journey to reach."""

    __tablename__ = "business_goal"

    id: Mapped[PrimaryKey]
    journey_id: Mapped[int] = mapped_column(
        ForeignKey("journey.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    text: Mapped[Translations]


class Stage(Base):
    """A part of the journey, before, during or after the purchase."""

    __tablename__ = "stage"
    __table_args__ = (
        UniqueConstraint("journey_id", "key"),
        CheckConstraint(one_of("phase", PHASES), name="known_phase"),
        CheckConstraint(one_of("department", DEPARTMENTS), name="known_department"),
    )

    id: Mapped[PrimaryKey]
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    key: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    phase: Mapped[str] = mapped_column(String(10))
    name: Mapped[Translations]
    description: Mapped[Translations] = mapped_column(default=dict)
    department: Mapped[str] = mapped_column(String(20), default="other")
    retired_at: Mapped[datetime | None]

    journey: Mapped[Journey] = relationship(back_populates="stages")
    touchpoints: Mapped[list[Touchpoint]] = relationship(
        back_populates="stage", order_by="Touchpoint.position, Touchpoint.id"
    )


class Channel(Base):
    """A way the company and its customers reach each other."""

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    key: Mapped[str] = mapped_column(String(60))
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[Translations]
    paid: Mapped[bool] = mapped_column(default=False)
    retired_at: Mapped[datetime | None]


class Touchpoint(Base):
    """A moment in which the customer meets the brand."""

    __tablename__ = "touchpoint"
    __table_args__ = (
        UniqueConstraint("journey_id", "key"),
        CheckConstraint(one_of("initiative", INITIATIVES), name="known_initiative"),
    )

    id: Mapped[PrimaryKey]
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"), index=True)
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channel.id"))
    key: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    name: Mapped[Translations]
    initiative: Mapped[str] = mapped_column(String(10), default="brand")
    retired_at: Mapped[datetime | None]

    stage: Mapped[Stage] = relationship(back_populates="touchpoints")
    channel: Mapped[Channel | None] = relationship()


class Persona(Base):
    """A kind of customer, with what is known or assumed about them."""

    __tablename__ = "persona"
    __table_args__ = (
        UniqueConstraint("journey_id", "key"),
        CheckConstraint("age_from IS NULL OR age_from BETWEEN 0 AND 120", name="age_from_in_range"),
        CheckConstraint(
            "age_to IS NULL OR age_to BETWEEN coalesce(age_from, 0) AND 120",
            name="age_to_in_range",
        ),
    )

    id: Mapped[PrimaryKey]
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    key: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    name: Mapped[Translations]
    age_from: Mapped[int | None]
    age_to: Mapped[int | None]
    gender: Mapped[Translations] = mapped_column(default=dict)
    occupation: Mapped[Translations] = mapped_column(default=dict)
    hobbies: Mapped[Translations] = mapped_column(default=dict)
    interests: Mapped[Translations] = mapped_column(default=dict)
    needs: Mapped[Translations] = mapped_column(default=dict)
    motivations: Mapped[Translations] = mapped_column(default=dict)
    expectations: Mapped[Translations] = mapped_column(default=dict)
    retired_at: Mapped[datetime | None]

    journey: Mapped[Journey] = relationship(back_populates="personas")
    rules: Mapped[list[PersonaRule]] = relationship(
        back_populates="persona", order_by="PersonaRule.position"
    )


class PersonaRule(Base):
    """Says whose answer it was. All conditions of a rule hold; a journey's first such rule wins.

    `conditions` is `{"all": [{"field": "channel", "op": "is", "value": "app"}, …]}`; the fields
    and operators are those of `journeys.personas`.
    """

    __tablename__ = "persona_rule"
    __table_args__ = (UniqueConstraint("journey_id", "position"),)

    id: Mapped[PrimaryKey]
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    persona_id: Mapped[int] = mapped_column(ForeignKey("persona.id"), index=True)
    position: Mapped[int]
    conditions: Mapped[JsonObject]

    persona: Mapped[Persona] = relationship(back_populates="rules")

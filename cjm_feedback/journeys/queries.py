"""What the pages show of journeys, with how much of it is in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from cjm_feedback.journeys.models import Channel, Journey, Persona, Stage, Touchpoint
from cjm_feedback.journeys.ordering import in_use, retired
from cjm_feedback.journeys.usage import Uses, uses_of


@dataclass(frozen=True)
class TouchpointRow:
    touchpoint: Touchpoint
    uses: Uses


@dataclass(frozen=True)
class StageRow:
    """A stage and its touchpoints in use."""

    stage: Stage
    touchpoints: tuple[TouchpointRow, ...]


@dataclass(frozen=True)
class Structure:
    stages: tuple[StageRow, ...]
    retired_stages: tuple[StageRow, ...]
    retired_touchpoints: tuple[TouchpointRow, ...]
    """Those of stages that are in use: the others come back with their stage."""

    @property
    def touchpoints(self) -> int:
        return sum(len(row.touchpoints) for row in self.stages)


@dataclass(frozen=True)
class PersonaRow:
    persona: Persona
    uses: Uses


@dataclass(frozen=True)
class ChannelRow:
    channel: Channel
    uses: Uses


def structure_of(session: Session, journey: Journey) -> Structure:
    """The stages and touchpoints of a journey, with what points at each touchpoint."""
    stages = session.scalars(
        select(Stage)
        .where(Stage.journey_id == journey.id)
        .order_by(Stage.position, Stage.id)
        .options(selectinload(Stage.touchpoints).joinedload(Touchpoint.channel))
    ).all()
    uses = uses_of(session, "touchpoint", [one.id for stage in stages for one in stage.touchpoints])

    def rows(touchpoints: Sequence[Touchpoint]) -> tuple[TouchpointRow, ...]:
        return tuple(TouchpointRow(one, uses[one.id]) for one in touchpoints)

    return Structure(
        stages=tuple(StageRow(one, rows(in_use(one.touchpoints))) for one in in_use(stages)),
        retired_stages=tuple(
            StageRow(one, rows(in_use(one.touchpoints))) for one in retired(stages)
        ),
        retired_touchpoints=tuple(
            row for stage in in_use(stages) for row in rows(retired(stage.touchpoints))
        ),
    )


def other_journeys(session: Session, journey: Journey) -> Sequence[Journey]:
    return session.scalars(
        select(Journey)
        .where(
            Journey.workspace_id == journey.workspace_id,
            Journey.id != journey.id,
            Journey.retired_at.is_(None),
        )
        .order_by(Journey.id)
    ).all()


def persona_rows(session: Session, journey: Journey) -> list[PersonaRow]:
    """The personas of a journey in their order, those in use first."""
    personas = session.scalars(
        select(Persona)
        .where(Persona.journey_id == journey.id)
        .order_by(Persona.retired_at.is_not(None), Persona.position, Persona.id)
    ).all()
    uses = uses_of(session, "persona", [one.id for one in personas])
    return [PersonaRow(one, uses[one.id]) for one in personas]


def channel_rows(session: Session, workspace_id: int) -> list[ChannelRow]:
    """The channels of a workspace in their order, those in use first."""
    channels = session.scalars(
        select(Channel)
        .where(Channel.workspace_id == workspace_id)
        .order_by(Channel.retired_at.is_not(None), Channel.position, Channel.id)
    ).all()
    uses = uses_of(session, "channel", [one.id for one in channels])
    return [ChannelRow(one, uses[one.id]) for one in channels]

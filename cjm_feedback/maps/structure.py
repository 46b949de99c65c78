"""The stages and touchpoints of a journey, from the tables and from a snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.journeymap.structure import StageInput, TouchpointInput
from cjm_feedback.journeys.models import Channel, Stage, Touchpoint

Structure = tuple[StageInput, ...]


def read_structure(session: Session, journey_id: int) -> Structure:
    """Everything the journey ever had, in its order; what is retired says so."""
    stages = session.scalars(
        select(Stage).where(Stage.journey_id == journey_id).order_by(Stage.position, Stage.id)
    ).all()
    touchpoints: dict[int, list[tuple[Touchpoint, str]]] = {stage.id: [] for stage in stages}
    rows = session.execute(
        select(Touchpoint, Channel.key)
        .outerjoin(Channel, Channel.id == Touchpoint.channel_id)
        .where(Touchpoint.journey_id == journey_id)
        .order_by(Touchpoint.position, Touchpoint.id)
    )
    for touchpoint, channel in rows:
        touchpoints[touchpoint.stage_id].append((touchpoint, channel or ""))
    return tuple(_stage(stage, touchpoints[stage.id]) for stage in stages)


def _stage(stage: Stage, touchpoints: Iterable[tuple[Touchpoint, str]]) -> StageInput:
    gone = stage.retired_at is not None
    return StageInput(
        key=stage.key,
        name=stage.name,
        phase=stage.phase,
        retired=gone,
        touchpoints=tuple(
            TouchpointInput(
                id=touchpoint.id,
                key=touchpoint.key,
                name=touchpoint.name,
                channel=channel,
                kind=touchpoint.initiative,
                retired=gone or touchpoint.retired_at is not None,
            )
            for touchpoint, channel in touchpoints
        ),
    )


def structure_as_json(structure: Structure) -> list[dict[str, Any]]:
    return [
        {
            "key": stage.key,
            "name": dict(stage.name),
            "phase": stage.phase,
            "retired": stage.retired,
            "touchpoints": [
                {
                    "id": touchpoint.id,
                    "key": touchpoint.key,
                    "name": dict(touchpoint.name),
                    "channel": touchpoint.channel,
                    "kind": touchpoint.kind,
                    "retired": touchpoint.retired,
                }
                for touchpoint in stage.touchpoints
            ],
        }
        for stage in structure
    ]


def structure_from_json(stages: Iterable[dict[str, Any]]) -> Structure:
    return tuple(
        StageInput(
            **{
                **stage,
                "touchpoints": tuple(TouchpointInput(**place) for place in stage["touchpoints"]),
            }
        )
        for stage in stages
    )

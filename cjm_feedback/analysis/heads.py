"""Which polarity head reads the comments of a workspace: the shipped one, or its own."""

from __future__ import annotations

import logging
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.journeys.models import Journey
from cjm_feedback.responses.models import ReadingModel
from cjm_feedback.sentiment.deep.analyser import HeadWeights
from cjm_feedback.sentiment.deep.model import DeepUnavailableError
from cjm_feedback.sentiment.refit import unpack
from cjm_feedback.sentiment.registry import (
    Registry,
    default_registry,
    read_comment,
    registry_of,
)

if TYPE_CHECKING:
    from cjm_feedback.analysis.services import ReadComment

logger = logging.getLogger(__name__)
DEEP = "deep-"


def active_model(session: Session, workspace_id: int) -> ReadingModel | None:
    return session.scalar(
        select(ReadingModel).where(
            ReadingModel.workspace_id == workspace_id, ReadingModel.status == "active"
        )
    )


def shipped_engine() -> str:
    """The engine that reads first on this machine, as texts are marked with it: `deep-1`."""
    try:
        return default_registry().engines[0]
    except DeepUnavailableError:
        return registry_of("fast").engines[0]


def engine_now(session: Session, workspace_id: int) -> str:
    """The same with the head of the workspace: `deep-1+h3`."""
    shipped = shipped_engine()
    model = active_model(session, workspace_id)
    if model is None or model.base_engine != shipped:
        return shipped
    return f"{shipped}+h{model.version}"


def workspace_of_journey(session: Session, journey_id: int) -> int:
    return session.scalars(select(Journey.workspace_id).where(Journey.id == journey_id)).one()


def reader_for(session: Session, journey_ids: set[int]) -> ReadComment:
    """How the texts of these journeys are read. Reads the database."""
    workspaces = set(
        session.scalars(select(Journey.workspace_id).where(Journey.id.in_(journey_ids)))
    )
    if len(workspaces) != 1:
        return read_comment
    model = active_model(session, workspaces.pop())
    if model is None or model.weights is None or model.base_engine != shipped_engine():
        return read_comment
    try:
        return partial(read_comment, registry=_registry(model.weights, model.version))
    except ValueError:
        logger.warning("head %d of workspace %d is damaged", model.version, model.workspace_id)
        return read_comment


@lru_cache(maxsize=8)
def _registry(weights: bytes, version: int) -> Registry:
    head = unpack(weights)
    return registry_of("deep", HeadWeights(head.weight, head.bias, version))

"""Re-fitting the polarity head of a workspace on what its staff corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.analysis.gold import GoldText, gold_texts
from cjm_feedback.analysis.heads import DEEP, active_model, shipped_engine
from cjm_feedback.analysis.standing import stands
from cjm_feedback.db import JsonObject
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.registry import handles, read_ahead
from cjm_feedback.journeys.models import Journey
from cjm_feedback.responses.models import Answer, ReadingModel, TextCorrection, TextScore
from cjm_feedback.sentiment.deep.model import (
    POLARITIES,
    DeepModel,
    DeepUnavailableError,
    deep_model,
)
from cjm_feedback.sentiment.deep.words import Floats
from cjm_feedback.sentiment.refit import Fitted, Head, as_labels, fit_head, macro_f1, pack, unpack

FEWEST: Final = 30
MOST: Final = 2_000
"""The newest corrections; older ones add time and little else."""
TOLERATED: Final = 0.01
"""How much of macro-F1 on the gold set a head may cost."""
SECONDS: Final = 600
KIND: Final = "refit_reading"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fit came to: a status of `ReadingModel`, and why where it is not used."""

    status: str
    reason: str | None = None
    base_engine: str | None = None
    weights: bytes | None = None
    metrics: JsonObject = field(default_factory=dict)


def ask_refit(
    session: Session, workspace_id: int, *, user_id: int | None, at: datetime, force: bool = False
) -> ReadingModel:
    """Have the head re-fit by the worker; the one that is waiting, if one is. The caller commits.

    With `force` a head is used even if it reads the gold set worse.
    """
    waiting = session.scalar(
        select(ReadingModel).where(
            ReadingModel.workspace_id == workspace_id, ReadingModel.status == "waiting"
        )
    )
    if waiting is not None:
        return waiting
    last = session.scalar(
        select(func.max(ReadingModel.version)).where(ReadingModel.workspace_id == workspace_id)
    )
    model = ReadingModel(
        workspace_id=workspace_id, version=(last or 0) + 1, user_id=user_id, created_at=at
    )
    session.add(model)
    session.flush()
    enqueue(session, KIND, {"model_id": model.id, "force": force}, at=at, dedupe_key=key_of(model))
    return model


def key_of(model: ReadingModel) -> str:
    return f"{KIND}:{model.id}"


def give_up_fitting(session: Session, job: Job, *, at: datetime) -> None:
    model = session.get(ReadingModel, job.payload["model_id"])
    if model is not None and model.status == "waiting":
        model.status, model.reason, model.finished_at = "failed", "given_up", at


@handles(KIND, seconds=SECONDS, on_dead=give_up_fitting)
def refit_reading(session: Session, job: Job, *, at: datetime) -> JsonObject | None:
    """Fit, measure, and use the head from now on unless the gold set says no."""
    with read_ahead(session):
        model = session.get_one(ReadingModel, job.payload["model_id"])
        workspace_id = model.workspace_id
        active = active_model(session, workspace_id)
        present = (active.base_engine, active.weights) if active else None
        texts = corrected_texts(session, workspace_id)
    outcome = fitted_on(texts, gold_texts(), present, force=bool(job.payload.get("force")))
    model = session.get_one(ReadingModel, job.payload["model_id"])
    model.n, model.finished_at = len(texts), at
    model.reason, model.metrics = outcome.reason, outcome.metrics
    model.base_engine, model.weights = outcome.base_engine, outcome.weights
    if outcome.status == "active":
        use(session, model)
    else:
        model.status = outcome.status
    return {"status": model.status, "reason": model.reason, "n": model.n}


def use(session: Session, model: ReadingModel) -> None:
    """Let this head read from now on; the one before is kept, to be rolled back to."""
    active = active_model(session, model.workspace_id)
    if active is not None:
        active.status = "retired"
        session.flush()  # only one may be active, at any moment
    model.replaces_id = None if active is None else active.id
    model.status = "active"
    session.flush()


def roll_back(session: Session, workspace_id: int) -> ReadingModel | None:
    """Read with the head before the active one, or the shipped one; the head that gave way.

    The caller commits.
    """
    active = active_model(session, workspace_id)
    if active is None:
        return None
    active.status, active.reason = "retired", "rolled_back"
    session.flush()
    before = session.get(ReadingModel, active.replaces_id) if active.replaces_id else None
    if before is not None:
        before.status, before.reason = "active", None
        session.flush()
    return active


def corrected_texts(session: Session, workspace_id: int) -> list[tuple[str, str]]:
    """Texts with the label that staff gave them, the newest corrections first."""
    rows = session.execute(
        select(Answer.text, TextCorrection.label)
        .join(TextScore, TextScore.answer_id == Answer.id)
        .join(TextCorrection, TextCorrection.text_score_id == TextScore.id)
        .join(Journey, Journey.id == TextScore.journey_id)
        .where(Journey.workspace_id == workspace_id, stands())
        .order_by(TextCorrection.id.desc())
        .limit(MOST)
    )
    return [(text or "", label) for text, label in rows]


def count_corrected(session: Session, workspace_id: int) -> int:
    return (
        session.scalar(
            select(func.count(TextCorrection.id))
            .join(TextScore, TextScore.id == TextCorrection.text_score_id)
            .join(Journey, Journey.id == TextScore.journey_id)
            .where(Journey.workspace_id == workspace_id, stands())
        )
        or 0
    )


def fitted_on(
    texts: Sequence[tuple[str, str]],
    gold: Sequence[GoldText],
    present: tuple[str | None, bytes | None] | None,
    *,
    force: bool,
) -> Outcome:
    """`present` is the head in use, by its engine and weights. Touches no database."""
    if len(texts) < FEWEST:
        return Outcome("refused", "too_few")
    engine = shipped_engine()
    if not engine.startswith(DEEP):
        return Outcome("failed", "no_deep_engine")
    try:
        model = deep_model()
    except DeepUnavailableError:
        return Outcome("failed", "no_deep_engine")
    shipped = Head(model.heads["polarity_weight"], model.heads["polarity_bias"])
    vectors = model.encode([text for text, _ in texts]).text
    fitted = fit_head(vectors, as_labels([label for _, label in texts], POLARITIES), shipped)
    metrics: JsonObject = {
        "corrected": {
            "n": len(texts),
            "before": round(fitted.agreed_before, 4),
            "after": round(fitted.agreed_after, 4),
            "strength": fitted.strength,
        },
        "gold": None,
    }
    outcome = Outcome("active", None, engine, pack(fitted.head), metrics)
    if not gold:
        return outcome
    before = _head_of(present, engine) or shipped
    metrics["gold"] = _on_gold(model, gold, shipped, before, fitted)
    found = metrics["gold"]
    worse = max(found["before"], found["shipped"]) - found["after"] > TOLERATED
    if worse and not force:
        return Outcome("refused", "gold_worse", engine, outcome.weights, metrics)
    return outcome


def _head_of(present: tuple[str | None, bytes | None] | None, engine: str) -> Head | None:
    if present is None or present[0] != engine or present[1] is None:
        return None
    return unpack(present[1])


def _on_gold(
    model: DeepModel, gold: Sequence[GoldText], shipped: Head, before: Head, fitted: Fitted
) -> JsonObject:
    """Macro-F1 of the heads on comments of our own; by language of the fitted one and before."""
    vectors: Floats = model.encode([one.text for one in gold]).text
    labels = as_labels([one.label for one in gold], POLARITIES)
    found: JsonObject = {"n": len(gold), "languages": {}}
    heads = {"shipped": shipped, "before": before, "after": fitted.head}
    for name, head in heads.items():
        found[name] = round(macro_f1(labels, head.labels(vectors)), 4)
    for language in sorted({one.language for one in gold}):
        rows = [row for row, one in enumerate(gold) if one.language == language]
        found["languages"][language] = {
            name: round(macro_f1(labels[rows], head.labels(vectors[rows])), 4)
            for name, head in heads.items()
            if name != "shipped"
        }
    return found

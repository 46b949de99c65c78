"""What staff say of how a text was read: it holds on the map, beside the machine's reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Delete, delete, select
from sqlalchemy.orm import Session

from cjm_feedback.analysis.counting import counted_polarity
from cjm_feedback.analysis.standing import standing
from cjm_feedback.analysis.storing import hold, recount
from cjm_feedback.responses.models import TextCorrection, TextScore, Theme, ThemeHit
from cjm_feedback.sentiment.families import FAMILIES, families


class NotReadYetError(Exception):
    """The text is still waiting to be read: there is nothing to correct."""


class NothingToAgreeWithError(Exception):
    """The machine has no opinion on the text."""


class GoneError(Exception):
    """The answer was withdrawn meanwhile."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a text is meant, in the eyes of a person."""

    label: str
    emotions: tuple[str, ...] = ()
    """Families of emotions, as they are shown."""
    themes: tuple[str, ...] = ()
    """Keys of themes of the journey."""
    note: str = ""


def machine_judgement(session: Session, score: TextScore) -> Judgement:
    """How the machine read a text, in the terms in which people judge; an empty label for not."""
    themes = session.scalars(
        select(Theme.key)
        .join(ThemeHit, ThemeHit.theme_id == Theme.id)
        .where(ThemeHit.text_score_id == score.id, ThemeHit.source == "engine")
        .order_by(Theme.key)
    )
    return Judgement(
        label=score.label or "",
        emotions=tuple(felt(score.emotions)),
        themes=tuple(themes),
    )


def felt(emotions: Mapping[str, float]) -> list[str]:
    """The families that were read clearly enough to be shown, in the order of the form."""
    shown = {family.key for family in families(emotions)}
    return [key for key in FAMILIES if key in shown]


def correct(
    session: Session,
    score_id: int,
    judgement: Judgement,
    *,
    user_id: int | None,
    at: datetime,
) -> TextCorrection:
    """Have `judgement` hold for the text from now on, in figures and themes. The caller commits.

    The same judgement once more, as by a double click, is the one that stands.
    """
    score = _held(session, score_id)
    if score.status == "pending":
        raise NotReadYetError
    present = standing(score.corrections)
    if present is not None and _judgement_of(present) == judgement:
        return present
    machine = machine_judgement(session, score)
    made = TextCorrection(
        label=judgement.label,
        emotions=list(judgement.emotions),
        themes=list(judgement.themes),
        note=judgement.note,
        machine_label=score.label,
        machine_emotions=list(machine.emotions),
        machine_themes=list(machine.themes),
        language=score.language,
        engine=score.engine,
        user_id=user_id,
        created_at=at,
    )
    score.corrections.append(made)
    _let_count(session, score, judgement.label, at=at)
    _name_themes(session, score, judgement.themes)
    session.flush()
    return made


def agree(session: Session, score_id: int, *, user_id: int | None, at: datetime) -> TextCorrection:
    """Confirm what the machine read. It holds as a correction does, also when read again."""
    score = _held(session, score_id)
    if score.label is None:
        raise NothingToAgreeWithError
    judgement = machine_judgement(session, score)
    return correct(session, score_id, judgement, user_id=user_id, at=at)


def withdraw_correction(session: Session, score_id: int, *, at: datetime) -> TextCorrection | None:
    """Let the machine's reading hold again; the withdrawn correction if one stood.

    The caller commits. Earlier corrections do not come back: they were replaced.
    """
    score = _held(session, score_id)
    present = standing(score.corrections)
    if present is None:
        return None
    present.withdrawn_at = at
    _let_count(session, score, None, at=at)
    session.execute(_staff_hits(score))
    score.themes_source = "engine"
    session.flush()
    return present


def _held(session: Session, score_id: int) -> TextScore:
    """The score as it is once nobody else can change it."""
    response_id = session.scalar(select(TextScore.response_id).where(TextScore.id == score_id))
    if response_id is None or not hold(session, [response_id]):
        raise GoneError
    score = session.get(TextScore, score_id, populate_existing=True)
    if score is None:
        raise GoneError
    session.refresh(score, ["corrections"])
    return score


def _judgement_of(correction: TextCorrection) -> Judgement:
    return Judgement(
        correction.label,
        tuple(correction.emotions),
        tuple(correction.themes),
        correction.note,
    )


def _let_count(session: Session, score: TextScore, label: str | None, *, at: datetime) -> None:
    score.corrected_label = label
    score.counted = counted_polarity(label, score.label, score.polarity)
    session.flush()
    recount(session, [score.response_id], at=at)


def _name_themes(session: Session, score: TextScore, keys: Sequence[str]) -> None:
    """The hits of the staff: as strong as the engine found them, else as the text as a whole."""
    session.execute(_staff_hits(score))
    found = session.execute(
        select(ThemeHit.theme_id, ThemeHit.polarity).where(
            ThemeHit.text_score_id == score.id, ThemeHit.source == "engine"
        )
    )
    engine = {row.theme_id: row.polarity for row in found}
    wanted = session.scalars(
        select(Theme.id).where(Theme.journey_id == score.journey_id, Theme.key.in_(keys))
    )
    session.add_all(
        ThemeHit(
            text_score_id=score.id,
            theme_id=theme_id,
            polarity=engine.get(theme_id, score.counted or 0),
            source="staff",
        )
        for theme_id in wanted
    )
    score.themes_source = "staff"


def _staff_hits(score: TextScore) -> Delete:
    return delete(ThemeHit).where(ThemeHit.text_score_id == score.id, ThemeHit.source == "staff")

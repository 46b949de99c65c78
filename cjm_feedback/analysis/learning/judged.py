"""What an answer card says of the staff's opinion on a text, and what may be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _

from cjm_feedback.analysis.standing import standing
from cjm_feedback.analysis.words import SIGNS, label_name
from cjm_feedback.journeys.models import Journey
from cjm_feedback.responses.models import TextCorrection, TextScore
from cjm_feedback.web.languages import FALLBACK


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a person said of a text; `sign` is neg or pos where it leans."""

    label: str
    sign: str
    said: str
    """Who, when, and whether they agree with the machine."""
    note: str
    confirms: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A text that was read. `machine` is how, in words."""

    score_id: int
    machine: str
    machine_sign: str
    opinion: Opinion | None
    may_agree: bool
    earlier: tuple[Opinion, ...]
    """Newest first, without the one that holds."""


def judged(score: TextScore | None, journey: Journey) -> Judged | None:
    """None of a text that waits to be read."""
    if score is None or score.status == "pending":
        return None
    present = standing(score.corrections)
    return Judged(
        score_id=score.id,
        machine=label_name(score.label) or str(_("not scored")),
        machine_sign=SIGNS.get(score.label or "", ""),
        opinion=_opinion(present, journey) if present else None,
        may_agree=present is None and score.label is not None,
        earlier=tuple(
            _opinion(one, journey) for one in reversed(score.corrections) if one is not present
        ),
    )


def _opinion(one: TextCorrection, journey: Journey) -> Opinion:
    return Opinion(
        label=label_name(one.label),
        sign=SIGNS.get(one.label, ""),
        said=_said(one, journey),
        note=one.note,
        confirms=one.confirms,
        holds=one.withdrawn_at is None,
    )


def _said(one: TextCorrection, journey: Journey) -> str:
    words = {"who": _who(one), "day": _day(one.created_at, journey.timezone)}
    if one.confirms:
        return str(_("confirmed by %(who)s, %(day)s", **words))
    return str(_("corrected by %(who)s, %(day)s", **words))


def _who(one: TextCorrection) -> str:
    if one.user is None:
        return str(_("somebody"))
    return one.user.name or one.user.email


def _day(at: datetime, timezone: str) -> str:
    local = at.astimezone(ZoneInfo(timezone))
    return str(format_date(local, "medium", locale=get_locale() or FALLBACK))

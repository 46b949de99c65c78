"""What a link shows to whoever opens it, kept in memory: opening a survey asks no database.

Values only, free of sessions, so that threads share them. What is remembered here may be some
seconds old; whether answers are taken is decided by the database when they are sent.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import event, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session, SessionTransaction

from cjm_feedback.accounts.models import Workspace
from cjm_feedback.journeys.models import Channel, Journey, Touchpoint
from cjm_feedback.surveys.models import Link, Question, Revision, Survey

FRESH_SECONDS = 15
"""How long another process may still show a survey that was just closed or published anew."""
REMEMBERED = 500
_CHANGED = "surveys changed in this transaction"

Words = Mapping[str, str]
"""One text per language."""


@dataclass(frozen=True)
class PublishedChoice:
    key: str
    text: Words


@dataclass(frozen=True)
class PublishedQuestion:
    id: int
    key: str
    type: str
    required: bool
    text: Words
    help: Words
    choices: tuple[PublishedChoice, ...]

    @property
    def option_keys(self) -> tuple[str, ...]:
        return tuple(choice.key for choice in self.choices)


@dataclass(frozen=True)
class PublishedSurvey:
    """One revision of a survey, as one link shows it."""

    public_id: str
    link_id: int
    survey_id: int
    slug: str
    scope: str
    journey_id: int
    timezone: str
    brand: str
    opens_at: datetime
    closes_at: datetime | None
    link_disabled: bool
    default_language: str
    languages: tuple[str, ...]
    revision_id: int
    revision_number: int
    content_hash: str
    title: Words
    intro: Words
    thanks: Words
    questions: tuple[PublishedQuestion, ...]
    touchpoint_id: int | None
    touchpoint_key: str | None
    touchpoint_name: Words
    """What the link asks about; empty when it is the journey as a whole."""
    channel_id: int
    channel_key: str

    def is_open(self, at: datetime) -> bool:
        return not self.link_disabled and self.opens_at <= at and not self.has_closed(at)

    def has_closed(self, at: datetime) -> bool:
        return self.link_disabled or (self.closes_at is not None and self.closes_at <= at)

    def words(self, text: Words, language: str) -> str:
        """`text` in `language`, else in the survey's own, else in any."""
        for code in (language, self.default_language, *text):
            if text.get(code):
                return text[code]
        return ""


@dataclass(frozen=True)
class _Remembered:
    survey: PublishedSurvey
    until: float


_Key = tuple[str, int | None]


class _Memory:
    """The surveys opened last, at most `size` of them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[_Key, _Remembered] = OrderedDict()
        self._lock = Lock()
        self._forgotten = 0

    def recall(self, key: _Key) -> _Remembered | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    def moment(self) -> int:
        """To be named when keeping what is read from now on."""
        return self._forgotten

    def keep(self, key: _Key, entry: _Remembered, moment: int) -> None:
        """Remember `entry`, unless something was forgotten while it was being read."""
        with self._lock:
            if moment != self._forgotten:
                return
            self._entries[key] = entry
            self._entries.move_to_end(key)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)

    def forget(self, survey_ids: set[int] | None) -> None:
        with self._lock:
            self._forgotten += 1
            for key, entry in list(self._entries.items()):
                if survey_ids is None or entry.survey.survey_id in survey_ids:
                    del self._entries[key]


_memory = _Memory(REMEMBERED)


def find_published(
    session: Session, public_id: str, *, revision: int | None = None
) -> PublishedSurvey | None:
    """What the link `public_id` shows, or what its `revision` showed; None where there is none.

    While the database is out of reach, what was shown last is shown on.
    """
    key = (public_id, revision)
    known = _memory.recall(key)
    if known is not None and time.monotonic() < known.until:
        return known.survey
    moment = _memory.moment()
    try:
        survey = _read(session, public_id, revision)
    except (OperationalError, InterfaceError):
        if known is None:
            raise
        session.rollback()
        return known.survey
    if survey is not None:
        _memory.keep(key, _Remembered(survey, time.monotonic() + FRESH_SECONDS), moment)
    return survey


def forget(survey_id: int) -> None:
    """Read the survey anew at the next opening, in this process."""
    _memory.forget({survey_id})


def forget_all() -> None:
    _memory.forget(None)


def forget_after_commit(session: Session, survey_id: int) -> None:
    """Called by whoever changes what a link shows, in the transaction of the change."""
    session.info.setdefault(_CHANGED, set()).add(survey_id)


@event.listens_for(Session, "after_transaction_end")
def _forget_changed(session: Session, transaction: SessionTransaction) -> None:
    # The end of the whole transaction: what is read before it is still the old state.
    if transaction.parent is None and (changed := session.info.pop(_CHANGED, None)):
        _memory.forget(changed)


def _read(session: Session, public_id: str, number: int | None) -> PublishedSurvey | None:
    statement = (
        select(
            Link,
            Survey,
            Revision,
            Journey.timezone,
            Workspace.name,
            Channel.key,
            Touchpoint.key,
            Touchpoint.name,
        )
        .join(Survey, Survey.id == Link.survey_id)
        .join(Journey, Journey.id == Survey.journey_id)
        .join(Workspace, Workspace.id == Journey.workspace_id)
        .join(Channel, Channel.id == Link.channel_id)
        .join(Revision, Revision.survey_id == Survey.id)
        .outerjoin(Touchpoint, Touchpoint.id == Link.touchpoint_id)
        .where(Link.public_id == public_id)
        .order_by(Revision.number.desc())
        .limit(1)
    )
    if number is not None:
        statement = statement.where(Revision.number == number)
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    link, survey, revision, timezone, brand, channel_key, touchpoint_key, about = row
    questions = session.scalars(
        select(Question).where(Question.revision_id == revision.id).order_by(Question.position)
    )
    return PublishedSurvey(
        public_id=link.public_id,
        link_id=link.id,
        survey_id=survey.id,
        slug=survey.slug,
        scope=survey.scope,
        journey_id=survey.journey_id,
        timezone=timezone,
        brand=brand,
        opens_at=survey.opens_at,
        closes_at=survey.closes_at,
        link_disabled=link.disabled_at is not None,
        default_language=_default_language(survey.default_language, revision.languages),
        languages=tuple(revision.languages),
        revision_id=revision.id,
        revision_number=revision.number,
        content_hash=revision.content_hash,
        title=revision.title,
        intro=revision.intro,
        thanks=revision.thanks,
        questions=tuple(published_question(question) for question in questions),
        touchpoint_id=link.touchpoint_id,
        touchpoint_key=touchpoint_key,
        touchpoint_name=about or {},
        channel_id=link.channel_id,
        channel_key=channel_key,
    )


def _default_language(wanted: str, languages: Sequence[str]) -> str:
    return wanted if wanted in languages else languages[0]


def published_question(question: Question) -> PublishedQuestion:
    """A question as a value, free of its session."""
    return PublishedQuestion(
        id=question.id,
        key=question.key,
        type=question.type,
        required=question.required,
        text=question.text,
        help=question.help,
        choices=tuple(
            PublishedChoice(key=str(choice["key"]), text=choice["text"])
            for choice in question.choices
        ),
    )

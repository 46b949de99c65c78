"""From the cells of one row to an answer that may be stored, or to the reasons why not."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cjm_feedback.questionnaire.answers import AnswerValue
from cjm_feedback.questionnaire.cleaning import Asked, clean_answers
from cjm_feedback.responses.cells import unguarded

OWN_COLUMNS = ("external_id", "received_at", "language", "touchpoint", "channel")
EXTERNAL_ID_LENGTH = 120
FUTURE_TOLERANCE = timedelta(minutes=5)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Refusal:
    """Why a row is refused. `column` is empty when the row as a whole is meant."""

    code: str
    column: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where an answer belongs: keys of its touchpoint and channel; none for the whole journey."""

    touchpoint: str | None
    channel: str


@dataclass(frozen=True)
class Target:
    """What the rows of a file are held against."""

    survey: str
    questions: tuple[Asked, ...]
    languages: tuple[str, ...]
    default_language: str
    timezone: ZoneInfo
    places: tuple[Place, ...]
    channels: frozenset[str]
    now: datetime

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that hold answers: a file without any of them is another file."""
        return tuple(question.key for question in self.questions)

    def unknown_columns(self, header: Iterable[str]) -> list[str]:
        known = {*OWN_COLUMNS, *(question.key for question in self.questions)}
        return [name for name in header if name and name not in known]


@dataclass(frozen=True)
class ReadRow:
    """A row that can be stored. `key` stays the same when the file comes again."""

    line: int
    key: str
    external_id: str | None
    received_at: datetime
    language: str
    place: Place
    values: dict[str, AnswerValue]


@dataclass(frozen=True)
class RefusedRow:
    line: int
    refusals: tuple[Refusal, ...]


def read_rows(
    target: Target, rows: Iterable[tuple[int, Mapping[str, str]]]
) -> Iterator[ReadRow | RefusedRow]:
    """Judge every row.

    A row is known again by its `external_id`; without one by what it says, however its cells are
    written, and among equal rows by its number: two customers may well say the same, but one file
    twice says nothing new.
    """
    seen: Counter[bytes] = Counter()
    for line, cells in rows:
        plain = {name: unguarded(cell) for name, cell in cells.items()}
        yield _read(target, line, plain, seen)


def _read(
    target: Target, line: int, cells: Mapping[str, str], seen: Counter[bytes]
) -> ReadRow | RefusedRow:
    external_id = cells.get("external_id", "").strip() or None
    time = cells.get("received_at", "").strip()
    received_at = _received_at(target, time)
    language = _language(target, cells.get("language", "").strip().lower())
    place = _place(target, cells)
    refusals = [one for one in (received_at, language, place) if isinstance(one, Refusal)]
    if external_id is not None and len(external_id) > EXTERNAL_ID_LENGTH:
        refusals.append(Refusal("too_long_id", "external_id", {"most": EXTERNAL_ID_LENGTH}))
    raw = {q.key: cells[q.key] for q in target.questions if q.key in cells}
    cleaned = clean_answers(target.questions, raw)
    refusals += [Refusal(e.code, key, dict(e.params)) for key, e in cleaned.errors.items()]
    if not refusals and not cleaned.values:
        refusals.append(Refusal("no_answer"))
    if (
        refusals
        or isinstance(received_at, Refusal)
        or isinstance(language, Refusal)
        or isinstance(place, Refusal)
    ):
        return RefusedRow(line, tuple(refusals))
    if external_id is None:
        moment = received_at.isoformat() if time else ""  # not given: it is today's, on any day
        digest = _digest(moment, language, place, cleaned.values)
        seen[digest] += 1
        kind, own_key = "row", f"{digest.hex()}#{seen[digest]}"
    else:
        kind, own_key = "id", external_id
    return ReadRow(
        line=line,
        key=f"import:{target.survey}:{kind}:{own_key}",
        external_id=external_id,
        received_at=received_at,
        language=language,
        place=place,
        values=cleaned.values,
    )


def _digest(moment: str, language: str, place: Place, values: Mapping[str, AnswerValue]) -> bytes:
    said = {key: value.plain for key, value in values.items()}
    plain = json.dumps([moment, language, place.touchpoint, place.channel, said], sort_keys=True)
    return hashlib.sha256(plain.encode()).digest()[:16]


def _received_at(target: Target, text: str) -> datetime | Refusal:
    if not text:
        return target.now
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=target.timezone)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return Refusal("not_a_time", "received_at")
    if moment > target.now + FUTURE_TOLERANCE:
        return Refusal("in_the_future", "received_at")
    if moment < EARLIEST:
        return Refusal("too_long_ago", "received_at", {"year": EARLIEST.year})
    return moment


def _language(target: Target, text: str) -> str | Refusal:
    if not text:
        return target.default_language
    if text not in target.languages:
        known = ", ".join(target.languages)
        return Refusal("unknown_language", "language", {"known": known})
    return text


def _place(target: Target, cells: Mapping[str, str]) -> Place | Refusal:
    """The link's own place where a cell is empty and there is only one; what the cell says else."""
    touchpoint = cells.get("touchpoint", "").strip()
    channel = cells.get("channel", "").strip()
    served = {place.touchpoint for place in target.places}
    if touchpoint and touchpoint not in served:
        known = ", ".join(sorted(filter(None, served)))
        return Refusal("unknown_touchpoint", "touchpoint", {"known": known})
    if not touchpoint and len(served) != 1:
        return Refusal("touchpoint_missing", "touchpoint")
    chosen = touchpoint or next(iter(served))
    if channel:
        if channel not in target.channels:
            known = ", ".join(sorted(target.channels))
            return Refusal("unknown_channel", "channel", {"known": known})
        return Place(chosen, channel)
    channels = {place.channel for place in target.places if place.touchpoint == chosen}
    if len(channels) != 1:
        return Refusal("channel_missing", "channel")
    return Place(chosen, next(iter(channels)))

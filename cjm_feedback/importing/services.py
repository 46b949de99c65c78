"""Storing the rows of a file as responses, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cjm_feedback.importing.files import Dialect, inspect, rows
from cjm_feedback.importing.rows import (
    Place,
    ReadRow,
    Refusal,
    RefusedRow,
    Target,
    read_rows,
)
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.journeys.models import Channel, Touchpoint
from cjm_feedback.responses.idempotency import fingerprint, stored_key
from cjm_feedback.responses.models import IdempotencyKey, Response
from cjm_feedback.responses.services import WITHDRAWN, KeyReusedError, submit_response
from cjm_feedback.surveys.models import Link, Question, Revision, Survey
from cjm_feedback.surveys.published import PublishedQuestion, published_question

BATCH = 250
"""Rows stored in one transaction: nobody who answers meanwhile waits longer than that takes."""
REFUSALS_KEPT = 200


@dataclass
class Report:
    """What became of the rows. Refused ones are kept with their reasons, up to a cap."""

    rows: int = 0
    accepted: int = 0
    known: int = 0
    refused: int = 0
    refusals: list[RefusedRow] = field(default_factory=list)

    def refuse(self, row: RefusedRow) -> None:
        self.refused += 1
        if len(self.refusals) < REFUSALS_KEPT:
            self.refusals.append(row)

    def add(self, sifted: Sifted) -> None:
        self.known += sifted.known
        for row in sifted.refused:
            self.refuse(row)


@dataclass(frozen=True)
class Sifted:
    """Rows that are new, how many were taken in before, and those whose id says something else."""

    fresh: list[ReadRow]
    known: int
    refused: list[RefusedRow]


class Sieve:
    """Holds rows back that were taken in before, by whatever way, or stood in the file above."""

    def __init__(self, survey_id: int) -> None:
        self._survey_id = survey_id
        self._seen: dict[str, str] = {}

    def sift(self, session: Session, batch: Sequence[ReadRow]) -> Sifted:
        stored = _stored(session, self._survey_id, batch)
        sifted = Sifted([], 0, [])
        known = 0
        for row in batch:
            content = fingerprint(row.values, row.language)
            before = stored.get(row.key, self._seen.get(row.key))
            if before is None:
                if row.external_id is not None:  # equal rows without one have keys of their own
                    self._seen[row.key] = content
                sifted.fresh.append(row)
            elif before in (content, WITHDRAWN):
                known += 1
            else:
                sifted.refused.append(_id_taken(row))
        return replace(sifted, known=known)


@dataclass(frozen=True)
class Destination:
    """The rows of the database that answers of a survey are tied to, by their keys."""

    survey: Survey
    revision: Revision
    touchpoints: dict[str, Touchpoint]
    channels: dict[str, Channel]
    links: dict[Place, Link]


def find_survey(session: Session, slug: str) -> Survey | None:
    return session.scalar(select(Survey).where(Survey.slug == slug))


def target_of(session: Session, survey: Survey, *, at: datetime) -> Target:
    """Plain values to judge rows by, free of the session."""
    destination = destination_of(session, survey)
    questions = session.scalars(
        select(Question)
        .where(Question.revision_id == destination.revision.id)
        .order_by(Question.position)
    )
    asked: tuple[PublishedQuestion, ...] = tuple(published_question(one) for one in questions)
    languages = tuple(destination.revision.languages)
    return Target(
        survey=survey.slug,
        questions=asked,
        languages=languages,
        default_language=(
            survey.default_language if survey.default_language in languages else languages[0]
        ),
        timezone=ZoneInfo(survey.journey.timezone),
        places=tuple(destination.links),
        channels=frozenset(destination.channels),
        now=at,
    )


def destination_of(session: Session, survey: Survey) -> Destination:
    revision = session.scalars(
        select(Revision)
        .where(Revision.survey_id == survey.id)
        .order_by(Revision.number.desc())
        .limit(1)
    ).one()
    links = session.scalars(
        select(Link)
        .options(joinedload(Link.touchpoint), joinedload(Link.channel))
        .where(Link.survey_id == survey.id)
        .order_by(Link.id.desc())  # of two links to one place the older one is kept
    ).all()
    channels = session.scalars(
        select(Channel).where(Channel.workspace_id == survey.journey.workspace_id)
    )
    return Destination(
        survey=survey,
        revision=revision,
        touchpoints={link.touchpoint.key: link.touchpoint for link in links if link.touchpoint},
        channels={channel.key: channel for channel in channels},
        links={
            Place(link.touchpoint.key if link.touchpoint else None, link.channel.key): link
            for link in links
        },
    )


def judge_file(
    target: Target, file: BinaryIO, *, encoding: str | None = None
) -> tuple[Dialect, Iterator[ReadRow | RefusedRow]]:
    """Read `file` to its end once, then judge its rows. Raises `UnreadableFileError`."""
    dialect = inspect(file, encoding=encoding, known=target.columns)
    return dialect, read_rows(target, rows(file, dialect))


def store_batch(
    session: Session,
    destination: Destination,
    batch: Sequence[ReadRow],
    report: Report,
    *,
    at: datetime,
) -> None:
    """Store the rows of `batch` and ask for their texts to be read. The caller commits."""
    stored = []
    sifted = Sieve(destination.survey.id).sift(session, batch)
    report.add(sifted)
    for row in sifted.fresh:
        place = row.place
        gone = _gone(destination, place)
        if gone is not None:
            report.refuse(RefusedRow(row.line, (gone,)))
            continue
        try:
            receipt = submit_response(
                session,
                survey=destination.survey,
                revision=destination.revision,
                link=destination.links.get(place),
                touchpoint=destination.touchpoints[place.touchpoint] if place.touchpoint else None,
                channel=destination.channels[place.channel],
                language=row.language,
                answers=row.values,
                key=row.key,
                fingerprint=fingerprint(row.values, row.language),
                source="import",
                received_at=row.received_at,
                at=at,
                external_id=row.external_id,
                enqueue_reading=False,
            )
        except KeyReusedError:
            report.refuse(_id_taken(row))
            continue
        if receipt.repeated:
            report.known += 1
        else:
            report.accepted += 1
            stored.append(receipt.response_id)
    if stored:
        enqueue(session, "read_responses", {"response_ids": stored}, at=at)


def _stored(session: Session, survey_id: int, batch: Sequence[ReadRow]) -> dict[str, str]:
    """The fingerprints of what was stored, by the keys of the rows that brought it or its like."""
    by_attempt = {stored_key("import", survey_id, row.key): row.key for row in batch}
    by_id: dict[str | None, str] = {
        row.external_id: row.key for row in batch if row.external_id is not None
    }
    found: dict[str, str] = {}
    if by_id:
        of_ids = (
            select(Response.external_id, IdempotencyKey.fingerprint)
            .join(IdempotencyKey, IdempotencyKey.response_id == Response.id)
            .where(Response.survey_id == survey_id, Response.external_id.in_(by_id))
        )
        found = {by_id[external_id]: content for external_id, content in session.execute(of_ids)}
    of_attempts = select(IdempotencyKey.key, IdempotencyKey.fingerprint).where(
        IdempotencyKey.key.in_(by_attempt)
    )
    return found | {by_attempt[key]: content for key, content in session.execute(of_attempts)}


def _id_taken(row: ReadRow) -> RefusedRow:
    return RefusedRow(row.line, (Refusal("id_taken", "external_id"),))


def _gone(destination: Destination, place: Place) -> Refusal | None:
    """Why a row cannot go where it could when it was judged: links may be deleted meanwhile."""
    if place.touchpoint and place.touchpoint not in destination.touchpoints:
        known = ", ".join(sorted(destination.touchpoints)) or "–"
        return Refusal("unknown_touchpoint", "touchpoint", {"known": known})
    if place.channel not in destination.channels:
        known = ", ".join(sorted(destination.channels)) or "–"
        return Refusal("unknown_channel", "channel", {"known": known})
    return None


def in_batches(
    judged: Iterable[ReadRow | RefusedRow], report: Report, *, size: int = BATCH
) -> Iterator[list[ReadRow]]:
    """The rows to be stored, a batch at a time; refused ones go into `report` as they come."""
    source = iter(judged)
    while some := list(islice(source, size)):
        report.rows += len(some)
        for row in some:
            if isinstance(row, RefusedRow):
                report.refuse(row)
        yield [row for row in some if isinstance(row, ReadRow)]

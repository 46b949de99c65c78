"""Storing the rows of a file as responses, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
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
from cjm_feedback.responses.models import IdempotencyKey
from cjm_feedback.responses.services import KeyReusedError, submit_response
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
    for row in batch:
        place = row.place
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
            report.refuse(RefusedRow(row.line, (Refusal("id_taken", "external_id"),)))
            continue
        if receipt.repeated:
            report.known += 1
        else:
            report.accepted += 1
            stored.append(receipt.response_id)
    if stored:
        enqueue(session, "read_responses", {"response_ids": stored}, at=at)


def count_known(session: Session, survey_id: int, batch: Sequence[ReadRow]) -> int:
    """How many of these rows were taken in before."""
    keys = [stored_key("import", survey_id, row.key) for row in batch]
    found = session.scalar(
        select(func.count()).select_from(IdempotencyKey).where(IdempotencyKey.key.in_(keys))
    )
    return found or 0


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

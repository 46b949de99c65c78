"""Reading the texts of a journey again, chunk after chunk, and saying how far it is.

One chunk asks for the next in its own transaction: whatever is stopped goes on from there, and
what customers write meanwhile is read in between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cjm_feedback.analysis.heads import engine_now, workspace_of_journey
from cjm_feedback.analysis.services import JOB_SECONDS, read_again, read_texts
from cjm_feedback.jobs.leases import retry_dead
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.registry import handles, read_ahead
from cjm_feedback.jobs.transport import send_after_commit
from cjm_feedback.responses.models import Rescoring, TextScore

KIND: Final = "rescore_journey"
CHUNK: Final = 50
NOBODY: Final = "none"
"""The engine of texts that no engine had to look at, such as empty ones."""


def start(
    session: Session,
    journey_id: int,
    *,
    only_older: bool = False,
    user_id: int | None = None,
    at: datetime,
) -> Rescoring:
    """Have every text read again, or those that another engine read; what runs already, runs on.

    Figures change text by text: minus what was, plus what is. Corrections hold. The caller
    commits.
    """
    running = running_in(session, journey_id)
    if running is not None:
        _revive(session, running, at=at)
        return running
    engine = engine_now(session, workspace_of_journey(session, journey_id))
    responses = _responses(journey_id, engine if only_older else None).subquery()
    total, last = session.execute(select(func.count(), func.max(responses.c.response_id))).one()
    one = Rescoring(
        journey_id=journey_id,
        only_older=only_older,
        engines_before=engines_of(session, journey_id),
        engine_after=engine,
        total=total,
        user_id=user_id,
        started_at=at,
        finished_at=None if total else at,
    )
    try:
        with session.begin_nested():
            session.add(one)
    except IntegrityError:
        running = running_in(session, journey_id)
        if running is None:
            raise
        return running
    if total:
        _ask(session, one, after=0, last=last, at=at)
    return one


def running_in(session: Session, journey_id: int) -> Rescoring | None:
    return session.scalar(
        select(Rescoring).where(Rescoring.journey_id == journey_id, Rescoring.finished_at.is_(None))
    )


def _revive(session: Session, one: Rescoring, *, at: datetime) -> None:
    """Go on with what was given up."""
    job = next_job(session, one.id)
    if one.stopped_at is not None and job is not None and retry_dead(session, job.id, at):
        one.stopped_at = None
        send_after_commit(session, job.id)


def next_job(session: Session, rescoring_id: int) -> Job | None:
    """The job that goes on with it."""
    return session.scalar(
        select(Job)
        .where(Job.dedupe_key.startswith(f"{KIND}:{rescoring_id}@"), Job.status != "done")
        .order_by(Job.id.desc())
        .limit(1)
    )


def engines_of(session: Session, journey_id: int) -> dict[str, int]:
    """How many texts of a journey each engine read."""
    rows = session.execute(
        select(TextScore.engine, func.count())
        .where(TextScore.journey_id == journey_id, TextScore.status != "pending")
        .group_by(TextScore.engine)
        .order_by(TextScore.engine)
    )
    return {engine or NOBODY: n for engine, n in rows}


def stopped(session: Session, job: Job, *, at: datetime) -> None:
    one = session.get(Rescoring, job.payload["rescoring_id"])
    if one is not None and one.finished_at is None:
        one.stopped_at = at


@handles(KIND, seconds=JOB_SECONDS, on_dead=stopped)
def rescore_journey(session: Session, job: Job, *, at: datetime) -> None:
    """Read one chunk again and ask for the next; both or neither.

    A chunk that was stopped or died is taken apart, as for `read_responses`: its responses are
    read one by one, and the text at fault keeps nobody from going on.
    """
    after, last = int(job.payload["after"]), int(job.payload["last"])
    with read_ahead(session):
        one = session.get_one(Rescoring, job.payload["rescoring_id"])
        finished = one.finished_at is not None
        older_than = one.engine_after if one.only_older else None
        journey_id = one.journey_id
        chunk = _chunk(session, journey_id, older_than, after=after, last=last)
        before = _labels(session, chunk)
    if finished:
        return
    if job.attempts > 1:
        read_again(session, chunk, at=at)
    elif chunk:
        written = read_texts(session, chunk, at=at, again=True, keep_failures=False)
        read_again(session, written.to_retry, at=at)
    one = session.get_one(Rescoring, job.payload["rescoring_id"])
    one.stopped_at = None
    after_it = _labels(session, chunk)
    one.changed += sum(labels != after_it[response] for response, labels in before.items())
    one.done = min(one.total, one.done + len(chunk))
    if len(chunk) == CHUNK and chunk[-1] < last:
        _ask(session, one, after=chunk[-1], last=last, at=at)
    else:
        one.done, one.finished_at = one.total, at


def _ask(session: Session, one: Rescoring, *, after: int, last: int, at: datetime) -> None:
    enqueue(
        session,
        KIND,
        {
            "rescoring_id": one.id,
            "journey_id": one.journey_id,
            "after": after,
            "last": last,
        },
        at=at,
        dedupe_key=f"{KIND}:{one.id}@{after}",
    )


def _responses(journey_id: int, older_than: str | None) -> Select[int]:
    wanted = select(TextScore.response_id).where(TextScore.journey_id == journey_id).distinct()
    return wanted if older_than is None else wanted.where(_is_older(older_than))


def _is_older(engine: str) -> ColumnElement[bool]:
    """What another engine read, or none could."""
    other = TextScore.engine.not_in((engine, NOBODY))
    return or_(other, TextScore.status == "failed")


def _chunk(
    session: Session, journey_id: int, older_than: str | None, *, after: int, last: int
) -> list[int]:
    return list(
        session.scalars(
            _responses(journey_id, older_than)
            .where(TextScore.response_id > after, TextScore.response_id <= last)
            .order_by(TextScore.response_id)
            .limit(CHUNK)
        )
    )


def _labels(session: Session, response_ids: Sequence[int]) -> dict[int, list[str | None]]:
    """How the texts of each response are labelled, by people or by the machine."""
    rows = session.execute(
        select(TextScore.response_id, func.coalesce(TextScore.corrected_label, TextScore.label))
        .where(TextScore.response_id.in_(response_ids))
        .order_by(TextScore.id)
    )
    found: defaultdict[int, list[str | None]] = defaultdict(list)
    for response_id, label in rows:
        found[response_id].append(label)
    return found

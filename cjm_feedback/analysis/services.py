"""Reading what customers wrote, after they have been thanked, and counting it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol

from sqlalchemy.orm import Session

from cjm_feedback.analysis.heads import reader_for
from cjm_feedback.analysis.queries import Text, texts_of
from cjm_feedback.analysis.storing import status_of, store_readings
from cjm_feedback.analysis.themes.reading import add_themes, load_themes
from cjm_feedback.analysis.themes.suggesting import plan_suggestions
from cjm_feedback.analysis.timebox import TimeIsUp, time_box
from cjm_feedback.db import JsonObject
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.registry import handles, read_ahead
from cjm_feedback.rollups.services import fold
from cjm_feedback.sentiment.registry import read_comment
from cjm_feedback.sentiment.result import Reading, unscored

TEXT_SECONDS = 5.0
"""For one text. Reading one takes milliseconds; only a fault takes seconds."""
BATCH_SECONDS = 20.0
"""After which a job leaves what is left of its responses to the next one."""
JOB_SECONDS = 120


class ReadComment(Protocol):
    """Reads a comment; `language` is the one to expect, `languages` are all that may be."""

    def __call__(self, text: str, *, language: str, languages: Sequence[str]) -> Reading: ...


@dataclass(frozen=True, slots=True)
class Written:
    """What a job wrote: texts by what became of them."""

    scored: int = 0
    unscored: int = 0
    failed: int = 0
    left: int = 0
    """Responses whose texts another job will read."""
    to_retry: tuple[int, ...] = ()
    """Responses with a text that could not be read now; nothing of them is stored."""

    def as_json(self) -> JsonObject:
        return {
            "scored": self.scored,
            "unscored": self.unscored,
            "failed": self.failed,
            "left": self.left + len(self.to_retry),
        }


class ReadingFailedError(Exception):
    """The one text of a job could not be read; the ledger tries again later."""


def give_up_reading(session: Session, job: Job, *, at: datetime) -> None:
    """Say of texts whose job was given up that they could not be read: nobody waits for them."""
    response_ids: list[int] = job.payload["response_ids"]
    texts = texts_of(session, response_ids, read_before=False)
    readings = [(text, unscored("failed")) for text in texts]
    store_readings(session, response_ids, readings, again=False, at=at)


@handles("read_responses", seconds=JOB_SECONDS, on_dead=give_up_reading)
def read_responses(
    session: Session, job: Job, *, at: datetime, read: ReadComment = read_comment
) -> JsonObject:
    """Read the texts of `response_ids`; those read before as well if the payload says `again`.

    A job that was stopped or died is taken apart, so that the text at fault stands alone and
    the others are read. A text that could not be read, or not in time, is tried again later: the
    machine may have been busy. It stays pending until its job's last try, then it has failed.
    """
    response_ids: list[int] = job.payload["response_ids"]
    again = bool(job.payload.get("again"))
    if job.attempts > 1 and len(response_ids) > 1:
        for response_id in response_ids:
            _enqueue(session, [response_id], again=again, at=at)
        return {"split": len(response_ids)}
    last_try = 1 < job.attempts >= job.max_attempts
    written = read_texts(
        session,
        response_ids,
        at=at,
        again=again,
        read=_give_up if last_try else read,
        keep_failures=last_try,
    )
    if written.to_retry and len(response_ids) == 1:
        raise ReadingFailedError
    for response_id in written.to_retry:
        _enqueue(session, [response_id], again=again, at=at)
    return written.as_json()


def read_texts(
    session: Session,
    response_ids: Sequence[int],
    *,
    at: datetime,
    again: bool = False,
    read: ReadComment = read_comment,
    seconds: float = TEXT_SECONDS,
    keep_failures: bool = True,
) -> Written:
    """Read, store, count: the texts of these responses. The caller commits.

    Without `keep_failures` a response with a text that could not be read stays as it is. Must
    come first in its transaction: while texts are read nothing is held.
    """
    with read_ahead(session):
        texts = texts_of(session, response_ids, read_before=again)
        journeys = {text.journey_id for text in texts}
        themes = load_themes(session, journeys)
        if read is read_comment:
            read = reader_for(session, journeys)
    load_engines()
    readings, left = _read_in_time(texts, read, seconds)
    to_retry = () if keep_failures else _failed(readings)
    readings = [(text, one) for text, one in readings if text.response_id not in to_retry]
    readings = add_themes(readings, themes)
    kept = store_readings(session, response_ids, readings, again=again, at=at)
    if left:
        _enqueue(session, left, again=again, at=at)
    fold(session)
    plan_suggestions(session, readings, themes, at=at)
    return Written(
        scored=sum(reading.scored for reading in kept),
        unscored=sum(status_of(reading) == "unscored" for reading in kept),
        failed=sum(status_of(reading) == "failed" for reading in kept),
        left=len(left),
        to_retry=to_retry,
    )


def read_again(session: Session, response_ids: Sequence[int], *, at: datetime) -> None:
    """Have each of these responses read again by itself. The caller commits."""
    for response_id in response_ids:
        _enqueue(session, [response_id], again=True, at=at)


def _enqueue(session: Session, response_ids: Sequence[int], *, again: bool, at: datetime) -> None:
    payload: JsonObject = {"response_ids": list(response_ids)}
    enqueue(session, "read_responses", {**payload, "again": True} if again else payload, at=at)


def _read_in_time(
    texts: Sequence[Text], read: ReadComment, seconds: float
) -> tuple[list[tuple[Text, Reading]], list[int]]:
    """The readings, and the responses for which the time did not suffice. One is always read."""
    started = time.monotonic()
    readings: list[tuple[Text, Reading]] = []
    done: set[int] = set()
    for text in texts:
        if done and text.response_id not in done and time.monotonic() - started > BATCH_SECONDS:
            break
        readings.append((text, _read_one(text, read, seconds)))
        done.add(text.response_id)
    return readings, sorted({text.response_id for text in texts} - done)


def _failed(readings: Sequence[tuple[Text, Reading]]) -> tuple[int, ...]:
    """The responses of texts that could not be read."""
    return tuple(sorted({text.response_id for text, one in readings if status_of(one) == "failed"}))


@cache
def load_engines() -> None:
    """Load what reading needs, once per process and outside any text's time.

    The first English comment imports TextBlob, which takes a busy machine longer than a text may.
    """
    read_comment("fine", language="en", languages=("en",))


def _read_one(text: Text, read: ReadComment, seconds: float) -> Reading:
    try:
        with time_box(seconds):
            return read(text.text, language=text.language, languages=text.languages)
    except TimeIsUp:
        return unscored("timeout")


def _give_up(text: str, *, language: str, languages: Sequence[str]) -> Reading:
    return unscored("failed")

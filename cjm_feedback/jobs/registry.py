"""Which function does which kind of work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from cjm_feedback.db import JsonObject, reading
from cjm_feedback.jobs.models import Job

TIME_BOX_SECONDS = 60


class Handler(Protocol):
    """Does one job; its database effects are committed together with the job's end.

    It must not commit. `job` is a detached copy of the row as it was claimed. An exception undoes
    everything and has the job tried again later. What is returned is kept as the job's result.
    """

    def __call__(self, session: Session, job: Job, *, at: datetime) -> JsonObject | None: ...


class Mourner(Protocol):
    """Told that a job is given up, in the transaction that marks it dead; must not commit.

    `job` is the row as it is left. What it raises is logged, and its effects are undone: the job
    stays dead.
    """

    def __call__(self, session: Session, job: Job, *, at: datetime) -> None: ...


AnyHandler = TypeVar("AnyHandler", bound=Handler)


@dataclass(frozen=True)
class Work:
    """A kind of work: who does it, how long it may take, and who is told if it is given up."""

    handler: Handler
    seconds: int
    on_dead: Mourner | None = None


class UnknownKindError(LookupError):
    """Nobody does this kind of work."""


_works: dict[str, Work] = {}


def handles(
    kind: str, *, seconds: int = TIME_BOX_SECONDS, on_dead: Mourner | None = None
) -> Callable[[AnyHandler], AnyHandler]:
    """Register the function below as the one that does `kind`, in at most `seconds`.

    `on_dead` is called when such a job is given up, so that nobody waits for it any longer.
    """

    def register(handler: AnyHandler) -> AnyHandler:
        if kind in _works:
            raise ValueError(f"two handlers for {kind!r}")
        _works[kind] = Work(handler, seconds, on_dead)
        return handler

    return register


def work_for(kind: str) -> Work:
    try:
        return _works[kind]
    except KeyError:
        raise UnknownKindError(kind) from None


def seconds_for(kind: str) -> int:
    """The time box of `kind`, also of one that this process does not know."""
    work = _works.get(kind)
    return work.seconds if work else TIME_BOX_SECONDS


def mourner_of(kind: str) -> Mourner | None:
    """Who is told when a job of `kind` is given up, if anybody."""
    work = _works.get(kind)
    return work.on_dead if work else None


@contextmanager
def read_ahead(session: Session) -> Iterator[None]:
    """Read inside the block without keeping anybody from writing; then let go of everything read.

    On SQLite a transaction takes the only write lock when it begins. A handler that computes for
    a while reads its input in this block, computes, and only then touches `session` again to
    write. Objects loaded in the block are expired after it: take plain values out of them, and
    let the writes state what they rely on (`UPDATE … WHERE status = 'pending'`).
    """
    token = reading.set(True)
    try:
        yield
    finally:
        reading.reset(token)
        session.rollback()

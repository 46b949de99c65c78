"""How the worker learns that there is something to do.

Nothing depends on a message arriving: whatever is lost on the way is found in the ledger by the
worker's own poll. A transport only makes that quick.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

log = logging.getLogger(__name__)
_WAITING = "jobs waiting for the commit"


class Transport(Protocol):
    """Takes the ids of jobs whose rows are committed."""

    def send(self, job_ids: Sequence[int]) -> None: ...


class NullTransport:
    """For commands and tests: the worker finds the rows by itself."""

    def send(self, job_ids: Sequence[int]) -> None:
        return None


@dataclass
class _Waiting:
    """A job's id, and the innermost transaction it still depends on."""

    job_id: int
    transaction: SessionTransaction | None


_transport: Transport = NullTransport()


def use_transport(transport: Transport) -> None:
    """Send the jobs of this process by `transport` from here on."""
    global _transport
    _transport = transport


@contextmanager
def using_transport(transport: Transport) -> Iterator[None]:
    """Send by `transport` inside the block."""
    before = _transport
    use_transport(transport)
    try:
        yield
    finally:
        use_transport(before)


def send_after_commit(session: Session, job_id: int) -> None:
    """Hand `job_id` to the transport once everything it depends on is committed."""
    innermost = session.get_nested_transaction() or session.get_transaction()
    session.info.setdefault(_WAITING, []).append(_Waiting(job_id, innermost))


@event.listens_for(Session, "after_commit")
def _on_commit(session: Session) -> None:
    waiting: list[_Waiting] | None = session.info.get(_WAITING)
    if not waiting:
        return
    nested = session.get_nested_transaction()
    if nested is None:
        del session.info[_WAITING]
        _send([item.job_id for item in waiting])
        return
    # A savepoint was released: its jobs share the fate of what is around it.
    for item in waiting:
        if item.transaction is nested:
            item.transaction = nested.parent


@event.listens_for(Session, "after_soft_rollback")
def _on_rollback(session: Session, transaction: SessionTransaction) -> None:
    if waiting := session.info.get(_WAITING):
        waiting[:] = [item for item in waiting if item.transaction is not transaction]


@event.listens_for(Session, "after_transaction_end")
def _on_end(session: Session, transaction: SessionTransaction) -> None:
    # Also a session that is closed without a commit ends here.
    if transaction.parent is None:
        with suppress(KeyError):
            del session.info[_WAITING]


def _send(job_ids: list[int]) -> None:
    # The cause is committed and will be acknowledged: a transport in trouble must not undo that.
    try:
        _transport.send(job_ids)
    except Exception:
        log.exception("could not announce %d jobs; the poll will find them", len(job_ids))

"""Stopping work that takes too long, from inside its own process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TimeBoxError(BaseException):
    """The time is up.

    Not an `Exception`: a handler that goes on after any error of a single item must not go on
    after this one.
    """


@contextmanager
def time_box(seconds: float) -> Iterator[None]:
    """Raise `TimeBoxError` in the block after `seconds`.

    Needs the main thread and a system with interval timers, else it does nothing; and it cannot
    interrupt C code. Both are the business of whoever watches the process.
    """
    if not _can_interrupt():
        yield
        return
    before = signal.signal(signal.SIGALRM, _on_alarm)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _can_interrupt() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def _on_alarm(_number: int, _frame: FrameType | None) -> None:
    raise TimeBoxError

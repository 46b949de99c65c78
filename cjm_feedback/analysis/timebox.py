"""A limit to how long one piece of reading may take."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


# Not an Exception: what guards against a faulty analyser by `except Exception` must let it pass.
class TimeIsUp(BaseException):
    """The time of a box is over."""


@contextmanager
def time_box(seconds: float) -> Iterator[None]:
    """Raise `TimeIsUp` in the block after `seconds`.

    Works by SIGALRM, which only a main thread may set: elsewhere there is no limit, and the
    worker's own limit for the whole job stands. An alarm that was set already goes on after it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous_handler = signal.signal(signal.SIGALRM, _ring)
    started = time.monotonic()
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous_handler)
        if left:
            elapsed = time.monotonic() - started
            signal.setitimer(signal.ITIMER_REAL, max(left - elapsed, 0.001), interval)


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise TimeIsUp

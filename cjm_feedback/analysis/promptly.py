"""Work that is done while somebody waits for the page."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import BoundedSemaphore, Event, Thread
from typing import TypeVar

log = logging.getLogger(__name__)

Result = TypeVar("Result")

AT_ONCE = 2
READING = BoundedSemaphore(AT_ONCE)
"""Places for work that is short."""
PREPARING = BoundedSemaphore(1)
"""The place of work that is done once in a process and may take many times as long."""


class TooLateError(Exception):
    """The work did not come to an end in time."""


class WorkFailedError(Exception):
    """The work raised something."""


def promptly(
    work: Callable[[], Result], *, seconds: float, places: BoundedSemaphore = READING
) -> Result:
    """What `work` makes within `seconds`; else raises TooLateError or WorkFailedError.

    Pages are answered by threads, where no alarm rings (see `timebox`), so another thread works.
    One that is left behind ends by itself, for texts are short and reading them is linear; until
    then it keeps its place, so that the machine never works for more than a few pages at once.
    """
    until = time.monotonic() + seconds
    if not places.acquire(timeout=max(seconds, 0)):
        raise TooLateError
    found: list[Result] = []
    done = Event()

    def keep() -> None:
        try:
            found.append(work())
        except Exception as error:  # noqa: BLE001 - the page says that it failed
            # The kind of error only: its message may quote the comment.
            log.warning("reading a comment for a page failed with %s", type(error).__name__)
        finally:
            places.release()
            done.set()

    Thread(target=keep, name="works for a page", daemon=True).start()
    if not done.wait(max(until - time.monotonic(), 0)):
        raise TooLateError
    if not found:
        raise WorkFailedError
    return found[0]

"""The pipes between the server and its worker child, seen from both ends.

Downwards every byte is a wake-up, and the end of the pipe means that the server is gone, however
it ended: the worker finishes its job and exits. Upwards the worker says in lines what it is at.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from cjm_feedback.jobs.leases import Claim
from cjm_feedback.scheduling.worker import Observer

IDLE = "idle"
BUSY = "busy"


@dataclass(frozen=True)
class Busy:
    """What a worker said when it took a job."""

    claim: Claim
    limit_seconds: int


class PipeObserver(Observer):
    """Tells the server what the worker is at."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def busy(self, claim: Claim, limit_seconds: int) -> None:
        self._say(f"{BUSY} {claim.job_id} {claim.attempt} {limit_seconds}")

    def idle(self) -> None:
        self._say(IDLE)

    def _say(self, line: str) -> None:
        # Without a server nobody listens; the job in hand is finished all the same.
        with suppress(OSError):
            os.write(self._descriptor, f"{line}\n".encode())


def understand(line: str) -> Busy | None:
    """What a worker's line means: the job it took, or None if it is idle."""
    word, *numbers = line.split()
    if word != BUSY:
        return None
    job_id, attempt, limit_seconds = map(int, numbers)
    return Busy(Claim(job_id, attempt), limit_seconds)


def take_over_pipes() -> tuple[int, int]:
    """The descriptors to listen and to speak on; what handlers print goes to standard error."""
    speak = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return 0, speak


def listen(descriptor: int, *, on_wake: Callable[[], None], on_end: Callable[[], None]) -> None:
    """Call `on_wake` for every wake-up and `on_end` when the server is gone, in a thread."""

    def read() -> None:
        with suppress(OSError):
            while os.read(descriptor, 4096):
                on_wake()
        on_end()
        on_wake()

    Thread(target=read, name="lifeline", daemon=True).start()


def prefer_me_when_memory_runs_out() -> None:
    """Have the kernel end this process rather than the server that answers customers."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")

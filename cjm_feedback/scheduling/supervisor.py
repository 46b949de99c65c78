"""Keeps one worker child process running beside the server."""

from __future__ import annotations

import logging
import os
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import IO, cast

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.jobs import heartbeats, leases
from cjm_feedback.scheduling.lifeline import Busy, understand

log = logging.getLogger(__name__)
SILENCE_LIMIT_SECONDS = 60.0
"""An idle worker speaks every second; it may wait a while for a busy database."""
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
EXIT_SECONDS = 5.0
WORKER_GONE = "WorkerGone"

Lines = SimpleQueue[str | None]


class Supervisor:
    """Starts the worker, wakes it, restarts it when it dies, kills it when it hangs."""

    def __init__(self, app: Flask, command: Sequence[str]) -> None:
        with app.app_context():
            self._sessions: sessionmaker[Session] = sessionmaker(db.engine)
        self._command = list(command)
        self._stopping = Event()
        self._child: subprocess.Popen[str] | None = None
        self._child_lock = Lock()
        self._thread = Thread(target=self._keep_running, name="supervisor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def send(self, job_ids: Sequence[int]) -> None:
        """Wake the worker; it finds the jobs in the ledger."""
        with self._child_lock:
            if self._child is not None and self._child.stdin is not None:
                # A full pipe holds more wake-ups than are needed; a dead worker finds its jobs
                # when it is started again.
                with suppress(OSError, ValueError):
                    os.write(self._child.stdin.fileno(), b"\n")

    def ask_to_stop(self) -> None:
        """Let the worker finish its job and exit; do not start another."""
        self._stopping.set()
        self._hang_up()

    def wait(self, seconds: float) -> None:
        """Wait for the worker to exit, and end it when the time is up."""
        self._thread.join(seconds)
        with self._child_lock:
            if self._child is not None:
                log.warning("the worker was killed; its job will be tried again")
                self._child.kill()
        self._thread.join(EXIT_SECONDS)

    def _keep_running(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            started = time.monotonic()
            in_hand = self._run_once()
            self._settle(in_hand)
            if self._stopping.is_set():
                return
            if time.monotonic() - started > LONGEST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            log.error("the worker ended; it is started again in %.1f s", pause)
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _run_once(self) -> Busy | None:
        """Run a worker to its end; the job it had in hand, if any."""
        child = subprocess.Popen(  # noqa: S603 - the command is our own
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="ascii",
        )
        os.set_blocking(cast("IO[str]", child.stdin).fileno(), False)
        with self._child_lock:
            self._child = child
        if self._stopping.is_set():
            self._hang_up()
        try:
            return self._watch(child)
        finally:
            with self._child_lock:
                self._child = None
            child.kill()
            child.wait()
            with suppress(OSError):
                cast("IO[str]", child.stdin).close()

    def _watch(self, child: subprocess.Popen[str]) -> Busy | None:
        lines: Lines = SimpleQueue()
        Thread(target=_read, args=(child, lines), name="worker lines", daemon=True).start()
        in_hand: Busy | None = None
        while True:
            limit = SILENCE_LIMIT_SECONDS if in_hand is None else in_hand.limit_seconds
            try:
                line = lines.get(timeout=limit + EXIT_SECONDS)
            except Empty:
                log.error("the worker hangs and is killed")
                return in_hand
            if line is None:
                with suppress(subprocess.TimeoutExpired):
                    child.wait(EXIT_SECONDS)
                return in_hand
            in_hand = understand(line)

    def _settle(self, busy: Busy | None) -> None:
        """Let its job be tried again and its sign of life count no more: it is gone for sure."""
        try:
            with self._sessions() as session:
                heartbeats.forget(session, [heartbeats.WORKER])
                if busy is not None:
                    leases.fail(session, busy.claim, WORKER_GONE, utc_now())
                session.commit()
        except Exception:
            log.exception("the job in hand waits until its lease has run out")

    def _hang_up(self) -> None:
        with self._child_lock:
            if self._child is not None and self._child.stdin is not None:
                with suppress(OSError):
                    self._child.stdin.close()


def _read(child: subprocess.Popen[str], lines: Lines) -> None:
    """Pass on what the worker says; None when it has fallen silent for good."""
    with cast("IO[str]", child.stdout) as pipe, suppress(OSError, ValueError):
        for line in pipe:
            lines.put(line)
    lines.put(None)

"""The two servers that are compared, each in a process group whose CPU time can be read."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.kill_drill import OUTAGE, ROOT, Server, free_port, request

TICKS = os.sysconf("SC_CLK_TCK")
SETTLE_SECONDS = 180


@dataclass(frozen=True)
class Cpu:
    """CPU seconds so far: of the process that answers, and of its children."""

    pages: float
    work: float

    def __sub__(self, other: Cpu) -> Cpu:
        return Cpu(self.pages - other.pages, self.work - other.work)

    @property
    def total(self) -> float:
        return self.pages + self.work


def cpu_of(group: int) -> Cpu:
    """The CPU time of every process of a group, user and system, the dead ones included."""
    pages = work = 0.0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            # The name of a process may hold spaces and brackets; the numbers come after it.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) != group:
                continue
            own, reaped = _seconds(fields[11:13]), _seconds(fields[13:15])
            if int(folder.name) == group:
                pages, work = pages + own, work + reaped
            else:
                work += own + reaped
    return Cpu(pages, work)


def _seconds(ticks: list[str]) -> float:
    return sum(map(int, ticks)) / TICKS


@dataclass(frozen=True)
class Running:
    """A server that answers: where its form is, and how to know that it has nothing left to do."""

    name: str
    port: int
    path: str
    group: int
    database: Path | None = None

    def cpu(self) -> Cpu:
        return cpu_of(self.group)

    def settle(self) -> None:
        """Return when no job waits or runs any more: what was answered is read and counted."""
        if self.database is None:
            return
        end = time.monotonic() + SETTLE_SECONDS
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as db:
            while db.execute(
                "SELECT count(*) FROM job WHERE status IN ('queued', 'running')"
                " AND run_at <= datetime('now', '+1 minute')"
            ).fetchone()[0]:
                if time.monotonic() > end:
                    raise SystemExit(f"work still waits after {SETTLE_SECONDS} s")
                time.sleep(0.1)


@dataclass(frozen=True)
class Ours(Running):
    """The product's own server with the example in it."""

    map_path: str = ""
    journey: str = ""
    welcome_path: str = ""


@contextlib.contextmanager
def our_server(folder: Path) -> Iterator[Ours]:
    server = Server(folder / "instance", free_port())
    server.flask("init")
    server.flask("example", "load")
    log = folder / "server.log"
    server.start(log)
    said = log.read_text()
    survey = re.search(r"/s/[\w-]+", said)
    the_map = re.search(r"/journeys/([\w-]+)/map", said)
    welcome = re.search(r"/welcome/[\w-]+", said)
    process = server.process
    assert survey and the_map and welcome and process, said
    try:
        yield Ours(
            name="CJM Feedback",
            port=server.port,
            path=survey.group(),
            group=process.pid,
            database=folder / "instance" / "cjm.sqlite",
            map_path=the_map.group(),
            journey=the_map.group(1),
            welcome_path=welcome.group(),
        )
    finally:
        server.stop()


@contextlib.contextmanager
def floor_server(folder: Path) -> Iterator[Running]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.floor", str(folder / "floor.sqlite"), str(port)],
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        _await(port)
        yield Running("floor", port, "/", process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with contextlib.suppress(*OUTAGE):
            if request(port, "GET", "/")[0] == 200:
                return
        time.sleep(0.05)
    raise SystemExit("the floor did not start")

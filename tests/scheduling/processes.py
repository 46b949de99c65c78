"""Starting the product's own processes on an instance of a test's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from tests.conftest import close_engines, make_app
from tests.servers import free_socket

ROOT = Path(__file__).resolve().parents[2]
Value = TypeVar("Value")


def wait_for(find: Callable[[], Value | None], *, seconds: float = 60) -> Value:
    """What `find` finds, once it finds something."""
    end = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
    return found


def is_running(pid: int) -> bool:
    """Whether there is such a process, and it is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@dataclass
class Instance:
    """An instance in a folder, with a database that processes share."""

    folder: Path
    app: Flask
    port: int
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CJM_", "FLASK_"))}
        application = str(ROOT / "tests" / "scheduling" / "process_app.py")
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", application, *command],
                cwd=ROOT,
                env={
                    **kept,
                    "CJM_INSTANCE_DIR": str(self.folder),
                    "PORT": str(self.port),
                    **environment,
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.started.append(process)
        return process

    def get(self, path: str) -> int | None:
        """The status of a page, None if nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as reply:  # noqa: S310 - http
                return int(reply.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return None

    def wait_until_ready(self) -> None:
        wait_for(lambda: self.get("/readyz") == 200)

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self.app.app_context(), Session(db.engine, expire_on_commit=False) as session:
            yield session

    def add_work(self, *, seconds: float = 0.0) -> int:
        with self.session() as session:
            payload = {"seconds": seconds, "begun": str(self.folder / "begun")}
            job = enqueue(session, "test.work", payload, at=utc_now())
            session.commit()
            return job.id

    def job(self, job_id: int) -> Job:
        with self.session() as session:
            return session.get_one(Job, job_id)

    def pids_that_began(self) -> list[int]:
        with suppress(FileNotFoundError):
            text = (self.folder / "begun").read_text(encoding="ascii")
            return [int(line) for line in text.split()]
        return []


@contextmanager
def instance_in(folder: Path, *, migrated: bool = True) -> Iterator[Instance]:
    with free_socket() as listening:
        port = listening.getsockname()[1]
    app = make_app(f"sqlite:///{folder / 'cjm.sqlite'}", folder, tables=False)
    if migrated:
        with app.app_context():
            upgrade()
    instance = Instance(folder, app, port)
    try:
        yield instance
    finally:
        for process in instance.started:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()
        close_engines(app)

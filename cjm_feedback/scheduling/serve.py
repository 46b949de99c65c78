"""One process that answers pages and keeps the time, with one child that does the work."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click
from flask import Flask
from sqlalchemy.orm import Session

from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.jobs import heartbeats
from cjm_feedback.jobs.transport import using_transport
from cjm_feedback.scheduling.clock_process import Clock
from cjm_feedback.scheduling.supervisor import Supervisor
from cjm_feedback.scheduling.web_server import WebServer
from cjm_feedback.setup.greeting import greeting

if TYPE_CHECKING:
    from config import Config

DRAIN_SECONDS = 15.0
STOP_SECONDS = 25.0
"""From the request to stop to the end of the last child; supervisors of ours kill after 30."""


def serve(app: Flask, *, host: str, port: int) -> None:
    """Answer on `host` and `port` until the process is told to stop."""
    config: Config = app.config["CJM"]
    address = f"http://{host}:{port}"
    server = WebServer(app, host=host, port=port)
    with _stopping_by_signal(server):
        if config.redis_url:
            greet(app, address)
            server.run()
            server.drain(DRAIN_SECONDS)
        else:
            _serve_and_work(app, server, address)


def _serve_and_work(app: Flask, server: WebServer, address: str) -> None:
    _forget_old_signs_of_life(app)
    supervisor = Supervisor(app, worker_command())
    clock = Clock(app)
    with using_transport(supervisor):
        supervisor.start()  # first: until it works nothing is ready
        greet(app, address)
        clock.start()
        server.run()
        end = time.monotonic() + STOP_SECONDS
        supervisor.ask_to_stop()
        server.drain(DRAIN_SECONDS)
        clock.stop()
        supervisor.wait(end - time.monotonic())


def worker_command() -> Sequence[str]:
    """How to start a worker of the same application in a process of its own."""
    application = click.get_current_context().find_root().obj.app_import_path
    option = ("--app", application) if application else ()
    return (sys.executable, "-m", "flask", *option, "worker", "run", "--embedded")


@contextmanager
def _stopping_by_signal(server: WebServer) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        server.stop()

    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _forget_old_signs_of_life(app: Flask) -> None:
    """Be ready only when the worker and the clock of this start are heard of."""
    with app.app_context(), Session(db.engine) as session:
        heartbeats.forget(session, (heartbeats.WORKER, heartbeats.CLOCK))
        session.commit()


def greet(app: Flask, address: str) -> None:
    config: Config = app.config["CJM"]
    lines = [f"Starting on {address}"]
    if not config.production:
        with app.app_context(), Session(db.engine) as session:
            lines += greeting(session, base_url=config.base_url, at=utc_now())
            session.commit()
    for line in lines:
        click.echo(line)

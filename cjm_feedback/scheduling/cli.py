"""The commands that start the processes, and the one that looks whether all is well."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.scheduling import inspection, lifeline
from cjm_feedback.scheduling.clock_process import Clock
from cjm_feedback.scheduling.serve import serve
from cjm_feedback.scheduling.worker import Worker

if TYPE_CHECKING:
    from config import Config

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

worker_cli = AppGroup("worker", help="The process that does the work.")
scheduler_cli = AppGroup("scheduler", help="The process that keeps the time.")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on.  [default: $PORT]")
@with_appcontext
def serve_command(host: str, port: int | None) -> None:
    """Answer pages; keeps the time and does the work as well unless CJM_REDIS_URL is set."""
    app = _the_app()
    _start_process(app)
    if port is not None:
        _use_port(app, port)
    port = app.config["CJM"].port
    try:
        serve(app, host=host, port=port)
    except OSError as error:
        code = error.errno or 0
        reason = os.strerror(code) if code > 0 else error.strerror
        _refuse([f"Cannot listen on {host}:{port} ({reason})"])


@worker_cli.command("run")
@click.option("--embedded", is_flag=True, hidden=True, help="Live and die with the server.")
@with_appcontext
def run_worker(embedded: bool) -> None:
    """Do the jobs of the ledger until told to stop. Any number of workers may run."""
    app = _the_app()
    _start_process(app)
    if not embedded:
        worker = Worker(app)
        _on_stop_signals(worker.stop)
        worker.run()
        return
    listen_on, speak_on = lifeline.take_over_pipes()
    lifeline.prefer_me_when_memory_runs_out()
    worker = Worker(app, lifeline.PipeObserver(speak_on))
    lifeline.listen(listen_on, on_wake=worker.wake, on_end=worker.stop)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    # Ctrl+C in a terminal reaches the whole group; the server decides when the worker goes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    worker.run()


@scheduler_cli.command("run")
@with_appcontext
def run_scheduler() -> None:
    """Write due schedules into the ledger until told to stop. Any number may run."""
    app = _the_app()
    _start_process(app)
    stopping = False

    def stop() -> None:
        nonlocal stopping
        stopping = True

    _on_stop_signals(stop)
    clock = Clock(app)
    clock.start()
    pause = Event()
    while not stopping:
        pause.wait(0.5)
    clock.stop()


@click.command("check")
@with_appcontext
def check_command() -> None:
    """Look at configuration, database, migrations, integrity and jobs; a line per fault."""
    app = _the_app()
    faults = inspection.start_faults(app)
    warnings: list[str] = []
    if not faults:
        try:
            faults = inspection.integrity_faults(db.session.connection())
            faults += inspection.dead_job_faults(db.session())
            warnings = inspection.silence_warnings(db.session(), utc_now())
        except SQLAlchemyError as error:
            faults = [f"The database cannot be read ({type(error).__name__})"]
    for warning in warnings:
        click.echo(f"warning: {warning}")
    if faults:
        _refuse(faults)
    click.echo("ok")


COMMANDS = (serve_command, worker_cli, scheduler_cli, check_command)


def _the_app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]


def _start_process(app: Flask) -> None:
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT, stream=sys.stderr)
    for talkative in ("alembic", "apscheduler"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    faults = inspection.start_faults(app)
    if faults:
        _refuse(faults)


def _use_port(app: Flask, port: int) -> None:
    """Print links to where we listen, unless pages have an address of their own."""
    config: Config = app.config["CJM"]
    base_url = config.base_url
    if base_url == f"http://127.0.0.1:{config.port}":
        base_url = f"http://127.0.0.1:{port}"
    app.config["CJM"] = replace(config, port=port, base_url=base_url)


def _refuse(faults: list[str]) -> None:
    for fault in faults:
        click.echo(f"error: {fault}", err=True)
    sys.exit(1)


def _on_stop_signals(stop: Callable[[], None]) -> None:
    def handle(_number: int, _frame: FrameType | None) -> None:
        stop()

    for number in STOP_SIGNALS:
        signal.signal(number, handle)

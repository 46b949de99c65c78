"""The first commands of an installation: `flask init` and `flask example load`."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.journeys.services import SlugTakenError
from cjm_feedback.setup import example
from cjm_feedback.setup.services import ensure_default

example_cli = AppGroup("example", help="The example workspace.")


@click.command("init")
@with_appcontext
def init_cli() -> None:
    """Make the instance folder, the database and a default workspace; safe to repeat."""
    config = current_app.config["CJM"]
    config.instance_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    upgrade()
    workspace = ensure_default(db.session(), at=utc_now())
    db.session.commit()
    click.echo(f"Ready: workspace {workspace.slug} in {config.instance_dir}", err=True)


@example_cli.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing where people work already.")
def load(if_empty: bool) -> None:
    """Load a bookshop with twelve weeks of answers; repeating adds nothing."""
    session = db.session()
    if if_empty and not example.is_empty(session):
        return
    at = utc_now()
    try:
        shop = example.add_structure(session, at=at)
    except SlugTakenError as error:
        raise click.ClickException(f"Another brand has a journey called {error}.") from None
    session.commit()
    _load_answers()
    for_reading = example.unread_answers(session, shop)
    session.rollback()
    for start in range(0, len(for_reading), example.CHUNK):
        _progress("comments read", start, len(for_reading))
        chunk = for_reading[start : start + example.CHUNK]
        example.read_answers(session, chunk, at=utc_now())
        session.commit()
    _progress("comments read", len(for_reading), len(for_reading))
    weeks = example.close_weeks(session, shop, at=utc_now())
    answers = example.count_answers(session, shop)
    session.commit()
    click.echo(f"Example: {answers} answers, {weeks} weeks closed now.", err=True)


def _load_answers() -> None:
    session = db.session()
    shop = example.find_shop(session)
    if shop is None:
        raise click.ClickException("The example journey is not there.")
    answers = example.missing_answers(session, shop)
    done = 0
    for chunk in example.in_chunks(answers):
        _progress("answers stored", done, len(answers))
        example.store_answers(session, shop, chunk, at=utc_now())
        session.commit()
        done += len(chunk)
    _progress("answers stored", done, len(answers))


def _progress(what: str, done: int, total: int) -> None:
    """One line that counts up, where somebody watches."""
    if total and sys.stderr.isatty():
        click.echo(f"\rExample: {done} of {total} {what}", err=True, nl=done == total)

"""`flask responses …`: what staff with a shell do with responses."""

from __future__ import annotations

from typing import IO

import click
from flask import Blueprint
from sqlalchemy import select

from cjm_feedback.db import reading
from cjm_feedback.extensions import db
from cjm_feedback.responses.export import FORMATS, responses_table
from cjm_feedback.surveys.models import Survey

bp = Blueprint("responses_cli", __name__, cli_group="responses")
bp.cli.help = "Answers of customers: in from a file, out to a file."


@bp.cli.command("export")
@click.option("--survey", "slug", required=True, help="The survey's slug.")
@click.option(
    "--format", "kind", type=click.Choice(list(FORMATS)), default="csv", show_default=True
)
@click.argument("file", type=click.File("wb", lazy=False), default="-")
def export_responses(slug: str, kind: str, file: IO[bytes]) -> None:
    """Write the answers of a survey to FILE, or to the screen."""
    token = reading.set(True)  # however long it takes, customers can go on answering
    try:
        survey = db.session.scalar(select(Survey).where(Survey.slug == slug))
        if survey is None:
            raise click.ClickException(f"There is no survey {slug!r}.")
        FORMATS[kind](responses_table(db.session(), survey), file)
    finally:
        reading.reset(token)

"""`flask responses …`: what staff with a shell do with responses."""

from __future__ import annotations

from typing import IO

import click
from flask import Blueprint
from sqlalchemy import select

from cjm_feedback.db import reading
from cjm_feedback.extensions import db
from cjm_feedback.responses.export import as_csv, as_json_lines, responses_table
from cjm_feedback.surveys.models import Survey

FORMATS = {"csv": as_csv, "jsonl": as_json_lines}

bp = Blueprint("responses_cli", __name__, cli_group="responses")


@bp.cli.command("export")
@click.option("--survey", "slug", required=True, help="The survey's slug.")
@click.option(
    "--format", "kind", type=click.Choice(sorted(FORMATS)), default="csv", show_default=True
)
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=False), default="-")
def export_responses(slug: str, kind: str, file: IO[str]) -> None:
    """Write the answers of a survey to FILE, or to the screen."""
    token = reading.set(True)  # however long it takes, customers can go on answering
    try:
        survey = db.session.scalar(select(Survey).where(Survey.slug == slug))
        if survey is None:
            raise click.ClickException(f"There is no survey {slug!r}.")
        for line in FORMATS[kind](responses_table(db.session(), survey)):
            file.write(line)
    finally:
        reading.reset(token)

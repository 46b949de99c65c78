"""`flask responses import`: taking answers in from a file, from the shell."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import click
from sqlalchemy.orm import Session

from cjm_feedback import clock
from cjm_feedback.extensions import db
from cjm_feedback.importing.files import UnreadableFileError
from cjm_feedback.importing.messages import file_message, refusal_message
from cjm_feedback.importing.rows import ReadRow, RefusedRow
from cjm_feedback.importing.services import (
    Report,
    Sieve,
    destination_of,
    find_survey,
    in_batches,
    judge_file,
    store_batch,
    target_of,
)
from cjm_feedback.responses.cli import bp

REFUSALS_SHOWN = 20


@bp.cli.command("import")
@click.argument("path", metavar="FILE.csv", type=click.Path(exists=True, dir_okay=False))
@click.option("--survey", "slug", required=True, help="Slug of the survey that was answered.")
@click.option("--dry-run", is_flag=True, help="Judge every row and store nothing.")
@click.option("--encoding", help="Encoding of the file; found out if not given.")
def import_responses(path: str, slug: str, dry_run: bool, encoding: str | None) -> None:
    """Take the answers of a CSV file in. Repeating a file adds nothing."""
    began = time.monotonic()
    with Path(path).open("rb") as file:
        report = _run(db.session(), file, slug, dry_run=dry_run, encoding=encoding)
    _print(report, time.monotonic() - began, dry_run=dry_run)


def _run(
    session: Session, file: BinaryIO, slug: str, *, dry_run: bool, encoding: str | None
) -> Report:
    at = clock.utc_now()
    survey = find_survey(session, slug)
    if survey is None:
        raise click.ClickException(f"there is no survey {slug!r}")
    survey_id = survey.id
    target = target_of(session, survey, at=at)
    session.rollback()  # reading the file must not keep anybody from writing
    try:
        dialect, judged = judge_file(target, file, encoding=encoding)
        for name in target.unknown_columns(dialect.header):
            click.echo(f"column {name!r} is not known and is ignored")
        report = Report()
        batches = in_batches(judged, report)
        if dry_run:
            _count(session, survey_id, batches, report)
        else:
            _store(session, slug, batches, report)
    except UnreadableFileError as error:
        raise click.ClickException(file_message(error.code, error.params)) from None
    except LookupError as error:
        raise click.BadParameter(str(error), param_hint="--encoding") from None
    return report


def _count(
    session: Session, survey_id: int, batches: Iterable[list[ReadRow]], report: Report
) -> None:
    sieve = Sieve(survey_id)
    for batch in batches:
        sifted = sieve.sift(session, batch)
        report.add(sifted)
        report.accepted += len(sifted.fresh)
        session.rollback()  # reading the next rows must not keep anybody from writing


def _store(session: Session, slug: str, batches: Iterable[list[ReadRow]], report: Report) -> None:
    for batch in batches:
        survey = find_survey(session, slug)
        if survey is None:  # taken away meanwhile; what is stored stays
            raise click.ClickException(f"there is no survey {slug!r} any more")
        destination = destination_of(session, survey)
        store_batch(session, destination, batch, report, at=clock.utc_now())
        session.commit()
        session.expunge_all()
        click.echo(f"\r{report.rows} rows", nl=False, err=True)
    click.echo("", err=True)


def _print(report: Report, seconds: float, *, dry_run: bool) -> None:
    click.echo(f"rows      {report.rows}")
    click.echo(f"accepted  {report.accepted}{' (dry run: nothing is stored)' if dry_run else ''}")
    click.echo(f"known     {report.known}")
    click.echo(f"refused   {report.refused}")
    click.echo(f"seconds   {seconds:.1f} ({report.rows / max(seconds, 1e-9):.0f} rows/s)")
    for row in report.refusals[:REFUSALS_SHOWN]:
        click.echo(f"line {row.line}: {_reasons(row)}")
    if report.refused > REFUSALS_SHOWN:
        click.echo(f"… and {report.refused - REFUSALS_SHOWN} more")


def _reasons(row: RefusedRow) -> str:
    return " ".join(
        f"{one.column}: {refusal_message(one)}" if one.column else refusal_message(one)
        for one in row.refusals
    )

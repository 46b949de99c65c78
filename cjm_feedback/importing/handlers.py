"""Uploaded files, judged and taken in by the worker, a batch per job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from cjm_feedback.db import JsonObject
from cjm_feedback.importing import staging
from cjm_feedback.importing.files import UnreadableFileError
from cjm_feedback.importing.models import CsvImport
from cjm_feedback.importing.rows import ReadRow, RefusedRow
from cjm_feedback.importing.services import (
    BATCH,
    REFUSALS_KEPT,
    Report,
    Sieve,
    destination_of,
    in_batches,
    judge_file,
    store_batch,
    target_of,
)
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.registry import handles, read_ahead

CHECK_SECONDS = 100


def given_up(session: Session, job: Job, *, at: datetime) -> None:
    """Say at the import that nobody works on it any more; what was taken in stays."""
    one = session.get(CsvImport, job.payload["import_id"])
    if one is not None and one.status in ("waiting", "running"):
        one.status, one.finished_at = "failed", at
        one.report = {**one.report, "fault": {"code": "given_up", "params": {}}}


@handles("check_import", seconds=CHECK_SECONDS, on_dead=given_up)
def check_import(session: Session, job: Job, *, at: datetime) -> JsonObject | None:
    """Judge every row of an uploaded file and lay those aside that can be taken in."""
    import_id, instance_dir = job.payload["import_id"], staging.instance_dir()
    staging.forget_old(instance_dir, at)
    report = Report()
    with read_ahead(session):
        one = session.get_one(CsvImport, import_id)
        survey, judged_before = one.survey, not one.dry_run
        survey_id = survey.id
        target = target_of(session, survey, at=at)
    if judged_before:  # a late repeat: its answers are on their way in, or in
        return None
    try:
        with staging.uploaded(instance_dir, import_id).open("rb") as file:
            dialect, judged = judge_file(target, file, encoding=job.payload.get("encoding"))
            rows = _fresh(session, survey_id, in_batches(judged, report), report)
            staging.write_rows(staging.staged(instance_dir, import_id), rows)
    except (UnreadableFileError, OSError) as error:
        _fail(session, import_id, error, at)
        return None
    one = session.get_one(CsvImport, import_id)
    one.status, one.finished_at = "done", at
    one.rows, one.refused = report.rows, report.refused
    one.known = report.known
    one.accepted = report.rows - report.refused - report.known
    one.report = {
        "encoding": dialect.encoding,
        "delimiter": dialect.delimiter,
        "ignored": target.unknown_columns(dialect.header),
        "refusals": [_plain(row) for row in report.refusals],
    }
    return {"rows": report.rows, "refused": report.refused}


@handles("load_import", on_dead=given_up)
def load_import(session: Session, job: Job, *, at: datetime) -> JsonObject | None:
    """Store one batch and ask for the next; both or neither, so that no row is left out."""
    import_id, instance_dir = job.payload["import_id"], staging.instance_dir()
    path = staging.staged(instance_dir, import_id)
    offset = int(job.payload["offset"])
    try:
        rows, following = staging.read_batch(path, offset, BATCH)
    except OSError as error:
        _fail(session, import_id, error, at)
        return None
    one = session.get_one(CsvImport, import_id)
    if one.status == "failed":  # it was given up, and somebody has the job tried again
        one.status, one.finished_at = "running", None
        one.report = {key: value for key, value in one.report.items() if key != "fault"}
    if not rows:
        one.status, one.finished_at = "done", at
        staging.forget(instance_dir, import_id)
        return {"accepted": one.accepted, "known": one.known}
    report = Report()
    store_batch(session, destination_of(session, one.survey), rows, report, at=at)
    one.accepted += report.accepted
    one.known += report.known
    one.refused += report.refused
    if report.refusals:
        kept = [*one.report.get("refusals", []), *(_plain(row) for row in report.refusals)]
        one.report = {**one.report, "refusals": kept[:REFUSALS_KEPT]}
    enqueue(
        session,
        "load_import",
        {**job.payload, "offset": following},
        at=at,
        dedupe_key=f"load_import:{import_id}@{following}",
    )
    return None


def _fresh(
    session: Session, survey_id: int, batches: Iterable[list[ReadRow]], report: Report
) -> Iterator[ReadRow]:
    """The rows that were not taken in before; what becomes of the others goes into `report`."""
    sieve = Sieve(survey_id)
    for batch in batches:
        with read_ahead(session):
            sifted = sieve.sift(session, batch)
        report.add(sifted)
        yield from sifted.fresh


def _fail(
    session: Session, import_id: int, error: UnreadableFileError | OSError, at: datetime
) -> None:
    one = session.get_one(CsvImport, import_id)
    one.status, one.finished_at = "failed", at
    if isinstance(error, UnreadableFileError):
        one.report = {"fault": {"code": error.code, "params": dict(error.params)}}
    else:
        one.report = {"fault": {"code": "file_gone", "params": {}}}


def _plain(row: RefusedRow) -> JsonObject:
    return {"line": row.line, "refusals": [asdict(one) for one in row.refusals]}

"""Handing in files of answers: look first, then take in."""

from __future__ import annotations

import os
from typing import Any, cast

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms.fields.choices import SelectChoice

from cjm_feedback import clock
from cjm_feedback.accounts import audit
from cjm_feedback.accounts.access import (
    current_workspace,
    requires,
    resolves_workspace,
    signed_in_user,
)
from cjm_feedback.extensions import csrf, db
from cjm_feedback.importing import staging
from cjm_feedback.importing.files import UnreadableFileError, inspect
from cjm_feedback.importing.forms import EncodingForm, UploadForm
from cjm_feedback.importing.messages import file_message, refusal_message
from cjm_feedback.importing.models import CsvImport
from cjm_feedback.importing.rows import Refusal
from cjm_feedback.importing.services import target_of
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.journeys.models import Journey
from cjm_feedback.surveys.models import Survey
from cjm_feedback.web.languages import choose_language, text_in

bp = Blueprint("importing", __name__, url_prefix="/imports")

MAX_UPLOAD_BYTES = 32 * 1024 * 1024
LISTED = 50


@resolves_workspace("import_id")
def workspace_of_import(session: Session, import_id: int) -> int | None:
    return session.scalar(
        select(Journey.workspace_id)
        .join(Survey, Survey.journey_id == Journey.id)
        .join(CsvImport, CsvImport.survey_id == Survey.id)
        .where(CsvImport.id == import_id)
    )


@bp.get("")
@requires("admin")
def index() -> str:
    return _page(_form())


@bp.post("")
@requires("admin")
def upload() -> ResponseReturnValue:
    request.max_content_length = MAX_UPLOAD_BYTES
    db.session.rollback()  # who sends slowly must not keep anybody from writing
    csrf.protect()
    form = _form()
    if not form.validate() or not _readable(form):
        return _page(form), 422
    return redirect(url_for(".show", import_id=_keep(form)), 303)


csrf.exempt(upload)  # it protects itself, once the person is known and the larger body allowed


@bp.get("/<int(max=2147483647):import_id>")
@requires("admin")
def show(import_id: int) -> str:
    one = _get(import_id)
    return _report(one, EncodingForm(encoding=one.report.get("encoding")))


def _report(one: CsvImport, form: EncodingForm) -> str:
    fault = one.report.get("fault")
    return render_template(
        "importing/show.html",
        one=one,
        fault=_fault_message(fault) if fault else None,
        refusals=[
            (row["line"], [_refusal(refusal) for refusal in row["refusals"]])
            for row in one.report.get("refusals", [])
        ],
        working=one.status in ("waiting", "running"),
        may_start=one.dry_run and one.status == "done" and one.accepted > 0,
        form=form if _may_check(one) else None,
        samples=_samples(one),
    )


@bp.post("/<int(max=2147483647):import_id>/check")
@requires("admin")
def check(import_id: int) -> ResponseReturnValue:
    """Judge the file once more, read in another encoding."""
    at = clock.utc_now()
    session = db.session()
    one = _get(import_id)
    if not _is_kept(import_id):
        abort(410)
    form = EncodingForm()
    if not form.validate():
        return _report(one, form), 422
    claimed = session.execute(
        update(CsvImport)
        .where(
            CsvImport.id == import_id, CsvImport.dry_run, CsvImport.status.in_(("done", "failed"))
        )
        .values(status="waiting", finished_at=None, rows=0, accepted=0, known=0, refused=0)
    )
    if cast("Any", claimed).rowcount:  # pressing twice checks once
        payload = {"import_id": import_id, "encoding": form.encoding.data or None}
        enqueue(session, "check_import", payload, at=at)
        audit.record(session, "import_checked", "csv_import", import_id, at)
        session.commit()
    return redirect(url_for(".show", import_id=import_id), 303)


@bp.post("/<int(max=2147483647):import_id>/start")
@requires("admin")
def start(import_id: int) -> ResponseReturnValue:
    at = clock.utc_now()
    session = db.session()
    _get(import_id)
    if not staging.staged(staging.instance_dir(), import_id).exists():
        abort(410)
    claimed = session.execute(
        update(CsvImport)
        .where(CsvImport.id == import_id, CsvImport.dry_run, CsvImport.status == "done")
        .values(dry_run=False, status="running", finished_at=None, accepted=0)
    )
    if cast("Any", claimed).rowcount:  # pressing twice starts once
        enqueue(session, "load_import", {"import_id": import_id, "offset": 0}, at=at)
        audit.record(session, "import_started", "csv_import", import_id, at)
        session.commit()
    return redirect(url_for(".show", import_id=import_id), 303)


def _page(form: UploadForm) -> str:
    imports = db.session.scalars(
        select(CsvImport)
        .join(Survey, Survey.id == CsvImport.survey_id)
        .join(Journey, Journey.id == Survey.journey_id)
        .where(Journey.workspace_id == current_workspace().id)
        .order_by(CsvImport.id.desc())
        .limit(LISTED)
    ).all()
    return render_template("importing/index.html", form=form, imports=imports)


def _form() -> UploadForm:
    form = UploadForm()
    language = choose_language()
    form.survey.choices = [
        SelectChoice(survey.slug, f"{text_in(survey.name, language)} ({survey.slug})")
        for survey in db.session.scalars(_surveys())
    ]
    return form


def _surveys() -> Any:
    return (
        select(Survey)
        .join(Journey, Journey.id == Survey.journey_id)
        .where(Journey.workspace_id == current_workspace().id)
        .order_by(Survey.slug)
    )


def _readable(form: UploadForm) -> bool:
    """Whether the file can be read to its end; the reason stands at the field if not."""
    survey = db.session.scalars(_surveys().where(Survey.slug == form.survey.data)).one()
    target = target_of(db.session(), survey, at=clock.utc_now())
    db.session.rollback()  # reading the file must not keep anybody from writing
    try:
        inspect(form.file.data.stream, encoding=form.encoding.data or None, known=target.columns)
    except UnreadableFileError as error:
        form.file.errors = [file_message(error.code, error.params)]
        return False
    return True


def _keep(form: UploadForm) -> int:
    """Keep the file and ask for it to be judged; the number of the import."""
    file: FileStorage = form.file.data
    draft, file_hash = staging.keep(staging.instance_dir(), file.stream)
    kept = [draft]
    try:
        one = _note(form, file_hash)
        kept.append(staging.uploaded(staging.instance_dir(), one.id))
        os.replace(*kept)
        import_id = one.id
        db.session.commit()
    except BaseException:
        for path in kept:
            path.unlink(missing_ok=True)
        raise
    return import_id


def _note(form: UploadForm, file_hash: str) -> CsvImport:
    at = clock.utc_now()
    session = db.session()
    survey = session.scalars(_surveys().where(Survey.slug == form.survey.data)).one()
    one = CsvImport(
        survey_id=survey.id,
        user_id=signed_in_user().id,
        file_name=_shown_name(form.file.data.filename),
        file_hash=file_hash,
        dry_run=True,
        created_at=at,
    )
    session.add(one)
    session.flush()
    payload = {"import_id": one.id, "encoding": form.encoding.data or None}
    enqueue(session, "check_import", payload, at=at)
    audit.record(session, "import_uploaded", "csv_import", one.id, at)
    return one


def _shown_name(name: str | None) -> str:
    kept = "".join(sign for sign in name or "" if sign.isprintable())
    return kept[-200:] or "unnamed.csv"


def _is_kept(import_id: int) -> bool:
    return staging.uploaded(staging.instance_dir(), import_id).exists()


def _may_check(one: CsvImport) -> bool:
    return one.dry_run and one.status in ("done", "failed") and _is_kept(one.id)


def _samples(one: CsvImport) -> list[str]:
    if not one.dry_run or one.status != "done":
        return []
    return staging.samples(staging.staged(staging.instance_dir(), one.id))


def _get(import_id: int) -> CsvImport:
    """The import; `requires` has made sure that it belongs to the workspace."""
    return db.session.get_one(CsvImport, import_id)


def _fault_message(fault: dict[str, Any]) -> str:
    return file_message(fault["code"], fault["params"])


def _refusal(plain: dict[str, Any]) -> tuple[str, str]:
    return plain["column"], refusal_message(Refusal(**plain))

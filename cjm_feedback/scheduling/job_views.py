"""The page of work that was given up, where an admin has it tried again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cjm_feedback.accounts.access import current_workspace, requires, resolves_workspace
from cjm_feedback.accounts.audit import record
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.jobs.leases import retry_dead
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.transport import send_after_commit
from cjm_feedback.scheduling import words
from cjm_feedback.scheduling.queries import count_waiting, dead_jobs_of, workspace_of

bp = Blueprint("jobs", __name__, url_prefix="/jobs")
BIG_NUMBER = "int(max=9223372036854775807)"


@resolves_workspace("job_id")
def workspace_of_job(session: Session, job_id: int) -> int | None:
    job = session.get(Job, job_id)
    return None if job is None else workspace_of(session, job)


@bp.get("")
@requires("admin")
def index() -> str:
    return render_template(
        "scheduling/jobs.html",
        dead=dead_jobs_of(db.session(), current_workspace().id),
        waiting=count_waiting(db.session(), current_workspace().id),
        words=words,
    )


@bp.post(f"/<{BIG_NUMBER}:job_id>/retry")
@requires("admin")
def retry(job_id: int) -> ResponseReturnValue:
    at = utc_now()
    session = db.session()
    if retry_dead(session, job_id, at):
        send_after_commit(session, job_id)
        record(session, "job_retried", "job", job_id, at)
        flash(_("It is being tried again. If it fails again, it comes back to this page."))
    session.commit()
    return redirect(url_for(".index"), 303)

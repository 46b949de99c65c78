"""`flask sentiment agreement`, `refit`, `rollback`, `rescore`: what is learnt from staff."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import click
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from cjm_feedback.accounts.audit import record
from cjm_feedback.accounts.models import Workspace
from cjm_feedback.accounts.transactions import reading_only
from cjm_feedback.analysis import rescoring
from cjm_feedback.analysis.agreement import Agreement, Report, agreement
from cjm_feedback.analysis.cli import bp
from cjm_feedback.analysis.heads import engine_now
from cjm_feedback.analysis.refit import FEWEST, ask_refit, key_of, roll_back
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.runner import Outcome, run_job
from cjm_feedback.journeys.models import Journey
from cjm_feedback.responses.models import ReadingModel, Rescoring

PAUSE_SECONDS = 0.5
"""Between two looks at a job that a worker does."""
REASONS = {
    "too_few": f"fewer than {FEWEST} corrections",
    "gold_worse": "it reads the gold set worse by more than a point; --force uses it all the same",
    "no_deep_engine": "the deep engine is not in use on this machine",
    "given_up": "fitting failed; see the log",
}


@bp.cli.command("agreement")
@click.option("--journey", "slug", metavar="JOURNEY", help="Only the texts of this journey.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_agreement(slug: str | None, as_json: bool) -> None:
    """How far staff agree with how texts were read, by language, engine and theme."""
    with reading_only():
        session = db.session()
        journey_id = _journey(session, slug).id if slug else None
        report = agreement(session, journey_id=journey_id)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(report)))


def _lines(report: Report) -> Iterator[str]:
    if report.overall is None:
        yield "Nobody has corrected or confirmed a text yet."
        return
    yield f"{'':24}{'texts':>7}{'agreed':>9}  95 % interval"
    yield _line("all", report.overall)
    groups = (("language", report.languages), ("engine", report.engines), ("theme", report.themes))
    for kind, group in groups:
        for key, one in group.items():
            yield _line(f"{kind} {key}", one)
    yield "\nread as, then what people said"
    for read, said in report.overall.confusion.items():
        yield f"{read:12}" + ", ".join(f"{label} {n}" for label, n in said.items())


def _line(name: str, one: Agreement) -> str:
    low, high = one.interval
    return f"{name:24}{one.n:>7}{one.share:>9.3f}  {low:.3f} to {high:.3f}"


@bp.cli.command("refit")
@click.option("--workspace", "slug", metavar="WORKSPACE", help="Needed where there are several.")
@click.option("--force", is_flag=True, help="Use the head even if it reads the gold set worse.")
def refit(slug: str | None, force: bool) -> None:
    """Fit the polarity head to what the staff of a workspace corrected, and use it from now on."""
    session, at = db.session(), utc_now()
    workspace = _workspace(session, slug)
    model = ask_refit(session, workspace.id, user_id=None, at=at, force=force)
    record(
        session,
        "reading_model_asked",
        "reading model",
        model.id,
        at,
        {"version": model.version},
        workspace_id=workspace.id,
    )
    session.commit()
    key, model_id = key_of(model), model.id
    _finish(key)
    session.expire_all()
    model = session.get_one(ReadingModel, model_id)
    click.echo(f"Corrections: {model.n}")
    for name, figures in model.metrics.items():
        if figures is None:
            click.echo("The gold set is not on this machine: nothing was measured on it.")
        else:
            click.echo(f"{name}: {figures['before']:.3f} before, {figures['after']:.3f} after")
    if model.status != "active":
        raise click.ClickException(f"Not used: {REASONS.get(model.reason or '', model.status)}.")
    click.echo(f"From now on {engine_now(session, workspace.id)} reads.")


@bp.cli.command("rollback")
@click.option("--workspace", "slug", metavar="WORKSPACE", help="Needed where there are several.")
def rollback(slug: str | None) -> None:
    """Read with the head that was used before the present one."""
    session, at = db.session(), utc_now()
    workspace = _workspace(session, slug)
    gone = roll_back(session, workspace.id)
    if gone is None:
        raise click.ClickException("The shipped head is in use: there is nothing to go back from.")
    record(
        session,
        "reading_model_rolled_back",
        "reading model",
        gone.id,
        at,
        {"version": gone.version},
        workspace_id=workspace.id,
    )
    session.commit()
    click.echo(f"From now on {engine_now(session, workspace.id)} reads.")


@bp.cli.command("rescore")
@click.argument("journey")
@click.option("--engine-older", "only_older", is_flag=True, help="Only what another engine read.")
def rescore(journey: str, only_older: bool) -> None:
    """Read the texts of JOURNEY again. What is stopped goes on when it is called again."""
    session, at = db.session(), utc_now()
    found = _journey(session, journey)
    one = rescoring.start(session, found.id, only_older=only_older, user_id=None, at=at)
    record(
        session,
        "rescoring_started",
        "journey",
        found.slug,
        at,
        {"texts": one.total},
        workspace_id=found.workspace_id,
    )
    session.commit()
    rescoring_id = one.id
    with click.progressbar(length=one.total, label=f"Reading with {one.engine_after}") as bar:
        while one.finished_at is None:
            bar.update(one.done - bar.pos)
            job = rescoring.next_job(session, rescoring_id)
            if job is None or job.status == "dead":
                raise click.ClickException("It was given up; see the log and /jobs.")
            job_id = job.id
            session.rollback()
            _work_on(job_id)
            session.expire_all()
            one = session.get_one(Rescoring, rescoring_id)
        bar.update(one.done - bar.pos)
    click.echo(f"{one.done} responses read again; {one.changed} are labelled otherwise now.")


def _finish(dedupe_key: str) -> None:
    """Do a job here, or wait for the worker that has it."""
    while True:
        job = db.session.execute(
            select(Job.id, Job.status).where(Job.dedupe_key == dedupe_key)
        ).one_or_none()
        db.session.rollback()
        if job is None or job.status in ("done", "dead"):
            return
        _work_on(job.id)


def _work_on(job_id: int) -> None:
    """One attempt at a job, unless a worker has it: then a pause."""
    outcome = run_job(sessionmaker(db.engine), job_id, utc_now())
    if outcome not in (Outcome.DONE, Outcome.DEAD):
        time.sleep(PAUSE_SECONDS)


def _journey(session: Session, slug: str) -> Journey:
    journey = session.scalar(select(Journey).where(Journey.slug == slug))
    if journey is None:
        known = ", ".join(session.scalars(select(Journey.slug).order_by(Journey.slug)))
        raise click.ClickException(f"There is no journey {slug!r}. There are: {known or 'none'}.")
    return journey


def _workspace(session: Session, slug: str | None) -> Workspace:
    """The one of that name; without a name the only one."""
    found = session.scalars(select(Workspace).order_by(Workspace.slug)).all()
    chosen = [one for one in found if slug in (None, one.slug)]
    if len(chosen) != 1:
        known = ", ".join(one.slug for one in found)
        raise click.ClickException(f"Name one workspace with --workspace. There are: {known}.")
    return chosen[0]

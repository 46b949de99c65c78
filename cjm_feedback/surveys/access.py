"""How pages get at a survey: by the slug in their address, within one workspace."""

from __future__ import annotations

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.access import resolves_workspace
from cjm_feedback.journeys.models import Journey
from cjm_feedback.surveys.models import Link, Survey


@resolves_workspace("survey_slug")
def workspace_of_survey(session: Session, slug: str) -> int | None:
    """The workspace of the survey that an address names, if there is such a survey."""
    if "\0" in slug:  # PostgreSQL cannot hold it, so that no survey is called that
        return None
    return session.scalar(
        select(Journey.workspace_id)
        .join(Survey, Survey.journey_id == Journey.id)
        .where(Survey.slug == slug)
    )


def get_survey(session: Session, slug: str, workspace_id: int) -> Survey:
    """The survey; a page that does not exist where the workspace has none of that name."""
    survey = session.scalar(
        select(Survey)
        .join(Journey, Journey.id == Survey.journey_id)
        .where(Survey.slug == slug, Journey.workspace_id == workspace_id)
    )
    if survey is None:
        abort(404)
    return survey


def get_link(session: Session, survey: Survey, link_id: int) -> Link:
    """A link of the survey; a page that does not exist where it has none of that number."""
    link = session.scalar(select(Link).where(Link.id == link_id, Link.survey_id == survey.id))
    if link is None:
        abort(404)
    return link

"""How pages get at a journey: by the slug in their address, within one workspace."""

from __future__ import annotations

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.access import resolves_workspace
from cjm_feedback.journeys.models import Journey


@resolves_workspace("journey_slug")
def workspace_of_journey(session: Session, slug: str) -> int | None:
    """The workspace of the journey that an address names, if there is such a journey."""
    if "\0" in slug:  # PostgreSQL cannot hold it, so that no journey is called that
        return None
    return session.scalar(select(Journey.workspace_id).where(Journey.slug == slug))


def get_journey(session: Session, slug: str, workspace_id: int) -> Journey:
    """The journey; a page that does not exist where the workspace has none of that name."""
    journey = session.scalar(
        select(Journey).where(Journey.slug == slug, Journey.workspace_id == workspace_id)
    )
    if journey is None:
        abort(404)
    return journey

"""The audit log: who did what, when, written in the transaction of the act itself."""

from __future__ import annotations

from datetime import datetime

from flask import g, has_request_context
from flask_security import current_user
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent
from cjm_feedback.db import JsonObject


def record(
    session: Session,
    action: str,
    object_kind: str,
    object_id: str | int,
    at: datetime,
    details: JsonObject | None = None,
    *,
    user_id: int | None = None,
    workspace_id: int | None = None,
) -> AuditEvent:
    """Add an event; the caller commits it together with the act.

    Who and where are those of the request at hand, unless given: a command has neither. `details`
    hold no answers, no tokens and no passwords.
    """
    if has_request_context():
        user_id = user_id or getattr(current_user, "id", None)
        membership = g.get("membership")
        workspace_id = workspace_id or (membership.workspace_id if membership else None)
    event = AuditEvent(
        workspace_id=workspace_id,
        user_id=user_id,
        at=at,
        action=action,
        object_kind=object_kind,
        object_id=str(object_id),
        details=details or {},
    )
    session.add(event)
    return event

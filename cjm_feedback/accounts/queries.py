"""What the people pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, joinedload

from cjm_feedback.accounts.models import AuditEvent, Membership, User
from cjm_feedback.accounts.services import is_owner

EVENTS_PER_PAGE = 50


@dataclass(frozen=True)
class Member:
    membership: Membership
    last_sign_in: datetime | None
    """To this workspace: when somebody works elsewhere is not for its admins to know."""
    was_seen: bool

    @property
    def user(self) -> User:
        return self.membership.user

    @property
    def is_waiting(self) -> bool:
        """Invited, and not yet seen."""
        return not self.was_seen and self.user.password is None

    @property
    def is_owner(self) -> bool:
        return is_owner(self.user)


def members_of(session: Session, workspace_id: int) -> list[Member]:
    """Everybody in the workspace by name, with the last time they signed in to it."""
    memberships = session.scalars(
        select(Membership)
        .where(Membership.workspace_id == workspace_id)
        .options(joinedload(Membership.user).selectinload(User.roles))
    ).all()
    rows = session.execute(
        select(
            AuditEvent.user_id,
            func.max(AuditEvent.at).filter(AuditEvent.workspace_id == workspace_id),
        )
        .where(
            AuditEvent.action == "sign_in",
            AuditEvent.user_id.in_([membership.user_id for membership in memberships]),
        )
        .group_by(AuditEvent.user_id)
    )
    seen = dict(rows.all())
    members = [Member(one, seen.get(one.user_id), one.user_id in seen) for one in memberships]
    return sorted(members, key=lambda member: (member.user.name or member.user.email).casefold())


def people_named_in(session: Session, events: Sequence[AuditEvent]) -> dict[str, str]:
    """How the people that events are about are called, by the id in the events."""
    ids = {int(one.object_id) for one in events if one.object_kind == "user"}
    rows = session.execute(select(User.id, User.name, User.email).where(User.id.in_(ids)))
    return {str(user_id): name or email for user_id, name, email in rows}


def workspace_events(
    session: Session, workspace_id: int, *, before: int | None = None
) -> Sequence[Row[AuditEvent, User | None]]:
    """The newest events first, those older than event `before`; one more than a page holds."""
    statement = (
        select(AuditEvent, User)
        .outerjoin(User, User.id == AuditEvent.user_id)
        .where(AuditEvent.workspace_id == workspace_id)
        .order_by(AuditEvent.id.desc())
        .limit(EVENTS_PER_PAGE + 1)
    )
    if before is not None:
        statement = statement.where(AuditEvent.id < before)
    return session.execute(statement).all()

"""Who belongs to a workspace, and what they may do there."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.links import cancel_links
from cjm_feedback.accounts.models import Membership, Role, User, Workspace
from cjm_feedback.accounts.sessions import end_everywhere

OWNER = "owner"


class AlreadyMemberError(Exception):
    """The person is in the workspace already."""


class LastAdminError(Exception):
    """A workspace without an admin could never get one again."""


def create_workspace(session: Session, *, slug: str, name: str, at: datetime) -> Workspace:
    """The workspace called `slug`, made if there is none. The caller commits."""
    workspace = session.scalar(select(Workspace).where(Workspace.slug == slug))
    if workspace is None:
        workspace = Workspace(slug=slug, name=name, created_at=at)
        session.add(workspace)
        session.flush()
    return workspace


def find_user(session: Session, email: str) -> User | None:
    return session.scalar(select(User).where(func.lower(User.email) == normal_email(email)))


def normal_email(text: str) -> str:
    """The one form in which an address is kept: mail systems do not tell cases apart."""
    return text.strip().lower()


def create_user(session: Session, *, email: str, name: str, at: datetime) -> User:
    """The person with this address, made if there is none. The caller commits."""
    user = find_user(session, email)
    if user is None:
        user = User(
            email=normal_email(email),
            name=name,
            password=None,
            active=True,
            fs_uniquifier=secrets.token_hex(32),
            created_at=at,
        )
        session.add(user)
        session.flush()
    return user


def is_owner(user: User) -> bool:
    """Whether this person answers for the installation as a whole."""
    return any(role.name == OWNER for role in user.roles)


def make_owner(session: Session, user: User) -> None:
    """Give the installation into this person's hands. The caller commits."""
    role = session.scalar(select(Role).where(Role.name == OWNER))
    if role is None:
        role = Role(name=OWNER, description="Answers for the installation", permissions=None)
        session.add(role)
    if role not in user.roles:
        user.roles.append(role)


def add_member(
    session: Session, workspace: Workspace, user: User, *, role: str, department: str = "other"
) -> Membership:
    """Let `user` into the workspace. The caller commits."""
    known = session.scalar(
        select(Membership).where(
            Membership.workspace_id == workspace.id, Membership.user_id == user.id
        )
    )
    if known is not None:
        raise AlreadyMemberError(user.email)
    membership = Membership(
        workspace_id=workspace.id, user_id=user.id, role=role, department=department
    )
    session.add(membership)
    session.flush()
    return membership


def change_member(
    session: Session, membership: Membership, *, role: str, department: str
) -> dict[str, list[str]]:
    """Give another role or department; returns what changed, as [before, after]."""
    if membership.role == "admin" and role != "admin":
        _keep_an_admin(session, membership)
    changes = {
        name: [before, after]
        for name, before, after in (
            ("role", membership.role, role),
            ("department", membership.department, department),
        )
        if before != after
    }
    membership.role, membership.department = role, department
    return changes


def remove_member(session: Session, membership: Membership, *, at: datetime) -> None:
    """Take somebody out of the workspace; their account and what they did stay."""
    if membership.role == "admin":
        _keep_an_admin(session, membership)
    user = membership.user
    session.delete(membership)
    session.flush()
    others = session.scalar(
        select(func.count()).select_from(Membership).where(Membership.user_id == user.id)
    )
    if not others:
        cancel_links(session, user, at=at)


def set_password(session: Session, user: User, hashed: str, *, at: datetime) -> None:
    """Keep the hash of a new password; cookies and links from before stop working."""
    user.password = hashed
    end_everywhere(user)
    cancel_links(session, user, at=at)


def disable_user(session: Session, user: User, *, at: datetime) -> None:
    user.active = False
    end_everywhere(user)
    cancel_links(session, user, at=at)


def _keep_an_admin(session: Session, leaving: Membership) -> None:
    """Refuse to let the last admin go.

    The workspace's row is locked first, so that two admins who remove each other at the same
    moment take turns.
    """
    session.execute(
        select(Workspace.id).where(Workspace.id == leaving.workspace_id).with_for_update()
    )
    others = session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.workspace_id == leaving.workspace_id,
            Membership.role == "admin",
            Membership.id != leaving.id,
            User.active,
        )
    )
    if not others:
        raise LastAdminError(leaving.user.email)

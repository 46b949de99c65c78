"""People, the workspaces they work in, and what they did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cjm_feedback.accounts.roles import DEPARTMENTS, ROLES
from cjm_feedback.db import Base, BigPrimaryKey, JsonObject, PortableJson, PrimaryKey, one_of

role_user = Table(
    "role_user",
    Base.metadata,
    Column("user_id", ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class Role(Base, RoleMixin):
    """A role in the installation as a whole: only `owner`. Workspace roles are memberships."""

    __tablename__ = "role"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[str | None] = mapped_column(String(255))
    permissions: Mapped[list[str] | None] = mapped_column(PortableJson)


class User(Base, UserMixin):
    """Somebody who signs in."""

    __tablename__ = "user"

    id: Mapped[PrimaryKey]
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str | None] = mapped_column(String(5))
    created_at: Mapped[datetime]

    roles: Mapped[list[Any]] = relationship(Role, secondary=role_user)
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", order_by="Membership.id", cascade="all, delete-orphan"
    )


class Workspace(Base):
    """A brand, or an agency's client: everything below belongs to one workspace."""

    __tablename__ = "workspace"

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]


class Membership(Base):
    """What one person may do in one workspace, and for which department."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("workspace_id", "user_id"),
        CheckConstraint(one_of("role", ROLES), name="known_role"),
        CheckConstraint(one_of("department", DEPARTMENTS), name="known_department"),
    )

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    department: Mapped[str] = mapped_column(String(20), default="other")

    user: Mapped[User] = relationship(back_populates="memberships")
    workspace: Mapped[Workspace] = relationship()


class OneTimeLink(Base):
    """A link that signs somebody in, or lets them set a password, once. Only its hash is kept."""

    __tablename__ = "one_time_link"
    __table_args__ = (
        CheckConstraint(one_of("purpose", ("sign_in", "set_password")), name="known_purpose"),
    )

    id: Mapped[PrimaryKey]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class AuditEvent(Base):
    """Who did what, when; written in the transaction of the act itself."""

    __tablename__ = "audit_event"

    id: Mapped[BigPrimaryKey]
    workspace_id: Mapped[int | None] = mapped_column(ForeignKey("workspace.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(40), default="")
    object_id: Mapped[str] = mapped_column(String(60), default="")
    details: Mapped[JsonObject] = mapped_column(default=dict)


class SignInFailure(Base):
    """A refused sign-in, counted for a day. `bucket` is a keyed hash: no address, no e-mail."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_bucket_at", "bucket", "at"),)

    id: Mapped[BigPrimaryKey]
    bucket: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]

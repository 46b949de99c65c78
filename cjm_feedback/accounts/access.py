"""Who may call which route. Denied unless declared.

Every view says `@public`, `@signed_in` or `@requires("viewer" | "staff" | "admin")`. The role is
looked up in the workspace of the object that the address names: packages tell how to find it with
`resolves_workspace("journey_slug")`. A stranger's object and one that does not exist look the same.
What changes who may do what wants a recent sign-in: `@requires("admin", fresh=True)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user, logout_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts import sessions
from cjm_feedback.accounts.models import Membership, User, Workspace
from cjm_feedback.accounts.roles import ROLES
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db

View = TypeVar("View", bound=Callable[..., Any])
Resolver = Callable[[Session, Any], "int | None"]


@dataclass(frozen=True)
class Access:
    """The rule of one route: `kind` is public, signed_in or role; `role` the weakest that may."""

    kind: str
    role: str | None = None
    fresh: bool = False

    @property
    def name(self) -> str:
        """How the rule is written down: public, signed_in, or the weakest role that may."""
        return self.role or self.kind

    @property
    def roles(self) -> list[str]:
        """Who may call, weakest first; `anonymous` stands for everybody."""
        if self.kind == "public":
            return ["anonymous", *ROLES]
        if self.role is None:
            return list(ROLES)
        return list(ROLES[ROLES.index(self.role) :])


PUBLIC = Access("public")
SIGNED_IN = Access("signed_in")

_library_rules: dict[str, Access] = {"static": PUBLIC}
_resolvers: dict[str, Resolver] = {}


def public(view: View) -> View:
    return _declare(view, PUBLIC)


def signed_in(view: View) -> View:
    return _declare(view, SIGNED_IN)


def requires(role: str, *, fresh: bool = False) -> Callable[[View], View]:
    """At least `role`, and with `fresh` a sign-in of the last hours."""
    if role not in ROLES:
        raise ValueError(f"unknown role {role!r}")
    return lambda view: _declare(view, Access("role", role, fresh))


def _declare(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def declare_library_route(endpoint: str, access: Access) -> None:
    """State the rule of a route that a library registered."""
    _library_rules[endpoint] = access


def resolves_workspace(argument: str) -> Callable[[Resolver], Resolver]:
    """Register how a URL argument leads to the workspace it belongs to."""

    def register(resolver: Resolver) -> Resolver:
        _resolvers[argument] = resolver
        return resolver

    return register


def access_of(app: Flask, endpoint: str) -> Access | None:
    if endpoint in _library_rules:
        return _library_rules[endpoint]
    view = app.view_functions.get(endpoint)
    view = getattr(view, "view_class", view)
    return cast("Access | None", getattr(view, "access", None))


def init_app(app: Flask) -> None:
    app.before_request(_enforce)


def current_membership() -> Membership:
    """The membership that lets this request happen; only behind `requires(…)`."""
    return cast("Membership", g.membership)


def current_workspace() -> Workspace:
    return current_membership().workspace


def signed_in_user() -> User:
    return cast("User", current_user)


def may(role: str) -> bool:
    """Whether the person's role in the workspace at hand is at least `role`; for templates."""
    membership = g.get("membership")
    return membership is not None and ROLES.index(membership.role) >= ROLES.index(role)


def _enforce() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # an unknown address: routing answers 404 or 405
    access = access_of(current_app, request.endpoint)
    if access is None:
        abort(403)
    if access.kind == "public":
        return None  # without a look at the session: a respondent's page needs neither it nor SQL
    if current_user.is_authenticated:
        _keep_session_within_limits(fresh=access.fresh)
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    membership = _membership_for(signed_in_user())
    g.membership = membership
    if access.role is None:
        return None
    if membership is None:
        abort(404)
    if ROLES.index(membership.role) < ROLES.index(access.role):
        abort(403)
    return None


def _keep_session_within_limits(*, fresh: bool) -> None:
    """End a session that is over, or too old for what is asked of it."""
    at = utc_now()
    if sessions.is_over(session, at=at) or (fresh and not sessions.is_fresh(session, at=at)):
        language = session.get("language")
        logout_user()
        session.clear()
        if language is not None:
            session["language"] = language
    else:
        sessions.note_seen(session, at=at)


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method not in ("GET", "HEAD") or request.path.startswith("/api/"):
        abort(401)
    return redirect(url_for("security.login", next=request.full_path.rstrip("?")), 303)


def _membership_for(user: User) -> Membership | None:
    """The user's membership in the workspace of what the address names, else in the chosen one."""
    for argument, value in (request.view_args or {}).items():
        if argument in _resolvers:
            workspace_id = _resolvers[argument](db.session(), value)
            return None if workspace_id is None else _membership(user, workspace_id)
    chosen = session.get("workspace")
    if isinstance(chosen, int) and (membership := _membership(user, chosen)):
        return membership
    return db.session.scalar(
        select(Membership).where(Membership.user_id == user.id).order_by(Membership.id).limit(1)
    )


def _membership(user: User, workspace_id: int) -> Membership | None:
    return db.session.scalar(
        select(Membership).where(
            Membership.user_id == user.id, Membership.workspace_id == workspace_id
        )
    )

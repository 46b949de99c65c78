"""The team of a workspace: who is in it, what they may do, and what was done."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_datetime
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cjm_feedback.accounts import services
from cjm_feedback.accounts.access import (
    current_membership,
    current_workspace,
    requires,
    resolves_workspace,
    signed_in_user,
)
from cjm_feedback.accounts.audit import record
from cjm_feedback.accounts.forms import InviteForm, MembershipForm
from cjm_feedback.accounts.links import create_link
from cjm_feedback.accounts.models import Membership, User
from cjm_feedback.accounts.queries import (
    EVENTS_PER_PAGE,
    members_of,
    people_named_in,
    workspace_events,
)
from cjm_feedback.accounts.words import (
    DEPARTMENT_NAMES,
    DETAIL_NAMES,
    KIND_NAMES,
    ROLE_HINTS,
    ROLE_NAMES,
    act_in_words,
    detail_in_words,
)
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db

bp = Blueprint("people", __name__)

LARGEST_EVENT_ID = 2**63 - 1


@resolves_workspace("membership_id")
def workspace_of_membership(session: Session, membership_id: int) -> int | None:
    membership = session.get(Membership, membership_id)
    return membership.workspace_id if membership else None


@bp.get("/people")
@requires("admin", fresh=True)
def index() -> str:
    return _people_page(InviteForm(role="staff", department="other"))


@bp.post("/people")
@requires("admin", fresh=True)
def invite() -> ResponseReturnValue:
    """Let somebody in. A new person gets a link, which this page shows once.

    Whoever had an account made may know its password, so a role for one that exists already is
    given by the owner of the installation alone.
    """
    form = InviteForm()
    if not form.validate():
        return _people_page(form), 422
    at = utc_now()
    known = services.find_user(db.session(), form.email.data)
    if known is not None and not _may_add(known):
        form.email.errors = [*form.email.errors, _has_an_account()]
        return _people_page(form), 422
    user = known or services.create_user(
        db.session(), email=form.email.data, name=form.name.data or "", at=at
    )
    try:
        membership = services.add_member(
            db.session(),
            current_workspace(),
            user,
            role=form.role.data,
            department=form.department.data,
        )
    except services.AlreadyMemberError:
        form.email.errors = [*form.email.errors, _("This person is in the workspace already.")]
        return _people_page(form), 422
    record(db.session(), "member_added", "user", user.id, at, {"role": form.role.data})
    if not _may_make_link(membership):
        db.session.commit()
        flash(_("%(email)s has an account already and signs in as usual.", email=user.email))
        return redirect(url_for(".index"), 303)
    return _hand_over(user)


@bp.get("/people/<int(max=2147483647):membership_id>")
@requires("admin", fresh=True)
def edit(membership_id: int) -> str:
    membership = db.session.get_one(Membership, membership_id)
    return _person_page(membership, MembershipForm(obj=membership))


@bp.post("/people/<int(max=2147483647):membership_id>")
@requires("admin", fresh=True)
def change(membership_id: int) -> ResponseReturnValue:
    membership = db.session.get_one(Membership, membership_id)
    form = MembershipForm()
    if not form.validate():
        return _person_page(membership, form), 422
    try:
        changes = services.change_member(
            db.session(), membership, role=form.role.data, department=form.department.data
        )
    except services.LastAdminError:
        form.role.errors = [*form.role.errors, _last_admin()]
        return _person_page(membership, form), 422
    if changes:
        record(db.session(), "member_changed", "user", membership.user_id, utc_now(), {**changes})
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for(".index"), 303)


@bp.post("/people/<int(max=2147483647):membership_id>/remove")
@requires("admin", fresh=True)
def remove(membership_id: int) -> ResponseReturnValue:
    membership = db.session.get_one(Membership, membership_id)
    at, user = utc_now(), membership.user
    try:
        services.remove_member(db.session(), membership, at=at)
    except services.LastAdminError:
        form = MembershipForm(formdata=None, obj=membership)
        form.role.errors = [_last_admin()]
        return _person_page(membership, form), 422
    record(db.session(), "member_removed", "user", user.id, at)
    db.session.commit()
    flash(_("%(email)s is no longer in this workspace.", email=user.email), "success")
    return redirect(url_for(".index"), 303)


@bp.post("/people/<int(max=2147483647):membership_id>/link")
@requires("admin", fresh=True)
def make_link(membership_id: int) -> ResponseReturnValue:
    """A link to choose a new password, shown once."""
    membership = db.session.get_one(Membership, membership_id)
    if not _may_make_link(membership):
        abort(403)
    return _hand_over(membership.user)


@bp.get("/audit")
@requires("admin")
def audit() -> str:
    """What was done in the workspace, newest first."""
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before <= LARGEST_EVENT_ID:
        before = None
    rows = list(workspace_events(db.session(), current_workspace().id, before=before))
    shown = rows[:EVENTS_PER_PAGE]
    return render_template(
        "accounts/audit.html",
        rows=shown,
        people=people_named_in(db.session(), [event for event, _user in shown]),
        older=shown[-1][0].id if len(rows) > EVENTS_PER_PAGE else None,
        is_first=before is None,
        act_in_words=act_in_words,
        detail_names=DETAIL_NAMES,
        detail_in_words=detail_in_words,
        kind_names=KIND_NAMES,
        format_datetime=format_datetime,
    )


def _hand_over(user: User) -> str:
    """Make a link for `user` and show it: it is kept nowhere, so it cannot be shown again."""
    at = utc_now()
    token = create_link(db.session(), user, "set_password", at=at)
    record(db.session(), "link_made", "user", user.id, at)
    db.session.commit()
    base_url = current_app.config["CJM"].base_url
    return render_template(
        "accounts/hand_over.html",
        user=user,
        link=base_url + url_for("accounts.welcome", token=token),
    )


def _may_add(known: User) -> bool:
    """Whether this admin may try to let in somebody who has an account.

    Those who are here already pass, to be told so.
    """
    here = current_workspace().id in _workspaces_of(known)
    return here or services.is_owner(signed_in_user())


def _may_make_link(membership: Membership) -> bool:
    """Whether this admin may let the person choose a new password.

    Somebody who could would become that person everywhere: so only for members of this workspace
    all of whose workspaces this admin leads, and not for the owner of the installation.
    """
    me, user = signed_in_user(), membership.user
    if me.id == user.id:
        return True
    led = {mine.workspace_id for mine in me.memberships if mine.role == "admin"}
    theirs = _workspaces_of(user)
    return current_workspace().id in theirs and theirs <= led and not user.roles


def _workspaces_of(user: User) -> set[int]:
    """As they are now: what was loaded before may have changed in this very request."""
    db.session.expire(user, ["memberships"])
    return {membership.workspace_id for membership in user.memberships}


def _people_page(form: InviteForm) -> str:
    return render_template(
        "accounts/people.html",
        form=form,
        members=members_of(db.session(), current_workspace().id),
        format_date=format_date,
        **_words(),
    )


def _person_page(membership: Membership, form: MembershipForm) -> str:
    return render_template(
        "accounts/person.html",
        membership=membership,
        form=form,
        may_make_link=_may_make_link(membership),
        is_me=membership.id == current_membership().id,
        **_words(),
    )


def _words() -> dict[str, object]:
    return {
        "role_names": ROLE_NAMES,
        "role_hints": ROLE_HINTS,
        "department_names": DEPARTMENT_NAMES,
    }


def _has_an_account() -> str:
    return str(
        _(
            "This address has an account here already."
            " The owner of this installation can add it to your workspace."
        )
    )


def _last_admin() -> str:
    return str(_("A workspace needs an admin. Make somebody else an admin first."))

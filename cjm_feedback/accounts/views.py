"""The pages about oneself: the first visit by a link, the profile, the workspace at hand."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as HttpResponse

from cjm_feedback.accounts import services, throttle
from cjm_feedback.accounts.access import public, signed_in, signed_in_user
from cjm_feedback.accounts.audit import record
from cjm_feedback.accounts.forms import ChangePasswordForm, PasswordForm, ProfileForm
from cjm_feedback.accounts.links import find_link, use_link
from cjm_feedback.accounts.models import Membership, OneTimeLink, User
from cjm_feedback.accounts.sign_in import go_on, let_in, settle_language
from cjm_feedback.accounts.transactions import hashed, reading_only
from cjm_feedback.accounts.words import ROLE_NAMES
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.web.languages import choose_language

bp = Blueprint("accounts", __name__)

LARGEST_ID = 2**31 - 1


@bp.get("/welcome/<token>")
@public
def welcome(token: str) -> ResponseReturnValue:
    """Say what the link does. Mail programs open links by themselves, so nothing happens yet."""
    settle_language()
    link = find_link(db.session(), token, at=utc_now())
    return _gone() if link is None else _welcome_page(link)


@bp.post("/welcome/<token>")
@public
def enter(token: str) -> ResponseReturnValue:
    """Use the link up: sign in, after choosing a password where the link is for that."""
    settle_language()
    link = find_link(db.session(), token, at=utc_now())
    if link is None:
        return _gone()
    password_hash = None
    if link.purpose == "set_password":
        form = PasswordForm(about=_known_of(link.user))
        if not form.validate():
            return _welcome_page(link, form)
        password_hash = hashed(form.password.data)
    at = utc_now()
    user = use_link(db.session(), token, at=at)
    if user is None:
        db.session.rollback()
        return _gone()
    if password_hash is not None:
        services.set_password(db.session(), user, password_hash, at=at)
        record(db.session(), "password_set", "user", user.id, at, user_id=user.id)
    let_in(user, at=at)
    db.session.commit()
    return redirect("/", 303)


@bp.get("/profile")
@signed_in
def profile() -> str:
    user = signed_in_user()
    return _profile_page(_profile_form(user), _password_form(user))


@bp.post("/profile")
@signed_in
def save_profile() -> ResponseReturnValue:
    user = signed_in_user()
    form = ProfileForm()
    if not form.validate():
        return _profile_page(form, ChangePasswordForm(formdata=None, about=[])), 422
    user.name, user.language = form.name.data or "", form.language.data
    db.session.commit()
    session["language"] = form.language.data
    flash(_("Saved."), "success")
    return redirect(url_for(".profile"), 303)


@bp.post("/profile/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """A new password, against the old one where there is one."""
    user = signed_in_user()
    form = ChangePasswordForm(about=_known_of(user))
    valid = form.validate()
    if user.password is not None and not _proves_itself(user, form):
        valid = False
    if not valid:
        return _profile_page(_profile_form(user), form), 422
    user_id, password_hash, at = user.id, hashed(form.password.data), utc_now()
    user = db.session.get_one(User, user_id)
    services.set_password(db.session(), user, password_hash, at=at)
    record(db.session(), "password_set", "user", user.id, at)
    db.session.commit()
    go_on(user)
    flash(_("The new password is saved. Other devices have to sign in again."), "success")
    return redirect(url_for(".profile"), 303)


@bp.post("/workspace")
@signed_in
def switch_workspace() -> HttpResponse:
    """Work in another of one's workspaces from here on."""
    wanted = request.form.get("workspace", type=int)
    if wanted is None or not 0 < wanted <= LARGEST_ID:
        abort(400)
    membership = db.session.scalar(
        select(Membership).where(
            Membership.user_id == signed_in_user().id, Membership.workspace_id == wanted
        )
    )
    if membership is None:
        abort(404)
    session["workspace"] = membership.workspace_id
    session.pop("journey", None)
    return redirect("/", 303)


def _proves_itself(user: User, form: ChangePasswordForm) -> bool:
    """Whether the current password is right; guesses are counted as those at sign-in are."""
    at, user_id = utc_now(), user.id
    buckets = throttle.buckets_for(
        email=user.email,
        address=request.remote_addr,
        known_device=None,
        key=current_app.config["SECRET_KEY"],
    )
    with reading_only():
        if throttle.is_exhausted(db.session(), buckets, at=at):
            abort(429)
        owner = db.session.get_one(User, user_id)
        normalize = current_app.extensions["security"].password_util.normalize
        right = owner.verify_and_update_password(normalize(form.current.data or ""))
    if not right:
        throttle.count_failure(db.session(), buckets, at=at)
        db.session.commit()
        form.current.errors = [*form.current.errors, _("This is not your current password.")]
    return bool(right)


def _profile_form(user: User) -> ProfileForm:
    """What is stored; people who never chose a language see the one they read."""
    language = user.language or choose_language()
    return ProfileForm(formdata=None, data={"name": user.name, "language": language})


def _password_form(user: User) -> ChangePasswordForm:
    return ChangePasswordForm(formdata=None, about=_known_of(user))


def _profile_page(form: ProfileForm, password_form: ChangePasswordForm) -> str:
    return render_template(
        "accounts/profile.html",
        form=form,
        password_form=password_form,
        has_password=signed_in_user().password is not None,
        role_names=ROLE_NAMES,
    )


def _welcome_page(link: OneTimeLink, form: PasswordForm | None = None) -> Response:
    if form is None and link.purpose == "set_password":
        form = PasswordForm(formdata=None, about=[])
    page = render_template("accounts/welcome.html", link=link, form=form)
    return _unlinked(page, 422 if request.method == "POST" else 200)


def _gone() -> Response:
    """The one page for a link that is unknown, used up or too old: it tells nobody which."""
    return _unlinked(render_template("accounts/link_gone.html"), 404)


def _unlinked(page: str, status: int) -> Response:
    """A page whose address, a secret, is not told to the next one."""
    reply = make_response(page, status)
    reply.headers["Referrer-Policy"] = "no-referrer"
    return reply


def _known_of(user: User) -> list[str]:
    """What others know of the person and would try as a password."""
    workspaces = [membership.workspace.name for membership in user.memberships]
    return [user.email.split("@")[0], user.email, user.name, *workspaces]

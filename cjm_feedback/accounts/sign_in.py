"""The way in and the way out, around Flask-Security's own view.

Checking a password takes a tenth of a second on purpose. It happens in a transaction that only
reads, so that on SQLite no customer's answer waits for it; what a sign-in writes comes after.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from flask_security import current_user, login_user, logout_user
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import func, inspect, select
from werkzeug.wrappers import Response as HttpResponse

from cjm_feedback.accounts import sessions, throttle
from cjm_feedback.accounts.audit import record
from cjm_feedback.accounts.models import User
from cjm_feedback.accounts.transactions import reading_only
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import db
from cjm_feedback.questionnaire.texts import clean_text
from cjm_feedback.web.languages import LANGUAGES
from cjm_feedback.web.views import local_path

DEVICE_DAYS = 365
KEPT = ("workspace", "journey")
View = Callable[..., ResponseReturnValue]


def sign_in(library_view: View) -> View:
    """Flask-Security's view between our limits and our records."""

    def view() -> ResponseReturnValue:
        settle_language()
        if request.is_json:
            abort(415)
        if request.method != "POST" or current_user.is_authenticated:
            return library_view()
        return _try(library_view, at=utc_now())

    return view


def sign_out() -> HttpResponse:
    """Leave, here and on every other device: all cookies of this person stop working."""
    user = db.session.get_one(User, current_user.id)
    sessions.end_everywhere(user)
    record(db.session(), "sign_out", "user", user.id, utc_now())
    db.session.commit()
    logout_user()
    _forget_session()
    return redirect("/sign-in", 303)


def let_in(user: User, *, at: datetime) -> None:
    """Sign in somebody who proved themselves by a one-time link. The caller commits."""
    _forget_session()
    login_user(user, remember=False, authn_via=["link"])
    _record_sign_in(user, "link", at=at)


def go_on(user: User) -> None:
    """Keep this browser signed in after its person's other cookies stopped working."""
    stay, kept = bool(session.get("stay")), {key: session[key] for key in KEPT if key in session}
    _forget_session()
    g.stay = stay
    login_user(user, remember=False, authn_via=["password"])
    session.update(kept)


def on_signed_in(_app: Flask, user: User, **_more: object) -> None:
    """Whichever way somebody came in, their session starts here."""
    stay = bool(g.get("stay"))
    session.permanent = stay
    sessions.mark(session, at=utc_now(), stay=stay)
    if user.language in LANGUAGES:
        session["language"] = user.language


def settle_language() -> None:
    """Pages for people who are not signed in take their language from the address."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        g.language = asked


def device_cookie_name() -> str:
    return "__Host-cjm-device" if current_app.config["SESSION_COOKIE_SECURE"] else "cjm-device"


def _try(library_view: View, *, at: datetime) -> ResponseReturnValue:
    email = clean_text(request.form.get("email", ""))
    with reading_only():
        buckets = throttle.buckets_for(
            email=email,
            address=request.remote_addr,
            known_device=_known_device(email),
            key=current_app.config["SECRET_KEY"],
        )
        exhausted = throttle.is_exhausted(db.session(), buckets, at=at)
    if exhausted:
        return render_template("security/throttled.html"), 429
    _forget_session()
    g.stay = "stay" in request.form
    with reading_only():
        reply = library_view()
        user_id = current_user.id if current_user.is_authenticated else None
        rehashed = _new_hash(current_user) if user_id else None
    if user_id is None:
        throttle.count_failure(db.session(), buckets, at=at)
        db.session.commit()
        return reply
    return _welcome(user_id, rehashed, at=at)


def _welcome(user_id: int, rehashed: str | None, *, at: datetime) -> Response:
    user = db.session.get_one(User, user_id)
    if rehashed:
        user.password = rehashed
    _record_sign_in(user, "password", at=at)
    db.session.commit()
    asked = request.form.get("next") or request.args.get("next") or "/"
    reply = make_response(redirect(local_path(asked), 303))
    reply.set_cookie(
        device_cookie_name(),
        _device_serializer().dumps([user.id, secrets.token_urlsafe(12)]),
        max_age=DEVICE_DAYS * 86_400,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return reply


def _record_sign_in(user: User, by: str, *, at: datetime) -> None:
    home = user.memberships[0].workspace_id if user.memberships else None
    record(
        db.session(),
        "sign_in",
        "user",
        user.id,
        at,
        {"by": by},
        user_id=user.id,
        workspace_id=home,
    )


def _known_device(email: str) -> str | None:
    """What this browser is called, if the account of `email` signed in with it before."""
    cookie = request.cookies.get(device_cookie_name())
    if not cookie:
        return None
    try:
        user_id, device = _device_serializer().loads(cookie, max_age=DEVICE_DAYS * 86_400)
    except (BadData, ValueError, TypeError):
        return None
    owner = db.session.scalar(
        select(User.id).where(func.lower(User.email) == email.strip().lower())
    )
    return str(device) if owner is not None and owner == user_id else None


def _device_serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known-device")


def _new_hash(user: User) -> str | None:
    """The password's hash if the sign-in made a stronger one of it."""
    changed = inspect(db.session.get_one(User, user.id)).attrs.password.history.has_changes()
    return user.password if changed else None


def _forget_session() -> None:
    """Nothing that was put into the session before a sign-in outlives it, but the language."""
    language = session.get("language")
    session.clear()
    g.pop("csrf_token", None)
    if language is not None:
        session["language"] = language

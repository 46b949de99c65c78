"""Sign-in by Flask-Security, with our templates, words and limits."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from flask import Flask, Request, Response, make_response, render_template, request
from flask_security import Security, SQLAlchemySessionUserDatastore, user_authenticated

from cjm_feedback.accounts import access, sign_in
from cjm_feedback.accounts.forms import SignInForm
from cjm_feedback.accounts.models import Role, User
from cjm_feedback.accounts.sessions import STAY
from cjm_feedback.extensions import db


def init_app(app: Flask) -> None:
    # Made here, not in `extensions`: the object keeps settings of its application.
    security = Security()
    security.init_app(
        app,
        SQLAlchemySessionUserDatastore(db.session, User, Role),
        register_blueprint=True,
        login_form=SignInForm,
        render_template=_render,
    )
    security.want_json(_never_json)
    # Flask-Security also takes a signed token from a header or from the address, which would
    # sign somebody in by a link. People sign in with the session only.
    app.login_manager.request_loader(_nobody)  # type: ignore[attr-defined]
    user_authenticated.connect(sign_in.on_signed_in, app)
    library_view = cast("sign_in.View", app.view_functions["security.login"])
    app.view_functions["security.login"] = sign_in.sign_in(library_view)
    app.view_functions["security.logout"] = sign_in.sign_out
    access.declare_library_route("security.login", access.PUBLIC)
    access.declare_library_route("security.logout", access.SIGNED_IN)


def settings(*, production: bool, testing: bool) -> dict[str, object]:
    """Flask-Security's settings."""
    return {
        "SECURITY_PASSWORD_HASH": "argon2",
        # Argon2 salts each password itself; nothing is mixed in before it.
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__type": "ID",
            "argon2__rounds": 1 if testing else 3,
            "argon2__memory_cost": 8 if testing else 65_536,
            "argon2__parallelism": 1,
        },
        "SECURITY_PASSWORD_NORMALIZE_FORM": "NFC",
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_LOGIN_USER_TEMPLATE": "security/sign_in.html",
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/sign-in",
        "SECURITY_REGISTERABLE": False,
        "SECURITY_RECOVERABLE": False,
        "SECURITY_CHANGEABLE": False,
        "SECURITY_SEND_REGISTER_EMAIL": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_FLASH_MESSAGES": False,
        # A sign-in that is too old is asked for again by our own rule (`accounts.access`).
        "SECURITY_FRESHNESS": timedelta(minutes=-1),
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        "PERMANENT_SESSION_LIFETIME": STAY,
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_NAME": "__Host-cjm" if production else "cjm",
        # A form that was left open over lunch still works; the session has its own limits.
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _render(template: str, **context: object) -> Response:
    """A form that was sent back is a refused form."""
    return make_response(
        render_template(template, **context), 422 if request.method == "POST" else 200
    )


def _never_json(_request: Request) -> bool:
    return False


def _nobody(_request: Request) -> None:
    return None

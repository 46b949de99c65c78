"""Sign-in by Flask-Security, with our templates, words and limits."""

from __future__ import annotations

from flask import Flask
from flask_security import Security, SQLAlchemySessionUserDatastore

from cjm_feedback.accounts.access import PUBLIC, SIGNED_IN, declare_library_route
from cjm_feedback.accounts.models import Role, User
from cjm_feedback.extensions import db

security = Security()


def init_app(app: Flask) -> None:
    security.init_app(
        app,
        SQLAlchemySessionUserDatastore(db.session, User, Role),
        register_blueprint=True,
    )
    declare_library_route("security.login", PUBLIC)
    declare_library_route("security.logout", SIGNED_IN)
    declare_library_route("security.verify", SIGNED_IN)


def settings(*, production: bool, testing: bool) -> dict[str, object]:
    """Flask-Security's settings."""
    return {
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SALT": "not used by argon2, which salts each password itself",
        "SECURITY_PASSWORD_HASH_OPTIONS": {
            "argon2__rounds": 1 if testing else 3,
            "argon2__memory_cost": 8 if testing else 65_536,
        },
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/sign-in",
        "SECURITY_REGISTERABLE": False,
        "SECURITY_RECOVERABLE": False,
        "SECURITY_CHANGEABLE": False,
        "SECURITY_SEND_REGISTER_EMAIL": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_REDIRECT_VALIDATE_MODE": ["regex"],
        "SECURITY_FRESHNESS_GRACE_PERIOD": 3600,
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_NAME": "__Host-cjm" if production else "cjm",
        "REMEMBER_COOKIE_SECURE": production,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
    }

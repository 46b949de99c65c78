"""People with a password, for tests that sign in through the door."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from cjm_feedback.accounts.models import User
from tests.pages import submit

PASSWORD = "kolo pod starým dubem"


def give_password(app: Flask, session: Session, user: User, password: str = PASSWORD) -> User:
    with app.app_context():
        user.password = hash_password(password)
    session.commit()
    return user


def enter(
    client: FlaskClient, email: str, password: str = PASSWORD, *, url: str = "/sign-in", **more: str
) -> TestResponse:
    """Fill in the sign-in page as a person would."""
    return submit(client, url, {"email": email, "password": password, **more})

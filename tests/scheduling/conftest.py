from __future__ import annotations

import pytest
from flask import Flask
from flask_migrate import stamp
from sqlalchemy.orm import sessionmaker

from cjm_feedback.extensions import db
from cjm_feedback.jobs.runner import Sessions


@pytest.fixture
def sessions(file_app: Flask) -> Sessions:
    with file_app.app_context():
        return sessionmaker(db.engine, expire_on_commit=False)


@pytest.fixture
def migrated_app(file_app: Flask) -> Flask:
    with file_app.app_context():
        stamp()
    return file_app

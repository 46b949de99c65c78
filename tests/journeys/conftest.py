from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cjm_feedback.accounts.models import User, Workspace
from cjm_feedback.journeys.models import Journey
from tests.factories import Factory, sign_in


@pytest.fixture
def workspace(make: Factory) -> Workspace:
    return make.workspace(name="Modrá sova")


@pytest.fixture
def admin(client: FlaskClient, make: Factory, workspace: Workspace) -> User:
    """An admin of the workspace, signed in."""
    user = make.user(workspace=workspace, role="admin")
    sign_in(client, user, workspace)
    return user


@pytest.fixture
def journey(make: Factory, workspace: Workspace, admin: User) -> Journey:
    """A journey of the workspace with the stages discovery, purchase and experience."""
    return make.journey(
        workspace=workspace, slug="shop", stages=("discovery", "purchase", "experience")
    )

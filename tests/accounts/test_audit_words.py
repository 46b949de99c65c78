"""The words of the audit log."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent
from cjm_feedback.accounts.words import act_in_words, detail_in_words
from tests.conftest import NOW
from tests.factories import Factory, sign_in
from tests.pages import open_page

ROOT = Path(__file__).resolve().parents[2]
HELPERS = {"_done", "record_change"}


def actions_given_to_helpers() -> set[str]:
    """Those that a view hands to a function of its own, which writes them down."""
    found = set()
    for path in (ROOT / "cjm_feedback").rglob("*views.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in HELPERS:
                given = [*node.args, *(one.value for one in node.keywords if one.arg == "action")]
                found |= {
                    one.value
                    for one in given
                    if isinstance(one, ast.Constant) and "_" in str(one.value)
                }
    return {str(one) for one in found}


def test_every_act_that_a_helper_writes_down_has_words(app: Flask) -> None:
    actions = actions_given_to_helpers()

    assert {"schedule_added", "schedule_run", "touchpoint_moved"} <= actions
    with app.test_request_context():
        assert not [one for one in actions if act_in_words(one) == one]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("enabled", True, "yes"),
        ("role", ["viewer", "admin"], "Viewer → Admin"),
        ("closes_at", [None, "2026-11-22"], "– → 2026-11-22"),
        ("cron", "0 2 * * sun", "0 2 * * sun"),
    ],
)
def test_a_detail_is_told_in_words(app: Flask, key: str, value: object, words: str) -> None:
    with app.test_request_context():
        g.language = "en"
        assert detail_in_words(key, value) == words


def test_the_page_names_what_was_noted(
    client: FlaskClient, session: Session, make: Factory
) -> None:
    workspace = make.workspace()
    sign_in(client, make.user(workspace=workspace, role="admin"))
    session.add(
        AuditEvent(
            workspace_id=workspace.id,
            at=NOW,
            action="schedule_changed",
            object_kind="schedule",
            object_id="1",
            details={"cron": "0 2 * * sun", "enabled": False},
        )
    )
    session.commit()

    told = open_page(client, "/audit").select_one("tbody td:last-child")

    assert told is not None
    assert " ".join(told.get_text().split()) == "Cron line: 0 2 * * sun; Switched on: no"

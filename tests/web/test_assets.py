from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from cjm_feedback.web import assets


def test_a_static_file_has_an_address_of_its_present_content(app: Flask) -> None:
    with app.test_request_context():
        address = url_for("static", filename="css/staff.css")

    assert address == f"/static/css/staff.css?v={_version(app, 'css/staff.css')}"


def test_a_file_that_is_missing_has_no_version(app: Flask) -> None:
    with app.test_request_context():
        assert url_for("static", filename="css/none.css") == "/static/css/none.css"
        assert url_for("static", filename="../app.py") == "/static/../app.py"


def test_browsers_keep_a_file_whose_address_names_its_content(
    app: Flask, client: FlaskClient
) -> None:
    version = _version(app, "css/tokens.css")

    reply = client.get(f"/static/css/tokens.css?v={version}", buffered=True)

    assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in reply.headers


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789ab"])
def test_browsers_ask_again_for_any_other_address(client: FlaskClient, query: str) -> None:
    reply = client.get(f"/static/css/tokens.css{query}", buffered=True)

    assert reply.headers["Cache-Control"] == "no-cache"
    assert reply.headers["ETag"]


def test_a_file_that_changes_gets_another_address(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "static_folder", str(tmp_path))
    file = tmp_path / "a.css"
    file.write_text("a{}", encoding="utf-8")
    first = _version(app, "a.css")

    file.write_text("b{}", encoding="utf-8")

    assert _version(app, "a.css") != first


def _version(app: Flask, filename: str) -> str | None:
    with app.app_context():
        return assets.version_of(filename)

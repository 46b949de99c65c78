"""Static files under addresses that change with their content, so that browsers keep them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, current_app, request
from werkzeug.security import safe_join

FOREVER = "public, max-age=31536000, immutable"
CHECK_EACH_TIME = "no-cache"

_versions: dict[Path, tuple[int, str]] = {}


def init_app(app: Flask) -> None:
    app.url_defaults(_add_version)
    app.after_request(_let_browsers_keep)


def version_of(filename: str) -> str | None:
    """A short hash of a static file's content; None where there is no such file."""
    joined = safe_join(str(current_app.static_folder), filename)
    if joined is None:
        return None
    path = Path(joined)
    try:
        changed = path.stat().st_mtime_ns
        known = _versions.get(path)
        if known is None or known[0] != changed:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            known = _versions[path] = (changed, digest)
    except OSError:
        return None
    return known[1]


def _add_version(endpoint: str, values: dict[str, object]) -> None:
    if endpoint == "static" and "v" not in values:
        version = version_of(str(values.get("filename", "")))
        if version is not None:
            values["v"] = version


def _let_browsers_keep(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 206, 304):
        asked = request.args.get("v")
        filename = str((request.view_args or {}).get("filename", ""))
        current = asked is not None and asked == version_of(filename)
        response.headers["Cache-Control"] = FOREVER if current else CHECK_EACH_TIME
    return response

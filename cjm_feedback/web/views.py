"""What every page offers: the choice of its language."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, session
from werkzeug.wrappers import Response as HttpResponse

from cjm_feedback.web.languages import LANGUAGES

bp = Blueprint("web", __name__)


@bp.post("/language")
def choose_language() -> HttpResponse:
    """Keep the language for this browser and go back to where the person was."""
    chosen = request.form.get("language")
    if chosen not in LANGUAGES:
        abort(400)
    session["language"] = chosen
    return redirect(local_path(request.form.get("next", "")), 303)


def local_path(address: str) -> str:
    """`address` where it is a path of this site, else the home page: nobody is sent away."""
    inside = address.startswith("/") and address.isprintable() and "\\" not in address
    if not inside or address.startswith("//"):
        return "/"
    return address

"""Whether a form was sent from our own page.

The answer form has no cookie, hence no session that another website could ride on. It still is
nobody else's to send: a foreign page must not be able to make its visitors answer.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request

OWN_SITES = ("same-origin", "none")
"""`none`: the person reloaded the page or came back to it."""


def from_own_page() -> bool:
    """Both headers agree as far as they were sent; old browsers and programs send neither."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in OWN_SITES:
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    if origin == "null":  # privacy settings hide it; the browser still vouches for the site
        return site == "same-origin"
    return origin in (_origin(request.host_url), _origin(current_app.config["CJM"].base_url))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"

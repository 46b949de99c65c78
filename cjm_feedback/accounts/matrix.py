"""The published list of routes and who may call them."""

from __future__ import annotations

from typing import TypedDict

from flask import Flask

from cjm_feedback.accounts.access import access_of

IMPLIED_METHODS = {"HEAD", "OPTIONS"}


class Row(TypedDict):
    path: str
    endpoint: str
    methods: list[str]
    access: str | None
    roles: list[str]


def access_matrix(app: Flask) -> list[Row]:
    """One row per route, those of libraries included; `access` is None where nothing is declared
    and the route therefore refuses everybody."""
    rows = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        access = access_of(app, rule.endpoint)
        rows.append(
            Row(
                path=rule.rule,
                endpoint=rule.endpoint,
                methods=sorted((rule.methods or set()) - IMPLIED_METHODS),
                access=access.name if access else None,
                roles=access.roles if access else [],
            )
        )
    return rows

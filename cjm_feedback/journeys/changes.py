"""Changing a row, and saying for the audit log what that changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cjm_feedback.db import JsonObject


def change_fields(row: object, **values: Any) -> JsonObject:
    """Set the attributes of `row`; what was different, by name.

    A text in several languages is told by the languages that changed, other things by what they
    were and are. Rows with a key, such as a channel, are told by it.
    """
    changes: JsonObject = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before == value:
            continue
        setattr(row, name, value)
        if isinstance(value, Mapping):
            changes[name] = ", ".join(_differing(before or {}, value))
        else:
            changes[name] = [_plain(before), _plain(value)]
    return changes


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return sorted(code for code in {*before, *after} if before.get(code) != after.get(code))


def _plain(value: Any) -> str | int:
    if value is None:
        return ""
    value = getattr(value, "key", value)
    return value if isinstance(value, int) else str(value)

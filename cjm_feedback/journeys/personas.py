"""Whose answer it was, as the rules of a journey tell. Knows no database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FIELDS = ("channel", "language")
ANSWER = "answer:"
_ANSWER_FIELD = re.compile(r"answer:[a-z][a-z0-9_]{0,59}")


class InvalidConditionError(ValueError):
    """A condition cannot be understood."""


@dataclass(frozen=True)
class Condition:
    """`field` is `channel`, `language` or `answer:<question key>`."""

    field: str
    op: str
    value: object

    def holds(self, facts: Mapping[str, object]) -> bool:
        """A question that was not answered makes every condition about it false."""
        fact = facts.get(self.field)
        return fact is not None and OPERATORS[self.op](fact, self.value)


@dataclass(frozen=True)
class Rule:
    """All conditions hold: then it was this persona. A rule without conditions fits everybody."""

    persona_id: int
    conditions: tuple[Condition, ...]


def _is(fact: object, value: object) -> bool:
    return type(fact) is type(value) and fact == value


def _in(fact: object, value: object) -> bool:
    return isinstance(value, list) and any(_is(fact, one) for one in value)


def _at_least(fact: object, value: object) -> bool:
    return isinstance(fact, int) and isinstance(value, int) and fact >= value


def _at_most(fact: object, value: object) -> bool:
    return isinstance(fact, int) and isinstance(value, int) and fact <= value


OPERATORS: Mapping[str, Callable[[object, object], bool]] = {
    "is": _is,
    "in": _in,
    "at_least": _at_least,
    "at_most": _at_most,
}


def persona_for(
    rules: Iterable[Rule], *, channel: str, language: str, answers: Mapping[str, object]
) -> int | None:
    """The persona of the first rule that fits, None where no rule does.

    `answers` holds numbers, keys of choices and texts by question key.
    """
    facts: dict[str, object] = {"channel": channel, "language": language}
    facts.update((ANSWER + key, value) for key, value in answers.items())
    for rule in rules:
        if all(condition.holds(facts) for condition in rule.conditions):
            return rule.persona_id
    return None


def read_conditions(stored: Mapping[str, Any]) -> tuple[Condition, ...]:
    """The conditions of `{"all": [{"field": …, "op": …, "value": …}, …]}`, each one checked."""
    rows = stored.get("all")
    if set(stored) != {"all"} or not isinstance(rows, list):
        raise InvalidConditionError("expected one list, called all")
    return tuple(_read_condition(row) for row in rows)


def write_conditions(conditions: Sequence[Condition]) -> dict[str, Any]:
    return {
        "all": [{"field": one.field, "op": one.op, "value": one.value} for one in conditions],
    }


def _read_condition(row: object) -> Condition:
    if not isinstance(row, dict) or set(row) != {"field", "op", "value"}:
        raise InvalidConditionError(f"expected field, op and value, not {row!r}")
    field, op, value = row["field"], row["op"], row["value"]
    if not isinstance(field, str) or not (field in FIELDS or _ANSWER_FIELD.fullmatch(field)):
        raise InvalidConditionError(f"unknown field {field!r}")
    if not isinstance(op, str) or op not in OPERATORS:
        raise InvalidConditionError(f"unknown operator {op!r}")
    if not _fits(op, value):
        raise InvalidConditionError(f"{op} cannot compare with {value!r}")
    return Condition(field, op, value)


def _fits(op: str, value: object) -> bool:
    if op == "in":
        return isinstance(value, list) and bool(value) and all(_fits("is", one) for one in value)
    if op == "is":
        return type(value) in (int, str)
    return type(value) is int

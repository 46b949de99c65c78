"""Who an answer of the example belongs to, by the rules as they are written down."""

from __future__ import annotations

from collections.abc import Mapping

from cjm_feedback.content.journeys import SHOP
from cjm_feedback.content.personas import Predicate


def persona_of(channel: str, answers: Mapping[str, int | str]) -> str | None:
    for rule in SHOP.persona_rules:
        if all(_holds(predicate, channel, answers) for predicate in rule.predicates):
            return rule.persona
    return None


def _holds(predicate: Predicate, channel: str, answers: Mapping[str, int | str]) -> bool:
    field = predicate["field"]
    actual = channel if field == "channel" else answers.get(field.removeprefix("answer:"))
    if predicate["op"] == "in":
        assert isinstance(predicate["value"], list)
        return actual in predicate["value"]
    assert predicate["op"] == "is"
    return actual == predicate["value"]

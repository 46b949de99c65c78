"""Persona rules as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cjm_feedback.journeys.facts import Fact, facts_of
from cjm_feedback.journeys.models import Journey, Persona, PersonaRule
from cjm_feedback.journeys.persona_editing import rules_of
from cjm_feedback.journeys.personas import Condition, InvalidConditionError, read_conditions
from cjm_feedback.web.languages import choose_language, text_in


@dataclass(frozen=True)
class ConditionRow:
    """A condition in words. What is no longer asked can be removed, but not changed."""

    words: str
    is_asked: bool


@dataclass(frozen=True)
class RuleRow:
    """A rule in words. `conditions` are empty where it cannot be understood."""

    rule: PersonaRule
    persona: Persona
    sentence: str
    conditions: tuple[ConditionRow, ...]


def rule_rows(session: Session, journey: Journey) -> list[RuleRow]:
    """The rules of a journey in their order."""
    facts = facts_of(session, journey)
    return [rule_row(rule, facts) for rule in rules_of(session, journey)]


def rule_row(rule: PersonaRule, facts: Mapping[str, Fact]) -> RuleRow:
    conditions = conditions_of(rule)
    if conditions is None:
        sentence = _("This rule cannot be understood, so it fits no answer.")
        return RuleRow(rule, rule.persona, str(sentence), ())
    name = text_in(rule.persona.name, choose_language()) or rule.persona.key
    rows = tuple(
        ConditionRow(condition_words(one, facts), one.field in facts) for one in conditions
    )
    return RuleRow(rule, rule.persona, _sentence(name, [row.words for row in rows]), rows)


def conditions_of(rule: PersonaRule) -> tuple[Condition, ...] | None:
    """The conditions of a stored rule; None where it cannot be understood and fits nobody."""
    try:
        return read_conditions(rule.conditions)
    except InvalidConditionError:
        return None


def condition_words(condition: Condition, facts: Mapping[str, Fact]) -> str:
    """The part of the sentence about one condition, as it stands after “when”."""
    fact = facts.get(condition.field) or Fact(condition.field, {})
    values = condition.value if isinstance(condition.value, list) else [condition.value]
    value = format_list([fact.label_of(one) for one in values], style="or", locale=get_locale())
    if fact.field == "channel":
        words = _("the channel is %(value)s", value=value)
    elif fact.field == "language":
        words = _("the language is %(value)s", value=value)
    elif condition.op == "at_least":
        words = _("the answer to “%(question)s” is %(value)s or more", **_asked(fact, value))
    elif condition.op == "at_most":
        words = _("the answer to “%(question)s” is %(value)s or less", **_asked(fact, value))
    else:
        words = _("the answer to “%(question)s” is %(value)s", **_asked(fact, value))
    return str(words)


def _sentence(persona: str, conditions: Sequence[str]) -> str:
    """Whose answer it is, and when."""
    if not conditions:
        return str(_("%(persona)s, whatever the answer", persona=persona))
    words = format_list(list(conditions), locale=get_locale())
    return str(_("%(persona)s, when %(conditions)s", persona=persona, conditions=words))


def _asked(fact: Fact, value: str) -> dict[str, str]:
    return {"question": fact.question, "value": value}

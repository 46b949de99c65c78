from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.journeys.personas import (
    Condition,
    InvalidConditionError,
    Rule,
    persona_for,
    read_conditions,
    write_conditions,
)

IN_THE_APP = Rule(1, (Condition("channel", "is", "app"),))
SLAVIC = Rule(2, (Condition("language", "in", ["cs", "pl"]),))
PLEASED = Rule(3, (Condition("answer:csat", "at_least", 4), Condition("answer:csat", "at_most", 5)))
EVERYBODY = Rule(9, ())


def whose(
    *rules: Rule, channel: str = "web", language: str = "en", answers: Mapping[str, object] = {}
) -> int | None:
    return persona_for(rules, channel=channel, language=language, answers=answers)


def test_the_first_rule_that_fits_wins() -> None:
    assert whose(IN_THE_APP, SLAVIC, EVERYBODY, channel="app", language="cs") == 1
    assert whose(SLAVIC, IN_THE_APP, EVERYBODY, channel="app", language="cs") == 2
    assert whose(IN_THE_APP, SLAVIC, EVERYBODY) == 9


def test_without_a_rule_that_fits_it_was_nobody_in_particular() -> None:
    assert whose() is None
    assert whose(IN_THE_APP, SLAVIC) is None


@pytest.mark.parametrize(("csat", "persona"), [(3, None), (4, 3), (5, 3), (6, None)])
def test_bounds_include_their_ends(csat: int, persona: int | None) -> None:
    assert whose(PLEASED, answers={"csat": csat}) == persona


def test_all_conditions_of_a_rule_must_hold() -> None:
    rule = Rule(4, (*IN_THE_APP.conditions, *SLAVIC.conditions))

    assert whose(rule, channel="app", language="pl") == 4
    assert whose(rule, channel="app") is None
    assert whose(rule, language="pl") is None


@pytest.mark.parametrize("op", ["is", "in", "at_least", "at_most"])
def test_a_question_that_was_not_answered_fits_no_condition(op: str) -> None:
    rule = Rule(5, (Condition("answer:nps", op, [0] if op == "in" else 0),))

    assert whose(rule) is None


def test_a_text_is_no_number_and_an_answer_is_not_a_field() -> None:
    assert whose(Rule(6, (Condition("answer:csat", "is", "5"),)), answers={"csat": 5}) is None
    assert whose(Rule(6, (Condition("answer:x", "at_least", 1),)), answers={"x": "2"}) is None
    assert whose(IN_THE_APP, answers={"channel": "app"}) is None


BAD: dict[str, dict[str, object]] = {
    "no list": {},
    "another list": {"any": []},
    "more than the list": {"all": [], "any": []},
    "not a list": {"all": "x"},
    "not a condition": {"all": [1]},
    "half a condition": {"all": [{"field": "channel", "op": "is"}]},
    "unknown field": {"all": [{"field": "age", "op": "is", "value": 1}]},
    "unkeyed answer": {"all": [{"field": "answer:", "op": "is", "value": 1}]},
    "unknown operator": {"all": [{"field": "channel", "op": "like", "value": "a"}]},
    "list as operator": {"all": [{"field": "channel", "op": [], "value": "a"}]},
    "empty choice": {"all": [{"field": "channel", "op": "in", "value": []}]},
    "nested choice": {"all": [{"field": "channel", "op": "in", "value": [["a"]]}]},
    "text as bound": {"all": [{"field": "answer:nps", "op": "at_least", "value": "9"}]},
    "truth as bound": {"all": [{"field": "answer:nps", "op": "at_least", "value": True}]},
}


@pytest.mark.parametrize("stored", BAD.values(), ids=BAD)
def test_conditions_that_cannot_be_understood_are_refused(stored: dict[str, object]) -> None:
    with pytest.raises(InvalidConditionError):
        read_conditions(stored)


def test_conditions_come_back_as_they_were_written() -> None:
    conditions = (*IN_THE_APP.conditions, *SLAVIC.conditions, *PLEASED.conditions)

    assert read_conditions(write_conditions(conditions)) == conditions


PLAIN = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers())


@given(
    op=st.sampled_from(["is", "in", "at_least", "at_most"]),
    value=PLAIN,
    answers=st.dictionaries(st.sampled_from(["csat", "nps"]), PLAIN),
)
def test_no_rule_and_no_answer_raise(op: str, value: object, answers: dict[str, object]) -> None:
    rule = Rule(7, (Condition("answer:csat", op, value),))

    assert whose(rule, answers=answers) in (7, None)

from __future__ import annotations

from cjm_feedback.content.channels import CHANNELS
from cjm_feedback.content.journeys import SHOP
from tests.content.matching import persona_of


def test_r01_three_personas_have_a_plausible_age() -> None:
    assert len(SHOP.personas) == 3
    for persona in SHOP.personas:
        assert 15 <= persona.age_from < persona.age_to <= 90


def test_rules_name_known_personas_channels_and_questions() -> None:
    personas = {persona.key for persona in SHOP.personas}
    channels = {channel.key for channel in CHANNELS}
    questions = {one.key for survey in SHOP.surveys for one in survey.questions}

    assert {rule.persona for rule in SHOP.persona_rules} == personas
    for rule in SHOP.persona_rules:
        assert rule.predicates
        for predicate in rule.predicates:
            value = predicate["value"]
            if predicate["field"] == "channel":
                assert set(value if isinstance(value, list) else [value]) <= channels
            else:
                assert predicate["field"].removeprefix("answer:") in questions


def test_the_first_rule_that_holds_names_the_persona() -> None:
    assert persona_of("app", {}) == "student"
    assert persona_of("phone", {}) == "collector"
    assert persona_of("email", {}) == "family"
    assert persona_of("qr", {"heard_from": "shop-window"}) == "collector"


def test_somebody_about_whom_nothing_is_known_stays_unassigned() -> None:
    assert persona_of("qr", {"csat": 5}) is None

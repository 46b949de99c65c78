from __future__ import annotations

import pytest

from cjm_feedback.content.surveys import (
    CONSIDERATION,
    DISCOVERY,
    EXPERIENCE,
    LOYALTY,
    PURCHASE,
    STAGE_SURVEYS,
    VISIT,
)
from cjm_feedback.content.templates import SurveyTemplate

ALL_SURVEYS = (*STAGE_SURVEYS, VISIT)


def questions_of(survey: SurveyTemplate) -> list[tuple[str, str, bool]]:
    return [(one.key, one.type, one.required) for one in survey.questions]


def test_r20_the_five_stage_surveys_ask_different_things() -> None:
    assert questions_of(DISCOVERY) == [
        ("heard_from", "single_choice", True),
        ("emotion", "emotion", False),
        ("comment", "long_text", False),
    ]
    assert questions_of(CONSIDERATION) == [
        ("barrier", "single_choice", True),
        ("thoughts", "long_text", False),
    ]
    assert questions_of(PURCHASE) == [
        ("csat", "csat", True),
        ("emotion", "emotion", False),
        ("comment", "long_text", False),
    ]
    assert questions_of(EXPERIENCE) == [
        ("csat", "csat", True),
        ("emotion", "emotion", False),
        ("comment", "long_text", False),
        ("ces", "ces", False),
    ]
    assert questions_of(LOYALTY) == [("nps", "nps", True), ("comment", "long_text", False)]


def test_a_restaurant_visit_needs_one_rating_and_offers_the_rest() -> None:
    assert questions_of(VISIT) == [
        ("csat", "csat", True),
        ("emotion", "emotion", False),
        ("nps", "nps", False),
        ("comment", "long_text", False),
    ]


def test_every_stage_has_its_survey() -> None:
    assert [survey.stage for survey in STAGE_SURVEYS] == [
        "discovery",
        "consideration",
        "purchase",
        "experience",
        "loyalty",
    ]


def test_the_ten_feelings_are_offered_from_delight_to_anger() -> None:
    assert [choice.key for choice in PURCHASE.question("emotion").choices] == [
        "delight",
        "joy",
        "trust",
        "relief",
        "neutral",
        "surprise",
        "confusion",
        "worry",
        "disappointment",
        "anger",
    ]


def test_scales_label_their_points() -> None:
    assert [choice.key for choice in PURCHASE.question("csat").choices] == list("12345")
    assert [choice.key for choice in LOYALTY.question("nps").choices] == ["0", "10"]
    assert [choice.key for choice in EXPERIENCE.question("ces").choices] == ["1", "7"]


@pytest.mark.parametrize("language", ["cs", "pl", "ru", "en"])
def test_no_two_options_of_a_question_read_the_same(language: str) -> None:
    for survey in ALL_SURVEYS:
        for question in survey.questions:
            labels = [choice.text[language] for choice in question.choices]
            assert len(set(labels)) == len(labels), (survey.key, question.key)


def test_r14_nothing_is_an_honest_answer_to_what_nearly_stopped_you() -> None:
    assert CONSIDERATION.question("barrier").choices[0].key == "nothing"


def test_r09_people_can_say_how_they_heard_of_us() -> None:
    keys = [choice.key for choice in DISCOVERY.question("heard_from").choices]

    assert {"friend", "search", "social", "ad", "shop-window"} < set(keys)
    assert keys[-1] == "other"


@pytest.mark.parametrize(
    ("survey", "key", "good", "bad"),
    [
        (PURCHASE, "csat", [1, 5], [0, 6, "5", True, None, 2.0]),
        (LOYALTY, "nps", [0, 10], [-1, 11, "10", False]),
        (EXPERIENCE, "ces", [1, 7], [0, 8]),
        (PURCHASE, "emotion", ["joy", "anger"], ["Joy", "", 1, None]),
        (DISCOVERY, "heard_from", ["friend"], ["neighbour", None]),
        (LOYALTY, "comment", ["ok"], ["", "  ", 5]),
    ],
)
def test_a_question_knows_what_answers_it(
    survey: SurveyTemplate, key: str, good: list[object], bad: list[object]
) -> None:
    question = survey.question(key)

    assert [value for value in good if not question.accepts(value)] == []
    assert [value for value in bad if question.accepts(value)] == []

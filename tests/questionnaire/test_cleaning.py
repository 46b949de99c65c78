from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_feedback.journeymap.measures import PICKS, SCALES
from cjm_feedback.questionnaire.answers import AnswerValue, InvalidAnswerError
from cjm_feedback.questionnaire.cleaning import KEY_SHOWN, UNKNOWN_SHOWN, clean_answers
from cjm_feedback.questionnaire.texts import clean_text, printable
from cjm_feedback.questionnaire.types import EMOTIONS, REGISTRY, TEXT_LIMIT, Scale

OPTIONS = ("friend", "shop-window")


@dataclass(frozen=True)
class Asked:
    key: str
    type: str
    required: bool = False
    option_keys: tuple[str, ...] = ()


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.binary()
    | st.text(alphabet=st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@pytest.mark.parametrize("kind", REGISTRY)
@settings(max_examples=40)
@given(value=ANYTHING)
def test_no_value_raises_anything_but_a_refusal(kind: str, value: object) -> None:
    try:
        answer = REGISTRY[kind].clean(value, OPTIONS)
    except InvalidAnswerError:
        return
    if answer.text is None:
        assert answer.plain in REGISTRY[kind].choices(OPTIONS)
    else:
        answer.text.encode()
        assert "\0" not in answer.text


@given(raw=st.dictionaries(st.text(alphabet=st.characters(codec=None)), ANYTHING))
def test_no_form_raises_and_every_key_is_answered_refused_or_empty(raw: dict[str, object]) -> None:
    questions = [Asked(kind, kind, option_keys=OPTIONS) for kind in REGISTRY]

    cleaned = clean_answers(questions, raw)

    assert set(cleaned.values) <= set(REGISTRY)
    assert not set(cleaned.values) & set(cleaned.errors)
    assert bool(set(raw) - set(REGISTRY)) == any(
        error.code == "not_asked" for error in cleaned.errors.values()
    )


@pytest.mark.parametrize("kind", [kind for kind in REGISTRY.values() if isinstance(kind, Scale)])
def test_a_scale_takes_each_of_its_numbers_as_number_and_as_digits(kind: Scale) -> None:
    for number in range(kind.low, kind.high + 1):
        assert kind.clean(number) == kind.clean(f" {number} ") == AnswerValue(number=number)


BAD_RATINGS: dict[str, object] = {
    "below": 0,
    "above": 6,
    "negative": -1,
    "beyond 64 bits": 2**63,
    "400 digits": 10**400,
    "10,000 digits": "10" * 5_000,
    "arabic digit": "٣",
    "emoji digit": "3️⃣",
    "fraction": "3.0",
    "float": 3.0,
    "true": True,
    "hexadecimal": "0x3",
    "underscore": "1_0",
    "nested": {"a": [1]},
}


@pytest.mark.parametrize("value", BAD_RATINGS.values(), ids=BAD_RATINGS)
def test_s52_a_rating_that_is_no_whole_number_of_the_scale_is_refused(value: object) -> None:
    with pytest.raises(InvalidAnswerError) as refusal:
        REGISTRY["csat"].clean(value)

    assert (refusal.value.code, refusal.value.params) == ("number_between", {"low": 1, "high": 5})


def test_the_choices_are_those_of_the_contract() -> None:
    assert REGISTRY["csat"].choices(()) == (1, 2, 3, 4, 5)
    assert REGISTRY["nps"].choices(()) == tuple(range(11))
    assert REGISTRY["ces"].choices(()) == tuple(range(1, 8))
    assert REGISTRY["emotion"].choices(()) == EMOTIONS
    assert REGISTRY["single_choice"].choices(OPTIONS) == OPTIONS
    assert REGISTRY["long_text"].choices(()) == ()


def test_the_map_counts_the_same_emotions_and_scales() -> None:
    assert [pick.key for pick in PICKS] == list(EMOTIONS)
    for kind in REGISTRY.values():
        if isinstance(kind, Scale):
            assert SCALES[str(kind.series)].levels == kind.choices(())


def test_an_option_that_is_not_offered_is_refused() -> None:
    with pytest.raises(InvalidAnswerError, match="not_offered"):
        REGISTRY["single_choice"].clean("enemy", OPTIONS)


def test_r22_nul_and_lone_surrogates_become_the_replacement_character() -> None:
    assert clean_text(" a\0b\ud800c\x1b[2J ") == "a�b�c�[2J"


def test_r22_line_ends_become_one_kind_and_every_other_sign_stays() -> None:
    text = "Ěščř\r\nżółw\rещё\u2028👩‍👩‍👧 \u202etxet é é\ttab"

    assert clean_text(text) == "Ěščř\nżółw\nещё\n👩‍👩‍👧 \u202etxet é é\ttab"


@given(st.text(alphabet=st.characters(codec=None)))
def test_cleaning_a_text_twice_changes_nothing_more(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert len(printable(text)) <= len(text)


def test_a_text_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert REGISTRY["long_text"].clean("ř" * TEXT_LIMIT).text == "ř" * TEXT_LIMIT
    with pytest.raises(InvalidAnswerError) as refusal:
        REGISTRY["long_text"].clean("ř" * 1_000_000)
    assert refusal.value.params == {"limit": TEXT_LIMIT, "length": 1_000_000}


@pytest.mark.parametrize("blank", [None, "", "  \r\n\t "])
def test_blank_is_not_answered_and_refused_only_where_an_answer_is_required(
    blank: str | None,
) -> None:
    raw = {"csat": blank, "comment": blank}

    optional = clean_answers([Asked("csat", "csat"), Asked("comment", "long_text")], raw)
    required = clean_answers(
        [Asked("csat", "csat", True), Asked("comment", "long_text", True)], raw
    )

    assert (optional.values, optional.errors) == ({}, {})
    assert {key: error.code for key, error in required.errors.items()} == {
        "csat": "choose_one",
        "comment": "write_something",
    }


def test_keys_that_nobody_asked_about_are_refused_and_only_some_are_named() -> None:
    raw: dict[str, object] = {f"bomb{number}" + "x" * 5_000: 1 for number in range(10_000)}

    cleaned = clean_answers([Asked("csat", "csat")], {**raw, "csat": 3})

    assert cleaned.values == {"csat": AnswerValue(number=3)}
    assert len(cleaned.errors) == UNKNOWN_SHOWN
    assert {len(key) for key in cleaned.errors} == {KEY_SHOWN}


def test_an_answer_holds_exactly_one_value() -> None:
    with pytest.raises(ValueError, match="one value"):
        AnswerValue(number=1, text="one")
    with pytest.raises(ValueError, match="one value"):
        AnswerValue()

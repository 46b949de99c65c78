from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.journeys.keys import LONGEST, new_key, slug_of

KEY = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Příliš žluťoučký kůň", "prilis-zlutoucky-kun"),
        ("Zażółć gęślą jaźń, łódź", "zazolc-gesla-jazn-lodz"),
        ("Опыт использования", "opyt-ispolzovaniya"),
        ("Ёжик и щука; объезд", "yozhik-i-shchuka-obezd"),
        ("Größe (XL)", "grosse-xl"),
        ("Payment  v2!", "payment-v2"),
        ("北京", ""),
        ("!!!", ""),
    ],
)
def test_a_slug_is_how_people_would_write_the_name_in_latin_letters(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_decomposed_letter_makes_the_same_slug_as_a_composed_one() -> None:
    assert slug_of("и\u0306од") == slug_of("йод") == "yod"


def test_the_english_name_makes_the_key_where_there_is_one() -> None:
    name = {"cs": "Platba", "ru": "Оплата", "en": "Payment"}

    assert new_key(name, set(), otherwise="touchpoint") == "payment"
    assert new_key({"ru": "Оплата"}, set(), otherwise="touchpoint") == "oplata"


def test_a_name_without_letters_gets_the_name_of_what_it_is() -> None:
    assert new_key({"cs": "★"}, set(), otherwise="stage") == "stage"
    assert new_key({}, {"stage", "stage-2"}, otherwise="stage") == "stage-3"


@given(
    name=st.dictionaries(st.sampled_from(["cs", "pl", "ru", "en"]), st.text(max_size=90)),
    taken=st.sets(st.sampled_from(["a", "a-2", "a-3", "part", "part-2", "a" * LONGEST])),
)
def test_a_key_is_always_free_short_and_plain(name: dict[str, str], taken: set[str]) -> None:
    key = new_key(name, taken, otherwise="part")

    assert key not in taken
    assert len(key) <= LONGEST
    assert KEY.fullmatch(key)

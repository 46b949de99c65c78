from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.responses.hyphens import SOFT_HYPHEN, soft_hyphenated
from tests.factories import LANGUAGES


@pytest.mark.parametrize(
    ("language", "text", "marked"),
    [
        ("cs", "Velmi nespokojeni", "Velmi ne|spo|ko|je|ni"),
        ("pl", "Rozczarowanie", "Roz|cza|ro|wa|nie"),
        ("ru", "Очень довольны", "Очень до|воль|ны"),
        ("en", "Very dissatisfied", "Very dis|sat|is|fied"),
        ("en", "Joy", "Joy"),
    ],
)
def test_long_words_may_be_broken_where_the_language_breaks_them(
    language: str, text: str, marked: str
) -> None:
    assert soft_hyphenated(text, language) == marked.replace("|", SOFT_HYPHEN)


@given(st.text().filter(lambda text: SOFT_HYPHEN not in text), st.sampled_from(LANGUAGES))
def test_nothing_but_marks_is_added(text: str, language: str) -> None:
    assert soft_hyphenated(text, language).replace(SOFT_HYPHEN, "") == text

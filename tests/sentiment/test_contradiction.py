from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.sentiment.contradiction import rating_contradicts, words_contradict


@pytest.mark.parametrize(
    ("scale", "rating", "polarity", "contradicts"),
    [
        ("csat", 4, -0.3, True),
        ("csat", 5, -0.29, False),
        ("csat", 3, -1.0, False),
        ("csat", 2, 0.3, True),
        ("csat", 1, 0.29, False),
        ("csat", 5, 1.0, False),
        ("nps", 9, -0.3, True),
        ("nps", 8, -1.0, False),
        ("nps", 7, 1.0, False),
        ("nps", 6, 0.3, True),
        ("nps", 0, -0.9, False),
        ("ces", 1, 1.0, False),
    ],
)
def test_a_rating_contradicts_words_of_the_other_side(
    scale: str, rating: int, polarity: float, contradicts: bool
) -> None:
    assert rating_contradicts(scale, rating, polarity) is contradicts


def test_one_rating_of_several_is_enough() -> None:
    assert words_contradict([("csat", 1), ("nps", 10)], -0.8)
    assert not words_contradict([("csat", 1), ("nps", 0)], -0.8)
    assert not words_contradict([], -0.8)


@given(
    st.sampled_from(["csat", "nps"]), st.integers(0, 10), st.floats(-0.29, 0.29, allow_nan=False)
)
def test_words_that_take_no_side_contradict_nothing(
    scale: str, rating: int, polarity: float
) -> None:
    assert not rating_contradicts(scale, rating, polarity)

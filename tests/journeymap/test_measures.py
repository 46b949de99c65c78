import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.journeymap.measures import (
    BIN_COUNT,
    PICKS,
    SCALE,
    ZERO,
    Measures,
    choice_series,
    measure,
    merge,
    split_choice,
    written_bin,
)

answers = st.one_of(
    st.tuples(st.just("csat"), st.integers(1, 5)),
    st.tuples(st.just("nps"), st.integers(0, 10)),
    st.tuples(st.just("ces"), st.integers(1, 7)),
    st.tuples(st.just("said"), st.sampled_from([pick.key for pick in PICKS])),
    st.tuples(st.just("written"), st.floats(-1, 1)),
    st.tuples(st.just("responses"), st.none()),
    st.tuples(st.just("choice:heard_from:friend"), st.none()),
)
one_answer = answers.map(lambda answer: measure(answer[0], answer[1]))
cells = st.lists(one_answer, max_size=30)


@given(cells, cells)
def test_merging_is_the_same_as_measuring_everything_at_once(
    first: list[Measures], second: list[Measures]
) -> None:
    assert merge(first) + merge(second) == merge(first + second)


@given(cells, st.randoms())
def test_the_order_of_answers_leaves_no_trace(answered: list[Measures], random: Random) -> None:
    shuffled = list(answered)
    random.shuffle(shuffled)
    assert merge(shuffled) == merge(answered)


@given(cells, cells)
def test_taking_answers_away_again_leaves_exactly_what_was_there(
    kept: list[Measures], erased: list[Measures]
) -> None:
    assert merge(kept + erased) - merge(erased) == merge(kept)
    assert merge(erased) - merge(erased) == ZERO
    assert not merge(erased) - merge(erased)


@given(answers)
def test_an_answer_counts_once_and_has_one_bin_unless_it_is_only_counted(
    answer: tuple[str, float | str | None],
) -> None:
    series, value = answer
    cell = measure(series, value)
    binned = series in ("csat", "nps", "ces", "said", "written")
    assert cell.n == 1
    assert sum(cell.bins) == (1 if binned else 0)
    assert cell.total_sq == cell.total**2


def test_a_rating_is_kept_in_fixed_point() -> None:
    cell = measure("csat", 4) + measure("csat", 5)
    assert (cell.n, cell.total, cell.total_sq) == (2, 9 * SCALE, (16 + 25) * SCALE**2)
    assert cell.bins == (0, 0, 0, 1, 1, *[0] * (BIN_COUNT - 5))


def test_the_ten_picks_are_in_the_order_of_the_contract() -> None:
    assert [(pick.key, pick.valence) for pick in PICKS] == [
        ("delight", 1.0),
        ("joy", 0.75),
        ("trust", 0.5),
        ("relief", 0.5),
        ("neutral", 0.0),
        ("surprise", 0.0),
        ("confusion", -0.4),
        ("worry", -0.5),
        ("disappointment", -0.75),
        ("anger", -1.0),
    ]
    assert measure("said", "relief").bins.index(1) == 3
    assert measure("said", "confusion").total == -4000


@pytest.mark.parametrize(
    ("polarity", "level"),
    [
        (-1, 0),
        (-0.61, 0),
        (-0.6, 1),
        (-0.2001, 1),
        (-0.2, 2),
        (0, 2),
        (0.2, 2),
        (0.2001, 3),
        (0.6, 3),
        (0.61, 4),
        (1, 4),
    ],
)
def test_polarity_falls_into_five_equal_levels(polarity: float, level: int) -> None:
    assert written_bin(polarity) == level
    assert measure("written", polarity).bins[level] == 1


@given(st.floats(-1, 1))
def test_opposite_texts_land_in_opposite_levels(polarity: float) -> None:
    assert written_bin(-polarity) == 4 - written_bin(polarity)


@pytest.mark.parametrize(
    ("series", "value"),
    [
        ("csat", 0),
        ("csat", 6),
        ("csat", 2.5),
        ("csat", None),
        ("csat", "4"),
        ("csat", True),
        ("nps", -1),
        ("nps", 11),
        ("ces", 8),
        ("said", "bliss"),
        ("said", 0.5),
        ("said", None),
        ("written", 1.01),
        ("written", math.nan),
        ("written", math.inf),
        ("responses", 1),
        ("choice:heard_from:friend", 1),
        ("choice:heard_from", None),
        ("mood", 1),
    ],
)
def test_a_value_outside_its_scale_is_never_counted(series: str, value: float | str | None) -> None:
    with pytest.raises(ValueError, match=r"."):
        measure(series, value)


def test_a_choice_series_names_question_and_option() -> None:
    assert split_choice(choice_series("heard_from", "a:b")) == ("heard_from", "a:b")
    assert split_choice("csat") is None
    assert split_choice("choice::x") is None


def test_a_cell_has_eleven_bins() -> None:
    with pytest.raises(ValueError, match="11 bins"):
        Measures(1, 1, 1, (1,))

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.journeymap.compare import (
    Difference,
    Stratum,
    adjusted_p,
    difference,
    judge,
    newcombe,
    responses_needed,
)
from cjm_feedback.journeymap.measures import Measures
from tests.journeymap.makers import counted, promoters, ratings


def change(metric: str, now: Measures, before: Measures) -> Difference:
    return difference(metric, [Stratum(1, now, before)])


def test_a_difference_of_shares_has_newcombes_interval() -> None:
    assert newcombe((56, 70), (48, 80)) == pytest.approx((0.2, 0.0524, 0.3339), abs=0.00005)
    found = change("csat", ratings(56, 70), ratings(48, 80))
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=0.00005)


def test_a_difference_of_shares_is_tested_with_the_n_minus_one_test() -> None:
    # z = 0.2 / sqrt(p(1-p)(1/70 + 1/80)) * sqrt(149/150), p = 104/150, two-sided
    assert change("csat", ratings(56, 70), ratings(48, 80)).p == pytest.approx(0.00819, abs=0.0001)


def test_a_difference_of_nps_adds_the_adjusted_errors() -> None:
    found = change("nps", promoters(50, 30, 20), promoters(40, 30, 30))
    centre = 100 * (30 / 103 - 10 / 103)
    now = (50.75 + 20.75) / 103 - (30 / 103) ** 2
    before = (40.75 + 30.75) / 103 - (10 / 103) ** 2
    spread = 100 * 1.96 * ((now + before) / 103) ** 0.5
    assert (found.value, found.low, found.high) == pytest.approx(
        (centre, centre - spread, centre + spread)
    )


@pytest.mark.parametrize(("p2", "n"), [(0.65, 326), (0.60, 150), (0.55, 86)])
def test_the_responses_needed_are_those_of_the_formula(p2: float, n: int) -> None:
    p1 = 0.75
    assert responses_needed(p1 * (1 - p1) + p2 * (1 - p2), p1 - p2) == n


def test_an_nps_of_ten_points_needs_about_nine_hundred_responses() -> None:
    found = change("nps", promoters(60, 20, 20), promoters(60, 20, 20))
    assert 860 <= found.n_needed <= 1100


def test_benjamini_and_hochberg_find_the_same_as_by_hand() -> None:
    assert adjusted_p([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert adjusted_p([]) == []


@given(st.lists(st.floats(0, 1), max_size=40))
def test_adjusting_keeps_the_order_and_never_makes_more_sure(p_values: list[float]) -> None:
    adjusted = adjusted_p(p_values)
    assert all(q >= p - 1e-12 for p, q in zip(p_values, adjusted, strict=True))
    assert all(0 <= q <= 1 for q in adjusted)
    by_p = [q for _, q in sorted(zip(p_values, adjusted, strict=True))]
    assert by_p == sorted(by_p)


def test_the_four_verdicts() -> None:
    family = [
        change("csat", ratings(180, 200), ratings(100, 200)),
        change("nps", promoters(20, 40, 140), promoters(140, 40, 20)),
        change("csat", ratings(3600, 6000), ratings(3600, 6000)),
        change("csat", ratings(12, 20), ratings(11, 20)),
    ]
    verdicts = judge(family, "2026-09")
    assert [v.judgement for v in verdicts] == ["better", "worse", "no_change", "cannot_tell"]
    assert {v.against for v in verdicts} == {"2026-09"}
    unsure = verdicts[3]
    assert unsure.n_needed is not None
    assert unsure.n_needed > 1000
    assert unsure.detectable is not None
    assert unsure.detectable > 0.3


def test_a_lone_finding_drowns_among_many_cells_that_did_not_change() -> None:
    found = change("csat", ratings(70, 100), ratings(56, 100))
    still = change("csat", ratings(60, 100), ratings(60, 100))
    assert found.p < 0.05
    assert judge([found], "x")[0].judgement == "better"
    assert judge([found, *[still] * 60], "x")[0].judgement == "cannot_tell"


def test_happy_and_unanimous_in_both_periods_is_no_finding() -> None:
    found = change("csat", ratings(40, 40), ratings(50, 50))
    assert found.p == 1
    assert found.low < 0 < found.high


counts = st.lists(st.integers(0, 40), min_size=5, max_size=5).filter(any)


@given(st.sampled_from(["csat", "written"]), counts, counts)
def test_turning_the_periods_round_turns_the_difference_round(
    metric: str, first: list[int], second: list[int]
) -> None:
    one, two = counted(metric, first), counted(metric, second)
    there, back = change(metric, one, two), change(metric, two, one)
    assert there.value == pytest.approx(-back.value)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.p == pytest.approx(back.p)
    assert there.low <= there.low90 <= there.high90 <= there.high


@given(counts, counts)
def test_a_stage_of_one_touchpoint_changes_like_that_touchpoint(
    first: list[int], second: list[int]
) -> None:
    one, two = counted("csat", first), counted("csat", second)
    halves = difference("csat", [Stratum(0.5, one, two), Stratum(0.5, one, two)])
    whole = change("csat", one, two)
    assert halves.value == pytest.approx(whole.value)
    assert halves.p <= whole.p + 1e-9
    assert halves.high - halves.low <= whole.high - whole.low + 1e-9

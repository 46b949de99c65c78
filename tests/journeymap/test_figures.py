import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.journeymap.compare import Verdict
from cjm_feedback.journeymap.figures import (
    Figure,
    emotion_figure,
    figure,
    weighted_figure,
)
from cjm_feedback.journeymap.intervals import (
    RANGES,
    combine,
    estimate,
    mean_estimate,
    nps_estimate,
    wilson,
)
from cjm_feedback.journeymap.measures import SCALES, ZERO, Measures, measure, merge
from tests.journeymap.makers import counted, promoters, ratings


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"), [(8, 10, 0.490, 0.943), (0, 10, 0, 0.278)]
)
def test_a_share_has_the_wilson_interval(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=0.0005)


@pytest.mark.parametrize(
    ("up", "passive", "down", "value", "low", "high"),
    [(10, 5, 5, 25, -11.7, 55.2), (50, 30, 20, 30, 14.1, 44.2)],
)
def test_nps_is_printed_raw_with_the_adjusted_wald_interval(
    up: int, passive: int, down: int, value: float, low: float, high: float
) -> None:
    found = figure("nps", promoters(up, passive, down))
    assert found.value == pytest.approx(value)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.05)


def test_a_mean_has_pseudo_answers_at_every_level() -> None:
    found = mean_estimate(counted("written", (0, 0, 0, 2, 8)), (-1.0, -0.5, 0.0, 0.5, 1.0))
    assert (found.low, found.high) == pytest.approx((0.40, 0.985), abs=0.005)
    assert found.value == pytest.approx(9 / 13)


def test_a_mean_is_printed_raw_from_thirty_responses_on() -> None:
    few, many = counted("ces", (0, 0, 0, 0, 0, 0, 29)), counted("ces", (0, 0, 0, 0, 0, 0, 30))
    assert figure("ces", few).value == pytest.approx((29 * 7 + 3 * 4) / 32)
    assert figure("ces", many).value == 7


def test_text_between_the_levels_is_not_rounded_to_them() -> None:
    cell = merge([measure("written", 0.65)] * 400)
    found = figure("written", cell)
    assert found.value == pytest.approx(0.65)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.65 < found.high < 0.67


def test_picks_are_averaged_by_their_valence_over_ten_levels() -> None:
    cell = merge([measure("said", "anger")] * 2 + [measure("said", "joy")])
    extra = 0.3 * sum(SCALES["said"].levels)
    assert figure("said", cell).value == pytest.approx((-2 + 0.75 + extra) / 6)


def test_unanimous_answers_still_have_an_interval() -> None:
    for cell, metric in ((ratings(10, 10), "csat"), (promoters(10, 0, 0), "nps")):
        found = estimate(metric, cell)
        assert found.high - found.low > 0.2 * (RANGES[metric][1] - RANGES[metric][0]) / 2


cells = st.sampled_from(sorted(SCALES)).flatmap(
    lambda series: st.tuples(
        st.just(series),
        st.lists(
            st.integers(0, 60),
            min_size=len(SCALES[series].levels),
            max_size=len(SCALES[series].levels),
        )
        .filter(any)
        .map(lambda counts: counted(series, counts)),
    )
)


@given(cells)
def test_every_interval_holds_its_value_and_stays_on_its_scale(
    cell: tuple[str, Measures],
) -> None:
    metric, measures = cell
    found = figure(metric, measures)
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    low, high = RANGES[metric]
    tolerance = 1e-9 * (high - low)
    assert low <= found.low <= found.value + tolerance
    assert found.value - tolerance <= found.high <= high


@given(cells)
def test_a_figure_of_one_place_is_the_figure_of_its_cell(cell: tuple[str, Measures]) -> None:
    metric, measures = cell
    plain, weighted = estimate(metric, measures), weighted_figure(metric, [(7.5, measures)])
    assert (weighted.value, weighted.low, weighted.high) == pytest.approx(
        (plain.value, plain.low, plain.high)
    )


def test_more_answers_at_a_happy_touchpoint_do_not_pass_for_a_better_mood() -> None:
    before = weighted_figure("csat", [(1, ratings(90, 100)), (1, ratings(10, 100))])
    after = weighted_figure("csat", [(1, ratings(900, 1000)), (1, ratings(10, 100))])
    assert before.value == after.value == pytest.approx(0.5)
    assert after.n == 1100


def test_the_error_of_a_stage_adds_in_squares() -> None:
    parts = [(0.25, promoters(60, 20, 20)), (0.75, promoters(20, 20, 60))]
    found = combine([(w, estimate("nps", m)) for w, m in parts], RANGES["nps"])
    below = [w * (estimate("nps", m).value - estimate("nps", m).low) for w, m in parts]
    assert found.value == pytest.approx(0.25 * 40 - 0.75 * 40)
    assert found.value - found.low == pytest.approx(math.hypot(*below))


def test_touchpoints_that_weigh_nothing_weigh_the_same() -> None:
    found = weighted_figure("csat", [(0, ratings(10, 10)), (0, ratings(0, 40))])
    assert found.value == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("measures", "tier"),
    [
        (ZERO, "hidden"),
        (ratings(1, 2), "weak"),
        (ratings(5, 10), "weak"),
        (ratings(50, 100), "firm"),
    ],
)
def test_a_csat_figure_is_as_firm_as_its_interval_is_narrow(measures: Measures, tier: str) -> None:
    assert figure("csat", measures).tier == tier


def test_the_tier_turns_at_the_stated_half_width() -> None:
    for metric, widest in (("csat", 0.15), ("nps", 25.0), ("ces", 0.75), ("said", 0.25)):
        levels = len(SCALES[metric].levels)
        spread = [
            counted(metric, [k if i in (0, levels - 1) else 0 for i in range(levels)])
            for k in range(1, 300)
        ]
        tiers = {(estimate(metric, m).half_width <= widest): figure(metric, m).tier for m in spread}
        assert tiers == {False: "weak", True: "firm"}


def test_under_the_floor_not_even_the_number_of_responses_is_told() -> None:
    assert figure("csat", ratings(4, 4), floor=5) == Figure(
        None, None, None, None, "hidden", "csat"
    )
    assert figure("csat", ZERO, floor=5).n == 0
    assert figure("csat", ratings(4, 5), floor=5).tier != "hidden"


def test_a_touchpoint_under_the_floor_cannot_be_had_by_subtraction() -> None:
    shown = weighted_figure("csat", [(1, ratings(40, 50)), (1, ratings(0, 4))], floor=5)
    assert shown == weighted_figure("csat", [(1, ratings(40, 50))], floor=5)
    assert shown.n == 50


def test_emotion_is_written_where_enough_texts_are_there_else_picked() -> None:
    said = figure("said", merge([measure("said", "joy")] * 20))
    texts = [figure("written", merge([measure("written", 0.5)] * n)) for n in (0, 7, 8)]
    assert [emotion_figure(written, said).source for written in texts] == [
        "said",
        "said",
        "written",
    ]


def test_a_few_texts_speak_where_nobody_picked_an_emotion() -> None:
    nobody = figure("said", ZERO)
    assert emotion_figure(figure("written", measure("written", 0.5)), nobody).source == "written"
    assert emotion_figure(figure("written", ZERO), nobody).tier == "hidden"
    few = emotion_figure(figure("written", measure("written", 0.5), floor=5), nobody)
    assert (few.tier, few.n) == ("hidden", None)


def test_a_figure_is_sent_as_the_contract_says() -> None:
    verdict = Verdict("worse", "2026-10", -0.2, -0.33, -0.07, 240, 0.1)
    sent = Figure(66, 0.41111111, -0.0, 0.53, "firm", "written", verdict).as_json()
    assert sent == {
        "n": 66,
        "value": 0.4111,
        "low": 0.0,
        "high": 0.53,
        "tier": "firm",
        "source": "written",
        "verdict": {
            "is": "worse",
            "difference": -0.2,
            "low": -0.33,
            "high": -0.07,
            "against": "2026-10",
        },
    }
    assert math.copysign(1, float(str(sent["low"]))) == 1
    unsure = Verdict("cannot_tell", "2026-10", -0.2, -0.33, 0.07, 240, 0.1)
    assert unsure.as_json("written") == {"is": "cannot_tell", "n_needed": 240}


def test_nps_is_sent_with_two_decimals() -> None:
    assert nps_estimate(1, 0, 1).high == 100
    assert figure("nps", promoters(1, 1, 1)).as_json()["low"] == -61.11  # 1.96 × √(3.5/6 / 6)

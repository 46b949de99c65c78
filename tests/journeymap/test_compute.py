import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.journeymap.compute import baseline_weights, compute_map, equal_weights
from cjm_feedback.journeymap.figures import FIGURE_NAMES, figure
from cjm_feedback.journeymap.measures import PICKS, Measures, measure, merge
from cjm_feedback.journeymap.mix import PICK_LEVELS, choice_counts, emotion_mix
from cjm_feedback.journeymap.structure import Cells, Previous
from tests.journeymap.makers import collected, counted, promoters, ratings, shop, stage, touchpoint

cell_maps = st.dictionaries(
    st.tuples(st.integers(0, 3), st.sampled_from(["csat", "written"])),
    st.lists(st.sampled_from([-1, -0.5, 0, 0.3, 1]), max_size=12),
).map(
    lambda answers: collected(
        {
            (number, series): [3 + 2 * round(v) if series == "csat" else v for v in values]
            for (number, series), values in answers.items()
        }
    )
)


def responses(n: int) -> Measures:
    return Measures(n)


@given(cell_maps, cell_maps, st.randoms())
def test_the_order_of_cells_does_not_matter(now: Cells, before: Cells, random: Random) -> None:
    shuffled = list(now.items())
    random.shuffle(shuffled)
    assert shop(dict(shuffled), before) == shop(now, before)


@given(cell_maps)
def test_every_place_has_every_figure_and_pooled_responses(now: Cells) -> None:
    found = shop(now)
    levels = [found.level, *(s.level for s in found.stages)]
    levels += [t.level for s in found.stages for t in s.touchpoints]
    assert all(tuple(level.figures) == FIGURE_NAMES for level in levels)
    for one in found.stages:
        for name in ("csat", "written"):
            parts = [t.level.figures[name].n or 0 for t in one.touchpoints]
            assert one.level.figures[name].n == sum(parts)


def test_stages_and_touchpoints_without_answers_keep_their_place() -> None:
    found = shop({(2, "csat"): ratings(8, 10)})
    assert [s.stage.key for s in found.stages] == ["purchase", "loyalty"]
    assert [t.touchpoint.key for t in found.stages[0].touchpoints] == ["t1", "t2"]
    empty = found.stages[0].touchpoints[0].level
    assert empty.figures["csat"].tier == "hidden"
    assert (empty.figures["csat"].n, empty.responses) == (0, 0)
    assert found.stages[1].level.figures["emotion"].value is None
    assert compute_map([stage("empty")], {}).stages[0].touchpoints == ()


def test_a_retired_touchpoint_is_shown_only_where_the_period_has_answers_of_it() -> None:
    stages = [stage("buy", touchpoint(1), touchpoint(2, retired=True))]
    left = [replace(stage("gone", touchpoint(3, retired=True)), retired=True)]
    answered = {(2, "csat"): ratings(3, 4), (2, "responses"): responses(4)}
    assert [len(s.touchpoints) for s in compute_map(stages + left, {}).stages] == [1]
    assert [len(s.touchpoints) for s in compute_map(stages + left, answered).stages] == [2]


def test_a_stage_is_weighted_by_the_volume_of_the_baseline_not_of_the_period() -> None:
    stages = [stage("buy", touchpoint(1), touchpoint(2))]
    now = {(1, "csat"): ratings(90, 100), (2, "csat"): ratings(0, 900)}
    baseline = {(1, "responses"): responses(300), (2, "responses"): responses(100)}
    fixed = compute_map(stages, now, weights=baseline_weights(stages, baseline))
    assert fixed.stages[0].level.figures["csat"].value == pytest.approx(0.75 * 0.9)
    assert fixed.weights == {1: 300, 2: 100}
    equal = compute_map(stages, now, weights=equal_weights(stages))
    assert equal.stages[0].level.figures["csat"].value == pytest.approx(0.45)
    assert compute_map(stages, now).stages[0].level.figures["csat"].value == pytest.approx(0.09)


def test_a_touchpoint_newer_than_the_baseline_weighs_its_own_volume() -> None:
    stages = [stage("buy", touchpoint(1), touchpoint(2))]
    now = {
        (1, "csat"): ratings(100, 100),
        (2, "csat"): ratings(0, 50),
        (2, "responses"): responses(100),
    }
    found = compute_map(stages, now, weights={1: 300})
    assert found.stages[0].level.figures["csat"].value == pytest.approx(0.75)


def test_the_journey_is_what_relationship_surveys_say_else_its_touchpoints() -> None:
    now = {(0, "nps"): promoters(30, 10, 0), (3, "nps"): promoters(0, 0, 40)}
    assert shop(now).level.figures["nps"] == figure("nps", now[0, "nps"])
    del now[0, "nps"]
    assert shop(now).level.figures["nps"].value == -100
    assert shop({(1, "csat"): ratings(3, 4), (2, "csat"): ratings(1, 4)}).level.figures[
        "csat"
    ].value == pytest.approx(0.5)


def test_written_and_picked_emotion_are_never_blended() -> None:
    now = {
        (1, "written"): merge([measure("written", -0.8)] * 20),
        (2, "said"): merge([measure("said", "delight")] * 200),
    }
    purchase = shop(now).stages[0].level.figures
    assert purchase["emotion"] == purchase["written"] == figure("written", now[1, "written"])
    assert purchase["said"] == figure("said", now[2, "said"])


def test_the_mix_is_of_the_same_source_as_the_emotion() -> None:
    now = {
        (1, "written"): counted("written", (10, 0, 0, 0, 10)),
        (1, "said"): merge([measure("said", "joy")] * 30),
        (3, "said"): merge([measure("said", pick.key) for pick in PICKS]),
    }
    found = shop(now)
    purchase, loyalty = (s.level.mix for s in found.stages)
    assert purchase is not None
    assert (purchase.source, purchase.shares) == ("written", (0.5, 0, 0, 0, 0.5))
    assert loyalty is not None
    assert (loyalty.source, loyalty.counts) == ("said", (2, 2, 2, 2, 2))
    assert PICK_LEVELS == (4, 4, 3, 3, 2, 2, 1, 1, 0, 0)
    assert purchase.as_json() == {
        "n": 20,
        "source": "written",
        "shares": {
            "very_negative": 0.5,
            "negative": 0.0,
            "neutral": 0.0,
            "positive": 0.0,
            "very_positive": 0.5,
        },
    }
    assert emotion_mix("said", []) is None


def test_choices_are_counted_per_stage_the_most_chosen_first() -> None:
    now = {
        (1, "choice:heard_from:friend"): responses(3),
        (2, "choice:heard_from:friend"): responses(4),
        (2, "choice:heard_from:advert"): responses(9),
        (2, "choice:barrier:price"): responses(1),
        (3, "choice:heard_from:web"): responses(2),
    }
    found = shop(now)
    choices = found.stages[0].level.choices
    assert {question: list(options.items()) for question, options in choices.items()} == {
        "barrier": [("price", 1)],
        "heard_from": [("advert", 9), ("friend", 7)],
    }
    assert found.level.choices["heard_from"] == {"advert": 9, "friend": 7, "web": 2}


def test_a_single_option_under_the_floor_takes_the_next_one_with_it() -> None:
    def counts(*numbers: int) -> dict[str, dict[str, int]]:
        series = {
            f"choice:q:{name}": [responses(n)] for name, n in zip("abc", numbers, strict=True)
        }
        return choice_counts(series, floor=5)

    assert counts(9, 8, 2) == {"q": {"a": 9}}
    assert counts(9, 3, 2) == {"q": {"a": 9}}
    assert counts(9, 8, 7) == {"q": {"a": 9, "b": 8, "c": 7}}
    assert counts(4, 3, 2) == {}


def test_with_a_floor_no_sum_gives_a_hidden_touchpoint_away() -> None:
    now = {
        (1, "csat"): ratings(20, 20),
        (1, "responses"): responses(20),
        (2, "csat"): ratings(0, 4),
        (2, "responses"): responses(4),
        (3, "responses"): responses(2),
    }
    found = shop(now, floor=5)
    purchase, loyalty = found.stages
    assert purchase.level.figures["csat"] == purchase.touchpoints[0].level.figures["csat"]
    assert purchase.touchpoints[1].level.figures["csat"].n is None
    assert (purchase.level.responses, purchase.touchpoints[1].level.responses) == (20, None)
    assert (loyalty.level.responses, found.level.responses) == (None, 20)


def test_without_a_closed_period_before_there_is_no_verdict() -> None:
    found = shop({(1, "csat"): ratings(50, 100)})
    assert found.level.figures["csat"].verdict is None
    assert found.level.before == {}
    assert found.against is None


def test_a_touchpoint_that_got_worse_says_so_and_its_neighbour_does_not() -> None:
    before = {(n, "csat"): ratings(80, 100) for n in (1, 2, 3)}
    now = {**before, (2, "csat"): ratings(40, 100)}
    found = shop(now, before)
    purchase = found.stages[0]
    payment = purchase.touchpoints[1].level.figures["csat"].verdict
    assert payment is not None
    assert (payment.judgement, payment.against) == ("worse", "2026-09")
    assert payment.difference == pytest.approx(-0.4)
    basket = purchase.touchpoints[0].level.figures["csat"].verdict
    assert basket is not None
    assert basket.judgement == "cannot_tell"
    stage_verdict = purchase.level.figures["csat"].verdict
    assert stage_verdict is not None
    assert stage_verdict.judgement == "worse"
    assert stage_verdict.difference == pytest.approx(-0.2)


def test_a_weak_figure_gets_no_finding_however_different_it_is() -> None:
    found = shop({(1, "csat"): ratings(8, 10)}, {(1, "csat"): ratings(0, 200)})
    verdict = found.stages[0].touchpoints[0].level.figures["csat"].verdict
    assert verdict is not None
    assert verdict.judgement == "cannot_tell"
    assert verdict.n_needed is not None


def test_a_touchpoint_without_answers_before_does_not_move_its_stages_verdict() -> None:
    before = {(1, "csat"): ratings(600, 1000)}
    now = {(1, "csat"): ratings(600, 1000), (2, "csat"): ratings(0, 1000)}
    found = shop(now, before)
    purchase = found.stages[0].level.figures["csat"]
    assert purchase.value == pytest.approx(0.3)
    assert purchase.verdict is not None
    assert (purchase.verdict.judgement, purchase.verdict.difference) == ("no_change", 0)
    assert found.stages[0].touchpoints[1].level.figures["csat"].verdict is None


def test_the_journey_is_not_compared_across_a_change_of_what_speaks_for_it() -> None:
    now = {(0, "nps"): promoters(100, 0, 0), (3, "nps"): promoters(100, 0, 0)}
    before = {(3, "nps"): promoters(0, 0, 100)}
    found = shop(now, before)
    assert found.level.figures["nps"].verdict is None
    assert found.stages[1].level.figures["nps"].verdict is not None


def test_emotion_carries_the_verdict_of_its_own_source() -> None:
    happy, angry = ([measure("written", v)] * 200 for v in (0.7, -0.7))
    found = shop({(1, "written"): merge(angry)}, {(1, "written"): merge(happy)})
    figures = found.stages[0].touchpoints[0].level.figures
    assert figures["emotion"].verdict is not None
    assert figures["emotion"].verdict == figures["written"].verdict
    assert figures["emotion"].verdict.judgement == "worse"
    before = found.stages[0].touchpoints[0].level.before
    assert before["written"].value == pytest.approx(0.7)


def test_the_map_is_sent_as_the_contract_says() -> None:
    document = json.loads(json.dumps(shop({(1, "csat"): ratings(80, 100)}).as_json()))
    assert set(document["figures"]) == set(FIGURE_NAMES)
    sent = document["stages"][0]
    assert (sent["key"], sent["phase"]) == ("purchase", "during")
    assert sent["name"] == {"en": "Purchase", "cs": "purchase česky"}
    place = sent["touchpoints"][0]
    assert (place["key"], place["channel"], place["name"]) == ("t1", "web", {"en": "Basket"})
    assert place["figures"]["csat"] == {
        "n": 100,
        "value": 0.8,
        "low": 0.7112,
        "high": 0.8666,
        "tier": "firm",
        "source": "csat",
        "verdict": None,
    }
    assert set(place["figures"]) == {"emotion", "written", "said", "csat", "nps", "ces"}


def test_a_period_without_any_answers_is_a_map_too() -> None:
    found = compute_map([], {}, previous=Previous("2026-09", {}))
    assert found.stages == ()
    assert found.level.figures["nps"].tier == "hidden"

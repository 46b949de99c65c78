from cjm_feedback.journeymap.measures import Measures, measure, merge
from cjm_feedback.journeymap.summary import summarise
from tests.journeymap.makers import ratings, shop


def written(value: float, n: int = 60) -> Measures:
    return merge([measure("written", value)] * n)


def test_the_summary_names_the_lowest_and_the_highest_touchpoint() -> None:
    found = summarise(
        shop(
            {
                (1, "written"): written(0.2),
                (2, "written"): written(-0.5),
                (3, "written"): written(0.7),
            }
        )
    )
    assert found.lowest is not None
    assert found.highest is not None
    assert (found.lowest.touchpoint.key, found.lowest.stage.key) == ("t2", "purchase")
    assert (found.highest.touchpoint.key, found.highest.figure.n) == ("t3", 60)
    assert found.lowest.value == found.lowest.figure.value
    assert found.emotion is not None
    assert found.emotion.apart
    assert (found.answered, found.touchpoints) == (3, 3)


def test_overlapping_intervals_are_not_told_apart() -> None:
    found = summarise(shop({(1, "written"): written(0.2), (2, "written"): written(0.25)}))
    assert found.emotion is not None
    assert not found.emotion.apart


def test_a_weak_figure_is_never_the_lowest() -> None:
    cells = {
        (1, "written"): written(0.2),
        (2, "written"): merge([measure("written", v) for v in (-1, -1, 1, -1, -0.5, -1, 1, -1)]),
        (3, "written"): written(0.6),
    }
    found = summarise(shop(cells))
    assert found.lowest is not None
    assert found.lowest.touchpoint.key == "t1"
    assert found.answered == 3


def test_one_firm_touchpoint_has_no_lowest_and_highest() -> None:
    found = summarise(shop({(1, "written"): written(0.2)}))
    assert (found.lowest, found.highest, found.answered) == (None, None, 1)


def test_the_least_satisfying_touchpoint_is_named_beside_the_lowest_emotion() -> None:
    cells = {
        (1, "written"): written(0.1),
        (2, "written"): written(0.6),
        (1, "csat"): ratings(170, 200),
        (2, "csat"): ratings(154, 314),
        (3, "csat"): ratings(180, 200),
    }
    found = summarise(shop(cells))
    assert found.lowest is not None
    assert found.satisfaction is not None
    lowest, highest = found.satisfaction.lowest, found.satisfaction.highest
    assert found.lowest.touchpoint.key == "t1"
    assert (lowest.touchpoint.key, lowest.figure.n) == ("t2", 314)
    assert (highest.touchpoint.key, highest.figure.n) == ("t3", 200)
    assert found.satisfaction.apart


def test_without_firm_ratings_satisfaction_has_no_ends() -> None:
    cells = {(1, "csat"): ratings(170, 200), (2, "csat"): ratings(1, 3)}
    assert summarise(shop(cells)).satisfaction is None

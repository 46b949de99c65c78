from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from cjm_feedback.sentiment.themes import (
    Limits,
    Match,
    Remembering,
    ThemeIndex,
    ThemeSpec,
    join_matches,
    limits_of,
)

Floats = npt.NDArray[np.float32]
LIMITS = Limits(threshold=0.5, margin=0.1, second=0.65)
WORDS = ("late", "dear", "rude", "blue", "cold")


def encode(texts: Sequence[str]) -> Floats:
    """A text by how often it says each of five words; unit vectors, as the model's are."""
    rows = np.array([[text.count(word) for word in WORDS] for text in texts], np.float32) + 1e-6
    unit: Floats = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def index(*more: ThemeSpec) -> ThemeIndex:
    specs = [
        ThemeSpec("delivery", ("late",)),
        ThemeSpec("price", ("dear", "dear cold")),
        ThemeSpec("staff", ("rude",)),
    ]
    return ThemeIndex([*specs, *more], encode, limits=LIMITS)


def keys(matches: Sequence[Match]) -> list[str]:
    return [match.key for match in matches]


def test_a_text_belongs_to_the_theme_of_the_nearest_phrase() -> None:
    [found] = index().match(["so dear and cold"])

    assert keys(found) == ["price"]
    assert found[0].score > 0.9
    assert found[0].margin > LIMITS.margin


def test_nothing_near_and_nothing_clear_are_both_left_unsaid() -> None:
    everything = "late dear rude"

    assert index().match(["blue", everything]) == [(), ()]


def test_a_text_that_is_near_two_themes_has_both() -> None:
    [found] = index().match(["late and rude"])

    assert sorted(keys(found)) == ["delivery", "staff"]


def test_a_theme_that_is_not_looked_for_there_is_not_found() -> None:
    [found] = index().match(["late late rude"], among={"staff", "price"})
    assert "delivery" not in keys(found)


def test_no_text_has_more_than_three_themes() -> None:
    wide = Limits(threshold=0.1, margin=0, second=0.1)
    specs = [ThemeSpec(word, (word,)) for word in WORDS]
    [found] = ThemeIndex(specs, encode, limits=wide).match([" ".join(WORDS)])
    assert len(found) <= 3


def test_a_theme_without_phrases_is_never_found_and_an_index_may_be_empty() -> None:
    assert ThemeIndex([ThemeSpec("empty", ())], encode, limits=LIMITS).match(["late"]) == [()]
    assert ThemeIndex([], encode, limits=LIMITS).match(["late"]) == [()]
    assert index().match([]) == []


def test_enough_confirmations_teach_a_theme_what_its_phrases_do_not_say() -> None:
    confirmed = tuple(f"blue {'cold ' * (n % 3)}" for n in range(40))
    unknown = index(ThemeSpec("look", ("blue rude late dear cold",)))
    few = index(ThemeSpec("look", ("blue rude late dear cold",), examples=confirmed[:14]))
    taught = index(ThemeSpec("look", ("blue rude late dear cold",), examples=confirmed))

    assert keys(unknown.match(["blue"])[0]) == keys(few.match(["blue"])[0]) == []
    assert keys(taught.match(["blue"])[0]) == ["look"]


def test_words_have_a_vote() -> None:
    def words(texts: Sequence[str]) -> Floats:
        return np.array([[0, 0.8 if "euro" in text else 0] for text in texts], np.float32)

    specs = [ThemeSpec("delivery", ("late",)), ThemeSpec("price", ("dear",))]
    voted = ThemeIndex(specs, encode, limits=LIMITS, words=words)

    assert keys(voted.match(["late dear"])[0]) == ["delivery", "price"]
    assert keys(voted.match(["late dear euro"])[0])[0] == "price"


def test_what_staff_rejected_counts_against_a_theme() -> None:
    confirmed = tuple("blue late" for _ in range(20))
    rejected = tuple("blue cold" for _ in range(20))

    text = "blue cold"

    def score(spec: ThemeSpec) -> float:
        return float(ThemeIndex([spec], encode, limits=LIMITS).scores([text], encode([text]))[0, 0])

    without = ThemeSpec("look", ("blue",), examples=confirmed)
    assert score(ThemeSpec("look", ("blue",), confirmed, rejected)) < score(without)


def test_the_themes_of_a_text_are_those_of_the_whole_and_of_its_clauses() -> None:
    whole = [Match("price", 0.6, 0.2)]
    parts = [[Match("staff", 0.9, 0.3)], [], [Match("price", 0.7, 0.2), Match("food", 0.5, 0.2)]]
    many = [*parts, [Match("late", 0.95, 0.2), Match("odd", 0.4, 0.1)]]

    assert join_matches(whole, parts) == (
        ("staff", "price", "food"),
        [("staff",), (), ("price", "food")],
    )
    assert join_matches(whole, many)[0] == ("late", "staff", "price")
    assert join_matches(whole, many)[1] == [("staff",), (), ("price",), ("late",)]


def test_a_phrase_is_read_once_however_often_it_is_asked_for() -> None:
    asked: list[str] = []

    def counting(texts: Sequence[str]) -> Floats:
        asked.extend(texts)
        return encode(texts)

    remembering = Remembering(counting, most=2)
    first = remembering(["late", "dear", "late"])
    remembering(["late", "dear"])

    assert asked == ["late", "dear"]
    assert np.allclose(first, encode(["late", "dear", "late"]))
    remembering(["rude"])
    remembering(["late"])  # forgotten: it was asked for longest ago
    assert asked == ["late", "dear", "rude", "late"]


def test_vectors_of_another_model_are_not_taken_over() -> None:
    asked: list[str] = []

    def counting(texts: Sequence[str]) -> Floats:
        asked.extend(texts)
        return encode(texts)

    right = {text: encode([text])[0] for text in ("late", "dear")}
    remembering = Remembering(counting)
    remembering.learn(right)
    remembering(["late", "dear"])
    assert asked == ["late"]
    others: list[dict[str, Floats]] = [
        {"late": encode(["rude"])[0], "dear": right["dear"]},
        {"late": np.ones(3, np.float32)},
        {},
    ]
    for wrong in others:
        stubborn = Remembering(counting)
        stubborn.learn(wrong)
        asked.clear()
        stubborn(["dear"])
        assert asked == ["dear"]


@pytest.mark.parametrize("kind", ["deep", "words"])
def test_measured_limits_are_shipped(kind: str) -> None:
    limits = limits_of(kind)
    assert 0 < limits.threshold <= limits.second < 1
    assert 0 <= limits.margin < 0.5

from collections.abc import Callable

import pytest

from cjm_feedback.sentiment.result import (
    Evidence,
    Label,
    Reading,
    confidence_of,
    label_of,
    scored_from_evidence,
    unscored,
)


def test_a_reading_prints_the_fields_of_the_contract() -> None:
    reading = Reading(
        "pl",
        -0.62,
        "negative",
        0.912345,
        "deep-1",
        emotions={"anger": 0.55},
        evidence=(Evidence(8, 21, -0.8),),
        themes=("support-unreachable",),
    )

    assert reading.as_json() == {
        "language": "pl",
        "polarity": -0.62,
        "label": "negative",
        "confidence": 0.9123,
        "emotions": {"anger": 0.55},
        "evidence": [{"start": 8, "end": 21, "polarity": -0.8}],
        "themes": ["support-unreachable"],
        "engine": "deep-1",
        "unsure": False,
        "clauses": [],
    }


def test_an_unscored_reading_has_no_polarity_and_says_why() -> None:
    reading = unscored("empty")

    printed = reading.as_json()
    assert not reading.scored
    assert (printed["language"], printed["polarity"], printed["label"]) == (None, None, None)
    assert printed["reason"] == "empty"


NONSENSE: dict[str, Callable[[], object]] = {
    "polarity too high": lambda: Reading("cs", 1.5, "positive", 0.5, "x-1"),
    "polarity not a number": lambda: Reading("cs", float("nan"), "positive", 0.5, "x-1"),
    "polarity without label": lambda: Reading("cs", 0.5, None, 0.5, "x-1"),
    "unscored without reason": lambda: Reading("cs", None, None, None, "x-1"),
    "scored with reason": lambda: Reading("cs", 0.5, "positive", 0.5, "x-1", reason="failed"),
    "confidence too low": lambda: Reading("cs", 0.5, "positive", -0.1, "x-1"),
    "emotion too high": lambda: Reading("cs", 0.5, "positive", 0.5, "x-1", emotions={"joy": 2.0}),
    "evidence of no length": lambda: Evidence(3, 3, 0.5),
    "evidence before the text": lambda: Evidence(-1, 3, 0.5),
    "evidence polarity too low": lambda: Evidence(0, 3, -1.01),
}


@pytest.mark.parametrize("build", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_refused(build: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"range|together|reason|spans"):
        build()


def test_zero_is_printed_without_a_sign() -> None:
    assert str(Reading("cs", -0.0, "neutral", 0.5, "x-1").as_json()["polarity"]) == "0.0"


@pytest.mark.parametrize(
    ("polarities", "label"),
    [
        ([0.8], "positive"),
        ([-0.3], "negative"),
        ([0.05], "neutral"),
        ([0.0], "neutral"),
        ([0.8, -0.7], "mixed"),
        ([0.8, 0.9, -0.3], "positive"),
    ],
)
def test_the_label_says_what_prevails(polarities: list[float], label: Label) -> None:
    assert label_of(sum(polarities) / len(polarities), polarities) == label


def test_confidence_grows_with_evidence_that_agrees() -> None:
    one, three = confidence_of([0.8]), confidence_of([0.8, 0.7, 0.6])
    torn = confidence_of([0.8, -0.8, 0.7])

    assert torn < one < three < 1.0


def test_polarity_is_the_mean_of_the_evidence() -> None:
    evidence = [Evidence(0, 3, 0.9), Evidence(4, 8, 0.5)]

    reading = scored_from_evidence(evidence, language="cs", engine="x-1")

    assert reading.polarity == pytest.approx(0.7)
    assert reading.evidence == tuple(evidence)

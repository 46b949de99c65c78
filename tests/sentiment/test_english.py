import pytest

from cjm_feedback.sentiment.english import EnglishAnalyser
from cjm_feedback.sentiment.result import Reading

ANALYSER = EnglishAnalyser()


def read(text: str) -> Reading:
    return ANALYSER.read(text, "en")


def quoted(text: str) -> list[str]:
    return [text[e.start : e.end] for e in read(text).evidence]


def test_praise_is_positive_and_blame_negative() -> None:
    assert (read("Great product, I love it.").polarity or 0) > 0.5
    assert (read("The courier was three days late and nobody answered.").polarity or 0) < 0


def test_a_comment_without_a_known_word_is_unscored() -> None:
    reading = read("The order arrived on Tuesday.")

    assert (reading.scored, reading.reason) == (False, "no_known_words")


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("Great product, I LOVE it!!!", ["Great", "LOVE"]),
        ("It was not a really good meal", ["not a really good"]),
        ("very not great", ["very", "not great"]),
        ("I am not sure why, but it was good", ["not sure", "good"]),
        ("“Terrible” food :( and 'awful' staff", ["Terrible", ":(", "awful"]),
        ("good/bad but good", ["good"]),
        ("How nice ( ! )", ["nice"]),
    ],
)
def test_evidence_is_where_the_words_stand(text: str, evidence: list[str]) -> None:
    assert quoted(text) == evidence


@pytest.mark.parametrize(
    "text", ["It isn't good", "IT ISN'T GOOD", "it isn't a good one, isn't it"]
)
def test_a_short_not_is_a_negation(text: str) -> None:
    assert (read(text).polarity or 0) < 0
    assert quoted(text)[0].lower() in ("n't good", "n't a good")


def test_contradicting_words_make_a_mixed_comment() -> None:
    assert read("The food was delicious but the waiter was rude and horrible").label == "mixed"

import logging
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_feedback.sentiment.deep.analyser import DeepAnalyser
from cjm_feedback.sentiment.deep.model import DeepModel
from cjm_feedback.sentiment.english import EnglishAnalyser
from cjm_feedback.sentiment.fast import FastAnalyser
from cjm_feedback.sentiment.language import LANGUAGES
from cjm_feedback.sentiment.registry import (
    Registry,
    default_registry,
    read_comment,
    registry_of,
)
from cjm_feedback.sentiment.result import (
    NEUTRAL_BAND,
    Evidence,
    Reading,
    scored_from_evidence,
)
from tests.sentiment.texts import ANY_TEXT


class Broken:
    name, version, languages = "broken", 1, frozenset({"cs", "en"})

    def read(self, text: str, language: str) -> Reading:
        raise MemoryError(text)


class Nonsense(Broken):
    """Says more than a polarity can be."""

    name = "nonsense"

    def read(self, text: str, language: str) -> Reading:
        return Reading(language, 7.0, "positive", 0.5, "")


class BeyondTheText(Broken):
    name = "beyond"

    def read(self, text: str, language: str) -> Reading:
        evidence = [Evidence(0, len(text) + 1, 0.5)]
        return scored_from_evidence(evidence, language=language, engine="")


@pytest.mark.parametrize(
    ("text", "language", "sign"),
    [
        ("Obsluha byla skvělá, rychlé dodání.", "cs", 1),
        ("Niestety nikt nie odbierał telefonu, fatalna obsługa.", "pl", -1),
        ("Ужасный сервис, больше не приду", "ru", -1),
        ("The order arrived on Tuesday.", "en", 0),
        ("Great product, I love it.", "en", 1),
        ("The courier was three days late and nobody answered the phone.", "en", -1),
    ],
)
def test_clear_comments_are_read_without_any_hint(text: str, language: str, sign: int) -> None:
    reading = read_comment(text)

    polarity = reading.polarity or 0.0
    assert reading.language == language
    assert (polarity > NEUTRAL_BAND) - (polarity < -NEUTRAL_BAND) == sign


def test_each_language_has_an_analyser() -> None:
    assert default_registry().languages == set(LANGUAGES)


def test_the_engine_names_analyser_and_version() -> None:
    assert read_comment("Great product, I love it.").engine == "deep-1"
    assert read_comment("Skvělá obsluha", registry=registry_of("fast")).engine == "fast-1"


def test_textblob_alone_reads_english_only() -> None:
    textblob = registry_of("textblob")

    assert read_comment("I love it", registry=textblob).engine == "pattern-en-1"
    assert read_comment("Skvělá obsluha", registry=textblob).reason == "language_unsupported"


def test_r15_without_its_model_the_next_engine_reads(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing() -> DeepModel:
        return DeepModel(tmp_path / "deep.zip")

    monkeypatch.setattr("cjm_feedback.sentiment.deep.analyser.deep_model", missing)

    reading = read_comment("Skvělá obsluha, moc děkuji", registry=registry_of("deep"))

    assert (reading.label, reading.engine) == ("positive", "fast-1")


def test_r15_a_comment_that_takes_too_long_is_read_by_the_next_engine() -> None:
    registry = Registry([DeepAnalyser(seconds=-1.0), FastAnalyser()])

    assert read_comment("Skvělá obsluha, moc děkuji", registry=registry).engine == "fast-1"


def test_a_question_that_asks_for_faults_makes_its_answers_likelier_to_be_complaints() -> None:
    plain = read_comment("Fronta u pokladny", language="cs")
    asked = read_comment("Fronta u pokladny", language="cs", leaning=-1.5)

    assert (asked.polarity or 0) < (plain.polarity or 0)


def test_clauses_say_where_the_praise_and_where_the_blame_is() -> None:
    text = "Staff were lovely, but we waited an hour for cold food."

    reading = read_comment(text)

    signs = {text[c.start : c.end].strip(","): c.polarity > 0 for c in reading.clauses}
    assert signs == {"Staff were lovely": True, "but we waited an hour for cold food.": False}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n\u200b\x00", "empty"),
        ("a", "too_short"),
        ("?!", "too_short"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    reading = read_comment(text)

    assert (reading.polarity, reading.label, reading.reason) == (None, None, reason)


def test_a_comment_in_another_language_is_read_and_marked() -> None:
    assert read_comment("Das Personal war sehr freundlich, vielen Dank!").language == "other"


def test_emoji_need_no_language() -> None:
    assert read_comment("👍👍").label == "positive"
    assert read_comment("😡", language="en").label == "negative"


def test_a_language_without_analyser_is_unsupported() -> None:
    reading = read_comment("Sehr gut", language="de", languages=["de"])

    assert (reading.language, reading.reason) == (None, "language_unsupported")


@pytest.mark.parametrize("bad", [Broken(), Nonsense(), BeyondTheText()])
def test_r15_the_next_analyser_stands_in_for_one_that_fails(bad: Broken) -> None:
    registry = Registry([bad, FastAnalyser()])

    reading = read_comment("Skve\u030cla\u0301 obsluha", language="cs", registry=registry)

    assert (reading.label, reading.engine) == ("positive", "fast-1")


def test_r15_a_comment_that_no_analyser_survives_is_failed() -> None:
    reading = read_comment("Skvělá obsluha", registry=Registry([Broken()]))

    assert (reading.scored, reading.reason) == (False, "failed")
    assert (reading.language, reading.engine) == ("cs", "broken")


def test_a_failure_is_logged_without_the_comment(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        read_comment("Bydlím v Praze a je to dobré", registry=Registry([Broken()]))

    assert "broken failed with MemoryError" in caplog.text
    assert "Praze" not in caplog.text


def test_one_analyser_can_be_chosen_by_name_or_engine() -> None:
    for name in ("pattern-en", "pattern-en-1"):
        assert default_registry().only(name).engines == ("pattern-en-1",)
    with pytest.raises(KeyError):
        default_registry().only("pattern-en-2")


@settings(deadline=None, max_examples=200)
@given(ANY_TEXT, st.sampled_from([None, *LANGUAGES]))
def test_r22_any_text_is_read_in_range_and_evidence_is_inside_it(
    text: str, language: str | None
) -> None:
    reading = read_comment(text, language=language)

    assert reading.reason != "failed"
    assert reading.polarity is None or -1.0 <= reading.polarity <= 1.0
    assert all(0 <= e.start < e.end <= len(text) for e in reading.evidence)


HUGE = {
    "bang": "!" * 100_000,
    "interrobang": "?!" * 50_000,
    "spaced": ". ! ? , ; " * 10_000,
    "letters": "a" * 100_000,
    "dotted": "a." * 50_000,
    "brackets": "( ) " * 25_000,
    "quotes": "' \" " * 25_000,
    "emoticons": ":) :( " * 16_000,
    "negations": "not n't isn't " * 7_000,
    "negace": "není nebyl nikdo nic moc " * 4_000,
    "не": "не очень " * 11_000,
    "combining": "e" + "\u0301" * 100_000,
    "emoji": "👩\u200d👩\u200d👧" * 20_000,
    "one megabyte": "Skvělé, ale drahé! " * 55_000,
}


@pytest.mark.parametrize("language", ["cs", "en"])
@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_r22_adversarial_text_is_read_in_bounded_time(text: str, language: str) -> None:
    EnglishAnalyser().read("good", "en")  # loading TextBlob is no part of it
    begun = process_time()

    reading = read_comment(text, language=language, languages=[language])

    assert process_time() - begun < 2.0
    assert reading.reason != "failed"

import pytest
from hypothesis import given, settings

from cjm_feedback.sentiment.normalise import SCORING_LIMIT, prepare
from tests.sentiment.texts import ANY_TEXT


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("Rychlé dodání.", "Rychlé dodání."),
        ("skve\u030cle\u0301", "skvělé"),
        ("a\u200bb\u00adc\ufeff", "abc"),
        ("a\x00b\ud800c", "a b c"),
        ("isn\u2019t", "isn't"),
        ("suuuuuper!!!!!!!", "suuuper!!!"),
        ("❤\ufe0f", "❤"),
        ("?!?!?!?!?!?!", "?!?!?!?!"),
        ("1000000 Kč", "1000000 Kč"),
        ("a\u00a0b\tc", "a b c"),
        ("\u0301a", "a"),
    ],
)
def test_oddities_become_harmless(text: str, prepared: str) -> None:
    assert prepare(text).text == prepared


def test_the_place_of_each_character_is_kept() -> None:
    text = "To\u200b je skve\u030cle\u0301!!!!!!!! Super"
    prepared = prepare(text)

    at = prepared.text.index("skvělé")
    start, end = prepared.original_span(at, at + 6)
    assert text[start:end] == "skve\u030cle\u0301"

    at = prepared.text.index("Super")
    start, end = prepared.original_span(at, at + 5)
    assert text[start:end] == "Super"


def test_scoring_reads_a_part_of_a_very_long_comment() -> None:
    assert len(prepare("slovo " * 100_000).text) == SCORING_LIMIT


@settings(deadline=None)
@given(ANY_TEXT)
def test_every_character_comes_from_a_place_in_the_original(text: str) -> None:
    prepared = prepare(text)

    places = [prepared.original_span(at, at + 1) for at in range(len(prepared.text))]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)


@settings(deadline=None)
@given(ANY_TEXT)
def test_what_was_prepared_holds_nothing_to_prepare(text: str) -> None:
    once = prepare(text).text

    assert not any("\ud800" <= character <= "\udfff" or character == "\x00" for character in once)
    assert prepare(once).text == once

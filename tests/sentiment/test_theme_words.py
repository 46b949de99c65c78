from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.content.themes import starter_themes
from cjm_feedback.sentiment.theme_words import WordThemeIndex, stems_of
from cjm_feedback.sentiment.themes import ThemeSpec

STARTERS = [
    ThemeSpec(theme.key, tuple(seed for seeds in theme.seeds.values() for seed in seeds))
    for theme in starter_themes()
]
INDEX = WordThemeIndex(STARTERS)


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Platba kartou neprošla, zkoušel jsem to třikrát", "payment"),
        ("platba kartou neprosla", "payment"),
        ("Aplikacja ciągle się zawiesza", "website-app"),
        ("Оплата картой не прошла", "payment"),
        ("the app crashes all the time", "website-app"),
    ],
)
def test_a_phrase_is_found_inflected_and_without_accents(text: str, theme: str) -> None:
    assert [match.key for match in INDEX.match([text])[0]][:1] == [theme]


@pytest.mark.parametrize("text", ["", "?", "1234567", "ok", "()" * 500, "и и и", "\ud800"])
def test_what_says_nothing_has_no_theme(text: str) -> None:
    assert INDEX.match([text]) == [()]


def test_a_theme_of_the_staff_is_known_by_its_phrases() -> None:
    parrots = ThemeSpec("parrots", ("the parrot shouts", "papoušek křičí"))

    [found] = WordThemeIndex([*STARTERS, parrots]).match(["Ten papousek porad krici"])

    assert [match.key for match in found] == ["parrots"]


def test_grammar_and_endings_are_left_out() -> None:
    assert list(stems_of("Byla to NEJlepší dodávka a dodávky")) == ["nejlep", "dodav", "dodav"]


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    [found] = INDEX.match([text])
    assert len(found) <= 3

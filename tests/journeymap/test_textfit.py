import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.journeymap.textfit import ELLIPSIS, hyphen_positions, width, wrap


@pytest.mark.parametrize(
    ("language", "word", "broken"),
    [
        ("ru", "консультантом", "кон-суль-тан-том"),
        ("pl", "doświadczenia", "do-świad-cze-nia"),
        ("cs", "zákaznická", "zá-kaz-nic-ká"),
        ("en", "hyphenation", "hy-phen-ation"),
        ("xx", "hyphenation", "hyphenation"),
    ],
)
def test_long_words_are_broken_where_their_language_breaks_them(
    language: str, word: str, broken: str
) -> None:
    cuts = [0, *hyphen_positions(word, language), len(word)]
    assert "-".join(word[a:b] for a, b in pairwise(cuts)) == broken


def test_a_name_is_wrapped_between_words_first() -> None:
    assert wrap("Catalogue search", 72, 11, "en") == ("Catalogue", "search")
    assert wrap("Приглашение друга", 60, 11, "ru") == ("Пригла-", "шение", "друга")
    assert wrap("E-mail", 30, 11, "en") == ("E-", "mail")


def test_a_name_that_needs_more_lines_ends_in_an_ellipsis() -> None:
    found = wrap("one two three four five six seven eight", 40, 11, "en", lines=3)
    assert len(found) == 3
    assert found[-1].endswith(ELLIPSIS)


words = st.text(
    st.sampled_from("abcdefgčřžąęłжшщюЖШ🙂漢 -/WMil\u0301\u200b"), min_size=1, max_size=60
)


@given(words, st.integers(30, 140), st.sampled_from(["cs", "pl", "ru", "en"]))
def test_every_line_fits_its_room(text: str, room: int, language: str) -> None:
    lines = wrap(text, room, 11, language)
    assert len(lines) <= 3
    assert all(width(line, 11) <= room for line in lines)


@given(words, st.integers(30, 140))
def test_wrapping_loses_no_letter(text: str, room: int) -> None:
    lines = wrap(text, room, 11, "cs", lines=999)
    kept = re.sub(r"[\s-]", "", "".join(lines))
    assert kept == re.sub(r"[\s-]", "", text)


@given(words)
def test_a_room_for_nothing_still_ends(text: str) -> None:
    assert len(wrap(text, 1, 11, "ru")) <= 3


def test_accents_take_no_room_and_bold_takes_more() -> None:
    assert width("čřž", 10) == width("crz", 10)
    assert width("e\u0301", 10) == width("e", 10)
    assert width("mood", 10, bold=True) > width("mood", 10) > width("mood", 9)

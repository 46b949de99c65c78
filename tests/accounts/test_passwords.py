from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cjm_feedback.accounts.passwords import LONGEST, SHORTEST, Flaw, flaw_of

ABOUT = ["jana.mala", "jana.mala@modrasova.example", "Jana Malá", "Modrá sova"]


@pytest.mark.parametrize(
    ("password", "flaw"),
    [
        ("", Flaw.TOO_SHORT),
        ("x" * (SHORTEST - 1), Flaw.TOO_SHORT),
        ("k9" * LONGEST, Flaw.TOO_LONG),
        ("password1234", Flaw.COMMON),
        ("Password2026!", Flaw.COMMON),
        ("123456789012", Flaw.COMMON),
        ("qwertyuiop123", Flaw.COMMON),
        ("1qaz2wsx3edc", Flaw.COMMON),
        ("asdfghjklqwert", Flaw.COMMON),
        ("йцукенгшщзхъ", Flaw.COMMON),
        ("abcdefghijkl", Flaw.COMMON),
        ("aaaaaaaaaaaaaa", Flaw.COMMON),
        ("abababababab", Flaw.COMMON),
        ("justinbieber", Flaw.COMMON),
        ("heslo1234567", Flaw.COMMON),
        ("Hasło2026!!!", Flaw.COMMON),
        ("пароль123456", Flaw.COMMON),
        ("janamala2026", Flaw.ABOUT_YOU),
        ("Malá-Jana-1!", Flaw.ABOUT_YOU),
        ("modrasova2026", Flaw.ABOUT_YOU),
        ("jana.mala@modrasova.example", Flaw.ABOUT_YOU),
    ],
)
def test_a_password_that_would_be_tried_first_is_refused(password: str, flaw: Flaw) -> None:
    assert flaw_of(password, about=ABOUT) is flaw


@pytest.mark.parametrize(
    "password",
    [
        "kolo pod starým dubem",
        "correct horse battery",
        "Třešně v červnu 7",
        "снег идёт в апреле",
        "x7#Lq0!vTz9w",
        "jana peče dva koláče",
        "👩‍🚀 letí na měsíc",
    ],
)
def test_a_few_words_of_ones_own_will_do(password: str) -> None:
    assert flaw_of(password, about=ABOUT) is None


@given(st.text(max_size=300), st.lists(st.text(max_size=30), max_size=4))
def test_any_text_gets_a_verdict(password: str, about: list[str]) -> None:
    flaw = flaw_of(password, about=about)

    assert flaw is None or flaw in Flaw
    if len(password) < SHORTEST:
        assert flaw is Flaw.TOO_SHORT

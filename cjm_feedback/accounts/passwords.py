"""What a new password must be: long, and not the first thing that somebody would try."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from enum import Enum
from functools import cache
from pathlib import Path

SHORTEST = 12
LONGEST = 256
FEWEST_DIFFERENT = 5
LEAST_OWN_LETTERS = 4
COMMON_FILE = Path(__file__).with_name("common_passwords.txt")
CONTEXT_WORDS = (
    *("cjm", "feedback", "zakaznik", "mapa", "heslo", "haslo", "hasło", "parol"),
    *("пароль", "клиент", "карта", "qwertz", "йцукен"),
)
ROWS = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "qwertzuiop",
    "asdfghjkl",
    "zxcvbnm",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
)
RUN = 4
"""Neighbours on a keyboard row or in a count that make a run nobody needs to guess."""


class Flaw(Enum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    ABOUT_YOU = "about_you"
    COMMON = "common"


def flaw_of(password: str, *, about: Iterable[str] = ()) -> Flaw | None:
    """Why `password` will not do; `about` are words that others know of the person."""
    if len(password) < SHORTEST:
        return Flaw.TOO_SHORT
    if len(password) > LONGEST:
        return Flaw.TOO_LONG
    text = unicodedata.normalize("NFKC", password).casefold()
    if _is_only(text, _words(about)):
        return Flaw.ABOUT_YOU
    if len(set(text)) < FEWEST_DIFFERENT or _is_common(text) or _is_only(text, CONTEXT_WORDS):
        return Flaw.COMMON
    return None


def _is_common(text: str) -> bool:
    stem = re.sub(r"[\W\d_]+", "", text)
    return _listed(text) or (bool(stem) and _listed(stem)) or _is_run(text)


def _is_run(text: str) -> bool:
    """Whether less than a few characters stay when keyboard rows and counts are taken away."""
    left = text
    for row in ROWS:
        for line in (row, row[::-1]):
            for length in range(len(line), RUN - 1, -1):
                for start in range(len(line) - length + 1):
                    left = left.replace(line[start : start + length], "")
    return len(left) < LEAST_OWN_LETTERS


def _is_only(text: str, words: Iterable[str]) -> bool:
    """Whether nothing of its own stays when the words, numbers and signs are taken away."""
    bare = _bare(text)
    left = bare
    for word in sorted({_bare(word) for word in words} - {""}, key=len, reverse=True):
        left = left.replace(word, "")
    return left != bare and len(left) < LEAST_OWN_LETTERS


def _bare(text: str) -> str:
    """The letters alone, without accents: whoever tries Malá also tries mala."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if letter.isalpha())


def _words(about: Iterable[str]) -> set[str]:
    """The texts themselves and their parts of three letters and more."""
    words: set[str] = set()
    for text in about:
        folded = unicodedata.normalize("NFKC", text).casefold()
        words.add(folded)
        words.update(word for word in re.split(r"[\W\d_]+", folded) if len(word) >= 3)
    return words


def _listed(text: str) -> bool:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10] in _common()


@cache
def _common() -> frozenset[str]:
    lines = COMMON_FILE.read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))

"""Which of a survey's languages a comment is written in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from cjm_feedback.sentiment.folding import fold
from cjm_feedback.sentiment.language_tables import (
    FUNCTION_WORDS,
    LETTER_GROUPS,
    LETTERS,
    NOT_RUSSIAN,
    STRANGERS,
)

LANGUAGES: Final = ("cs", "pl", "ru", "en")

# Enough of a comment to tell its language; the rest would only cost time.
_WORDS_READ: Final = 150
_LETTERS_READ: Final = 30
_OTHER: Final = "other"

_FUNCTION_WORD: Final = 3.0
_LETTER_GROUP: Final = 0.5
_STRANGER: Final = -1.5
_ACCENTED_STRANGER: Final = -4.0
# Latin words are common in Russian comments, Cyrillic ones hardly occur in others.
_CYRILLIC_WORD: Final = 8.0
_OTHER_ALPHABET_WORD: Final = 3.0
# Russians quote a Ukrainian name now and then; Ukrainians use these letters in most sentences.
_NOT_RUSSIAN_SHARE: Final = 0.1
# The respondent chose a language: a word or two of another one do not outweigh that.
_PRIOR: Final = 6.0
_PRIOR_OF_ANOTHER_ALPHABET: Final = 2.5

_LATIN_LETTER: Final = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_CYRILLIC_LETTER: Final = re.compile(r"[\u0400-\u052f]")
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


@dataclass(frozen=True)
class Guess:
    """`language` is None when nothing tells it; `foreign` when it is none of those asked for."""

    language: str | None
    foreign: bool = False


def guess_language(
    text: str, *, languages: Sequence[str] = LANGUAGES, prior: str | None = None
) -> Guess:
    """The language of `text` among `languages`, starting from `prior`.

    `prior`, the language that the respondent used, gives way to strong evidence only.
    """
    points = _points(text, dict.fromkeys([*languages, *([prior] if prior else [])]))
    foreign = points.pop(_OTHER)
    if foreign > max([0.0, *points.values()]):
        return Guess(None, foreign=True)
    if len(points) == 1:
        return Guess(next(iter(points)))
    if prior:
        points[prior] += _prior_weight(text, prior)
    best = max(points, key=lambda language: points[language], default=None)
    return Guess(best if best and points[best] > 0 else prior)


def _prior_weight(text: str, prior: str) -> float:
    """Less where the text holds no letter of the language's alphabet."""
    alphabet = _CYRILLIC_LETTER if prior == "ru" else _LATIN_LETTER
    return _PRIOR if alphabet.search(text) else _PRIOR_OF_ANOTHER_ALPHABET


def _points(text: str, languages: Collection[str]) -> dict[str, float]:
    points = dict.fromkeys([*languages, _OTHER], 0.0)
    modelled = [language for language in languages if language in LETTERS]
    cyrillic = not_russian = 0
    for word in _words(text):
        if _CYRILLIC_LETTER.match(word):
            cyrillic += 1
            not_russian += not NOT_RUSSIAN.isdisjoint(word)
        elif _LATIN_LETTER.match(word):
            for language in modelled:
                points[language] += _latin_points(word, language)
        else:
            points[_OTHER] += _OTHER_ALPHABET_WORD
    russian = not_russian <= _NOT_RUSSIAN_SHARE * cyrillic and "ru" in languages
    points["ru" if russian else _OTHER] += _CYRILLIC_WORD * cyrillic
    return points


def _words(text: str) -> Iterator[str]:
    for match in islice(_WORD.finditer(text), _WORDS_READ):
        yield match.group()[:_LETTERS_READ].lower()


def _latin_points(word: str, language: str) -> float:
    letters, strangers = LETTERS[language], STRANGERS[language]
    points = sum(letters.get(letter, 0.0) for letter in word)
    points += sum(
        _STRANGER if letter.isascii() else _ACCENTED_STRANGER
        for letter in word
        if letter in strangers
    )
    folded = fold(word)
    points += _FUNCTION_WORD * (folded in FUNCTION_WORDS[language])
    padded = f"_{folded}_"
    groups = LETTER_GROUPS[language]
    for length in _GROUP_LENGTHS:
        for start in range(len(padded) - length + 1):
            points += _LETTER_GROUP * (padded[start : start + length] in groups)
    return points


_GROUP_LENGTHS: Final = sorted({len(g) for groups in LETTER_GROUPS.values() for g in groups})

"""A comment made fit for analysers, without losing where each character came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# Scoring reads this much of a comment; the whole text is stored elsewhere.
SCORING_LIMIT: Final = 20_000
REPEATS_KEPT: Final = 3
PUNCTUATION_KEPT: Final = 8

_APOSTROPHES: Final = "\u2018\u2019\u02bc\u0060\u00b4"
_VARIATION_SELECTORS: Final = range(0xFE00, 0xFE10)
# Most comments hold none of these and are used as they are.
_NEEDS_WORK: Final = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u0300-\u036f\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    rf"\ufe00-\ufe0f\ufeff\ud800-\udfff{_APOSTROPHES}]|(\D)\1{{{REPEATS_KEPT}}}"
    rf"|[^\w\s]{{{PUNCTUATION_KEPT + 1}}}"
)


@dataclass(frozen=True)
class Prepared:
    """`text` to be read; its character i was `starts[i]` to `ends[i]` of the original."""

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True)
class _Piece:
    character: str
    start: int
    end: int


def prepare(text: str) -> Prepared:
    """The readable part of `text`, its oddities harmless.

    Controls and lone surrogates become spaces, invisible marks go, letters and
    accents written apart are joined, and runs of one character or of
    punctuation are shortened: TextBlob takes quadratic time on punctuation.
    """
    text = text[:SCORING_LIMIT]
    if not _NEEDS_WORK.search(text):
        return Prepared(text)
    pieces = list(_without_runs(_characters(text)))
    return Prepared(
        "".join(piece.character for piece in pieces),
        tuple(piece.start for piece in pieces),
        tuple(piece.end for piece in pieces),
    )


def _characters(text: str) -> Iterator[_Piece]:
    position = 0
    while position < len(text):
        start, position = position, position + 1
        while position < len(text) and _is_mark(text[position]):
            position += 1
        character = _readable(text[start:position])
        if character:
            yield _Piece(character, start, position)


def _readable(cluster: str) -> str:
    """One character for a letter and the marks written after it; nothing for the invisible."""
    first = unicodedata.normalize("NFC", cluster[:3])[0]
    if first == "\n":
        return first
    if first in _APOSTROPHES:
        return "'"
    category = unicodedata.category(first)
    if category == "Cf" or _is_mark(first):
        return ""
    return " " if category in ("Cc", "Cs") or first.isspace() else first


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) > 0 or ord(character) in _VARIATION_SELECTORS


def _without_runs(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    repeats = punctuation = 0
    last = ""
    for piece in pieces:
        character = piece.character
        repeats = repeats + 1 if character == last and not character.isdigit() else 1
        is_punctuation = not (character.isalnum() or character.isspace())
        punctuation = punctuation + 1 if is_punctuation else 0
        last = character
        if repeats <= REPEATS_KEPT and punctuation <= PUNCTUATION_KEPT:
            yield piece

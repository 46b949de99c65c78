"""What the fast engine sees of a comment: words, their parts, neighbours and symbols.

Accents are folded away for everybody, so a comment typed without them reads the same and the
little training text there is counts once for both spellings.
"""

from __future__ import annotations

import re
from math import sqrt
from typing import Final, NamedTuple

from cjm_feedback.sentiment.folding import fold
from cjm_feedback.sentiment.symbols import EMOJI, EMOTICON, polarity_of_symbol

# A longer word is read in pieces: no word costs more than this, whatever was pasted.
_LONGEST_WORD: Final = 30
_SHORTEST_SHOUT: Final = 3
_PARTS: Final = (2, 3, 4, 5)

# No token holds white space, so a text can be split there first.
TOKEN: Final = re.compile(
    rf"https?://\S{{1,200}}|\w{{1,{_LONGEST_WORD}}}"
    rf"|(?=[^\s.,-])(?:[!?]+|@\w{{1,{_LONGEST_WORD}}}|{EMOTICON}|{EMOJI})"
)
_STRETCHED: Final = re.compile(r"(.)\1{2,}")
_DIGIT: Final = re.compile(r"\d")


class Seen(NamedTuple):
    """One token: `name` is what its neighbours know it by, and "#" begins what is no word.

    `grams` carry weights: the whole token first, then its parts in any order. A space stands
    for the edge of a word. `telling` is what can say how somebody feels.
    """

    name: str
    grams: list[str]
    telling: bool


def seen(token: str) -> Seen:
    first = token[0]
    if first.isalnum() or first == "_":
        return _word(token) if not token.startswith(("http://", "https://")) else _plain("#link")
    if first == "@":
        return _plain("#somebody")
    if first in "!?":
        return _plain("#" + "".join(sorted(set(token))) + ("+" if len(token) > 1 else ""))
    polarity = polarity_of_symbol(token)
    # So that an emoji never met in training still smiles or frowns.
    sign = "#good" if polarity > 0 else "#bad" if polarity < 0 else "#plain"
    return Seen("#" + token, ["#" + token, sign], telling=True)


def _word(token: str) -> Seen:
    name = fold(token.lower())
    grams = []
    if _STRETCHED.search(name):
        name = _STRETCHED.sub(r"\1\1", name)
        grams.append("#stretched")
    if not name.isalpha():
        name = _DIGIT.sub("0", name)
    if len(token) >= _SHORTEST_SHOUT and token.isupper():
        grams.append("#CAPS")
    edged = f" {name} "
    parts = [
        edged[start : start + length]
        for length in _PARTS
        for start in range(len(edged) - length + 1)
    ]
    return Seen(name, [edged, *parts, *grams], telling=any(map(str.isalpha, name)))


def _plain(name: str) -> Seen:
    return Seen(name, [name], telling=False)


def pair_of(first: str, second: str) -> str:
    """How two neighbouring words are named among the weights."""
    return f"{first} {second}"


def is_pair(gram: str) -> bool:
    return " " in gram[1:-1]


def gram_scale(grams: int) -> float:
    """What each of so many parts of a word counts: a long word is still one word."""
    return 1 / sqrt(grams + 1)


def text_scale(tokens: int) -> float:
    """What each of so many tokens of a text counts: twice the words are not twice as sure."""
    return 1 / sqrt(tokens)

"""Words without their accents: many people type Czech and Polish without."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

# Letters that Unicode does not take apart.
_STROKES: Final = str.maketrans({"ł": "l", "đ": "d", "ø": "o"})
# The breve of й is a letter of its own, the dots of ё are left out by most writers.
_KEPT: Final = frozenset("й")


@lru_cache(maxsize=1024)
def _fold_letter(letter: str) -> str:
    if letter in _KEPT:
        return letter
    return unicodedata.normalize("NFD", letter)[0].translate(_STROKES)


def fold(word: str) -> str:
    """`word`, lower case, one plain letter for each accented one, as long as before."""
    if word.isascii():
        return word
    return "".join(map(_fold_letter, word))


def only_drops_accents(word: str, model: str) -> bool:
    """Whether `word` begins like `model`, spelled alike but for accents left out.

    An accent too many is another word: "dráha" is a track, "drahá" is dear.
    """
    return len(word) >= len(model) and all(
        written == meant or written == _fold_letter(meant)
        for written, meant in zip(word, model, strict=False)
    )

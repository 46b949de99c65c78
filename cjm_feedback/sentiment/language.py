"""Which of a survey's languages a comment is written in.

A linear model over groups of letters tells Czech, Polish, Russian and English
from one another and from the languages around them. `training/language.py`
makes its file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LANGUAGES: Final = ("cs", "pl", "ru", "en")
MODEL_FILE: Final = Path(__file__).parent / "models" / "language.npz"

Buckets = NDArray[np.uint32]
Floats = NDArray[np.float32]

# Enough of a comment to tell its language; the rest would only cost time.
_CHARACTERS_READ: Final = 800
_LONGEST_GROUP: Final = 5
BUCKET_BITS: Final = 15
_MULTIPLIER: Final = np.uint32(0x9E3779B1)
_STEP: Final = np.uint32(0x01000193)
_SPACE: Final = np.uint32(ord(" "))

# The respondent chose a language: a word or two of another one of the survey's do not outweigh
# that. It says little about whether they wrote in one of the survey's at all.
_PRIOR: Final = math.exp(1.5)
_PRIOR_AGAINST_FOREIGN: Final = 0.5
# Where no letter tells anything the prior still does.
_LEAST: Final = 1e-9
# A comment is called foreign only when that is the likelier by far.
_FOREIGN: Final = 0.7

_NO_LETTERS: Final = re.compile(r"[\W\d_]+")
_UNKNOWN_LETTER: Final = re.compile(r"[^ a-z\u00df-\u024f\u0400-\u052f\u1e00-\u1eff]")


@dataclass(frozen=True)
class Guess:
    """`language` is the nearest of those asked for, None when nothing tells it.

    `foreign` says that the text is in none of them, `confidence` how likely
    the whole guess is.
    """

    language: str | None
    foreign: bool = False
    confidence: float = field(default=1.0, compare=False)


def guess_language(
    text: str, *, languages: Sequence[str] = LANGUAGES, prior: str | None = None
) -> Guess:
    """The language of `text` among `languages`, starting from `prior`.

    `prior`, the language that the respondent used, gives way to strong evidence only.
    """
    asked = dict.fromkeys([*languages, *([prior] if prior else [])])
    only = next(iter(asked)) if len(asked) == 1 else None
    letters = letters_of(text)
    if not asked or not letters.strip():
        return Guess(prior or only, confidence=0.0)
    if only and only not in LANGUAGES:
        return Guess(only)
    points = _model().points(buckets_of(letters))
    if prior in LANGUAGES:
        points[LANGUAGES.index(prior)] += _PRIOR_AGAINST_FOREIGN
    shares = _shares(points, _share_of_known_letters(letters))
    return _chosen(shares, asked, prior)


def _shares(points: Floats, known_letters: float) -> dict[str, float]:
    """How likely each of `LANGUAGES` is; what is missing to 1 are other languages."""
    shares = np.exp(points - points.max())
    shares *= known_letters / shares.sum()
    return {language: float(shares[n]) for n, language in enumerate(LANGUAGES)}


def _chosen(shares: Mapping[str, float], asked: Mapping[str, None], prior: str | None) -> Guess:
    """From the shares of all languages that the model knows to one that was asked for."""
    known = {language: shares[language] for language in asked if language in shares}
    # Who names one language knows it: a text in another that we read is taken for it.
    asked_about = known if len(asked) > 1 else shares
    elsewhere = max(0.0, 1.0 - sum(asked_about.values()))
    strangers = [language for language in asked if language not in shares]
    if strangers:  # the model cannot tell these from one another
        known[prior if prior and prior in strangers else strangers[0]] = elsewhere
    if prior in known:
        known[prior] = known[prior] * _PRIOR + _LEAST
    best = max(known, key=lambda language: known[language])
    if not strangers and elsewhere > _FOREIGN:
        return Guess(best, foreign=True, confidence=elsewhere)
    return Guess(best, confidence=known[best] / (sum(known.values()) or 1.0))


def _share_of_known_letters(letters: str) -> float:
    """Less than 1 for alphabets of which the model has never seen a letter."""
    if letters.isascii():
        return 1.0
    return 1.0 - len(_UNKNOWN_LETTER.findall(letters)) / (len(letters) - letters.count(" "))


def letters_of(text: str) -> str:
    """The words of `text`, in lower case, a space on either side of each."""
    return _NO_LETTERS.sub(" ", f" {text[:_CHARACTERS_READ].lower()} ")


def buckets_of(letters: str) -> Buckets:
    """The rows of the model for the groups of one to five letters within the words."""
    codes = np.frombuffer(letters.encode("utf-32-le"), dtype=np.uint32)
    space = codes == _SPACE
    groups = codes
    broken = space  # for one letter: that it is none; for more: that a word ends within
    found = [codes[~space]]
    for length in range(2, _LONGEST_GROUP + 1):
        if len(codes) < length:
            break
        groups = groups[:-1] * _STEP + codes[length - 1 :]
        broken = broken[:-1] | space[length - 2 : -1] if length > 2 else np.zeros_like(space[1:])
        found.append(groups[~broken])
    return (np.concatenate(found) * _MULTIPLIER) >> np.uint32(32 - BUCKET_BITS)


class _Model:
    """Weights of the letter groups for `LANGUAGES` and for families of others."""

    def __init__(self, weights: NDArray[np.int8], scale: float, bias: Floats) -> None:
        self._weights = weights
        self._scale = scale
        self._bias = bias

    def points(self, buckets: Buckets) -> Floats:
        total = self._weights.take(buckets, axis=0).sum(axis=0, dtype=np.int32)
        points: Floats = self._bias + total * np.float32(self._scale / math.sqrt(len(buckets)))
        return points


@cache
def _model() -> _Model:
    with np.load(MODEL_FILE) as file:
        members: dict[str, Any] = dict(file)
    return _Model(members["weights"], float(members["scale"]), members["bias"])

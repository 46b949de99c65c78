"""The fast engine: what words, their parts and neighbours speak for, summed over a comment.

A linear model for each language, quick enough for any archive and small enough for any machine.
It does not understand sentences; the deep engine does.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import exp, tanh
from typing import Final, NamedTuple, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from cjm_feedback.sentiment.analyser import UNDETERMINED
from cjm_feedback.sentiment.features import TOKEN, gram_scale, is_pair, seen, text_scale
from cjm_feedback.sentiment.result import Evidence, Label, Reading, unscored

LANGUAGES: Final = ("cs", "pl", "ru", "en")
LABELS: Final[tuple[Label, ...]] = get_args(Label)
_NEGATIVE: Final = LABELS.index("negative")
_POSITIVE: Final = LABELS.index("positive")

_MOST_EVIDENCE: Final = 8
# Next to the strongest word of a comment a weaker one than this is no evidence.
_LEAST_SHARE: Final = 0.25
# Some 8 MB for a language.
_MOST_KEPT: Final = 20_000
_LONGEST_KEPT: Final = 50

Floats = NDArray[np.float32]
Kept = TypeVar("Kept")


Sums = tuple[float, ...]
"""What something adds to negative, positive and mixed, next to neutral."""
_NOTHING: Final[Sums] = (0.0, 0.0, 0.0)


class Word(NamedTuple):
    """A token, and the name its neighbours know it by."""

    sums: Sums
    name: str
    telling: bool


class Chunk(NamedTuple):
    """What stands between two spaces: a word and its punctuation, most often."""

    sums: Sums
    first: str
    last: str
    tokens: int


class Explained(NamedTuple):
    logits: list[float]
    weights: list[float]
    telling: bool


class Contribution(NamedTuple):
    """The characters `start` to `end` move a comment towards praise (or blame) by `weight`."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True)
class Weights:
    """For each of `grams` a row of `table`: what it adds to negative, positive and mixed."""

    grams: Sequence[str]
    table: Floats
    bias: Sequence[float]


class FastModel:
    """Reads texts of one language."""

    def __init__(self, weights: Weights) -> None:
        self._bias = weights.bias
        self._parts: dict[str, Sums] = {}
        self._pairs: dict[tuple[str, ...], Sums] = {}
        values: dict[
            float, float
        ] = {}  # few are distinct, and shared they take a third of the room
        for gram, row in zip(weights.grams, weights.table.tolist(), strict=True):
            sums = tuple(values.setdefault(value, value) for value in row)
            if is_pair(gram):
                self._pairs[tuple(gram.split(" "))] = sums
            else:
                self._parts[gram] = sums
        self._words = _Kept(self._word)
        self.word: Callable[[str], Word] = self._words.__getitem__
        self._chunks = _Kept(self._chunk)

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """A row for each text: negative, neutral, positive, mixed."""
        # One by one: for a single text numpy would take longer than the text.
        shares = [_softmax(self.logits(text)) for text in texts]
        return np.array(shares, dtype=np.float32).reshape(-1, len(LABELS))

    def logits(self, text: str) -> list[float]:
        chunks = list(filter(None, map(self._chunks.__getitem__, text.split())))
        if not chunks:
            return self._scored((), 1)
        sums, firsts, lasts, tokens = zip(*chunks, strict=True)
        neighbours = zip(lasts, firsts[1:], strict=False)
        pairs = filter(None, map(self._pairs.get, neighbours))
        return self._scored((*sums, *pairs), sum(tokens))

    def explained(self, tokens: Sequence[str]) -> Explained:
        """The logits of a text of `tokens`, and how far each of them moves the polarity.

        A pair of neighbours speaks half for the one and half for the other.
        """
        if not tokens:
            return Explained(self._scored((), 1), [], telling=False)
        sums, names, telling = zip(*map(self.word, tokens), strict=True)
        pairs = list(map(self._pairs.get, pairwise(names)))
        weights = [positive - negative for negative, positive, _ in sums]
        for number, pair in enumerate(pairs):
            if pair is not None:
                half = (pair[1] - pair[0]) / 2
                weights[number] += half
                weights[number + 1] += half
        scale = text_scale(len(tokens))
        return Explained(
            self._scored((*sums, *filter(None, pairs)), len(tokens)),
            [weight * scale for weight in weights],
            telling=any(telling),
        )

    def forget(self) -> None:
        """As if no text had been read yet."""
        self._words.clear()
        self._chunks.clear()

    def word_contributions(self, text: str) -> list[Contribution]:
        matches = list(TOKEN.finditer(text))
        explained = self.explained([match.group() for match in matches])
        return [
            Contribution(match.start(), match.end(), weight)
            for match, weight in zip(matches, explained.weights, strict=True)
        ]

    def _scored(self, sums: tuple[Sums, ...], tokens: int) -> list[float]:
        scale = text_scale(tokens)
        negative, positive, mixed = [
            bias + scale * sum(column)
            for bias, column in zip(self._bias, zip(_NOTHING, *sums, strict=True), strict=True)
        ]
        return [negative, 0.0, positive, mixed]

    def _word(self, token: str) -> Word:
        name, (whole, *grams), telling = seen(token)
        scale = gram_scale(len(grams))
        parts = _added(filter(None, map(self._parts.get, grams)))
        alone = self._parts.get(whole, _NOTHING)
        sums = tuple(a + scale * b for a, b in zip(alone, parts, strict=True))
        return Word(sums, name, telling)

    def _chunk(self, chunk: str) -> Chunk | None:
        words = [self.word(token) for token in TOKEN.findall(chunk)]
        if not words:
            return None
        names = [word.name for word in words]
        pairs = filter(None, map(self._pairs.get, pairwise(names)))
        sums = _added([*(word.sums for word in words), *pairs])
        return Chunk(sums, names[0], names[-1], len(words))


class FastAnalyser:
    """Scores a comment as a whole. A text of no telling word, as "12" or "?", is unscored.

    Where the language could not be told, as with emoji alone, all models read it and the
    mean counts.
    """

    name: Final = "fast"
    version: Final = 1
    languages: Final = frozenset({*LANGUAGES, UNDETERMINED})

    def read(self, text: str, language: str) -> Reading:
        matches = list(TOKEN.finditer(text))
        tokens = [match.group() for match in matches]
        models = [fast_model(one) for one in LANGUAGES if language in (one, UNDETERMINED)]
        found = [one.explained(tokens) for one in models]
        if not found[0].telling:
            return unscored("no_known_words")
        shares = _softmax(_means([one.logits for one in found]))
        weights = _means([one.weights for one in found])
        best = max(range(len(LABELS)), key=shares.__getitem__)
        return Reading(
            language=None,
            polarity=shares[_POSITIVE] - shares[_NEGATIVE],
            label=LABELS[best],
            confidence=shares[best],
            engine=self.name,
            evidence=tuple(_evidence(matches, weights)),
            probabilities=(shares[0], shares[1], shares[2], shares[3]),
        )


class _Kept(dict[str, Kept]):
    """Finds what is asked for the first time, and keeps it: words come again and again.

    Emptied when full, which is cheaper than knowing what was used least.
    """

    def __init__(self, find: Callable[[str], Kept]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: str) -> Kept:
        found = self._find(key)
        if len(key) <= _LONGEST_KEPT:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[key] = found
        return found


@cache
def fast_model(language: str) -> FastModel:
    """Loaded once in a process. FileNotFoundError where there is none for `language`."""
    return FastModel(
        unpacked((files(__package__) / "models" / f"fast-{language}.npz").read_bytes())
    )


def packed(weights: Weights) -> bytes:
    """A file of a byte for each weight; the labels have steps of their own. Sorted, it is small."""
    order = sorted(range(len(weights.grams)), key=weights.grams.__getitem__)
    steps = np.abs(weights.table).max(axis=0) / 127
    file = io.BytesIO()
    np.savez_compressed(
        file,
        grams=np.frombuffer("\n".join(weights.grams[n] for n in order).encode(), dtype=np.uint8),
        table=np.rint(weights.table[order] / steps).astype(np.int8).T,
        steps=steps.astype(np.float32),
        bias=np.array(weights.bias, dtype=np.float32),
    )
    return file.getvalue()


def unpacked(file: bytes) -> Weights:
    with np.load(io.BytesIO(file), allow_pickle=False) as arrays:
        return Weights(
            arrays["grams"].tobytes().decode().split("\n"),
            arrays["table"].T * arrays["steps"],
            arrays["bias"].tolist(),
        )


def _evidence(matches: Sequence[re.Match[str]], weights: Sequence[float]) -> list[Evidence]:
    """The words that weigh most, in their order; neighbours that agree are one piece."""
    least = _LEAST_SHARE * max(map(abs, weights))
    pieces: list[tuple[int, int, float]] = []
    last = -2
    for number, weight in enumerate(weights):
        if abs(weight) <= least:
            continue
        start = number
        if last == number - 1 and pieces[-1][2] * weight > 0:
            start, _, before = pieces.pop()
            weight += before
        pieces.append((start, number, weight))
        last = number
    strongest = sorted(pieces, key=lambda piece: -abs(piece[2]))[:_MOST_EVIDENCE]
    return [
        Evidence(matches[first].start(), matches[last].end(), tanh(weight))
        for first, last, weight in sorted(strongest)
    ]


def _added(sums: Iterable[Sums]) -> Sums:
    return tuple(map(sum, zip(_NOTHING, *sums, strict=True)))


def _means(rows: Sequence[Sequence[float]]) -> Sequence[float]:
    if len(rows) == 1:
        return rows[0]
    return [sum(column) / len(rows) for column in zip(*rows, strict=True)]


def _softmax(logits: Sequence[float]) -> list[float]:
    most = max(logits)
    powers = [exp(one - most) for one in logits]
    whole = sum(powers)
    return [power / whole for power in powers]

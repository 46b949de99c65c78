"""Which themes a text speaks about: the nearest phrases, and what staff confirmed.

A theme is shown by a few phrases. A text belongs to the theme whose phrase it lies nearest to, or
to none: where no phrase is near, or several themes are equally near, nothing is said.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]

MOST_THEMES: Final = 3
"""That one text is said to speak about."""
CONFIRMATIONS_NEEDED: Final = 15
"""Texts that staff put under a theme before its own head has a say."""
_TRUST_HALF: Final = 30
"""With so many confirmations the head counts as much as the phrases."""
_SPREAD: Final = 0.4
_RIDGE: Final = 1.0
_BEST: Final = 0.5
"""How much the nearest phrase counts against all phrases of a theme: one alone misleads more."""
_VOTE: Final = 0.25
"""Of words; chosen on the development part of the gold set."""
_SAME: Final = 0.995
"""Cosine of two vectors of one text by one model, one of them rounded."""
_STEPS: Final = 25


@dataclass(frozen=True)
class ThemeSpec:
    """A theme as the staff describe it; `examples` and `rejected` are texts they decided on."""

    key: str
    seeds: tuple[str, ...]
    examples: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


class Match(NamedTuple):
    """`margin` is how much nearer than the nearest theme that was not chosen."""

    key: str
    score: float
    margin: float


@dataclass(frozen=True)
class Limits:
    """Under `threshold`, or less than `margin` before the next theme, nothing is said.

    `second` is how near a further theme has to be.
    """

    threshold: float
    margin: float
    second: float


class ThemeReader(Protocol):
    def match(
        self, texts: Sequence[str], *, among: Collection[str] | None = None
    ) -> list[tuple[Match, ...]]:
        """The themes of each text, the surest first; of the themes `among` alone if given."""
        ...


@cache
def limits_of(kind: str) -> Limits:
    """As `training.themes` measured them for the vectors of the `deep` model, or for `words`."""
    file = resources.files("cjm_feedback.sentiment").joinpath("theme_limits.json")
    return Limits(**json.loads(file.read_text(encoding="utf-8"))[kind])


class ThemeIndex:
    """The themes of a journey by the vectors of their phrases."""

    def __init__(
        self,
        specs: Sequence[ThemeSpec],
        encode: Encode,
        *,
        limits: Limits | None = None,
        words: Encode | None = None,
    ) -> None:
        """`words` says how much the words of texts speak for each theme, from 0 to 1."""
        self._words = words
        self._specs = [spec for spec in specs if spec.seeds]
        self._encode = encode
        self._limits = limits or limits_of("deep")
        phrases = [seed for spec in self._specs for seed in spec.seeds]
        self._seeds = encode(phrases) if phrases else np.zeros((0, 0), np.float32)
        self._starts = np.cumsum([0, *(len(spec.seeds) for spec in self._specs)])[:-1]
        self._heads = dict(self._fit_heads())

    def match(
        self, texts: Sequence[str], *, among: Collection[str] | None = None
    ) -> list[tuple[Match, ...]]:
        return self.assign(texts, self._encode(texts), among=among) if texts else []

    def assign(
        self, texts: Sequence[str], vectors: Floats, *, among: Collection[str] | None = None
    ) -> list[tuple[Match, ...]]:
        """The themes of texts whose theme vectors are the rows of `vectors`."""
        keys = [spec.key for spec in self._specs]
        return [choose(row, keys, self._limits, among) for row in self.scores(texts, vectors)]

    def scores(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """How near each text is to each theme, in the order of the specs that have phrases.

        Words have a vote: what they know and what vectors know is not the same.
        """
        near = self._near(vectors)
        if self._words is None or not self._specs:
            return near
        return near + np.float32(_VOTE) * self._words(texts)

    def _near(self, vectors: Floats) -> Floats:
        if not self._specs:
            return np.zeros((len(vectors), 0), np.float32)
        alike = vectors @ self._seeds.T
        sizes = [len(spec.seeds) for spec in self._specs]
        best = np.maximum.reduceat(alike, self._starts, axis=1)
        mean = np.add.reduceat(alike, self._starts, axis=1) / np.array(sizes, np.float32)
        near = _BEST * best + (1 - _BEST) * mean
        for column, (weights, trust) in self._heads.items():
            sure = _sigmoid(vectors @ weights[:-1] + weights[-1])
            taught = self._limits.threshold + _SPREAD * (2 * sure - 1)
            near[:, column] = (1 - trust) * near[:, column] + trust * taught
        scores: Floats = near.astype(np.float32)
        return scores

    def _fit_heads(self) -> Iterable[tuple[int, tuple[Floats, float]]]:
        """For themes with confirmations enough: what tells their texts from all others."""
        taught = [
            (column, spec)
            for column, spec in enumerate(self._specs)
            if len(spec.examples) >= CONFIRMATIONS_NEEDED
        ]
        if not taught:
            return
        examples = [
            self._encode(spec.examples) if spec.examples else self._seeds[:0]
            for spec in self._specs
        ]
        bounds = [*self._starts, len(self._seeds)]
        for column, spec in taught:
            own = slice(bounds[column], bounds[column + 1])
            inside = np.concatenate([examples[column], self._seeds[own]])
            others = [one for place, one in enumerate(examples) if place != column]
            outside = [np.delete(self._seeds, np.r_[own], axis=0), *others]
            if spec.rejected:
                outside.append(self._encode(spec.rejected))
            n = len(spec.examples)
            yield column, (fit_head(inside, np.concatenate(outside)), n / (n + _TRUST_HALF))


def choose(
    scores: Floats, keys: Sequence[str], limits: Limits, among: Collection[str] | None = None
) -> tuple[Match, ...]:
    """The themes that stand out, at most three; none where that is not clear."""
    order = [
        column
        for column in np.argsort(-scores, kind="stable")
        if among is None or keys[column] in among
    ][: MOST_THEMES + 1]
    ranked = [float(scores[column]) for column in order]
    if not ranked or ranked[0] < limits.threshold:
        return ()
    ranked.append(-1.0)
    near = sum(score >= limits.second for score in ranked[1:MOST_THEMES]) + 1
    for number in range(near, 0, -1):
        if ranked[number - 1] - ranked[number] >= limits.margin:
            following = ranked[number]
            return tuple(
                Match(keys[column], score, score - following)
                for column, score in zip(order[:number], ranked, strict=False)
            )
    return ()


def fit_head(inside: Floats, outside: Floats) -> Floats:
    """A logistic regression, both sides weighing the same; its last number is the bias."""
    rows = np.concatenate([inside, outside]).astype(np.float64)
    rows = np.hstack([rows, np.ones((len(rows), 1))])
    target = np.concatenate([np.ones(len(inside)), np.zeros(len(outside))])
    # As many effective texts as were confirmed, half of them on each side.
    size = len(inside)
    weight = np.where(target > 0, size / (2 * len(inside)), size / (2 * max(len(outside), 1)))
    ridge = np.full(rows.shape[1], _RIDGE / 10)
    ridge[-1] = 1e-6
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        sure = _sigmoid(rows @ weights)
        slope = rows.T @ (weight * (sure - target)) + ridge * weights
        bend = (rows * (weight * sure * (1 - sure) + 1e-9)[:, None]).T @ rows + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    found: Floats = weights.astype(np.float32)
    return found


def join_matches(
    whole: Sequence[Match], parts: Sequence[Sequence[Match]]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The themes of a text, the surest first, and those of each of its clauses.

    What a clause says by itself and what only the whole says both count; three themes at most.
    """
    best: dict[str, float] = {}
    for match in [*whole, *(match for part in parts for match in part)]:
        best[match.key] = max(match.score, best.get(match.key, -1.0))
    kept = sorted(best, key=lambda key: (-best[key], key))[:MOST_THEMES]
    return tuple(kept), [tuple(m.key for m in part if m.key in kept) for part in parts]


def shipped_vectors() -> dict[str, Floats]:
    """Where the phrases of the starter themes lie, by the model that is shipped; maybe none."""
    file = resources.files("cjm_feedback.sentiment").joinpath("theme_vectors.npz")
    if not file.is_file():
        return {}
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        vectors = stored["vectors"].astype(np.float32)
        return {str(text): vectors[row] for row, text in enumerate(stored["phrases"])}


class Remembering:
    """An encoder that keeps what it was asked: phrases come again with every job."""

    def __init__(self, encode: Encode, *, most: int = 8_000) -> None:
        self._encode = encode
        self._most = most
        self._known: OrderedDict[str, Floats] = OrderedDict()

    def learn(self, vectors: Mapping[str, Floats]) -> None:
        """Take over what is known of some texts, unless it is of another model than `encode`."""
        if not vectors:
            return
        text, vector = next(iter(vectors.items()))
        own = self._encode([text])[0]
        if own.shape == vector.shape and float(own @ vector) > _SAME:
            self._known.update(vectors)

    def __call__(self, texts: Sequence[str]) -> Floats:
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        known = {text: self._known[text] for text in texts if text in self._known}
        if new:
            known |= dict(zip(new, self._encode(new), strict=True))
        for text in texts:
            self._known[text] = known[text]
            self._known.move_to_end(text)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return np.stack([known[text] for text in texts])


def _sigmoid(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    sure: npt.NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return sure

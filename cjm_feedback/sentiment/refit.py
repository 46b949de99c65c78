"""A polarity head moved towards what people said of texts, and no further than they carry it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from cjm_feedback.sentiment.deep.words import Floats

STRENGTHS: Final = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""How strongly the head is held to where it was; cross-validation chooses."""
FOLDS: Final = 5
STEPS: Final = 150
SETTLED: Final = 1e-3
"""A step that moves no number further ends the fit."""
LABEL_COUNT: Final = 4
_SEED: Final = 3
Labels = npt.NDArray[np.int64]


class Head(NamedTuple):
    """Logits are `vectors @ weight.T + bias`: negative, neutral, positive, mixed."""

    weight: Floats
    bias: Floats

    def labels(self, vectors: Floats) -> Labels:
        found: Labels = (vectors @ self.weight.T + self.bias).argmax(1)
        return found


class Fitted(NamedTuple):
    head: Head
    strength: float
    agreed_before: float
    """The share of the texts that the head before labels as people do."""
    agreed_after: float
    """The same of a head that has not seen the text in question (cross-validated)."""


def fit_head(vectors: Floats, labels: Labels, start: Head) -> Fitted:
    """The head near `start` under which `labels` are most likely.

    Minimises the cross entropy plus half a strength times the squared distance from `start`: a
    logistic regression whose ridge pulls to a head that knows thousands of texts, not to zero.
    """
    folds = np.random.default_rng(_SEED).permutation(len(labels)) % FOLDS
    shares = {
        strength: _cross_validated(vectors, labels, start, strength, folds)
        for strength in STRENGTHS
    }
    strength = max(STRENGTHS, key=lambda one: (shares[one], one))
    return Fitted(
        _moved(vectors, labels, start, strength),
        strength,
        float(np.mean(start.labels(vectors) == labels)),
        shares[strength],
    )


def macro_f1(labels: Labels, said: Labels) -> float:
    """The mean F1 of the labels that occur; 0 of no texts."""
    scores = []
    for label in np.unique(labels):
        right = int(((said == label) & (labels == label)).sum())
        either = int((said == label).sum() + (labels == label).sum())
        scores.append(2 * right / either)
    return float(np.mean(scores)) if scores else 0.0


def pack(head: Head) -> bytes:
    """Little-endian 32-bit floats: the rows of the weight, then the bias."""
    return head.weight.astype("<f4").tobytes() + head.bias.astype("<f4").tobytes()


def unpack(raw: bytes) -> Head:
    """ValueError for bytes that are no head."""
    numbers = np.frombuffer(raw, "<f4").astype(np.float32)
    if len(numbers) < 2 * LABEL_COUNT or len(numbers) % LABEL_COUNT:
        raise ValueError("not a head")
    return Head(numbers[:-LABEL_COUNT].reshape(LABEL_COUNT, -1), numbers[-LABEL_COUNT:])


def _cross_validated(
    vectors: Floats, labels: Labels, start: Head, strength: float, folds: Labels
) -> float:
    right = 0
    for fold in range(FOLDS):
        held = folds == fold
        head = _moved(vectors[~held], labels[~held], start, strength)
        right += int((head.labels(vectors[held]) == labels[held]).sum())
    return right / len(labels)


def _moved(vectors: Floats, labels: Labels, start: Head, strength: float) -> Head:
    """By Nesterov's gradient steps, which are many and cheap: 1,540 numbers move."""
    inputs = np.hstack([vectors, np.ones((len(vectors), 1), np.float32)])
    before = inputs @ np.hstack([start.weight, start.bias[:, None]]).T
    wanted = np.eye(LABEL_COUNT, dtype=np.float32)[labels]
    # Of the cross entropy in the logits the curvature is at most one half.
    step = np.float32(1 / (0.5 * float(np.linalg.eigvalsh(inputs.T @ inputs)[-1]) + strength))
    delta = np.zeros((LABEL_COUNT, inputs.shape[1]), np.float32)
    ahead, momentum = delta, 1.0
    for _ in range(STEPS):
        slope = (_shares(before + inputs @ ahead.T) - wanted).T @ inputs + np.float32(
            strength
        ) * ahead
        following = ahead - step * slope
        moved = following - delta
        faster = (1 + math.sqrt(1 + 4 * momentum**2)) / 2
        ahead = following + np.float32((momentum - 1) / faster) * moved
        delta, momentum = following, faster
        if float(np.abs(moved).max()) < SETTLED:
            break
    return Head(start.weight + delta[:, :-1], start.bias + delta[:, -1])


def _shares(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(1, keepdims=True))
    shares: Floats = raised / raised.sum(1, keepdims=True)
    return shares


def as_labels(names: Sequence[str], order: Sequence[str]) -> Labels:
    return np.array([order.index(name) for name in names], np.int64)

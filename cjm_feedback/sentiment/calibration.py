"""From what models put out to probabilities that mean what they say.

Temperature and biases are those of Guo et al., "On Calibration of Modern Neural Networks" (2017):
fitted on comments that no model was trained on, by `training.calibrate`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np

from cjm_feedback.sentiment.deep.words import Floats
from cjm_feedback.sentiment.result import Label

CALIBRATION_FILE: Final = Path(__file__).parent / "models" / "calibration.json"
LABELS: Final[tuple[Label, ...]] = get_args(Label)
NEGATIVE, NEUTRAL, POSITIVE, MIXED = range(4)
_LEAST: Final = 1e-6


@dataclass(frozen=True)
class Calibration:
    """How the parts are weighed; `bias` by language, for negative, neutral, positive, mixed."""

    deep: float
    """Weight of the deep model's logits for the whole comment: one over its temperature."""
    fast: float
    """Weight of the n-gram model's log probabilities."""
    clauses: float
    """Weight of what the clauses say together."""
    clause_deep: float
    """Weight of the deep model's logits for one clause."""
    bias: Mapping[str, Sequence[float]]
    unsure: float
    """A label less probable than this is for a person to check."""
    emotion_weight: Sequence[float]
    emotion_bias: Sequence[float]
    emotion_threshold: Sequence[float]
    """Probability from which each of the eight emotions is reported."""

    def whole(
        self, deep: Floats, fast: Floats | None, clauses: Floats | None, language: str
    ) -> Floats:
        """Probabilities (4,) of a comment.

        `deep` are its logits (4,), `fast` and what its `clauses` say together are
        probabilities (4,), each left out where it is None.
        """
        logits = self.deep * deep + np.asarray(self.bias.get(language, (0.0,) * 4), np.float32)
        if fast is not None:
            logits = logits + self.fast * np.log(np.maximum(fast, _LEAST))
        if clauses is not None:
            logits = logits + self.clauses * np.log(np.maximum(clauses, _LEAST))
        return softmax(logits)

    def clause(self, deep: Floats) -> Floats:
        """Probabilities (n, 4) of clauses from their logits (n, 4)."""
        return softmax(self.clause_deep * deep)

    def emotions(self, logits: Floats) -> Floats:
        """Probabilities of the emotions, of the shape of `logits`: (…, 8)."""
        scaled = logits * np.asarray(self.emotion_weight) + np.asarray(self.emotion_bias)
        probabilities: Floats = (1 / (1 + np.exp(-scaled))).astype(np.float32)
        return probabilities


def together(clauses: Floats) -> Floats:
    """What clauses with probabilities (n, 4) say as one comment, as probabilities (4,).

    A comment is positive when some clause praises and none blames, mixed when there are both. The
    surest clause of each sign speaks for it: many lukewarm ones do not add up to an opinion.
    """
    praised = float(np.max(clauses[:, POSITIVE] + clauses[:, MIXED] / 2))
    blamed = float(np.max(clauses[:, NEGATIVE] + clauses[:, MIXED] / 2))
    return np.array(
        [
            blamed * (1 - praised),
            (1 - blamed) * (1 - praised),
            praised * (1 - blamed),
            praised * blamed,
        ],
        np.float32,
    )


def polarity_of(probabilities: Floats) -> float:
    """Between −1 and 1: the mean of the signs, weighed by their probabilities; mixed counts 0."""
    return float(probabilities[POSITIVE] - probabilities[NEGATIVE])


def label_of(probabilities: Floats) -> Label:
    return LABELS[int(np.argmax(probabilities))]


def leaned(probabilities: Floats, leaning: float) -> Floats:
    """As seen knowing that the question itself asks for praise (> 0) or for faults (< 0).

    `leaning` is in log odds. "The queue" after "What could we improve?" is a complaint.
    """
    shift = np.array([-leaning, 0.0, leaning, 0.0], np.float32)
    return softmax(np.log(np.maximum(probabilities, _LEAST)) + shift)


def softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Floats = (powers / powers.sum(axis=-1, keepdims=True)).astype(np.float32)
    return shares


@cache
def calibration() -> Calibration:
    """The shipped one; OSError or ValueError when it is missing or damaged."""
    members: dict[str, Any] = json.loads(CALIBRATION_FILE.read_text(encoding="utf-8"))
    members.pop("about", None)
    return Calibration(**members)

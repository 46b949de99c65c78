"""A comment and each of its clauses, read by the deep model in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import thread_time
from typing import Final

import numpy as np

from cjm_feedback.sentiment.analyser import UNDETERMINED, engine_of
from cjm_feedback.sentiment.calibration import (
    MIXED,
    Calibration,
    calibration,
    label_of,
    polarity_of,
    together,
)
from cjm_feedback.sentiment.clauses import Span, split_clauses
from cjm_feedback.sentiment.deep.model import EMOTIONS, DeepModel, Encoded, deep_model
from cjm_feedback.sentiment.deep.words import Floats
from cjm_feedback.sentiment.fast import FastAnalyser
from cjm_feedback.sentiment.language import LANGUAGES
from cjm_feedback.sentiment.result import Clause, Evidence, Label, Reading

SECONDS: Final = 1.0
"""After which the next engine reads the comment."""
_TELLING: Final = 0.3
"""A clause of less polarity proves nothing."""


@dataclass(frozen=True)
class HeadWeights:
    """A polarity head that staff's corrections have moved: (4, 384), (4,), and its version."""

    weight: Floats
    bias: Floats
    version: int


class DeepAnalyser:
    name = "deep"
    languages = frozenset({*LANGUAGES, UNDETERMINED})

    def __init__(self, heads: HeadWeights | None = None, *, seconds: float = SECONDS) -> None:
        self._heads = heads
        self._seconds = seconds
        self._fast = FastAnalyser()

    @property
    def version(self) -> str:
        moved = "" if self._heads is None else f"+h{self._heads.version}"
        return f"{deep_model().version}{moved}"

    def read(self, text: str, language: str) -> Reading:
        """DeepUnavailableError without the model; TimeoutError when reading takes too long."""
        spans = split_clauses(text, language)
        parts = [text[span.start : span.end] for span in spans] if len(spans) > 1 else []
        model = deep_model()
        encoded = self._encode(model, [text, *parts])
        settings = calibration()
        second = self._second_opinion(text, language)
        fast = None if second is None else np.array(second.probabilities, np.float32)
        clauses = _clauses(spans, encoded, settings) if parts else ()
        said = settings.clause(encoded.polarity[1:]) if parts else None
        whole = settings.whole(
            encoded.polarity[0], fast, None if said is None else together(said), language
        )
        if not parts:
            clauses = (_whole_as_clause(spans, text, whole, encoded, settings),)
        return self._reading(language, whole, encoded, clauses, second)

    def _encode(self, model: DeepModel, texts: Sequence[str]) -> Encoded:
        encoded = model.encode(texts, until=thread_time() + self._seconds)
        if self._heads is None:
            return encoded
        moved = encoded.text @ self._heads.weight.T + self._heads.bias
        return encoded._replace(polarity=moved)

    def _reading(
        self,
        language: str,
        whole: Floats,
        encoded: Encoded,
        clauses: tuple[Clause, ...],
        second: Reading | None,
    ) -> Reading:
        settings = calibration()
        label = label_of(whole)
        confidence = float(whole.max())
        return Reading(
            language=language,
            polarity=polarity_of(whole),
            label=label,
            confidence=confidence,
            engine=engine_of(self),
            emotions=_emotions(encoded.emotions[0], label, settings),
            evidence=_evidence(clauses, second),
            clauses=clauses,
            unsure=confidence < settings.unsure,
            probabilities=_four(whole),
        )

    def _second_opinion(self, text: str, language: str) -> Reading | None:
        """What the n-gram model says, which also knows single words; nothing if it cannot read."""
        try:
            reading = self._fast.read(text, language)
        except (OSError, ValueError):
            return None
        return reading if reading.scored else None


def _evidence(clauses: Sequence[Clause], second: Reading | None) -> tuple[Evidence, ...]:
    """The clauses that tell; of a single one, the words in it that speak as it does."""
    if len(clauses) > 1:
        return tuple(
            Evidence(clause.start, clause.end, clause.polarity)
            for clause in clauses
            if abs(clause.polarity) >= _TELLING
        )
    only = clauses[0]
    if abs(only.polarity) < _TELLING:
        return ()
    words = () if second is None else second.evidence
    agreeing = tuple(one for one in words if one.polarity * only.polarity > 0)
    return agreeing or (Evidence(only.start, only.end, only.polarity),)


def _clauses(spans: Sequence[Span], encoded: Encoded, settings: Calibration) -> tuple[Clause, ...]:
    probabilities = settings.clause(encoded.polarity[1:])
    return tuple(
        _clause(span, probabilities[row], encoded, row + 1, settings)
        for row, span in enumerate(spans)
    )


def _whole_as_clause(
    spans: Sequence[Span], text: str, whole: Floats, encoded: Encoded, settings: Calibration
) -> Clause:
    span = spans[0] if spans else Span(0, len(text))
    return _clause(span, whole, encoded, 0, settings)


def _clause(
    span: Span, probabilities: Floats, encoded: Encoded, row: int, settings: Calibration
) -> Clause:
    label = label_of(probabilities)
    return Clause(
        span.start,
        span.end,
        polarity_of(probabilities),
        label,
        emotions=_emotions(encoded.emotions[row], label, settings),
        topic=encoded.themes[row].tolist(),
        meaning=encoded.text[row].tolist(),
    )


def _emotions(logits: Floats, label: Label, settings: Calibration) -> dict[str, float]:
    """Those above their thresholds. A comment without any opinion is not said to feel anything."""
    if label == "neutral":
        return {}
    shares = settings.emotions(logits)
    return {
        name: float(share)
        for name, share, least in zip(EMOTIONS, shares, settings.emotion_threshold, strict=True)
        if share >= least
    }


def _four(probabilities: Floats) -> tuple[float, float, float, float]:
    rounded = np.round(probabilities.astype(float), 6).tolist()
    return rounded[0], rounded[1], rounded[2], rounded[MIXED]

"""What an analyser says about a comment."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Label = Literal["negative", "neutral", "positive", "mixed"]
Reason = Literal[
    "empty", "no_known_words", "too_short", "failed", "timeout", "language_unsupported"
]

NO_ENGINE: Final = "none"
NEUTRAL_BAND: Final = 0.1
# Both signs present and the weaker at least this share of the stronger: neither can be left out.
MIXED_BALANCE: Final = 0.6


@dataclass(frozen=True)
class Evidence:
    """The characters `start` to `end` of the comment and how they speak."""

    start: int
    end: int
    polarity: float

    def __post_init__(self) -> None:
        _require_in_range("polarity", self.polarity, -1.0)
        if not 0 <= self.start < self.end:
            raise ValueError(f"evidence spans no text: {self.start} to {self.end}")


@dataclass(frozen=True)
class Clause:
    """One statement of a comment, the characters `start` to `end`, and what it says."""

    start: int
    end: int
    polarity: float
    label: Label
    emotions: Mapping[str, float] = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    topic: Sequence[float] | None = field(default=None, repr=False, compare=False)
    """Where it lies among themes, for an engine that knows; never stored or printed."""
    meaning: Sequence[float] | None = field(default=None, repr=False, compare=False)
    """The whole meaning likewise, by which comments are grouped."""

    def __post_init__(self) -> None:
        _require_in_range("polarity", self.polarity, -1.0)
        if not 0 <= self.start < self.end:
            raise ValueError(f"clause spans no text: {self.start} to {self.end}")


@dataclass(frozen=True)
class Reading:
    """What was understood of one comment.

    A comment nobody understood has no polarity and a `reason`; 0.0 is the
    polarity of a comment that was understood as neutral or balanced.
    """

    language: str | None
    polarity: float | None
    label: Label | None
    confidence: float | None
    engine: str
    emotions: Mapping[str, float] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    themes: tuple[str, ...] = ()
    reason: Reason | None = None
    clauses: tuple[Clause, ...] = ()
    unsure: bool = False
    """The engine is too often wrong on comments like this one to be relied on."""
    probabilities: tuple[float, float, float, float] | None = field(
        default=None, repr=False, compare=False
    )
    """Of negative, neutral, positive and mixed, for an engine that knows; never stored."""

    def __post_init__(self) -> None:
        """Refuse nonsense from an analyser before it reaches a stored figure."""
        if (self.polarity is None) != (self.label is None):
            raise ValueError("polarity and label come together")
        if (self.polarity is None) != (self.reason is not None):
            raise ValueError("a reading has a polarity or the reason why not")
        if self.polarity is not None:
            _require_in_range("polarity", self.polarity, -1.0)
        for name, share in [("confidence", self.confidence or 0.0), *self.emotions.items()]:
            _require_in_range(name, share, 0.0)

    @property
    def scored(self) -> bool:
        return self.polarity is not None

    def as_json(self) -> dict[str, Any]:
        """The reading as `flask sentiment score` prints it."""
        fields: dict[str, Any] = {
            "language": self.language,
            "polarity": _rounded(self.polarity),
            "label": self.label,
            "confidence": _rounded(self.confidence),
            "emotions": {name: _rounded(share) for name, share in self.emotions.items()},
            "evidence": [
                {"start": e.start, "end": e.end, "polarity": _rounded(e.polarity)}
                for e in self.evidence
            ],
            "themes": list(self.themes),
            "engine": self.engine,
            "unsure": self.unsure,
            "clauses": [
                {"start": c.start, "end": c.end, "polarity": _rounded(c.polarity), "label": c.label}
                for c in self.clauses
            ],
        }
        return fields if self.reason is None else {**fields, "reason": self.reason}


def unscored(reason: Reason, *, language: str | None = None, engine: str = NO_ENGINE) -> Reading:
    return Reading(language, None, None, None, engine, reason=reason)


def scored_from_evidence(
    evidence: Sequence[Evidence], *, language: str | None, engine: str
) -> Reading:
    """A reading whose polarity is the mean of its `evidence`, of which there is some."""
    polarities = [e.polarity for e in evidence]
    polarity = sum(polarities) / len(polarities)
    return Reading(
        language=language,
        polarity=max(-1.0, min(1.0, polarity)),
        label=label_of(polarity, polarities),
        confidence=confidence_of(polarities),
        engine=engine,
        evidence=tuple(evidence),
    )


def label_of(polarity: float, polarities: Sequence[float]) -> Label:
    weaker, stronger = sorted(_weights(polarities))
    if weaker > 0.0 and weaker >= MIXED_BALANCE * stronger:
        return "mixed"
    if abs(polarity) < NEUTRAL_BAND:
        return "neutral"
    return "positive" if polarity > 0 else "negative"


def confidence_of(polarities: Sequence[float]) -> float:
    """How much evidence there is and how far it agrees; an order, not a probability.

    One word gives 0.5, three that agree 0.75; words that contradict each other
    take it down to half of that. No annotated comment was used to calibrate it.
    """
    amount = len(polarities) / (len(polarities) + 1)
    weaker, stronger = sorted(_weights(polarities))
    agreement = (stronger - weaker) / (stronger + weaker) if stronger else 1.0
    return amount * (0.5 + 0.5 * agreement)


def _weights(polarities: Sequence[float]) -> tuple[float, float]:
    return sum(p for p in polarities if p > 0), -sum(p for p in polarities if p < 0)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4) + 0.0  # and no "-0.0"


def _require_in_range(name: str, value: float, low: float) -> None:
    if not (math.isfinite(value) and low <= value <= 1.0):
        raise ValueError(f"{name} out of range: {value}")

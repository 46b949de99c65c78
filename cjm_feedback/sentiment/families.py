"""The feelings that are shown of a comment, made of Plutchik's eight that are scored.

An engine reports an emotion only where its signs are strong enough to speak of, by thresholds
that were calibrated for it: whatever a reading holds may be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SCORED: Final = (
    "joy",
    "trust",
    "anticipation",
    "surprise",
    "sadness",
    "anger",
    "fear",
    "disgust",
)
FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "joy": ("joy",),
    "trust": ("trust",),
    "anticipation": ("anticipation",),
    "surprise": ("surprise",),
    "disappointment": ("sadness",),
    "frustration": ("anger", "disgust"),
    "worry": ("fear",),
}


@dataclass(frozen=True, slots=True)
class Family:
    key: str
    strength: float
    """Of the strongest of its feelings, 0…1."""


def families(emotions: Mapping[str, float]) -> tuple[Family, ...]:
    """What is felt, by families, the strongest first."""
    found = [
        Family(key, max(emotions[one] for one in members if one in emotions))
        for key, members in FAMILIES.items()
        if any(emotions.get(one, 0.0) > 0 for one in members)
    ]
    return tuple(sorted(found, key=lambda family: -family.strength))

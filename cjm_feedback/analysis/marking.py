"""A text in pieces, so that a page can mark what proves how it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text; `sign` tells how it speaks, `number` which piece of evidence it is."""

    text: str
    sign: str = ""
    number: int = 0
    polarity: float = 0.0


def segments(text: str, evidence: Sequence[dict[str, float]]) -> list[Segment]:
    """The text in pieces, its evidence apart. Evidence that overlaps an earlier one is left out."""
    found: list[Segment] = []
    position = 0
    number = 0
    for part in sorted(evidence, key=lambda one: one["start"]):
        start, end, polarity = int(part["start"]), int(part["end"]), part["polarity"]
        if start < position or end > len(text) or start >= end or polarity == 0:
            continue
        if start > position:
            found.append(Segment(text[position:start]))
        number += 1
        sign = "neg" if polarity < 0 else "pos"
        found.append(Segment(text[start:end], sign, number, polarity))
        position = end
    if position < len(text):
        found.append(Segment(text[position:]))
    return found

"""What a text counts for on the map when a person has said how it is meant."""

from __future__ import annotations

from typing import Final

CORRECTED: Final = {"negative": -6_000, "neutral": 0, "positive": 6_000, "mixed": 0}
"""Fixed point. A person says a label; how strongly it is meant is the machine's to say."""


def counted_polarity(corrected: str | None, label: str | None, polarity: int | None) -> int | None:
    """The polarity of a text that was read as `label` and `polarity`, and corrected or not.

    The machine's stays where the person agrees with it or with its sign. It follows from these
    three alone, so that the map can be counted anew from what is stored.
    """
    if corrected is None or (polarity is not None and corrected == label):
        return polarity
    value = CORRECTED[corrected]
    same_sign = polarity is not None and value * polarity > 0
    return polarity if same_sign else value

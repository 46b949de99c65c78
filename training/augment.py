"""Comments as hurried fingers type them: without diacritics, with slips, in lower case."""

from __future__ import annotations

import random

from cjm_feedback.sentiment.folding import fold

_FOLDED = {"cs": 0.25, "pl": 0.25, "ru": 0.0, "en": 0.0}


def disturbed(text: str, language: str, rng: random.Random) -> str:
    """`text`, sometimes spoiled; most often as it was."""
    if rng.random() < _FOLDED[language]:
        text = "".join(
            fold(letter).upper() if letter.isupper() else fold(letter) for letter in text
        )
    if language == "ru" and rng.random() < 0.3:
        text = text.replace("ё", "е").replace("Ё", "Е")
    if rng.random() < 0.12:
        text = text.lower()
    if rng.random() < 0.06:
        text = text.rstrip(".!?")
    if rng.random() < 0.08:
        text = _slip(text, rng)
    return text


def _slip(text: str, rng: random.Random) -> str:
    if len(text) < 6:
        return text
    at = rng.randrange(1, len(text) - 2)
    kind = rng.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at] + text[at:]

"""Where a long word may be broken in a narrow column: not every browser knows our languages."""

from __future__ import annotations

import re
from itertools import pairwise

from cjm_feedback.journeymap.textfit import hyphen_positions

SOFT_HYPHEN = "\u00ad"
LONG = 8
ENDS = 2
"""Letters that stay together at either end of a word."""


def soft_hyphenated(text: str, language: str) -> str:
    """`text` with invisible marks in its long words; a line that ends at one shows a hyphen."""
    return re.sub(rf"\w{{{LONG},}}", lambda found: _marked(found[0], language), text)


def _marked(word: str, language: str) -> str:
    places = hyphen_positions(word, language)
    cuts = [0, *(place for place in places if ENDS <= place <= len(word) - ENDS), len(word)]
    return SOFT_HYPHEN.join(word[a:b] for a, b in pairwise(cuts))

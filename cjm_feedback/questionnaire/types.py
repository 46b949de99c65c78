"""The kinds of question, and what an answer to each may be."""

from __future__ import annotations

QUESTION_TYPES = (
    "csat",
    "nps",
    "ces",
    "emotion",
    "single_choice",
    "short_text",
    "long_text",
)

"""Analysers that go wrong in the ways analysers do."""

from __future__ import annotations

import time
from functools import partial

from cjm_feedback.analysis.services import ReadComment
from cjm_feedback.sentiment.analyser import Analyser, engine_of
from cjm_feedback.sentiment.registry import Registry, read_comment
from cjm_feedback.sentiment.result import Evidence, Reading, scored_from_evidence, unscored

LANGUAGES = frozenset({"cs", "pl", "ru", "en", "und"})
POISON = "poison"


class Numbered:
    """Finds the polarity written in the text: `+0.5 and so on`."""

    name = "numbered"
    languages = LANGUAGES

    def __init__(self, *, version: int = 1, factor: float = 1) -> None:
        self.version = version
        self._factor = factor

    def read(self, text: str, language: str) -> Reading:
        word = text.split()[0]
        try:
            polarity = float(word) * self._factor
        except ValueError:
            return unscored("no_known_words", language=language)
        evidence = [Evidence(0, len(word), polarity)]
        return scored_from_evidence(evidence, language=language, engine=engine_of(self))


class Raising(Numbered):
    """Breaks on some texts."""

    name = "raising"

    def read(self, text: str, language: str) -> Reading:
        if POISON in text:
            raise RuntimeError(text)
        return super().read(text, language)


class Hanging(Numbered):
    """Never comes back from some texts."""

    name = "hanging"

    def read(self, text: str, language: str) -> Reading:
        while POISON in text:
            time.sleep(0.01)
        return super().read(text, language)


def reading_with(*analysers: Analyser) -> ReadComment:
    return partial(read_comment, registry=Registry(analysers))

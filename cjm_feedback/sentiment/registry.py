"""Which analyser reads which language, and the one way to read a comment."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

from cjm_feedback.sentiment.analyser import (
    UNDETERMINED,
    Analyser,
    engine_of,
    read_with,
    reader_as_textblob_analyzer,
)
from cjm_feedback.sentiment.english import EnglishAnalyser
from cjm_feedback.sentiment.language import LANGUAGES, guess_language
from cjm_feedback.sentiment.lexicon import LexiconAnalyser
from cjm_feedback.sentiment.normalise import Prepared, prepare
from cjm_feedback.sentiment.result import Reading, unscored

logger = logging.getLogger(__name__)

_FEWEST_LETTERS = 2


class Registry:
    """Analysers in order of preference: the first to understand a comment has read it."""

    def __init__(self, analysers: Iterable[Analyser]) -> None:
        self._analysers = tuple(analysers)

    @property
    def languages(self) -> frozenset[str]:
        found = frozenset[str]().union(*(analyser.languages for analyser in self._analysers))
        return found - {UNDETERMINED}

    @property
    def engines(self) -> tuple[str, ...]:
        return tuple(engine_of(analyser) for analyser in self._analysers)

    def only(self, engine: str) -> Registry:
        """This one analyser, called by its engine (`pattern-en-1`) or name; KeyError if none is."""
        chosen = [a for a in self._analysers if engine in (engine_of(a), a.name)]
        if not chosen:
            raise KeyError(engine)
        return Registry(chosen)

    def read(self, prepared: Prepared, language: str) -> Reading:
        """What the first analyser that understands it says; never raises.

        Where one failed and none understood, the reason is `failed`: unlike the
        other reasons it may go away when the comment is read again.
        """
        reading = unscored("language_unsupported")
        for analyser in self._analysers:
            if language not in analyser.languages:
                continue
            found = _read_safely(analyser, prepared, language)
            if found.scored:
                return found
            if found.reason == "failed" or reading.reason == "language_unsupported":
                reading = found
        return reading


@cache
def default_registry() -> Registry:
    return Registry([EnglishAnalyser(), LexiconAnalyser()])


def read_comment(
    text: str,
    *,
    language: str | None = None,
    languages: Sequence[str] = LANGUAGES,
    registry: Registry | None = None,
) -> Reading:
    """What `text` says; never raises.

    `languages` are those it may be written in, `language` the one the
    respondent used, which gives way to strong evidence only. Evidence counts
    characters of `text` as it was given.
    """
    prepared = prepare(text)
    if not prepared.text.strip():
        return unscored("empty")
    guess = guess_language(prepared.text, languages=languages or LANGUAGES, prior=language)
    if guess.foreign:
        return unscored("language_unsupported")
    reading = (registry or default_registry()).read(prepared, guess.language or UNDETERMINED)
    letters = sum(map(str.isalpha, prepared.text))
    if reading.reason == "no_known_words" and letters < _FEWEST_LETTERS:
        return replace(reading, reason="too_short")
    return reading


def textblob_analyzer(*, language: str | None = None, languages: Sequence[str] = LANGUAGES) -> Any:
    """For `TextBlob(text, analyzer=textblob_analyzer()).sentiment`, in any of the languages."""
    return reader_as_textblob_analyzer(
        partial(read_comment, language=language, languages=languages)
    )


def _read_safely(analyser: Analyser, prepared: Prepared, language: str) -> Reading:
    try:
        return read_with(analyser, prepared, language)
    except Exception as error:  # noqa: BLE001 - whatever an analyser does, the answer is kept
        # The kind of error only: its message may quote the comment.
        logger.warning("%s failed with %s", engine_of(analyser), type(error).__name__)
        return unscored("failed", language=language, engine=engine_of(analyser))

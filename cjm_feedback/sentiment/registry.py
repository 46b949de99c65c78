"""Which analyser reads which language, and the one way to read a comment."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any, Final, Literal, get_args

import numpy as np

from cjm_feedback.sentiment.analyser import (
    UNDETERMINED,
    Analyser,
    engine_of,
    read_with,
    reader_as_textblob_analyzer,
)
from cjm_feedback.sentiment.calibration import label_of, leaned, polarity_of
from cjm_feedback.sentiment.deep.analyser import DeepAnalyser, HeadWeights
from cjm_feedback.sentiment.english import EnglishAnalyser
from cjm_feedback.sentiment.fast import FastAnalyser
from cjm_feedback.sentiment.language import LANGUAGES, guess_language
from cjm_feedback.sentiment.normalise import Prepared, prepare
from cjm_feedback.sentiment.result import Reading, unscored
from cjm_feedback.sentiment.symbols import EMOTICON

logger = logging.getLogger(__name__)

Engine = Literal["deep", "fast", "textblob"]
ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)
OTHER_LANGUAGE: Final = "other"
_FEWEST_LETTERS: Final = 2
_PICTURE: Final = re.compile(rf"[\u2190-\u2bff\U0001f000-\U0001faff]|{EMOTICON}")


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
        """This one analyser, by its name (`deep`) or engine (`deep-1`); KeyError if none is."""
        chosen = [a for a in self._analysers if a.name == engine or engine_of(a) == engine]
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


def registry_of(engine: Engine, heads: HeadWeights | None = None) -> Registry:
    """`engine` first, then those that answer where it fails: fast, and TextBlob for English."""
    english = EnglishAnalyser()
    if engine == "textblob":
        return Registry([english])
    if engine == "fast":
        return Registry([FastAnalyser(), english])
    return Registry([DeepAnalyser(heads), FastAnalyser(), english])


class _Default:
    engine: Engine = "deep"


def use_engine(engine: Engine) -> None:
    """What `default_registry` puts first from now on, as the settings of the process say."""
    _Default.engine = engine


def default_registry() -> Registry:
    return _shared(_Default.engine)


@cache
def _shared(engine: Engine) -> Registry:
    return registry_of(engine)


def read_comment(
    text: str,
    *,
    language: str | None = None,
    languages: Sequence[str] = LANGUAGES,
    registry: Registry | None = None,
    leaning: float = 0.0,
) -> Reading:
    """What `text` says; never raises.

    `languages` are those it may be written in, `language` the one the
    respondent used, which gives way to strong evidence only. Evidence counts
    characters of `text` as it was given. `leaning`, in log odds, is what the question
    itself leads to: below 0 where it asks for faults.
    """
    prepared = prepare(text)
    if not prepared.text.strip():
        return unscored("empty")
    if _says_too_little(prepared.text):
        return unscored("too_short", language=language)
    guess = guess_language(prepared.text, languages=languages or LANGUAGES, prior=language)
    reading = (registry or default_registry()).read(prepared, guess.language or UNDETERMINED)
    if guess.foreign:
        reading = replace(reading, language=OTHER_LANGUAGE)
    return _leaned(reading, leaning)


def _says_too_little(text: str) -> bool:
    """A letter or less, and no picture or smile either: "?", "12", "a"."""
    letters = sum(map(str.isalpha, text))
    return letters < _FEWEST_LETTERS and not _PICTURE.search(text)


def _leaned(reading: Reading, leaning: float) -> Reading:
    if not leaning or reading.probabilities is None:
        return reading
    shares = leaned(np.array(reading.probabilities, np.float32), leaning)
    return replace(
        reading,
        polarity=polarity_of(shares),
        label=label_of(shares),
        confidence=float(shares.max()),
        probabilities=tuple(shares.tolist()),
    )


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
        logger.warning("%s failed with %s", analyser.name, type(error).__name__)
        return unscored("failed", language=language, engine=analyser.name)

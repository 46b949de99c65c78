"""What an analyser is, and the way from any of them to TextBlob."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, Protocol

from cjm_feedback.sentiment.normalise import Prepared, prepare
from cjm_feedback.sentiment.result import Evidence, Reading

# The code BCP 47 gives to text whose language could not be told.
UNDETERMINED = "und"


class Analyser(Protocol):
    """Reads comments in `languages`."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int | str: ...

    @property
    def languages(self) -> frozenset[str]: ...

    def read(self, text: str, language: str) -> Reading:
        """What `text`, prepared and in one of `languages`, says.

        Evidence spans count characters of `text`. May raise: `Registry` holds
        that away from its caller.
        """
        ...


def engine_of(analyser: Analyser) -> str:
    """Names analyser and version in stored scores: `deep-1`."""
    return f"{analyser.name}-{analyser.version}"


def read_with(analyser: Analyser, prepared: Prepared, language: str) -> Reading:
    """What `analyser` says, its evidence placed in the original comment."""
    reading = analyser.read(prepared.text, language)
    evidence = tuple(
        Evidence(*prepared.original_span(e.start, e.end), e.polarity) for e in reading.evidence
    )
    clauses = tuple(
        replace(clause, start=start, end=end)
        for clause in reading.clauses
        for start, end in [prepared.original_span(clause.start, clause.end)]
    )
    return replace(
        reading,
        language=None if language == UNDETERMINED else language,
        engine=engine_of(analyser),
        evidence=evidence,
        clauses=clauses,
    )


class Reader(Protocol):
    def __call__(self, text: str, /) -> Reading: ...


def as_textblob_analyzer(analyser: Analyser, language: str) -> Any:
    """For `TextBlob(text, analyzer=…).sentiment`, which then is a `Reading`.

    Only `.sentiment` asks the analyzer: TextBlob's `.polarity`,
    `.subjectivity` and `.sentiment_assessments` always run its English one.
    """
    return reader_as_textblob_analyzer(lambda text: read_with(analyser, prepare(text), language))


def reader_as_textblob_analyzer(read: Reader) -> Any:
    return _reading_analyzer_class()(read)


@cache
def _reading_analyzer_class() -> Any:
    # TextBlob pulls in nltk: most of a second of processor time that Czech, Polish and
    # Russian comments never need. So even the subclass is made on first use.
    from textblob.base import CONTINUOUS, BaseSentimentAnalyzer  # noqa: PLC0415 - heavy

    class ReadingAnalyzer(BaseSentimentAnalyzer):  # type: ignore[misc]  # TextBlob is untyped
        kind = CONTINUOUS

        def __init__(self, read: Reader) -> None:
            super().__init__()
            self._read = read

        def analyze(self, text: str) -> Reading:
            return self._read(text)

    return ReadingAnalyzer

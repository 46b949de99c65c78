"""English comments, read by TextBlob's own analyser."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from cjm_feedback.sentiment.analyser import engine_of
from cjm_feedback.sentiment.normalise import Prepared
from cjm_feedback.sentiment.result import (
    Evidence,
    Reading,
    confidence_of,
    label_of,
    unscored,
)

_NEGATIONS: Final = frozenset({"no", "not", "never"})
_SHORT_NOT: Final = re.compile(r"n't\b", re.IGNORECASE)
_CHUNK: Final = re.compile(r"[^\s'\"\u201c\u201d]+")
_LONGEST_EMOTICON: Final = 5


class EnglishAnalyser:
    """`textblob.en.sentiments.PatternAnalyzer`; a comment it knows no word of is unscored."""

    name = "pattern-en"
    version = 1
    languages = frozenset({"en"})

    def __init__(self) -> None:
        self._lock = Lock()
        self._pattern: Any = None

    def read(self, text: str, language: str) -> Reading:
        spelled_out = _spell_out_not(text)
        found = self._analyzer().analyze(spelled_out.text, keep_assessments=True)
        if not found.assessments:
            return unscored("no_known_words", language=language)
        polarities = [polarity for _, polarity, _, _ in found.assessments]
        polarity = max(-1.0, min(1.0, found.polarity))
        evidence = tuple(
            Evidence(*spelled_out.original_span(start, end), polarity)
            for start, end, polarity in _placed(spelled_out.text, found.assessments)
        )
        return Reading(
            language,
            polarity,
            label_of(polarity, polarities),
            confidence_of(polarities),
            engine_of(self),
            evidence=evidence,
        )

    def _analyzer(self) -> Any:
        with self._lock:
            if self._pattern is None:
                from textblob.en.sentiments import (  # noqa: PLC0415 - heavy, English only
                    PatternAnalyzer,
                )

                pattern = PatternAnalyzer()
                pattern.analyze("good")  # its word list loads on first use, and not thread-safely
                self._pattern = pattern
            return self._pattern


def _spell_out_not(text: str) -> Prepared:
    """`text` with "isn't" as "is not".

    TextBlob counts "n't" among its negations, but its tokenizer splits every
    apostrophe off first, so that "isn't good" would be praise.
    """
    if not _SHORT_NOT.search(text):
        return Prepared(text)
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for match in _SHORT_NOT.finditer(text):
        plain = range(position, match.start())
        characters += [*text[position : match.start()], *" not"]
        starts += [*plain, *[match.start()] * 4]
        ends += [*(i + 1 for i in plain), *[match.end()] * 4]
        position = match.end()
    rest = range(position, len(text))
    return Prepared(
        "".join([*characters, *text[position:]]),
        (*starts, *rest),
        (*ends, *(i + 1 for i in rest)),
    )


@dataclass
class _Tokens:
    """The words of a text as TextBlob sees them: lower case, outer punctuation off."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    places: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, text: str) -> _Tokens:
        tokens = cls()
        for match in _CHUNK.finditer(text):
            chunk, start = match.group(), match.start()
            core = re.search(r"\w(?:.*\w)?", chunk)
            if core is not None:
                tokens._add(core.group(), start + core.start())
            if len(chunk) <= _LONGEST_EMOTICON and not chunk.isalnum():
                tokens._add(chunk, start)
        return tokens

    def _add(self, word: str, start: int) -> None:
        self.places[word.lower()].append(len(self.starts))
        self.starts.append(start)
        self.ends.append(start + len(word))

    def first_at_or_after(self, word: str, place: int) -> int | None:
        places = self.places.get(word, [])
        found = bisect_left(places, place)
        return places[found] if found < len(places) else None

    def last_between(self, word: str, low: int, high: int) -> int | None:
        places = self.places.get(word, [])
        found = bisect_left(places, high) - 1
        return places[found] if found >= 0 and places[found] >= low else None


def _placed(text: str, assessments: Sequence[Any]) -> Iterator[tuple[int, int, float]]:
    """Where each assessed group of words stands in `text`; a group not found again is left out.

    TextBlob names a negation first even when another word of the group comes
    before it, so the known words are looked up in order and the negation is
    the last one before them.
    """
    tokens = _Tokens.of(text)
    done = 0
    for words, polarity, _, _ in assessments:
        known = [word for word in words if word not in _NEGATIONS and word != "!"]
        places: list[int] = []
        for word in known:
            place = tokens.first_at_or_after(word, places[-1] + 1 if places else done)
            if place is not None:
                places.append(place)
        if not places:
            continue
        negations = [tokens.last_between(w, done, places[-1]) for w in words if w in _NEGATIONS]
        first = min([places[0], *(place for place in negations if place is not None)])
        yield tokens.starts[first], tokens.ends[places[-1]], polarity
        done = places[-1] + 1

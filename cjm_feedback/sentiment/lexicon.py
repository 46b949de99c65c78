"""Clear comments in Czech, Polish and Russian, read by hand-written words. Provisional.

It stands in until a trained analyser takes its place in the registry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cjm_feedback.sentiment.analyser import UNDETERMINED, engine_of
from cjm_feedback.sentiment.result import Evidence, Reading, scored_from_evidence, unscored
from cjm_feedback.sentiment.symbols import EMOJI, EMOTICON, polarity_of_symbol
from cjm_feedback.sentiment.vocabulary import Opinion, Vocabulary, Word, vocabulary

# How many words a negation or an intensifier reaches ahead.
_NEGATION_REACH: Final = 4
_FACTOR_REACH: Final = 2

_TOKEN: Final = re.compile(
    rf"(?P<symbol>{EMOTICON}|{EMOJI})|(?P<word>[^\W_]+)|(?P<stop>[.,;:!?…()\n\u2013\u2014])"
)
_LEXICONS: Final = {"cs": "cs", "pl": "pl", "ru": "ru", "en": "any", UNDETERMINED: "any"}


@dataclass(frozen=True)
class _Token:
    kind: str
    start: int
    end: int
    word: Word


class LexiconAnalyser:
    """A comment without a known word, emoji or emoticon is unscored.

    In English, and where the language is not known, it knows symbols and a
    handful of international words only.
    """

    name = "lexicon-provisional"
    version = 1
    languages = frozenset(_LEXICONS)

    def read(self, text: str, language: str) -> Reading:
        evidence = list(_Scan(text, vocabulary(_LEXICONS[language])).evidence())
        if not evidence:
            return unscored("no_known_words", language=language)
        return scored_from_evidence(evidence, language=language, engine=engine_of(self))


class _Scan:
    """One pass over a comment, remembering what still acts on the next opinion."""

    def __init__(self, text: str, words: Vocabulary) -> None:
        self._text = text
        self._vocabulary = words
        self._tokens = [
            _Token(match.lastgroup or "", *match.span(), Word.of(match.group()))
            for match in _TOKEN.finditer(text)
        ]
        self._forget()

    def evidence(self) -> Iterator[Evidence]:
        at = 0
        while at < len(self._tokens):
            token = self._tokens[at]
            if token.kind == "symbol":
                symbol = self._text[token.start : token.end]
                yield Evidence(token.start, token.end, polarity_of_symbol(symbol))
            elif token.kind == "stop" or self._vocabulary.turns.find(token.word):
                self._forget()
            else:
                length, found = self._read_word(at)
                if found is not None:
                    yield found
                at += length
                continue
            at += 1

    def _forget(self) -> None:
        self._negator: int | None = None
        self._factor: int | None = None

    def _read_word(self, at: int) -> tuple[int, Evidence | None]:
        """How many words were used up, and the evidence they are."""
        words = self._words_from(at)
        phrase = self._vocabulary.phrase_at(words)
        length = len(phrase.patterns) if phrase else 0
        if phrase and not (phrase.opens and self._opinion_follows(at + length)):
            return length, self._evidence(at, at + length - 1, phrase.opinion)
        word = words[0]
        if self._vocabulary.negators.find(word):
            # "Nikdo nebyl…": of several negations of one word the first marks where it starts.
            if not self._reaches(self._negator, at, _NEGATION_REACH):
                self._negator = at
            return 1, None
        opinion = self._vocabulary.opinion(word)
        if self._vocabulary.factors.find(word) and (
            opinion is None or self._opinion_follows(at + 1)
        ):
            self._factor = at
            return 1, None
        return 1, None if opinion is None else self._evidence(at, at, opinion)

    def _words_from(self, at: int) -> list[Word]:
        words: list[Word] = []
        for token in self._tokens[at : at + self._vocabulary.longest_phrase]:
            if token.kind != "word":
                break
            words.append(token.word)
        return words

    def _opinion_follows(self, at: int) -> bool:
        return any(self._vocabulary.opinion(word) for word in self._words_from(at)[:_FACTOR_REACH])

    def _evidence(self, first: int, last: int, opinion: Opinion) -> Evidence | None:
        if opinion.polarity is None:
            return None
        polarity, start, factor = opinion.polarity, first, 1.0
        if self._factor is not None and self._reaches(self._factor, first, _FACTOR_REACH):
            factor = self._vocabulary.factors.find(self._tokens[self._factor].word) or 1.0
            start = self._factor
        negator = self._negator if opinion.negatable else None
        if negator is not None and self._reaches(negator, first, _NEGATION_REACH):
            polarity = opinion.negated().polarity or 0.0
            factor = min(1.0, factor)  # "not very good" is no worse than "not good"
            start = min(start, negator)
        self._forget()
        return Evidence(
            self._tokens[start].start,
            self._tokens[last].end,
            max(-1.0, min(1.0, polarity * factor)),
        )

    @staticmethod
    def _reaches(earlier: int | None, at: int, reach: int) -> bool:
        return earlier is not None and at - earlier <= reach

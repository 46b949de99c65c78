"""The words of one language that speak for or against, and how they combine."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final, Generic, TypeVar

from cjm_feedback.sentiment.folding import fold, only_drops_accents

Value = TypeVar("Value")

# "Not good" is milder than "bad", and "not bad" than "good".
NEGATED_PRAISE: Final = -0.7
NEGATED_BLAME: Final = -0.6
_SUPERLATIVE: Final = 1.3
_SHORTEST_REST: Final = 4
_PHRASE_KEY: Final = 2
_STRETCHED: Final = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True)
class Word:
    """A word of a comment: lower case, and once more without accents."""

    written: str
    folded: str

    @classmethod
    def of(cls, text: str) -> Word:
        written = text.lower().replace("ё", "е") if len(text.lower()) == len(text) else text
        return cls(written, fold(written))

    def without(self, prefix: str) -> Word:
        return Word(self.written[len(prefix) :], self.folded[len(prefix) :])

    def squeezed(self) -> Word:
        """ "suuuper" as "super"."""
        return Word.of(_STRETCHED.sub(r"\1", self.written))


class Patterns(Generic[Value]):
    """Whole words and beginnings of words; the longest that fits a word wins."""

    def __init__(self) -> None:
        self._whole: defaultdict[str, list[tuple[str, Value]]] = defaultdict(list)
        self._beginnings: defaultdict[str, list[tuple[str, Value]]] = defaultdict(list)
        self._longest = 0

    def add(self, pattern: str, value: Value) -> None:
        model = pattern.removesuffix("*")
        table = self._beginnings if pattern.endswith("*") else self._whole
        table[fold(model)].append((model, value))
        self._longest = max(self._longest, len(model))

    def find(self, word: Word) -> Value | None:
        for model, value in self._whole.get(word.folded, ()):
            if only_drops_accents(word.written, model):
                return value
        for length in range(min(len(word.folded), self._longest), 0, -1):
            for model, value in self._beginnings.get(word.folded[:length], ()):
                if only_drops_accents(word.written, model):
                    return value
        return None


@dataclass(frozen=True)
class Opinion:
    """`polarity` is None for words that only look like an opinion."""

    polarity: float | None
    negatable: bool = True

    def negated(self) -> Opinion:
        if self.polarity is None or not self.negatable:
            return self
        factor = NEGATED_PRAISE if self.polarity > 0 else NEGATED_BLAME
        return Opinion(self.polarity * factor, negatable=False)


@dataclass(frozen=True)
class Phrase:
    """`opens` when it would rather act on an opinion that follows: "not very" on "tasty"."""

    patterns: tuple[str, ...]
    opinion: Opinion
    opens: bool = False

    def fits(self, words: Sequence[Word]) -> bool:
        return len(words) == len(self.patterns) and all(map(_fits, self.patterns, words))


def _fits(pattern: str, word: Word) -> bool:
    if pattern.endswith("*"):
        return only_drops_accents(word.written, pattern[:-1])
    return len(word.written) == len(pattern) and only_drops_accents(word.written, pattern)


@dataclass
class Vocabulary:
    """`negative_prefix` turns a word round ("nespokojený"), `superlative` strengthens it."""

    negative_prefix: str = ""
    superlative: str = ""
    opinions: Patterns[Opinion] = field(default_factory=Patterns)
    negators: Patterns[bool] = field(default_factory=Patterns)
    turns: Patterns[bool] = field(default_factory=Patterns)
    factors: Patterns[float] = field(default_factory=Patterns)
    phrases: defaultdict[str, list[Phrase]] = field(default_factory=lambda: defaultdict(list))
    longest_phrase: int = 1

    def opinion(self, word: Word) -> Opinion | None:
        found = self._opinion(word)
        return self._opinion(word.squeezed()) if found is None else found

    def phrase_at(self, words: Sequence[Word]) -> Phrase | None:
        """The longest phrase that `words` begin with."""
        candidates = self.phrases.get(words[0].folded[:_PHRASE_KEY], ())
        fitting = [p for p in candidates if p.fits(words[: len(p.patterns)])]
        return max(fitting, key=lambda phrase: len(phrase.patterns), default=None)

    def _opinion(self, word: Word) -> Opinion | None:
        found = self.opinions.find(word)
        if found is not None:
            return found
        if rest := _rest(word, self.superlative):
            return _strengthened(self._opinion(rest))
        if rest := _rest(word, self.negative_prefix):
            inner = self.opinions.find(rest)
            return None if inner is None else inner.negated()
        return None

    def add(self, pattern: str, polarity: float | None) -> None:
        # Czech, Polish and Russian negate twice: "nikdo nepomohl" is no praise.
        negatable = not (
            polarity is not None
            and polarity < 0
            and self.negative_prefix
            and fold(pattern).startswith(self.negative_prefix)
        )
        words = tuple(pattern.split())
        if len(words) == 1:
            self.opinions.add(pattern, Opinion(polarity, negatable))
            return
        plain = [Word.of(word.removesuffix("*")) for word in words]
        negating = [word for word in plain if self.negators.find(word)]
        opens = all(word in negating or self.factors.find(word) for word in plain)
        opinion = Opinion(polarity, negatable and not negating)
        key = plain[0].folded[:_PHRASE_KEY]
        self.phrases[key].append(Phrase(words, opinion, opens=opens))
        self.longest_phrase = max(self.longest_phrase, len(words))


def _rest(word: Word, prefix: str) -> Word | None:
    if not prefix or not word.folded.startswith(prefix):
        return None
    rest = word.without(prefix)
    return rest if len(rest.written) >= _SHORTEST_REST else None


def _strengthened(opinion: Opinion | None) -> Opinion | None:
    if opinion is None or opinion.polarity is None:
        return None
    polarity = max(-1.0, min(1.0, opinion.polarity * _SUPERLATIVE))
    return Opinion(polarity, opinion.negatable)


_PREFIXES: Final = {"cs": ("ne", "nej"), "pl": ("nie", "naj"), "ru": ("не", "наи")}


@cache
def vocabulary(name: str) -> Vocabulary:
    """The vocabulary of `lexicons/<name>.txt`."""
    source = files("cjm_feedback.sentiment").joinpath("lexicons", f"{name}.txt")
    return parse_vocabulary(source.read_text(encoding="utf-8"), *_PREFIXES.get(name, ("", "")))


def parse_vocabulary(source: str, negative_prefix: str = "", superlative: str = "") -> Vocabulary:
    parsed = Vocabulary(negative_prefix, superlative)
    for heading, pattern in entries(source):
        match heading.split():
            case ["not"]:
                parsed.negators.add(pattern, True)
            case ["but"]:
                parsed.turns.add(pattern, True)
            case ["times", factor]:
                parsed.factors.add(pattern, float(factor))
            case ["skip"]:
                parsed.add(pattern, None)
            case _:
                parsed.add(pattern, float(heading))
    return parsed


def entries(source: str) -> Iterator[tuple[str, str]]:
    """(heading, pattern) for each pattern; `cs.txt` explains the form."""
    for line in source.splitlines():
        if line and not line.startswith("#"):
            heading, patterns = line.split(":", 1)
            for pattern in patterns.split(","):
                yield heading, pattern.strip()

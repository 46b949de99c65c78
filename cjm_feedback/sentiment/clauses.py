"""A comment taken apart into sentences and clauses: "Szybka dostawa, | ale za drogo."

TextBlob's own splitters need corpora that no package brings along. These
rules know Czech, Polish, Russian and English, with and without diacritics.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import Final, NamedTuple

from cjm_feedback.sentiment.clause_words import (
    ALL_BUT,
    MAY_END_SENTENCE,
    NO_TURN_BEFORE,
    NOT_ONLY,
    ONLY,
    SEQUELS,
    WORDS,
    ClauseWords,
)
from cjm_feedback.sentiment.folding import fold
from cjm_feedback.sentiment.normalise import SCORING_LIMIT
from cjm_feedback.sentiment.symbols import EMOTICON

MOST_CLAUSES: Final = 24
FEWEST_WORDS: Final = 2
_BRACKET_REACH: Final = 300
# A particle this close after a comma belongs to the clause that the comma began.
_PARTICLE_REACH: Final = 4
_VERB_REACH: Final = 8
_LONGEST_INTERJECTION: Final = 3


class Span(NamedTuple):
    """Characters `start` to `end` of a text."""

    start: int
    end: int


_TOKEN: Final = re.compile(
    r"(?P<line>\n\s*)"
    r"|(?P<other>(?:https?://|www\.)\S{1,500})"
    rf"|(?P<face>(?:{EMOTICON})"
    r"|[\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff][\u200d\ufe0f\u2600-\u27bf\U0001f000-\U0001faff]*)"
    r"|(?P<word>[^\W_]+(?:['’.,:/-](?=\d)\d+|['’-][^\W_]+)*)"
    r"|(?P<stop>[.!?…]+)"
    r"|(?P<comma>,)"
    r"|(?P<semicolon>;)"
    r"|(?P<sign>(?<!\S)[+\-–—−•*✓](?=\s?\w))"
    r"|(?P<dash>(?<=\s)[-–—]{1,3}(?=\s)|—)"
    r"|(?P<open>[(\[]+)"
    r"|(?P<close>[)\]]+)"
    r"|(?P<quote>[\"„“”«»])"
)


@dataclass(frozen=True)
class _Token:
    kind: str
    start: int
    end: int
    text: str
    word: str  # lower case, without accents; empty for all but words


class _Break(NamedTuple):
    """A clause ends before `position`.

    One word is enough before it where a sentence ends or a turn follows: "Drahé, ale dobré."
    """

    position: int
    sentence: bool
    turn: bool = False


def split_clauses(text: str, language: str | None = None) -> tuple[Span, ...]:
    """The clauses of `text`, in order; every character but spaces is in one of them.

    What is too long to be scored belongs to the last clause.
    `language` is that of the text, None where nobody knows it.
    """
    words = WORDS.get(language or "", WORDS[""])
    tokens = [_token(match) for match in _TOKEN.finditer(text, 0, SCORING_LIMIT)]
    pieces = _pieces(_Reader(text, tokens, words).breaks(), tokens, len(text))
    merged = _merged(pieces, words)
    if len(merged) > MOST_CLAUSES:
        merged = [*merged[: MOST_CLAUSES - 1], Span(merged[MOST_CLAUSES - 1].start, len(text))]
    trimmed = (_trimmed(text, span) for span in merged)
    return tuple(span for span in trimmed if span.start < span.end)


class _Reader:
    """Walks over the tokens of a text once and says where its clauses end."""

    def __init__(self, text: str, tokens: Sequence[_Token], words: ClauseWords) -> None:
        self._text = text
        self._tokens = tokens
        self._words = words
        self._lists_signs = _lists_signs(text, tokens)
        self._not_only = False  # "not only fast": the "but" to come goes on with the same
        self._turned = False  # the particle that is coming belongs to the clause just begun
        self._closing = -1  # position of the bracket whose end is a clause's end
        self._start_clause(after_comma=False)

    def _start_clause(self, *, after_comma: bool) -> None:
        self._count = 0  # words of this clause so far
        self._since_comma = 0
        self._after_comma = after_comma
        self._commas = 0
        self._first = self._last = ""
        self._inserted = False  # a dependent clause is open

    def breaks(self) -> Iterator[_Break]:
        rules: dict[str, Callable[[int], _Break | None]] = {
            "line": self._at_line,
            "stop": self._at_stop,
            "face": self._at_face,
            "word": self._at_word,
            "comma": self._at_comma,
            "semicolon": self._at_semicolon,
            "dash": self._at_dash,
            "sign": self._at_sign,
            "open": self._at_open,
            "close": self._at_close,
        }
        for number, token in enumerate(self._tokens):
            rule = rules.get(token.kind)
            found = rule(number) if rule else None
            if found:
                self._start_clause(after_comma=token.kind == "comma")
                yield found
            if token.kind in _WORDS:
                self._count_word(token)

    def _count_word(self, token: _Token) -> None:
        if not self._count:
            self._first = token.word
        if token.word in ONLY:
            self._not_only = self._last in self._words.negations or token.word in NOT_ONLY
        self._last = token.word
        self._count += 1
        self._since_comma += 1

    # -- what ends a sentence --

    def _at_line(self, number: int) -> _Break:
        return _Break(self._tokens[number].end, sentence=True)

    def _at_stop(self, number: int) -> _Break | None:
        token = self._tokens[number]
        end, following = token.end, self._token(number + 1)
        ahead = number + 1
        while following and following.kind in ("quote", "close") and following.start == end:
            end, ahead = following.end, ahead + 1
            following = self._token(ahead)
        if following is None:
            return None
        spaced = following.start > end
        capital = following.text[:1].isupper()
        if not spaced and not (capital and following.kind == "word"):
            return None
        if end > token.end and not capital:
            return None  # 'said "hello!" and left', '(!)'
        if token.text == "." and self._is_abbreviated(number, following):
            return None
        return _Break(end, sentence="…" not in token.text and ".." not in token.text)

    def _is_abbreviated(self, number: int, following: _Token) -> bool:
        before = self._token(number - 1)
        if before is None or before.kind != "word":
            return False
        capital = following.text[:1].isupper()
        if before.word.isdigit():  # "3. ledna", but "od roku 2019. Letos"
            return not capital or self._count <= 1 or len(before.word) > 4
        if len(before.word) == 1 and before.word.isalpha() and before.text != "I":
            return before.text.isupper() or not capital or before.word in self._words.abbreviations
        if before.word in MAY_END_SENTENCE:
            return not capital
        return before.word in self._words.abbreviations

    def _at_face(self, number: int) -> _Break | None:
        following = self._token(number + 1)
        if following is None or following.kind != "word" or not self._count:
            return None
        return _Break(self._tokens[number].end, sentence=False)

    # -- what ends a clause --

    def _after(self, number: int) -> _Break:
        return _Break(self._tokens[number].end, sentence=False)

    def _at_semicolon(self, number: int) -> _Break:
        return _Break(self._tokens[number].end, sentence=False, turn=True)

    def _at_dash(self, number: int) -> _Break | None:
        ahead = self._ahead(number, 3)
        if not ahead or ahead[0].word.isdigit():
            return None
        if ahead[0].word in self._words.dependent_after_dash:
            return None
        opens = ahead[0].word in self._words.openers
        if opens or (self._count >= 3 and len(ahead) >= 2):
            return self._after(number)
        return None

    def _at_sign(self, number: int) -> _Break | None:
        if self._lists_signs:
            return _Break(self._tokens[number].start, sentence=True)
        return self._at_dash(number)

    def _at_open(self, number: int) -> _Break | None:
        """Before a bracket that is a clause of its own, because the one before it is complete."""
        token = self._tokens[number]
        close = self._text.find(")", token.end, token.end + _BRACKET_REACH)
        if close < 0 or self._count < FEWEST_WORDS:
            return None
        rest = self._text[close + 1 : close + 40].lstrip()
        if (rest and rest[0] not in ".!?…;,\n") or len(self._ahead(number, 3)) < 3:
            return None
        self._closing = close
        return _Break(token.start, sentence=False)

    def _at_close(self, number: int) -> _Break | None:
        token, following = self._tokens[number], self._token(number + 1)
        if token.start > self._closing or self._closing >= token.end or following is None:
            return None
        return self._after(number) if following.kind in ("word", "comma") else None

    def _at_comma(self, number: int) -> _Break | None:
        found = self._break_at_comma(number)
        self._since_comma = 0
        self._after_comma = True
        self._commas += 1
        return found

    def _break_at_comma(self, number: int) -> _Break | None:
        ahead = self._ahead(number, _VERB_REACH)
        if not ahead:
            return None
        words = self._words
        first = ahead[0].word
        if self._opens(ahead, words.openers):
            goes_on = self._turned or self._not_only
            self._turned = self._not_only = False
            enough = len(ahead) >= FEWEST_WORDS or self._goes_on(number)
            if goes_on or not (self._count and enough):
                return None
            return _Break(self._tokens[number].end, sentence=False, turn=True)
        if first in words.joining:
            return self._after(number) if self._joins_clause(ahead) else None
        if first in words.dependent:
            self._inserted = True
            return None
        return self._after(number) if self._is_new_clause(number, ahead) else None

    def _joins_clause(self, ahead: Sequence[_Token]) -> bool:
        """Whether "and" is followed by a clause, not by the last item of a list."""
        if len(ahead) <= FEWEST_WORDS or self._since_comma < FEWEST_WORDS:
            return False
        if ahead[1].word in SEQUELS or ahead[1].word in self._words.particles:
            return True
        return any(map(self._is_verb, ahead[1:]))

    def _goes_on(self, number: int) -> bool:
        """Whether more follows the next comma: "szkoda, że …"."""
        tokens = self._tokens[number + 2 : number + 4]
        return [token.kind for token in tokens] == ["comma", "word"]

    def _is_new_clause(self, number: int, ahead: Sequence[_Token]) -> bool:
        """Whether words after a bare comma are more than the next item of a list."""
        inserted, self._inserted = self._inserted, False
        self._turned = self._turns_soon(number, ahead)
        if self._turned:
            return True
        if inserted and self._is_verb(ahead[0]):
            return False
        if self._first in self._words.dependent and not self._commas:
            return False
        if len(ahead) < FEWEST_WORDS or self._count < FEWEST_WORDS:
            return False
        verb = any(map(self._is_verb, ahead))
        if self._since_comma < FEWEST_WORDS or ahead[1].word in self._words.joining:
            return verb and len(ahead) > FEWEST_WORDS
        return True

    def _turns_soon(self, number: int, ahead: Sequence[_Token]) -> bool:
        """Whether a turn stands second: ", kuchyně však …", ", в зале, правда, душно"."""
        words = self._words
        if any(self._opens(ahead[n:], words.seconds) for n in (1, 2, 3)):
            return True
        if len(ahead) >= _PARTICLE_REACH:
            return False
        tokens = self._tokens[number + 1 : number + 3 * _PARTICLE_REACH]
        rest = [token for token in tokens if token.kind != "quote"][len(ahead) :]
        particle = [token.word for token in islice(takewhile(_is_word, rest[1:]), 3)]
        commas = [token.kind for token in (rest[:1] + rest[len(particle) + 1 :][:1])]
        return commas == ["comma", "comma"] and "'".join(particle) in words.seconds

    def _at_word(self, number: int) -> _Break | None:
        """Before a turn whose comma was left out, or a heading such as "Minusy:"."""
        token, words = self._tokens[number], self._words
        following = self._token(number + 1)
        if (
            token.word in words.headings
            and following
            and self._text[token.end : token.end + 1] == ":"
        ):
            return _Break(token.start, sentence=False) if self._count else None
        before = self._token(number - 1)
        if before is None or before.kind not in _WORDS or not self._count or self._not_only:
            return None
        if before.word in words.empty or before.word in ALL_BUT:
            return None
        ahead = self._ahead(number - 1, 3)
        if len(ahead) < FEWEST_WORDS:
            return None
        if ahead[1].word in NO_TURN_BEFORE:
            return None
        if self._opens(ahead, words.turns) or self._is_turn(token, ahead):
            return _Break(token.start, sentence=False, turn=True)
        return None

    def _is_turn(self, token: _Token, ahead: Sequence[_Token]) -> bool:
        """Whether a particle opens a clause, rather than standing second in it."""
        if token.word not in self._words.particles:
            return False
        if self._after_comma and self._since_comma < _PARTICLE_REACH:
            return False
        if self._count < FEWEST_WORDS:
            return len(ahead) == FEWEST_WORDS
        return self._count > FEWEST_WORDS or not self._is_verb(ahead[1])

    # -- looking around --

    def _token(self, number: int) -> _Token | None:
        return self._tokens[number] if 0 <= number < len(self._tokens) else None

    def _ahead(self, number: int, most: int) -> list[_Token]:
        """At most so many words that follow before anything else parts them."""
        found: list[_Token] = []
        for token in self._tokens[number + 1 : number + 1 + 2 * most]:
            if token.kind in _WORDS:
                found.append(token)
                if len(found) == most:
                    break
            elif token.kind not in ("quote", "other", "open", "close"):
                break
        return found

    def _is_verb(self, token: _Token) -> bool:
        return self._words.verb.fullmatch(token.word) is not None

    def _opens(self, ahead: Sequence[_Token], openers: frozenset[str]) -> bool:
        """Whether the words begin with one of `openers`, whose words an apostrophe joins."""
        return any("'".join(t.word for t in ahead[:n]) in openers for n in (1, 2, 3))


# An emoji says as much as a word.
_WORDS: Final = ("word", "face")


def _is_word(token: _Token) -> bool:
    return token.kind in _WORDS


def _token(match: re.Match[str]) -> _Token:
    kind, text = match.lastgroup or "", match.group()
    word = fold(text[:40].lower()).replace("’", "'") if kind == "word" else ""
    return _Token(kind, match.start(), match.end(), text, word)


def _lists_signs(text: str, tokens: Sequence[_Token]) -> bool:
    """Whether "+" and "-" mark the good and the bad."""
    signs = {token.text for token in tokens if token.kind == "sign"}
    return "+" in signs and (len(signs) > 1 or text.lstrip().startswith("+"))


@dataclass(frozen=True)
class _Piece:
    span: Span
    words: tuple[str, ...]
    sentence: bool  # a sentence ends with it
    turn: bool  # a turn follows


def _pieces(breaks: Iterator[_Break], tokens: Sequence[_Token], length: int) -> Iterator[_Piece]:
    start = number = 0
    for position, sentence, turn in [*breaks, _Break(length, sentence=True)]:
        words = []
        while number < len(tokens) and tokens[number].start < position:
            if tokens[number].kind in ("word", "face", "other"):
                words.append(tokens[number].word)
            number += 1
        yield _Piece(Span(start, position), tuple(words), sentence, turn)
        start = position


def _merged(pieces: Iterator[_Piece], words: ClauseWords) -> list[Span]:
    """Spans of enough words each, or of a whole sentence."""
    spans: list[Span] = []
    begins = 0  # number of the span that the current sentence began with
    held: _Piece | None = None  # too little at the beginning of a sentence
    for piece in pieces:
        if held:
            span = Span(held.span.start, piece.span.end)
            piece = replace(piece, span=span, words=held.words[-FEWEST_WORDS:] + piece.words)
            held = None
        first = len(spans) == begins
        if (first and _stands_alone(piece, words)) or _says_enough(piece.words, words):
            spans.append(piece.span)
        elif len(spans) > begins or (spans and not piece.words):
            spans[-1] = Span(spans[-1].start, piece.span.end)
        else:
            held = piece
        if piece.sentence and not held:
            begins = len(spans)
    if held:
        spans.append(held.span)
    return spans


def _stands_alone(piece: _Piece, known: ClauseWords) -> bool:
    if piece.sentence:
        return bool(piece.words)
    return piece.turn and any(
        len(word) > _LONGEST_INTERJECTION and word not in known.empty for word in piece.words
    )


def _says_enough(words: Sequence[str], known: ClauseWords) -> bool:
    return len(words) >= FEWEST_WORDS and not all(word in known.empty for word in words)


def _trimmed(text: str, span: Span) -> Span:
    part = text[span.start : span.end]
    start = span.start + len(part) - len(part.lstrip())
    return Span(start, start + len(part.strip()))

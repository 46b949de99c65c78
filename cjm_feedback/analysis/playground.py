"""A comment somebody tries out, read and ready to be shown. Nothing of it is kept."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from threading import Event

from flask_babel import gettext as _

from cjm_feedback.analysis.figures import draw_share
from cjm_feedback.analysis.marking import Segment, segments
from cjm_feedback.analysis.promptly import PREPARING, TooLateError, WorkFailedError, promptly
from cjm_feedback.analysis.queries import Text
from cjm_feedback.analysis.services import ReadComment, load_engines
from cjm_feedback.analysis.themes.reading import (
    DEEP,
    JourneyThemes,
    add_themes,
    theme_polarity,
    theme_reader,
)
from cjm_feedback.analysis.topics import Topics
from cjm_feedback.analysis.words import (
    FACES,
    SIGNS,
    emotion_name,
    family_name,
    label_name,
    language_name,
    language_tag,
    reason_words,
)
from cjm_feedback.journeymap.marks import render_gauge
from cjm_feedback.journeymap.numbers import Numbers
from cjm_feedback.journeymap.svg import Svg
from cjm_feedback.sentiment.contradiction import words_contradict
from cjm_feedback.sentiment.families import SCORED, families
from cjm_feedback.sentiment.result import NEUTRAL_BAND, Clause, Reading, unscored
from cjm_feedback.web.languages import LANGUAGES

SECONDS = 1.0
LOADING_SECONDS = 10.0
"""Once in a process."""
_loaded = Event()
GAUGE_WIDTH = 240


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Feeling:
    key: str
    """Of its icon."""
    name: str
    shade: int


@dataclass(frozen=True, slots=True)
class EmotionRow:
    name: str
    value: str
    drawing: Svg


@dataclass(frozen=True, slots=True)
class ClauseRow:
    text: str
    label: str
    sign: str
    polarity: str
    feelings: tuple[Feeling, ...]
    themes: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of the text that moved the reading."""

    number: int
    text: str
    sign: str
    polarity: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A reading in the words and numbers of its reader."""

    scored: bool
    language: str
    tag: str
    label: str
    sign: str
    polarity: str
    gauge: Svg | None
    confidence: str
    unsure: bool
    contradicted: bool
    segments: tuple[Segment, ...]
    proof: tuple[Proof, ...]
    clauses: tuple[ClauseRow, ...]
    feelings: tuple[Feeling, ...]
    emotions: tuple[EmotionRow, ...]
    themes: tuple[Tag, ...]
    themes_late: bool
    engine: str
    took: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What somebody typed, and what they said of its writer."""

    text: str
    language: str
    """Empty where it is not known."""
    rating: int | None


def try_comment(tried: Tried, topics: Topics, *, reader: str) -> Shown:
    """Read a comment as if it had come with an answer, for a reader of the language `reader`."""
    _make_ready()
    started = time.monotonic()
    reading = _read(tried, topics.read, SECONDS)
    milliseconds = 1000 * (time.monotonic() - started)
    left = SECONDS - milliseconds / 1000
    found = _themes(reading, tried, topics, left) if reading.scored else reading
    words = _Words(Numbers(reader), topics.names)
    return _shown(
        tried, found or reading, words, milliseconds=milliseconds, themes_late=found is None
    )


def _make_ready() -> None:
    """Load the engines outside the text's own time; a fault of theirs is told by the reading."""
    if _loaded.is_set():
        return
    with suppress(TooLateError, WorkFailedError):
        promptly(load_engines, seconds=LOADING_SECONDS, places=PREPARING)
        _loaded.set()


def _read(tried: Tried, read: ReadComment, seconds: float) -> Reading:
    try:
        return promptly(
            lambda: read(tried.text, language=tried.language, languages=LANGUAGES),
            seconds=seconds,
        )
    except TooLateError:
        return unscored("timeout")
    except WorkFailedError:
        return unscored("failed")


def _themes(reading: Reading, tried: Tried, topics: Topics, seconds: float) -> Reading | None:
    """The reading with its themes; None where they take too long.

    Whoever is first in a process finds the phrases of all themes unread, which takes longer than
    a page may: they are read in the background, for those who come after.
    """
    until = time.monotonic() + seconds
    text = Text(0, 0, tried.text, tried.language, LANGUAGES, topics.journey_id, None)
    try:
        promptly(lambda: _prepare(reading, topics.themes), seconds=seconds, places=PREPARING)
        [(_text, found)] = promptly(
            lambda: add_themes([(text, reading)], topics.themes),
            seconds=until - time.monotonic(),
        )
    except TooLateError:
        return None
    except WorkFailedError:
        return reading
    return found


def _prepare(reading: Reading, themes: Mapping[int, JourneyThemes]) -> None:
    """Have the phrases read that this reading is compared with; nothing the second time."""
    for one in themes.values():
        theme_reader(one.specs, deep=reading.engine.startswith(DEEP))


@dataclass(frozen=True, slots=True)
class _Words:
    numbers: Numbers
    theme_names: Mapping[str, str]

    def theme(self, key: str, polarity: float = 0.0) -> Tag:
        return Tag(self.theme_names.get(key, key), _sign(polarity))

    def clause(self, text: str, clause: Clause) -> ClauseRow:
        return ClauseRow(
            text=text[clause.start : clause.end],
            label=label_name(clause.label),
            sign=SIGNS.get(clause.label, ""),
            polarity=self.numbers.signed(clause.polarity),
            feelings=_feelings(clause.emotions),
            themes=tuple(self.theme(key, clause.polarity) for key in clause.themes),
        )

    def emotion(self, key: str, share: float) -> EmotionRow:
        return EmotionRow(emotion_name(key), self.numbers.percent(share), draw_share(share))


def _shown(
    tried: Tried, reading: Reading, words: _Words, *, milliseconds: float, themes_late: bool
) -> Shown:
    text, rating = tried.text, tried.rating
    polarity = reading.polarity
    evidence: list[dict[str, float]] = [asdict(one) for one in reading.evidence]
    pieces = segments(text, evidence)
    ratings = [("csat", rating)] if rating is not None else []
    return Shown(
        scored=reading.scored,
        language=language_name(reading.language) if reading.language else str(_("not recognised")),
        tag=language_tag(reading.language),
        label=label_name(reading.label) if reading.scored else reason_words(reading.reason),
        sign=SIGNS.get(reading.label or "", ""),
        polarity="" if polarity is None else words.numbers.signed(polarity),
        gauge=None if polarity is None else _gauge(polarity, reading, words.numbers),
        confidence=(
            "" if reading.confidence is None else words.numbers.percent(reading.confidence)
        ),
        unsure=reading.unsure,
        contradicted=polarity is not None and words_contradict(ratings, polarity),
        segments=tuple(pieces),
        proof=tuple(
            Proof(one.number, one.text, one.sign, words.numbers.signed(one.polarity))
            for one in pieces
            if one.number
        ),
        clauses=tuple(words.clause(text, one) for one in reading.clauses),
        feelings=_feelings(reading.emotions),
        emotions=tuple(
            words.emotion(key, reading.emotions[key]) for key in SCORED if key in reading.emotions
        ),
        themes=tuple(words.theme(key, theme_polarity(reading, key)) for key in reading.themes),
        themes_late=themes_late,
        engine=reading.engine if reading.scored else "",
        took=str(_("%(n)s ms", n=words.numbers.integer(round(milliseconds)))),
    )


def _sign(polarity: float) -> str:
    return "neg" if polarity <= -NEUTRAL_BAND else "pos" if polarity >= NEUTRAL_BAND else ""


def _gauge(polarity: float, reading: Reading, numbers: Numbers) -> Svg:
    label = _("%(polarity)s on a scale from −1 to +1", polarity=numbers.signed(polarity))
    interval = (polarity, polarity)
    return render_gauge(polarity, interval, str(label), weak=reading.unsure, width=GAUGE_WIDTH)


def _feelings(emotions: Mapping[str, float]) -> tuple[Feeling, ...]:
    return tuple(
        Feeling(FACES[family.key][0], family_name(family.key), FACES[family.key][1])
        for family in families(emotions)
    )

"""One answer, ready to be read: ratings, feeling, words with what proves how they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from cjm_feedback.analysis.learning.judged import Judged, judged
from cjm_feedback.analysis.marking import Segment, segments
from cjm_feedback.analysis.words import (
    FACES,
    OTHER,
    SIGNS,
    family_name,
    label_name,
    language_name,
    language_tag,
    reason_words,
)
from cjm_feedback.content.scales import EMOTION_CHOICES
from cjm_feedback.db import Translations
from cjm_feedback.journeymap.measures import SCALE
from cjm_feedback.journeymap.numbers import Numbers
from cjm_feedback.journeys.models import Journey
from cjm_feedback.maps.moments import local_time
from cjm_feedback.responses.models import Answer, Response, TextScore
from cjm_feedback.responses.page import EMOTION_SHADES
from cjm_feedback.sentiment.contradiction import words_contradict
from cjm_feedback.sentiment.families import families
from cjm_feedback.sentiment.result import NEUTRAL_BAND
from cjm_feedback.web.languages import choose_language, text_in

EMOTION_NAMES = {choice.key: choice.text for choice in EMOTION_CHOICES}
RATINGS = {"csat": 5, "nps": 10, "ces": 7}
ThemeFound = tuple[Translations, int]
"""The name of a theme, and how the text speaks of it in fixed point."""


@dataclass(frozen=True, slots=True)
class Feeling:
    key: str
    name: str
    shade: int


@dataclass(frozen=True, slots=True)
class ThemeTag:
    """What a text speaks about; `sign` as in a comment, of this part of it."""

    name: str
    sign: str


@dataclass(frozen=True, slots=True)
class Comment:
    """An answer in words. `sign` is neg or pos where it leans, else empty."""

    question: str
    language: str
    segments: tuple[Segment, ...]
    verdict: str
    sign: str
    polarity: str
    confidence: str
    unsure: bool
    contradicted: bool
    """A rating of the same answer says the opposite."""
    spoken: str
    """The language the text was found to be in, where it is none of ours."""
    feelings: tuple[Feeling, ...]
    themes: tuple[ThemeTag, ...]
    judged: Judged | None
    """What staff say of the reading; nothing while the text waits to be read."""


@dataclass(frozen=True, slots=True)
class AnswerCard:
    id: int
    when: str
    touchpoint: str
    channel: str
    persona: str
    language: str
    ratings: tuple[tuple[str, str], ...]
    choices: tuple[tuple[str, str], ...]
    feeling: Feeling | None
    comments: tuple[Comment, ...]


def answer_card(
    response: Response, journey: Journey, themes: Mapping[int, Sequence[ThemeFound]]
) -> AnswerCard:
    """`themes` are what was found in texts, by the id of their score."""
    language = choose_language()
    answers = sorted(response.answers, key=lambda answer: answer.question.position)
    scores = {score.answer_id: score for score in response.scores}
    feelings = [one.choice for one in answers if one.question.type == "emotion" and one.choice]
    ratings = [(one.question.type, one.number) for one in answers if one.number is not None]
    touchpoint = response.touchpoint
    return AnswerCard(
        id=response.id,
        when=local_time(response.received_at, journey.timezone),
        touchpoint=text_in(touchpoint.name, language) if touchpoint else str(_("Whole journey")),
        channel=text_in(response.channel.name, language),
        persona=text_in(response.persona.name, language) if response.persona else "",
        language=language_name(response.language),
        ratings=tuple(_rating(one, language) for one in answers if one.question.type in RATINGS),
        choices=tuple(
            _choice(one, language) for one in answers if one.question.type == "single_choice"
        ),
        feeling=_feeling(feelings[0], language) if feelings else None,
        comments=tuple(
            _comment(one, scores.get(one.id), ratings, themes, journey)
            for one in answers
            if one.text is not None
        ),
    )


def _rating(answer: Answer, language: str) -> tuple[str, str]:
    most = RATINGS[answer.question.type]
    value = _("%(rating)s of %(most)s", rating=answer.number, most=most)
    return text_in(answer.question.text, language), str(value)


def _choice(answer: Answer, language: str) -> tuple[str, str]:
    question = answer.question
    texts = {choice["key"]: choice.get("text") for choice in question.choices}
    chosen = answer.choice or ""
    return text_in(question.text, language), text_in(texts.get(chosen), language) or chosen


def _feeling(key: str, language: str) -> Feeling:
    return Feeling(
        key, text_in(EMOTION_NAMES.get(key), language) or key, EMOTION_SHADES.get(key, 3)
    )


def _comment(
    answer: Answer,
    score: TextScore | None,
    ratings: Sequence[tuple[str, int]],
    themes: Mapping[int, Sequence[ThemeFound]],
    journey: Journey,
) -> Comment:
    language = choose_language()
    text = answer.text or ""
    read = score if score is not None and score.status == "scored" else None
    doubtful = read if read is not None and read.corrected_label is None else None
    return Comment(
        question=text_in(answer.question.text, language),
        language=language_tag((score.language if score else None) or answer.response.language),
        segments=tuple(segments(text, read.evidence if read else [])),
        verdict=_verdict(score),
        sign=SIGNS.get((score.label if score else "") or "", ""),
        polarity=_polarity(score, language),
        confidence=_confidence(score, language),
        unsure=doubtful is not None and doubtful.unsure,
        contradicted=doubtful is not None
        and words_contradict(ratings, (doubtful.polarity or 0) / SCALE),
        spoken=language_name(OTHER) if score and score.language == OTHER else "",
        feelings=_feelings_in(score),
        themes=tuple(_theme_tag(one, language) for one in themes.get(score.id if score else 0, ())),
        judged=judged(score, journey),
    )


def _polarity(score: TextScore | None, language: str) -> str:
    if score is None or score.polarity is None:
        return ""
    return Numbers(language).signed(score.polarity / SCALE)


def _confidence(score: TextScore | None, language: str) -> str:
    if score is None or score.confidence is None:
        return ""
    return Numbers(language).percent(score.confidence)


def _verdict(score: TextScore | None) -> str:
    """How the text was read, or why it was not."""
    if score is None or score.status == "pending":
        return str(_("still being read"))
    if score.status == "scored":
        return label_name(score.label)
    return reason_words(score.reason)


def _feelings_in(score: TextScore | None) -> tuple[Feeling, ...]:
    """What the words let feel, where the signs are strong enough to say so."""
    if score is None or score.status != "scored":
        return ()
    return tuple(
        Feeling(FACES[family.key][0], family_name(family.key), FACES[family.key][1])
        for family in families(score.emotions)
    )


def _theme_tag(theme: ThemeFound, language: str) -> ThemeTag:
    name, polarity = theme
    leaning = round(NEUTRAL_BAND * SCALE)
    sign = "neg" if polarity <= -leaning else "pos" if polarity >= leaning else ""
    return ThemeTag(text_in(name, language), sign)

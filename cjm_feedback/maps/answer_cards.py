"""One answer, ready to be read: ratings, feeling, words with what proves how they were read."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from cjm_feedback.content.scales import EMOTION_CHOICES
from cjm_feedback.journeymap.measures import SCALE
from cjm_feedback.journeymap.numbers import Numbers
from cjm_feedback.journeys.models import Journey
from cjm_feedback.maps.answers import Segment, segments
from cjm_feedback.maps.moments import language_name, local_time
from cjm_feedback.responses.models import Answer, Response, TextScore
from cjm_feedback.responses.page import EMOTION_SHADES
from cjm_feedback.web.languages import choose_language, text_in

EMOTION_NAMES = {choice.key: choice.text for choice in EMOTION_CHOICES}
RATINGS = {"csat": 5, "nps": 10, "ces": 7}


@dataclass(frozen=True, slots=True)
class Feeling:
    key: str
    name: str
    shade: int


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


def answer_card(response: Response, journey: Journey) -> AnswerCard:
    language = choose_language()
    answers = sorted(response.answers, key=lambda answer: answer.question.position)
    scores = {score.answer_id: score for score in response.scores}
    feelings = [one.choice for one in answers if one.question.type == "emotion" and one.choice]
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
            _comment(one, scores.get(one.id), response.language, language)
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


def _comment(answer: Answer, score: TextScore | None, written: str, language: str) -> Comment:
    text = answer.text or ""
    scored = score is not None and score.status == "scored"
    return Comment(
        question=text_in(answer.question.text, language),
        language=(score.language if score else None) or written,
        segments=tuple(segments(text, score.evidence if score and scored else [])),
        verdict=_verdict(score),
        sign={"negative": "neg", "positive": "pos"}.get((score.label if score else "") or "", ""),
        polarity=_polarity(score, language),
        confidence=_confidence(score, language),
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
    labels = {
        "negative": _("negative"),
        "neutral": _("neutral"),
        "positive": _("positive"),
        "mixed": _("mixed"),
    }
    if score.status == "scored":
        return str(labels.get(score.label or "", ""))
    reasons = {
        "no_known_words": _("not scored: no words that say how it was"),
        "too_short": _("not scored: too short"),
        "empty": _("not scored: no words"),
        "language_unsupported": _("not scored: in another language"),
        "timeout": _("not scored: reading took too long"),
        "failed": _("not scored: reading failed"),
    }
    return str(reasons.get(score.reason or "", _("not scored")))

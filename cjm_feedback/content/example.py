"""The example shop: a bookshop's links and its answers of twelve weeks, made the same each time."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cjm_feedback.content.example_comments import ExampleComment, example_comments
from cjm_feedback.content.example_story import STORY, mood_of
from cjm_feedback.content.journeys import SHOP
from cjm_feedback.content.personas import MOBILE_CHANNELS, STUDENT

WORKSPACE_SLUG = "modra-sova"
WORKSPACE_NAME = "Modrá sova"
TIMEZONE = ZoneInfo("Europe/Prague")
DEFAULT_SEED = 20260901

# Of the answers; a little above the 60 % wanted, because a fitting comment may be used up.
COMMENT_SHARE = 0.66
EMOTION_SHARE = 0.75
EFFORT_SHARE = 0.45
REST_DAYS = 14
"""How long the same words stay away before another answer may carry them."""

LANGUAGE_WEIGHTS = {"cs": 36, "pl": 23, "ru": 21, "en": 20}


@dataclass(frozen=True)
class Traffic:
    """How many answers a touchpoint gets each week, and through which channels."""

    weekly: int
    channels: dict[str, int]


TRAFFIC = {
    "friend-tip": Traffic(6, {"web": 45, "qr": 25, "shop": 20, "social": 10}),
    "search": Traffic(7, {"web": 75, "app": 25}),
    "social-ad": Traffic(6, {"ads": 55, "social": 45}),
    "product-page": Traffic(9, {"web": 65, "app": 35}),
    "reviews": Traffic(5, {"web": 65, "app": 35}),
    "basket": Traffic(8, {"web": 65, "app": 35}),
    "payment": Traffic(16, {"web": 65, "app": 35}),
    "delivery": Traffic(26, {"email": 45, "qr": 25, "app": 30}),
    "unboxing": Traffic(13, {"qr": 60, "email": 25, "app": 15}),
    "customer-care": Traffic(8, {"phone": 35, "email": 40, "app": 25}),
    "returns": Traffic(6, {"email": 50, "shop": 25, "app": 25}),
    "newsletter": Traffic(8, {"email": 75, "app": 25}),
    "loyalty-programme": Traffic(8, {"email": 40, "shop": 30, "app": 30}),
}

EXAMPLE_LINKS = tuple(
    (SHOP.survey_of(touchpoint).key, touchpoint, channel)
    for touchpoint, traffic in TRAFFIC.items()
    for channel in traffic.channels
)
"""Survey, touchpoint and channel of each link."""
FRONT_LINK = ("experience", "delivery", "email")
"""The link to show first: it asks for satisfaction and a comment."""

HEARD_FROM = {
    "friend-tip": ("friend",),
    "search": ("search",),
    "social-ad": ("social", "ad"),
}
OTHER_SOURCES = ("friend", "search", "social", "shop-window", "press", "other")
BARRIERS = (
    "price",
    "delivery-cost",
    "delivery-time",
    "availability",
    "information",
    "trust",
    "payment",
    "website",
    "other",
)
EMOTIONS_BY_MOOD = {
    5: ("delight", "joy", "joy", "joy", "trust", "trust", "relief"),
    4: ("joy", "joy", "trust", "trust", "relief", "neutral", "surprise"),
    3: ("neutral", "neutral", "neutral", "surprise", "confusion", "worry"),
    2: ("disappointment", "disappointment", "confusion", "worry"),
    1: ("anger", "anger", "disappointment", "worry"),
}
NPS_BY_MOOD = {5: (9, 10, 10), 4: (7, 8, 8), 3: (5, 6), 2: (3, 4), 1: (0, 1, 2)}
EFFORT_BY_MOOD = {5: (6, 7, 7), 4: (5, 6, 6), 3: (4, 4, 5), 2: (2, 3, 4), 1: (1, 1, 2)}


@dataclass(frozen=True)
class ExampleAnswer:
    """One response. `answers` holds a value per question that was answered."""

    external_id: str
    received_at: datetime
    survey: str
    touchpoint: str
    channel: str
    language: str
    answers: dict[str, int | str]


@dataclass(frozen=True)
class _Visit:
    received_at: datetime
    day: date
    week: int
    touchpoint: str
    channel: str
    language: str


class _CommentBox:
    """Hands out comments so that the least used comes first and none comes back too soon."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._comments: dict[tuple[str, str], list[ExampleComment]] = {}
        for comment in example_comments():
            place = (comment.touchpoint, comment.language)
            self._comments.setdefault(place, []).append(comment)
        self._uses: Counter[str] = Counter()
        self._last_used: dict[str, date] = {}

    def take(self, visit: _Visit, mood: int) -> ExampleComment | None:
        fitting = [
            comment
            for comment in self._comments[visit.touchpoint, visit.language]
            if comment.suits(mood=mood, week=visit.week, channel=visit.channel)
            and self._is_rested(comment, visit.day)
        ]
        if not fitting:
            return None
        chosen = min(fitting, key=lambda one: (self._uses[one.text], self._rng.random()))
        self._uses[chosen.text] += 1
        self._last_used[chosen.text] = visit.day
        return chosen

    def _is_rested(self, comment: ExampleComment, day: date) -> bool:
        last = self._last_used.get(comment.text)
        return last is None or day - last >= timedelta(days=REST_DAYS)


def example_answers(until: date, seed: int = DEFAULT_SEED) -> Iterator[ExampleAnswer]:
    """The answers of the twelve weeks whose last day is `until`, oldest first.

    The same arguments give the same answers. Give yesterday: today's would lie in the future.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable sample data, no secret
    visits = sorted(_visits(rng, until), key=lambda visit: (visit.received_at, visit.touchpoint))
    box = _CommentBox(rng)
    for number, visit in enumerate(visits, start=1):
        yield ExampleAnswer(
            external_id=f"example-{number:05d}",
            received_at=visit.received_at,
            survey=SHOP.survey_of(visit.touchpoint).key,
            touchpoint=visit.touchpoint,
            channel=visit.channel,
            language=visit.language,
            answers=_answers(rng, visit, box),
        )


def _visits(rng: random.Random, until: date) -> Iterator[_Visit]:
    first_day = until - timedelta(weeks=STORY.weeks, days=-1)
    for week in range(1, STORY.weeks + 1):
        for touchpoint, traffic in TRAFFIC.items():
            for _ in range(traffic.weekly + rng.randint(-1, 1)):
                day = first_day + timedelta(days=7 * (week - 1) + rng.randrange(7))
                yield _Visit(
                    received_at=_moment(rng, day),
                    day=day,
                    week=week,
                    touchpoint=touchpoint,
                    channel=_weighted(rng, traffic.channels),
                    language=_weighted(rng, LANGUAGE_WEIGHTS),
                )


def _moment(rng: random.Random, day: date) -> datetime:
    """A second of the waking hours in Prague, most often towards the evening."""
    second = int(rng.triangular(7 * 3600, 22 * 3600 - 1, 19 * 3600))
    local = time(second // 3600, second // 60 % 60, second % 60, tzinfo=TIMEZONE)
    return datetime.combine(day, local).astimezone(UTC)


def _weighted(rng: random.Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _answers(rng: random.Random, visit: _Visit, box: _CommentBox) -> dict[str, int | str]:
    persona = STUDENT.key if visit.channel in MOBILE_CHANNELS else None
    shares = mood_of(touchpoint=visit.touchpoint, week=visit.week, persona=persona)
    mood = rng.choices(range(1, 6), shares)[0]
    comment = box.take(visit, mood) if rng.random() < COMMENT_SHARE else None
    answers: dict[str, int | str] = {}
    for question in SHOP.survey_of(visit.touchpoint).questions:
        value = _value(rng, question.key, visit.touchpoint, mood, comment)
        if value is not None:
            answers[question.key] = value
    return answers


def _value(
    rng: random.Random, key: str, touchpoint: str, mood: int, comment: ExampleComment | None
) -> int | str | None:
    match key:
        case "csat":
            return mood
        case "nps":
            return rng.choice(NPS_BY_MOOD[mood])
        case "ces":
            return rng.choice(EFFORT_BY_MOOD[mood]) if rng.random() < EFFORT_SHARE else None
        case "emotion":
            if rng.random() >= EMOTION_SHARE:
                return None
            return comment.emotion if comment else rng.choice(EMOTIONS_BY_MOOD[mood])
        case "heard_from":
            return _heard_from(rng, touchpoint, comment)
        case "barrier":
            return _barrier(rng, mood, comment)
        case _:
            return comment.text if comment else None


def _heard_from(rng: random.Random, touchpoint: str, comment: ExampleComment | None) -> str:
    likely: Sequence[str] = HEARD_FROM[touchpoint]
    if comment is None and rng.random() < 0.15:
        likely = OTHER_SOURCES
    return rng.choice(likely)


def _barrier(rng: random.Random, mood: int, comment: ExampleComment | None) -> str:
    if comment is not None and comment.barrier is not None:
        return comment.barrier
    if mood >= 4 and rng.random() < 0.75:
        return "nothing"
    return rng.choice(BARRIERS)

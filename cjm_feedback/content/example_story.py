"""What is true about the example shop: the facts a reader of its map should find."""

from __future__ import annotations

from dataclasses import dataclass

from cjm_feedback.content.personas import STUDENT
from cjm_feedback.content.texts import Text, text

# The share of answers that are this content, from 1 to 5.
Mood = tuple[int, int, int, int, int]

MOODS: tuple[Mood, ...] = (
    (2, 3, 7, 33, 55),
    (2, 5, 10, 39, 44),
    (10, 15, 20, 33, 22),
    (14, 19, 20, 30, 17),
    (18, 23, 19, 25, 15),
    (31, 28, 17, 16, 8),
    (45, 30, 15, 8, 2),
)
"""From the happiest to the unhappiest."""
HAPPY, CONTENT, TORN, LET_DOWN, ANNOYED, UPSET = range(6)


@dataclass(frozen=True)
class Story:
    weeks: int
    worse_touchpoint: str
    worse_from_week: int
    better_touchpoint: str
    better_from_week: int
    unhappy_persona: str
    summary: Text


STORY = Story(
    weeks=12,
    worse_touchpoint="delivery",
    worse_from_week=8,
    better_touchpoint="payment",
    better_from_week=7,
    unhappy_persona=STUDENT.key,
    summary=text(
        cs="Od 8. týdne vozí balíky nový dopravce a spokojenost s doručením klesla. "
        "Od 7. týdne karty procházejí napoprvé a platba se zlepšila. "
        "Lidé, kteří vše vyřizují v mobilu, jsou celou dobu méně spokojeni než ostatní.",
        pl="Od 8. tygodnia paczki wozi nowy przewoźnik i oceny dostawy spadły. "
        "Od 7. tygodnia karty działają za pierwszym razem i oceny płatności wzrosły. "
        "Osoby, które wszystko załatwiają przez telefon, przez cały czas oceniają nas niżej.",
        ru="С 8-й недели посылки возит новая служба, и доставкой стали меньше довольны. "
        "С 7-й недели карты проходят с первого раза, и оплата стала лучше. "
        "Те, кто делает всё через телефон, всё это время довольны меньше остальных.",
        en="A new courier carries the parcels from week 8 on, and delivery got worse. "
        "Cards go through at the first try from week 7 on, and payment got better. "
        "People who do everything on the phone are less happy than others all along.",
    ),
)

USUAL_MOOD = {
    "friend-tip": HAPPY,
    "unboxing": HAPPY,
    "social-ad": TORN,
    "returns": TORN,
}


def mood_of(*, touchpoint: str, week: int, persona: str | None) -> Mood:
    """How content people of `persona` are at `touchpoint` in `week` (1 is the first)."""
    level = USUAL_MOOD.get(touchpoint, CONTENT)
    if touchpoint == STORY.worse_touchpoint and week >= STORY.worse_from_week:
        level = UPSET
    if touchpoint == STORY.better_touchpoint:
        level = HAPPY if week >= STORY.better_from_week else ANNOYED
    if persona == STORY.unhappy_persona:
        level = max(level + 1, LET_DOWN)
    return MOODS[level]

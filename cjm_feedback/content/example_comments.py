"""What customers of the example shop write, in four languages.

The comments live in `comments/<language>.tsv`, one a line. `rating` there is the score that
goes with the words: satisfaction 1–5, or 0–10 at touchpoints of the loyalty stage.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from cjm_feedback.content.example_story import STORY
from cjm_feedback.content.texts import LANGUAGES
from cjm_feedback.content.touchpoints import SHOP_TOUCHPOINTS

Sign = Literal["neg", "neu", "pos"]

FOLDER = Path(__file__).parent / "comments"
STAGE_OF = {touchpoint.key: touchpoint.stage for touchpoint in SHOP_TOUCHPOINTS}
MOOD_OF_NPS = (1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5)


@dataclass(frozen=True)
class ExampleComment:
    """`csat` or `nps` is the typical score beside the words.

    `channel`, `from_week` and `to_week` keep a comment away from answers it would make no sense
    in: nobody praises a repaired payment before the repair.
    """

    language: str
    touchpoint: str
    csat: int | None
    nps: int | None
    emotion: str
    sign: Sign
    text: str
    barrier: str | None = None
    channel: str | None = None
    from_week: int = 1
    to_week: int = STORY.weeks

    @property
    def mood(self) -> int:
        """How content the writer is, 1 to 5, whichever scale was asked."""
        if self.nps is not None:
            return MOOD_OF_NPS[self.nps]
        return cast(int, self.csat)

    def suits(self, *, mood: int, week: int, channel: str) -> bool:
        """Whether somebody in this `mood` could have written it there and then."""
        return (
            self._suits_mood(mood)
            and self.from_week <= week <= self.to_week
            and self.channel in (None, channel)
        )

    def _suits_mood(self, mood: int) -> bool:
        if self.nps is not None and 5 in (self.mood, mood):
            return self.mood == mood  # a promoter's 10 wants warmer words than an 8
        return (self.mood > 3) == (mood > 3) and (self.mood < 3) == (mood < 3)


def _read(language: str) -> Iterator[ExampleComment]:
    with (FOLDER / f"{language}.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True):
            rating = int(row["rating"])
            loyal = STAGE_OF[row["touchpoint"]] == "loyalty"
            yield ExampleComment(
                language=language,
                touchpoint=row["touchpoint"],
                csat=None if loyal else rating,
                nps=rating if loyal else None,
                emotion=row["emotion"],
                sign=cast(Sign, row["sign"]),
                text=row["text"],
                barrier=row["barrier"] or None,
                channel=row["channel"] or None,
                from_week=int(row["from_week"] or 1),
                to_week=int(row["to_week"] or STORY.weeks),
            )


def example_comments() -> tuple[ExampleComment, ...]:
    return tuple(comment for language in LANGUAGES for comment in _read(language))

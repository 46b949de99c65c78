"""The kinds of question, and what an answer to each may be.

A kind is one small class in `REGISTRY`; a new kind is a new class and its drawing on the page.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from cjm_feedback.questionnaire.answers import AnswerValue, InvalidAnswerError
from cjm_feedback.questionnaire.texts import clean_text

EMOTIONS = (
    "delight",
    "joy",
    "trust",
    "relief",
    "neutral",
    "surprise",
    "confusion",
    "worry",
    "disappointment",
    "anger",
)
TEXT_LIMIT = 4_000


class QuestionType(ABC):
    """What all questions of a kind have in common."""

    name: ClassVar[str]
    series: ClassVar[str | None] = None
    """The series of the map that an answer adds to, when it is the same for every question."""
    missing: ClassVar[str] = "choose_one"
    """Why a required question that was passed over is refused."""

    def choices(self, options: Sequence[str]) -> tuple[int | str, ...]:
        """What may be chosen, in its order; nothing for a question answered in words.

        `options` are the keys that a single choice question offers.
        """
        return ()

    @abstractmethod
    def clean(self, value: object, options: Sequence[str] = ()) -> AnswerValue:
        """The answer that `value` stands for, or `InvalidAnswerError`."""


class Scale(QuestionType):
    """A whole number between two ends. A form sends its digits, a program the number itself."""

    low: ClassVar[int]
    high: ClassVar[int]

    def choices(self, options: Sequence[str]) -> tuple[int | str, ...]:
        return tuple(range(self.low, self.high + 1))

    def clean(self, value: object, options: Sequence[str] = ()) -> AnswerValue:
        # No int(): it takes Arabic digits, blanks and underscores, and a million digits.
        for number in range(self.low, self.high + 1):
            if type(value) is int and value == number:
                return AnswerValue(number=number)
            if isinstance(value, str) and value.strip() == str(number):
                return AnswerValue(number=number)
        raise InvalidAnswerError("number_between", low=self.low, high=self.high)


class Csat(Scale):
    """How satisfied, 1 to 5."""

    name = series = "csat"
    low, high = 1, 5


class Nps(Scale):
    """How likely to recommend, 0 to 10."""

    name = series = "nps"
    low, high = 0, 10


class Ces(Scale):
    """How easy it was, 1 to 7."""

    name = series = "ces"
    low, high = 1, 7


class SingleChoice(QuestionType):
    """One of the options that the question offers."""

    name = "single_choice"

    def choices(self, options: Sequence[str]) -> tuple[int | str, ...]:
        return tuple(options)

    def clean(self, value: object, options: Sequence[str] = ()) -> AnswerValue:
        if isinstance(value, str) and value.strip() in self.choices(options):
            return AnswerValue(choice=value.strip())
        raise InvalidAnswerError("not_offered")


class Emotion(SingleChoice):
    """The strongest feeling, one of ten."""

    name = "emotion"
    series = "said"

    def choices(self, options: Sequence[str]) -> tuple[int | str, ...]:
        return EMOTIONS


class Text(QuestionType):
    """Words of the person's own."""

    missing = "write_something"

    def clean(self, value: object, options: Sequence[str] = ()) -> AnswerValue:
        if not isinstance(value, str):
            raise InvalidAnswerError("not_text")
        text = clean_text(value)
        if not text:
            raise InvalidAnswerError(self.missing)
        if len(text) > TEXT_LIMIT:
            raise InvalidAnswerError("too_long", limit=TEXT_LIMIT, length=len(text))
        return AnswerValue(text=text)


class ShortText(Text):
    name = "short_text"


class LongText(Text):
    name = "long_text"


REGISTRY: dict[str, QuestionType] = {
    kind.name: kind
    for kind in (Csat(), Nps(), Ces(), Emotion(), SingleChoice(), ShortText(), LongText())
}
QUESTION_TYPES = tuple(REGISTRY)

"""The shape of a survey template."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from cjm_feedback.content.texts import Text

QuestionType = Literal["csat", "nps", "ces", "emotion", "single_choice", "short_text", "long_text"]
SCALE_RANGES: dict[QuestionType, range] = {
    "csat": range(1, 6),
    "nps": range(11),
    "ces": range(1, 8),
}


@dataclass(frozen=True)
class ChoiceTemplate:
    """An option of a choice, or a labelled point of a scale (its key is then the number)."""

    key: str
    text: Text


@dataclass(frozen=True)
class QuestionTemplate:
    """`choices` holds all points of a CSAT scale, the two labelled ends of an NPS or CES scale."""

    key: str
    type: QuestionType
    text: Text
    required: bool = False
    help: Text = field(default_factory=dict)
    choices: tuple[ChoiceTemplate, ...] = ()

    def accepts(self, value: object) -> bool:
        """Whether `value` answers this question."""
        if self.type in SCALE_RANGES:
            return type(value) is int and value in SCALE_RANGES[self.type]
        if self.type in ("emotion", "single_choice"):
            return value in {choice.key for choice in self.choices}
        return isinstance(value, str) and bool(value.strip())


@dataclass(frozen=True)
class SurveyTemplate:
    """`stage` is the stage whose touchpoints the survey serves; None: touchpoints of any stage."""

    key: str
    stage: str | None
    title: Text
    intro: Text
    thanks: Text
    questions: tuple[QuestionTemplate, ...]

    def question(self, key: str) -> QuestionTemplate:
        return next(question for question in self.questions if question.key == key)

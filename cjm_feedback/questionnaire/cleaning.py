"""From what was sent to answers that may be stored: one set of rules for page, API and file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from cjm_feedback.questionnaire.answers import AnswerValue, InvalidAnswerError
from cjm_feedback.questionnaire.texts import clean_text, printable
from cjm_feedback.questionnaire.types import REGISTRY

UNKNOWN_SHOWN = 20
"""How many keys nobody asked about are named in a refusal; ten thousand would help nobody."""
KEY_SHOWN = 60


class Asked(Protocol):
    """What the rules need to know about a question."""

    @property
    def key(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def option_keys(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Cleaned:
    """The answers that can be taken and, by key, why others cannot."""

    values: dict[str, AnswerValue]
    errors: dict[str, InvalidAnswerError]


def clean_answers(questions: Iterable[Asked], raw: Mapping[str, object]) -> Cleaned:
    """Check `raw` against the questions that were asked. A key that nobody asked is refused."""
    values: dict[str, AnswerValue] = {}
    errors: dict[str, InvalidAnswerError] = {}
    asked = {question.key: question for question in questions}
    for key, question in asked.items():
        try:
            value = _clean(question, raw.get(key))
        except InvalidAnswerError as error:
            errors[key] = error
        else:
            if value is not None:
                values[key] = value
    unknown = [key for key in raw if key not in asked]
    for key in unknown[:UNKNOWN_SHOWN]:
        errors[printable(key)[:KEY_SHOWN]] = InvalidAnswerError("not_asked")
    return Cleaned(values, errors)


def _clean(question: Asked, value: object) -> AnswerValue | None:
    kind = REGISTRY[question.type]
    if value is None or (isinstance(value, str) and not clean_text(value)):
        if question.required:
            raise InvalidAnswerError(kind.missing)
        return None
    return kind.clean(value, question.option_keys)

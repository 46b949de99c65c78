"""The content of a survey before it is published, and what forbids to publish it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from cjm_feedback.questionnaire.types import REGISTRY

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
"""Letters and underscores only, so that no question's name meets one of the page's own fields."""
OPTION_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


class ChoiceWording(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def text(self) -> Mapping[str, str]: ...


class QuestionWording(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def text(self) -> Mapping[str, str]: ...
    @property
    def help(self) -> Mapping[str, str]: ...
    @property
    def choices(self) -> Sequence[ChoiceWording]: ...


class SurveyWording(Protocol):
    """What `content.templates.SurveyTemplate` offers, and an editor's form can."""

    @property
    def title(self) -> Mapping[str, str]: ...
    @property
    def intro(self) -> Mapping[str, str]: ...
    @property
    def thanks(self) -> Mapping[str, str]: ...
    @property
    def questions(self) -> Sequence[QuestionWording]: ...


class InvalidWordingError(ValueError):
    """The content cannot be published; `faults` are sentences in English, for logs and staff."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class MissingTranslationError(InvalidWordingError):
    """Words are missing; `missing` are pairs of the place (`csat.text`) and the language."""

    def __init__(self, missing: Sequence[tuple[str, str]]) -> None:
        super().__init__([f"{place} has no words in {language}" for place, language in missing])
        self.missing = tuple(missing)


def check_wording(wording: SurveyWording, languages: Sequence[str]) -> None:
    """Raise unless `wording` can be asked, and answered, in each of `languages`."""
    faults = list(_faults(wording, languages))
    if faults:
        raise InvalidWordingError(faults)
    missing = list(missing_translations(wording, languages))
    if missing:
        raise MissingTranslationError(missing)


def missing_translations(
    wording: SurveyWording, languages: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Where words are missing. A text that may be left out must be left out in every language."""
    for place, text, optional in _texts(wording):
        if optional and not any(text.get(language, "").strip() for language in text):
            continue
        for language in languages:
            if not text.get(language, "").strip():
                yield place, language


def content_hash(wording: SurveyWording, languages: Sequence[str]) -> str:
    """The same for the same content: publishing it twice makes no second revision."""
    plain = {
        "languages": list(languages),
        "title": dict(wording.title),
        "intro": dict(wording.intro),
        "thanks": dict(wording.thanks),
        "questions": [
            {
                "key": question.key,
                "type": question.type,
                "required": question.required,
                "text": dict(question.text),
                "help": dict(question.help),
                "choices": plain_choices(question),
            }
            for question in wording.questions
        ],
    }
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plain_choices(question: QuestionWording) -> list[dict[str, Any]]:
    return [{"key": choice.key, "text": dict(choice.text)} for choice in question.choices]


def _texts(wording: SurveyWording) -> Iterator[tuple[str, Mapping[str, str], bool]]:
    yield "title", wording.title, False
    yield "intro", wording.intro, True
    yield "thanks", wording.thanks, True
    for question in wording.questions:
        yield f"{question.key}.text", question.text, False
        yield f"{question.key}.help", question.help, True
        for choice in question.choices:
            yield f"{question.key}.{choice.key}", choice.text, False


def _faults(wording: SurveyWording, languages: Sequence[str]) -> Iterator[str]:
    if not languages or len(set(languages)) != len(languages):
        yield "a survey needs languages, each of them once"
    if not wording.questions:
        yield "a survey needs a question"
    keys = Counter(question.key for question in wording.questions)
    yield from (f"two questions are called {key}" for key, times in keys.items() if times > 1)
    # A response counts once in each figure, so it can rate a scale only once.
    series = Counter(
        REGISTRY[question.type].series
        for question in wording.questions
        if question.type in REGISTRY and REGISTRY[question.type].series
    )
    yield from (f"{name} is asked twice" for name, times in series.items() if times > 1)
    for question in wording.questions:
        yield from _question_faults(question)


def _question_faults(question: QuestionWording) -> Iterator[str]:
    if not KEY.fullmatch(question.key):
        yield f"{question.key!r} is no key: a small letter, then small letters, digits, _"
    if question.type not in REGISTRY:
        yield f"{question.key} has the unknown type {question.type!r}"
        return
    options = [choice.key for choice in question.choices]
    if len(set(options)) != len(options):
        yield f"{question.key} offers the same option twice"
    if question.type == "single_choice":
        if len(options) < 2:
            yield f"{question.key} needs two options or more"
        yield from (
            f"{question.key}: {key!r} is no key of an option"
            for key in options
            if not OPTION_KEY.fullmatch(key)
        )
        return
    allowed = {str(choice) for choice in REGISTRY[question.type].choices(options)}
    yield from (
        f"{question.key} has no point {key!r} to label" for key in options if key not in allowed
    )

"""What a response adds to the figures before anybody has read its texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from cjm_feedback.journeymap.measures import COUNTED_SERIES, choice_series, measure
from cjm_feedback.questionnaire.answers import AnswerValue
from cjm_feedback.questionnaire.types import REGISTRY
from cjm_feedback.rollups.services import CellChange, CellKeyTuple


class Rated(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def type(self) -> str: ...


def local_day(moment: datetime, timezone: str) -> date:
    """The day on which the customer answered, where the journey takes place."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def submitted_changes(
    key: CellKeyTuple, questions: Iterable[Rated], answers: Mapping[str, AnswerValue]
) -> Iterator[CellChange]:
    """One change for the response itself and one for each rating or choice; texts come later.

    `key` says where the response belongs; its series is put in here.
    """
    yield CellChange(key._replace(series=COUNTED_SERIES), measure(COUNTED_SERIES))
    for question in questions:
        value = answers.get(question.key)
        series = None if value is None else _series(question, value)
        if value is None or series is None:
            continue
        counted = None if value.choice and question.type == "single_choice" else value.plain
        yield CellChange(key._replace(series=series), measure(series, counted))


def _series(question: Rated, value: AnswerValue) -> str | None:
    if question.type == "single_choice" and value.choice is not None:
        return choice_series(question.key, value.choice)
    return REGISTRY[question.type].series

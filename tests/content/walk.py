"""Every translated text inside a template, with the way to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from cjm_feedback.content.channels import CHANNELS
from cjm_feedback.content.example_story import STORY
from cjm_feedback.content.journeys import JOURNEYS
from cjm_feedback.content.texts import LANGUAGES, Text

Found = tuple[str, Text]


def texts_in(thing: object, path: str) -> Iterator[Found]:
    if isinstance(thing, tuple):
        for number, part in enumerate(thing):
            yield from texts_in(part, f"{path}[{getattr(part, 'key', number)}]")
    elif is_dataclass(thing):
        for one in fields(thing):
            yield from texts_in(getattr(thing, one.name), f"{path}.{one.name}")
    elif isinstance(thing, dict) and thing and not thing.keys() - set(LANGUAGES):
        yield path, thing


def all_texts() -> list[Found]:
    return [
        *texts_in(JOURNEYS, "journeys"),
        *texts_in(CHANNELS, "channels"),
        *texts_in(STORY, "story"),
    ]

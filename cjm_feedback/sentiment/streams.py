"""Comments in, readings out, a line each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cjm_feedback.sentiment.language import LANGUAGES
from cjm_feedback.sentiment.registry import Registry, read_comment


@dataclass(frozen=True)
class Line:
    text: str
    language: str | None = None
    languages: tuple[str, ...] = LANGUAGES


def decoded_lines(stream: Iterable[bytes]) -> Iterator[str]:
    """UTF-8 whatever the locale, ends of lines and a byte order mark taken off.

    Only LF ends a line: some characters that Python counts as line ends occur
    inside real comments.
    """
    for number, line in enumerate(stream):
        text = line.rstrip(b"\r\n").decode("utf-8", "replace")
        yield text.removeprefix("\ufeff") if number == 0 else text


def score_lines(lines: Iterable[str], *, registry: Registry | None = None) -> Iterator[str]:
    """A line of JSON for each of `lines`, in their order, blank ones too."""
    for raw in lines:
        line = parse_line(raw)
        reading = read_comment(
            line.text, language=line.language, languages=line.languages, registry=registry
        )
        yield json.dumps(reading.as_json(), ensure_ascii=False)


def parse_line(raw: str) -> Line:
    """A JSON object with a `text`, or the text itself.

    `language` is the language of the text, `languages` those it may be in,
    `prior` the one its writer used elsewhere. A member of the wrong type
    counts as left out.
    """
    members = _object(raw)
    text = members.get("text")
    if not isinstance(text, str):
        return Line(raw)
    language, prior = members.get("language"), members.get("prior")
    if isinstance(language, str):
        return Line(text, language, (language,))
    languages = _strings(members.get("languages")) or LANGUAGES
    return Line(text, prior if isinstance(prior, str) else None, languages)


def _object(raw: str) -> dict[str, Any]:
    if not raw.lstrip().startswith("{"):
        return {}
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _strings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return ()
    return tuple(value)

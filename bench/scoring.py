"""How many comments `flask sentiment score` reads in a second of one processor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bench.kill_drill import ROOT
from cjm_feedback.content.example_comments import example_comments

TEXTS = 10_000
LANGUAGES = ("cs", "pl", "ru", "en")


@dataclass(frozen=True)
class Speed:
    """`start` are the CPU seconds of a run with one text, which are not counted in `rate`."""

    language: str
    texts: int
    words: float
    start: float
    rate: float
    wall_rate: float


def measure() -> list[Speed]:
    return [_measure(language) for language in LANGUAGES]


def table(speeds: list[Speed]) -> Iterator[str]:
    yield "| language | texts | words each | start s | texts per CPU-second | texts/s with start |"
    yield "|---|---|---|---|---|---|"
    for one in speeds:
        yield (
            f"| {one.language} | {one.texts} | {one.words:.1f} | {one.start:.1f} "
            f"| {one.rate:,.0f} | {one.wall_rate:,.0f} |"
        )


def _measure(language: str) -> Speed:
    """The example's comments of this language again and again, which the engine does not notice."""
    comments = [one.text for one in example_comments() if one.language == language]
    texts = [comments[number % len(comments)] for number in range(TEXTS)]
    start, _ = _score(texts[:1], language)
    spent, took = _score(texts, language)
    return Speed(
        language=language,
        texts=len(texts),
        words=sum(len(text.split()) for text in texts) / len(texts),
        start=start,
        rate=len(texts) / max(spent - start, 0.01),
        wall_rate=len(texts) / took,
    )


def _score(texts: list[str], language: str) -> tuple[float, float]:
    """CPU seconds and seconds of one run of the command."""
    lines = "".join(json.dumps({"text": text, "prior": language}) + "\n" for text in texts)
    with tempfile.TemporaryDirectory() as instance:
        env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("CJM_", "FLASK_"))},
            "CJM_INSTANCE_DIR": instance,
        }
        before, began = os.times(), time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "sentiment", "score"],
            cwd=ROOT,
            env=env,
            input=lines,
            capture_output=True,
            text=True,
            check=True,
        )
        after, took = os.times(), time.monotonic() - began
    assert len(done.stdout.splitlines()) == len(texts)
    spent = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    return spent, took

"""How many English comments each engine reads in a second of one processor, next to others.

All in one run and in turns, because processors differ more than engines of the same kind.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from statistics import median
from time import process_time
from typing import Any

from textblob import TextBlob

from bench.kill_drill import ROOT
from cjm_feedback.sentiment.fast import FastAnalyser, FastModel, fast_model

SIZES = (5, 20, 80)
COMPARED_SIZE = 20
ROUNDS = 5
WORDS_A_ROUND = {"deep": 800}
MOST_WORDS_A_ROUND = 8_000

_MARK = re.compile(r"\{[-+0]|\}")

Read = Callable[[Sequence[str]], object]


@dataclass(frozen=True)
class Speed:
    """`rates` are texts per CPU-second by their length in words."""

    engine: str
    rates: dict[int, float]


def measure() -> list[Speed]:
    engines = dict(_engines())
    words = _words()
    rates: dict[str, dict[int, float]] = {name: {} for name in engines}
    for size in SIZES:
        texts = [" ".join(words[n : n + size]) for n in range(0, len(words) - size, size)]
        for name, found in _in_turns(engines, texts, size).items():
            rates[name][size] = found
    return [Speed(name, found) for name, found in rates.items()]


def table(speeds: Sequence[Speed]) -> Iterator[str]:
    vader = next((one for one in speeds if one.engine == "VADER"), None)
    yield f"| engine | {' | '.join(f'{size} words' for size in SIZES)} | against VADER |"
    yield "|---" * (len(SIZES) + 2) + "|"
    for one in speeds:
        cells = [f"{one.rates[size]:,.0f}" for size in SIZES]
        ratio = "" if vader is None else f"{_ratio(one, vader):.2f} ×"
        yield f"| {one.engine} | {' | '.join(cells)} | {ratio} |"
    if vader is None:
        yield "| VADER | not installed |" + " |" * len(SIZES)


def _ratio(one: Speed, other: Speed) -> float:
    return one.rates[COMPARED_SIZE] / other.rates[COMPARED_SIZE]


def _in_turns(engines: dict[str, Read], texts: Sequence[str], size: int) -> dict[str, float]:
    """The median of the rounds, after one that fills caches."""
    spent: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(1 + ROUNDS):
        for name, read in engines.items():
            chosen = texts[: max(1, WORDS_A_ROUND.get(name, MOST_WORDS_A_ROUND) // size)]
            before = process_time()
            read(chosen)
            spent[name].append(len(chosen) / max(process_time() - before, 1e-9))
    return {name: median(found[1:]) for name, found in spent.items()}


def _engines() -> Iterator[tuple[str, Read]]:
    model = fast_model("en")
    analyser = FastAnalyser()
    yield "fast, in batches", model.probabilities
    yield "fast, one by one", partial(_each, lambda text: model.probabilities([text]))
    yield "fast, every word met for the first time", partial(_anew, model)
    yield "fast, with label and evidence", partial(_each, lambda text: analyser.read(text, "en"))
    deep = _deep()
    if deep is not None:
        yield "deep", deep.encode
    vader = _vader()
    if vader is not None:
        yield "VADER", partial(_each, vader.polarity_scores)
    yield "TextBlob", partial(_each, lambda text: TextBlob(text).sentiment)


def _each(read: Callable[[str], object], texts: Sequence[str]) -> None:
    for text in texts:
        read(text)


def _anew(model: FastModel, texts: Sequence[str]) -> object:
    model.forget()
    return model.probabilities(texts)


def _deep() -> Any:
    module = import_module("cjm_feedback.sentiment.deep.model")
    try:
        return module.deep_model()
    except module.DeepUnavailableError:
        return None


def _vader() -> Any:
    """No dependency of ours: `pip install vaderSentiment` to have it in the table."""
    try:
        module = import_module("vaderSentiment.vaderSentiment")
    except ImportError:
        return None
    return module.SentimentIntensityAnalyzer()


def _words() -> list[str]:
    """Of the comments that models are trained on: many, and no two alike."""
    path = ROOT / "training" / "comments" / "en.tsv"
    comments = [line.split("\t")[-1] for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    random.Random(1).shuffle(comments)  # noqa: S311 - no secret
    return _MARK.sub("", " ".join(comments)).split()

"""How well comments are read, against what people say they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from time import process_time
from typing import Any, Final, get_args

import numpy as np

from cjm_feedback.sentiment.result import NO_ENGINE, Label, Reading

_LABELS: Final[Mapping[str, Label]] = {
    "neg": "negative",
    "neu": "neutral",
    "pos": "positive",
    **{label: label for label in get_args(Label)},
}
_RESAMPLES: Final = 500
_SIGNS: Final[Mapping[str, float]] = {"negative": -1.0, "positive": 1.0}


class BadLineError(ValueError):
    """A line of the file is no annotated comment."""

    def __init__(self, number: int, problem: str) -> None:
        super().__init__(f"line {number}: {problem}")


class NoRowsError(ValueError):
    """The file holds no annotated comment."""


@dataclass(frozen=True)
class Row:
    text: str
    label: Label


@dataclass(frozen=True)
class Evaluation:
    """Shares from 0 to 1; `per_class` is F1; `binary_accuracy` is None without gold of a sign."""

    n: int
    macro_f1: float
    accuracy: float
    binary_accuracy: float | None
    unscored: float
    per_class: Mapping[str, float]
    confusion: Mapping[str, Mapping[str, int]]
    texts_per_second: float
    engine: str
    macro_f1_interval: tuple[float, float]
    """95 %, from 500 resamples of the rows (Efron's percentile bootstrap, seed 0)."""
    binary_interval: tuple[float, float] | None
    """95 % likewise."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def parse_rows(lines: Iterable[str]) -> Iterator[Row]:
    """`text<TAB>label[<TAB>domain]`; blank lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        text, *rest = line.split("\t")
        if not rest:
            raise BadLineError(number, "no tab between text and label")
        label = rest[0].strip().lower()
        if label not in _LABELS:
            raise BadLineError(number, f"unknown label {label!r}")
        yield Row(text, _LABELS[label])


def evaluate(
    rows: Sequence[Row],
    read: Callable[[str], Reading],
    *,
    seconds: Callable[[], float] = process_time,
) -> Evaluation:
    """Speed is in texts per second of processor time, so that other programs do not count."""
    if not rows:
        raise NoRowsError("no annotated comments")
    read(rows[0].text)  # loads what is loaded on first use, which is no part of the speed
    begun = seconds()
    readings = [read(row.text) for row in rows]
    took = seconds() - begun
    gold = [row.label for row in rows]
    predicted = _predictions(gold, readings)
    per_class = {label: _f1(label, gold, predicted) for label in _in_order(gold)}
    signs = _right_signs(gold, readings)
    return Evaluation(
        n=len(rows),
        macro_f1=round(sum(per_class.values()) / len(per_class), 4),
        accuracy=_share([g == p for g, p in zip(gold, predicted, strict=True)]) or 0.0,
        binary_accuracy=_share(signs),
        unscored=_share([not reading.scored for reading in readings]) or 0.0,
        per_class={label: round(f1, 4) for label, f1 in per_class.items()},
        confusion=_confusion(gold, predicted),
        texts_per_second=round(len(rows) / took, 1) if took > 0 else 0.0,
        engine="+".join(_engines(readings)),
        macro_f1_interval=_macro_f1_interval(gold, predicted),
        binary_interval=_share_interval(signs),
    )


def _macro_f1_interval(gold: Sequence[Label], predicted: Sequence[Label]) -> tuple[float, float]:
    names = list(get_args(Label))
    told = np.array([names.index(label) for label in gold])
    said = np.array([names.index(label) for label in predicted])
    present = np.unique(told)
    draws = np.random.default_rng(0)
    found = []
    for _ in range(_RESAMPLES):
        drawn = draws.integers(0, len(told), len(told))
        t, p = told[drawn], said[drawn]
        right = np.bincount(t[t == p], minlength=len(names))
        both = np.bincount(t, minlength=len(names)) + np.bincount(p, minlength=len(names))
        found.append(float(np.mean(2 * right[present] / np.maximum(both[present], 1))))
    return _percentiles(found)


def _share_interval(holds: Sequence[bool]) -> tuple[float, float] | None:
    if not holds:
        return None
    draws = np.random.default_rng(0)
    values, n = np.array(holds, float), len(holds)
    means = [float(values[draws.integers(0, n, n)].mean()) for _ in range(_RESAMPLES)]
    return _percentiles(means)


def _percentiles(found: Sequence[float]) -> tuple[float, float]:
    low, high = np.percentile(found, [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)


def _predictions(gold: Sequence[Label], readings: Sequence[Reading]) -> list[Label]:
    """Unscored counts as neutral, and so does mixed where the annotators had no such label."""
    has_mixed = "mixed" in gold
    return [
        "neutral"
        if reading.label is None or (reading.label == "mixed" and not has_mixed)
        else reading.label
        for reading in readings
    ]


def _right_signs(gold: Sequence[Label], readings: Sequence[Reading]) -> list[bool]:
    """For the rows annotated negative or positive; no polarity and 0 have no sign, so are wrong."""
    return [
        (reading.polarity or 0.0) * _SIGNS[label] > 0
        for label, reading in zip(gold, readings, strict=True)
        if label in _SIGNS
    ]


def _f1(label: Label, gold: Sequence[Label], predicted: Sequence[Label]) -> float:
    right = sum(g == p == label for g, p in zip(gold, predicted, strict=True))
    return 2 * right / (gold.count(label) + predicted.count(label))


def _confusion(gold: Sequence[Label], predicted: Sequence[Label]) -> dict[str, dict[str, int]]:
    counts = Counter(zip(gold, predicted, strict=True))
    columns = _in_order([*gold, *predicted])
    return {
        label: {column: counts[label, column] for column in columns} for label in _in_order(gold)
    }


def _in_order(labels: Sequence[Label]) -> list[Label]:
    present = set(labels)
    return [label for label in get_args(Label) if label in present]


def _share(holds: Sequence[bool]) -> float | None:
    return round(sum(holds) / len(holds), 4) if holds else None


def _engines(readings: Iterable[Reading]) -> list[str]:
    return sorted({reading.engine for reading in readings} - {NO_ENGINE}) or [NO_ENGINE]

"""Trains the models of the fast engine: `python -m training.fast DATA_FOLDER`.

After the deep model, which teaches it. Some fifteen minutes on one processor; the same input gives
the same files.
"""

from __future__ import annotations

import argparse
import logging
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from wordfreq import top_n_list

from cjm_feedback.sentiment.deep.model import deep_model
from cjm_feedback.sentiment.fast import Weights, packed
from cjm_feedback.sentiment.features import TOKEN, gram_scale, pair_of, seen, text_scale
from training.data import HERE, LABELS, LANGUAGES, Row, bought_in_rows, own_rows

logger = logging.getLogger("training")

PACKAGE: Final = HERE.parent / "cjm_feedback" / "sentiment"
SEED: Final = 20261122
FOLDS: Final = 4
FEWEST_TEXTS: Final = 2
"""A gram of fewer texts says more about its text than about its language."""
KEPT_GRAMS: Final = 42_000
LOOSENESS: Final = 10.0
BALANCE: Final = 0.75
"""From labels as frequent as they come (0) to all equally heavy (1)."""
STEPS, STEPS_AFTER_PRUNING = 80, 40
WEIGHT_OF: Final[Mapping[str, float]] = {
    "own": 1.0,
    "clause": 1.0,
    "lexicon": 0.5,
    "pl_hotels.tsv": 0.5,
    "pl_medicine.tsv": 0.5,
    "en_products.tsv": 0.7,
    "clipping": 0.6,
    "word": 0.5,
}
WEIGHT_OF_THE_REST: Final = 0.3
WORDS_ASKED, TEXTS_ASKED = 8_000, 2_500
CLEAR: Final = 0.65
"""Of single words the deep model is asked about, only those it is so sure of teach anything."""
_HIDDEN: Final = -1e4
_ENTRY: Final = re.compile(r"(-?[01]\.\d): (.+)")
_BREAK: Final = re.compile(r"[.,;:!?…–—()\n]+\s*")

Floats = NDArray[np.float64]


@dataclass
class Grams:
    """The rows of a matrix of texts and grams, and what each gram is called."""

    names: list[str] = field(default_factory=list)
    matrix: Any = None


class Lesson(NamedTuple):
    """A text and how likely each label is. Clauses and clippings follow their comment."""

    text: str
    source: str
    shares: tuple[float, ...]
    weight: float
    mixed_known: bool


@dataclass(frozen=True)
class Targets:
    shares: Floats
    weights: Floats
    mixed_hidden: NDArray[np.bool_]

    def of(self, chosen: NDArray[np.bool_]) -> Targets:
        return Targets(self.shares[chosen], self.weights[chosen], self.mixed_hidden[chosen])


@dataclass(frozen=True)
class Linear:
    table: Floats
    bias: Floats

    def logits(self, matrix: Any) -> Floats:
        logits: Floats = matrix @ self.table + self.bias
        return logits


class Teacher:
    """The deep model, asked what short texts mean: from it words are learnt that few comments hold.

    It has been trained on our comments too; what it says of their clippings is kept out of the
    folds that test them.
    """

    def __init__(self) -> None:
        self._model = deep_model()

    def lessons(self, source: str, texts: Sequence[str]) -> list[Lesson]:
        if not texts:
            return []
        shares = np.exp(_log_softmax(self._model.encode(texts).polarity.astype(np.float64)))
        weight = WEIGHT_OF.get(source, WEIGHT_OF_THE_REST)
        return [
            Lesson(text, source, tuple(row), weight, mixed_known=True)
            for text, row in zip(texts, shares.tolist(), strict=True)
        ]


def lessons_of(language: str, rows: Sequence[Row], teacher: Teacher) -> list[Lesson]:
    rows = [row for row in rows if row.language == language]
    clippings = {row.text: _clippings(row.text) for row in rows if row.source == "own"}
    asked = [clipping for some in clippings.values() for clipping in some]
    answers = {lesson.text: lesson for lesson in teacher.lessons("clipping", asked)}
    found = []
    for row in [*rows, *lexicon_rows(language)]:
        if row.label is not None and not _is_emotional(row):
            found.append(_lesson(row))
        found += [answers[clipping] for clipping in clippings.get(row.text, ())]
    emotional = [row.text for row in rows if _is_emotional(row)]
    found += teacher.lessons("emotions", emotional[:TEXTS_ASKED])
    return found + _clear_words(language, teacher)


def _is_emotional(row: Row) -> bool:
    """Emotions say little of polarity: the deep model is asked instead."""
    return "_emotions_" in row.source


def _lesson(row: Row) -> Lesson:
    shares = tuple(float(label == row.label) for label in LABELS)
    weight = row.label_weight * WEIGHT_OF.get(row.source, WEIGHT_OF_THE_REST)
    return Lesson(row.text, row.source, shares, weight, row.mixed_known)


def _clippings(text: str) -> list[str]:
    parts = [part.strip() for part in _BREAK.split(text)]
    return [part for part in parts if part != text and " " in part]


def _clear_words(language: str, teacher: Teacher) -> list[Lesson]:
    words = [word for word in top_n_list(language, 2 * WORDS_ASKED) if word.isalpha()]
    words = [word for word in words if len(word) > 2][:WORDS_ASKED]
    sides = (LABELS.index("negative"), LABELS.index("positive"))
    return [
        lesson
        for lesson in teacher.lessons("word", words)
        if max(lesson.shares[side] for side in sides) >= CLEAR
    ]


def lexicon_rows(language: str) -> Iterator[Row]:
    """Our hand-written words of praise and blame, each as a very short comment."""
    path = HERE / "words" / f"{language}.txt"
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = _ENTRY.fullmatch(line.strip())
        if entry is None:
            continue
        polarity = float(entry[1])
        label = "positive" if polarity > 0 else "negative"
        for pattern in entry[2].split(","):
            text = pattern.strip().rstrip("*")
            yield Row(text, language, "lexicon", label, label_weight=abs(polarity))


def counted(text: str) -> dict[str, float]:
    """The grams of `text`, weighed exactly as the engine sums them."""
    tokens = [seen(token) for token in TOKEN.findall(text)]
    counts: defaultdict[str, float] = defaultdict(float)
    for token in tokens:
        whole, *grams = token.grams
        counts[whole] += 1.0
        for gram in grams:
            counts[gram] += gram_scale(len(grams))
    for first, second in pairwise(tokens):
        counts[pair_of(first.name, second.name)] += 1.0
    scale = text_scale(max(1, len(tokens)))
    return {gram: count * scale for gram, count in counts.items()}


def matrix_of(texts: Sequence[str]) -> Grams:
    counts = [counted(text) for text in texts]
    spread = Counter(gram for one in counts for gram in one)
    names = sorted(gram for gram, number in spread.items() if number >= FEWEST_TEXTS)
    column = {gram: number for number, gram in enumerate(names)}
    cells = [
        (row, column[gram], count)
        for row, one in enumerate(counts)
        for gram, count in one.items()
        if gram in column
    ]
    rows, columns, values = zip(*cells, strict=True)
    return Grams(names, csr_matrix((values, (rows, columns)), shape=(len(texts), len(names))))


def targets_of(lessons: Sequence[Lesson]) -> Targets:
    shares = np.array([lesson.shares for lesson in lessons])
    weights = np.array([lesson.weight for lesson in lessons])
    totals = weights @ shares
    balanced = (weights.sum() / (len(LABELS) * totals)) ** BALANCE
    hidden = np.array([not lesson.mixed_known for lesson in lessons])
    return Targets(shares, weights * (shares @ balanced), hidden)


def fitted(matrix: Any, targets: Targets, *, steps: int, start: Linear | None = None) -> Linear:
    """Logistic regression that asks no row about "mixed" whose source has no such label."""
    shape = (matrix.shape[1], len(LABELS))
    hidden = np.zeros((matrix.shape[0], len(LABELS)))
    hidden[targets.mixed_hidden, LABELS.index("mixed")] = _HIDDEN
    transposed = matrix.T.tocsr()

    def loss(flat: Floats) -> tuple[float, Floats]:
        table, bias = flat[: -len(LABELS)].reshape(shape), flat[-len(LABELS) :]
        logs = _log_softmax(matrix @ table + bias + hidden)
        off = targets.weights[:, None] * (np.exp(logs) - targets.shares)
        slope = transposed @ off + table / LOOSENESS
        missed = -(targets.weights[:, None] * targets.shares * logs).sum()
        value = missed + (table**2).sum() / (2 * LOOSENESS)
        return float(value), np.concatenate([slope.ravel(), off.sum(axis=0)])

    begin = np.zeros((shape[0] + 1) * shape[1])
    if start is not None:
        begin = np.concatenate([start.table.ravel(), start.bias])
    flat = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": steps}).x
    return Linear(flat[: -len(LABELS)].reshape(shape), flat[-len(LABELS) :])


def _log_softmax(logits: Floats) -> Floats:
    logits = logits - logits.max(axis=1, keepdims=True)
    logs: Floats = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return logs


def held_out(lessons: Sequence[Lesson], matrix: Any, targets: Targets) -> tuple[Floats, Any]:
    """Logits of our own comments from models that saw neither them nor parts of them."""
    own = [number for number, lesson in enumerate(lessons) if lesson.source == "own"]
    part = parts_of(lessons)
    logits = np.zeros((len(lessons), len(LABELS)))
    for fold in range(FOLDS):
        known, tested = part != fold, part == fold
        found = fitted(matrix[known], targets.of(known), steps=STEPS)
        logits[tested] = found.logits(matrix[tested])
    return logits[own], targets.shares[own].argmax(axis=1)


def parts_of(lessons: Sequence[Lesson]) -> NDArray[np.int64]:
    """The fold of each of our comments and of its parts; -1 for all else."""
    rng = random.Random(SEED)
    parts, fold = [], -1
    for lesson in lessons:
        if lesson.source == "own":
            fold = rng.randrange(FOLDS)
        parts.append(fold if lesson.source in ("own", "clause", "clipping") else -1)
    return np.array(parts)


def temperature_of(logits: Floats, labels: Any) -> float:
    """What to divide logits by so that the shares they give come true."""

    def surprise(temperature: float) -> float:
        logs = _log_softmax(logits / temperature)
        return float(-logs[np.arange(len(logs)), labels].mean())

    return float(min(np.geomspace(0.3, 6.0, 121), key=surprise))


def pruned(grams: Grams, linear: Linear) -> Grams:
    """The grams that move the labels of these texts most."""
    moved = np.sqrt((linear.table**2).sum(axis=1)) * np.sqrt(
        np.asarray(grams.matrix.multiply(grams.matrix).sum(axis=0)).ravel()
    )
    kept = np.sort(np.argsort(-moved, kind="stable")[:KEPT_GRAMS])
    return Grams([grams.names[n] for n in kept], grams.matrix[:, kept])


def train(language: str, lessons: Sequence[Lesson]) -> bytes:
    grams, targets = matrix_of([lesson.text for lesson in lessons]), targets_of(lessons)
    logits, labels = held_out(lessons, grams.matrix, targets)
    temperature = temperature_of(logits, labels)
    whole = fitted(grams.matrix, targets, steps=STEPS)
    grams = pruned(grams, whole)
    linear = fitted(grams.matrix, targets, steps=STEPS_AFTER_PRUNING)
    file = packed(
        Weights(
            grams.names,
            (beside_neutral(linear.table) / temperature).astype(np.float32),
            (beside_neutral(linear.bias) / temperature).tolist(),
        )
    )
    logger.info(
        "%s: %d texts, %d grams, temperature %.2f, held-out accuracy %.3f, macro-F1 %.3f, %d bytes",
        *(language, len(lessons), len(grams.names), temperature),
        *((logits.argmax(axis=1) == labels).mean(), macro_f1(logits.argmax(axis=1), labels)),
        len(file),
    )
    return file


def beside_neutral(numbers: Floats) -> Floats:
    """Only differences between labels count, so one of them needs no numbers."""
    neutral = LABELS.index("neutral")
    found: Floats = np.delete(numbers - numbers[..., [neutral]], neutral, axis=-1)
    return found


def macro_f1(predicted: Any, labels: Any) -> float:
    def f1(label: int) -> float:
        right = ((predicted == label) & (labels == label)).sum()
        return float(2 * right / ((predicted == label).sum() + (labels == label).sum()))

    return sum(map(f1, range(len(LABELS)))) / len(LABELS)


def main() -> None:
    options = argparse.ArgumentParser(prog="training.fast", description=__doc__)
    options.add_argument("data", type=Path, help="the folder with the bought-in texts")
    options.add_argument("--into", type=Path, default=PACKAGE / "models")
    options.add_argument("--language", choices=LANGUAGES, action="append")
    wanted = options.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    wanted.into.mkdir(parents=True, exist_ok=True)
    rng = random.Random(SEED)
    rows = [*own_rows(), *bought_in_rows(wanted.data, rng)]
    teacher = Teacher()
    for language in wanted.language or LANGUAGES:
        file = train(language, lessons_of(language, rows, teacher))
        (wanted.into / f"fast-{language}.npz").write_bytes(file)


if __name__ == "__main__":
    main()

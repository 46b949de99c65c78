"""`flask sentiment`: read comments from the command line, and measure how well they are read."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
from flask import Blueprint

from cjm_feedback.sentiment.english import EnglishAnalyser
from cjm_feedback.sentiment.evaluate import (
    BadLineError,
    Evaluation,
    NoRowsError,
    evaluate,
    parse_rows,
)
from cjm_feedback.sentiment.folding import fold
from cjm_feedback.sentiment.registry import (
    ENGINES,
    Registry,
    default_registry,
    read_comment,
    registry_of,
)
from cjm_feedback.sentiment.streams import decoded_lines, score_lines

bp = Blueprint("sentiment_cli", __name__, cli_group="sentiment")


@bp.cli.command("score")
def score() -> None:
    """Read comments from standard input, one a line, and print one reading a line.

    A line is a text, or a JSON object with "text" and, if known, "language",
    "languages" (those it may be in) and "prior" (the language of its writer).
    """
    for line in score_lines(decoded_lines(sys.stdin.buffer)):
        _print(line)


@bp.cli.command("evaluate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--engine", help="Read with deep, fast or textblob alone.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--folded", is_flag=True, help="Take the diacritics off before reading.")
@click.option("--language", help="Tell the reader which language it is, for example cs.")
def evaluate_file(
    file: Path, engine: str | None, as_json: bool, folded: bool, language: str | None
) -> None:
    """Measure against FILE: text, tab, label (neg, neu, pos or the whole word) in each line."""
    registry = _registry(engine)
    try:
        with file.open("rb") as stream:
            rows = list(parse_rows(decoded_lines(stream)))
        if folded:
            rows = [replace(row, text=fold(row.text.lower())) for row in rows]
        found = evaluate(rows, partial(read_comment, registry=registry, language=language))
    except (BadLineError, NoRowsError) as error:
        raise click.ClickException(f"{file}: {error}") from error
    _print(json.dumps(found.as_json(), ensure_ascii=False) if as_json else _table(found))


def _registry(engine: str | None) -> Registry:
    """The engines as they follow each other on this machine, or the named one alone."""
    registry = default_registry()
    if engine is None:
        return registry
    whole = registry_of("deep")
    try:
        return whole.only({"textblob": EnglishAnalyser.name}.get(engine, engine))
    except KeyError as error:
        raise click.BadParameter(f"{engine!r} is none of {', '.join(ENGINES)}.") from error


def _table(found: Evaluation) -> str:
    columns = sorted({column for counts in found.confusion.values() for column in counts})
    binary = "-" if found.binary_accuracy is None else f"{found.binary_accuracy:.3f}"
    lines = [
        f"{found.n} comments, {found.engine}, {found.texts_per_second:.0f} texts a second",
        f"macro F1 {found.macro_f1:.3f} ({found.macro_f1_interval[0]:.3f} to "
        f"{found.macro_f1_interval[1]:.3f}), accuracy {found.accuracy:.3f}, "
        f"sign right {binary}, not read {found.unscored:.3f}",
        "",
        f"{'annotated':12}{'F1':>7}" + "".join(f"{column:>10}" for column in columns),
    ]
    lines += [
        f"{label:12}{found.per_class[label]:7.3f}"
        + "".join(f"{counts[column]:>10}" for column in columns)
        for label, counts in found.confusion.items()
    ]
    return "\n".join(lines)


def _print(text: str) -> None:
    """UTF-8 whatever the locale, and at once: a reader at the other end of a pipe waits for it."""
    output = sys.stdout.buffer
    output.write(text.encode("utf-8", "replace") + b"\n")
    output.flush()

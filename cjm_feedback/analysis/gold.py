"""Our own annotated comments, where the checkout has them: the yardstick of a re-fit head."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cjm_feedback.sentiment.language import LANGUAGES

FOLDER: Final = Path(__file__).parents[2] / "training" / "gold"
_MARK: Final = re.compile(r"\{[-+0]([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class GoldText:
    language: str
    text: str
    label: str


def gold_texts(folder: Path = FOLDER) -> list[GoldText]:
    """The locked ones, that nothing was tuned on; none where the folder did not come along."""
    return [
        GoldText(language, _MARK.sub(r"\1", row["text"]), row["polarity"])
        for language in LANGUAGES
        for row in _rows(folder / f"{language}.tsv")
        if row.get("split") == "test"
    ]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)

"""The models that were shipped are those that were measured, and still read as they did."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from cjm_feedback.sentiment.calibration import CALIBRATION_FILE
from cjm_feedback.sentiment.registry import read_comment, registry_of

ROOT = Path(__file__).resolve().parents[2]
MODELS = CALIBRATION_FILE.parent
MANIFEST: dict[str, Any] = json.loads((MODELS / "manifest.json").read_text("utf-8"))
EXPECTED: list[dict[str, Any]] = json.loads(
    (ROOT / "training" / "gold" / "readings.json").read_text("utf-8")
)["readings"]
MOST_BYTES = 45_000_000


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("name", MANIFEST["models"])
def test_each_model_file_is_the_one_that_was_measured(name: str) -> None:
    assert sha256(MODELS / name) == MANIFEST["models"][name]["sha256"]


def test_no_model_file_is_left_out_of_the_manifest() -> None:
    made = {"manifest.json", "quality.json"}
    files = {path.name for path in MODELS.iterdir() if path.is_file()}

    assert files - made == set(MANIFEST["models"])


def test_our_own_comments_are_those_that_the_models_were_made_from() -> None:
    own = [name for name in MANIFEST["inputs"] if name.startswith("training/")]

    assert len(own) == 8
    for name in own:
        assert sha256(ROOT / name) == MANIFEST["inputs"][name]["sha256"]


def test_the_deep_model_is_one_file_of_at_most_45_mb() -> None:
    assert (MODELS / "deep.zip").stat().st_size <= MOST_BYTES


def test_gold_comments_are_read_as_when_the_model_was_measured() -> None:
    deep = registry_of("deep").only("deep")

    for expected in EXPECTED:
        reading = read_comment(expected["text"], language=expected["language"], registry=deep)
        polarity = reading.polarity
        assert polarity == pytest.approx(expected["polarity"], abs=1e-3), expected["text"]
        best = max(reading.probabilities or (0.0,))
        if sum(one > best - 0.01 for one in reading.probabilities or ()) == 1:
            assert reading.label == expected["label"], expected["text"]

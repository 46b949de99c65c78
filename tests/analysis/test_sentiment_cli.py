import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from cjm_feedback.analysis.cli import bp

SAMPLE = [
    "Obsluha byla skvělá, rychlé dodání.",
    "Niestety nikt nie odbierał telefonu, fatalna obsługa.",
    "Ужасный сервис, больше не приду",
    "The order arrived on Tuesday.",
    "Great product, I love it.",
]
GOLD = "Skvělé\tpos\nKatastrofa, už nikdy\tneg\nPřišlo v úterý\tneu\n"
FIELDS = {
    "n",
    "macro_f1",
    "accuracy",
    "binary_accuracy",
    "per_class",
    "confusion",
    "texts_per_second",
    "engine",
}


@pytest.fixture
def commands() -> FlaskCliRunner:
    app = Flask(__name__)
    app.register_blueprint(bp)
    return app.test_cli_runner()


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    file = tmp_path / "gold.tsv"
    file.write_text(GOLD, encoding="utf-8")
    return file


def test_score_prints_a_reading_a_line(commands: FlaskCliRunner) -> None:
    done = commands.invoke(args=["sentiment", "score"], input="\n".join(SAMPLE))

    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert [row["language"] for row in rows] == ["cs", "pl", "ru", "en", "en"]
    labels = [row["label"] for row in rows]
    assert labels == ["positive", "negative", "negative", "neutral", "positive"]


def test_evaluate_prints_the_figures_of_the_contract(commands: FlaskCliRunner, gold: Path) -> None:
    done = commands.invoke(args=["sentiment", "evaluate", "--json", str(gold)])

    found = json.loads(done.stdout)
    assert set(found) >= FIELDS
    assert (found["n"], found["accuracy"], found["binary_accuracy"]) == (3, 1.0, 1.0)
    assert found["engine"] == "deep-1"


def test_evaluate_prints_a_table_for_people(commands: FlaskCliRunner, gold: Path) -> None:
    done = commands.invoke(args=["sentiment", "evaluate", str(gold)])

    assert done.stdout.startswith("3 comments, deep-1")
    assert "accuracy 1.000, sign right 1.000, not read 0.000" in done.stdout


def test_evaluate_can_be_asked_for_one_analyser(commands: FlaskCliRunner, gold: Path) -> None:
    args = ["sentiment", "evaluate", "--json", str(gold), "--engine"]

    english = json.loads(commands.invoke(args=[*args, "textblob"]).stdout)
    unknown = commands.invoke(args=[*args, "deep-9"])

    assert english["binary_accuracy"] == 0.0
    assert unknown.exit_code == 2
    assert "deep, fast, textblob" in unknown.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "no annotated comments"), (b"fine\tpos\njust text\n", "line 2: no tab")],
)
def test_evaluate_refuses_a_file_it_cannot_use(
    commands: FlaskCliRunner, tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "bad.tsv"
    file.write_bytes(content)

    done = commands.invoke(args=["sentiment", "evaluate", str(file)])

    assert done.exit_code == 1
    assert message in done.stderr


def test_input_and_output_are_utf8_whatever_the_locale() -> None:
    program = (
        "from flask import Flask\n"
        "from cjm_feedback.analysis.cli import bp\n"
        "app = Flask('app'); app.register_blueprint(bp)\n"
        "app.cli.main(['sentiment', 'score'])"
    )
    locale = {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "ascii",
        "PYTHONCOERCECLOCALE": "0",
    }

    done = subprocess.run(
        [sys.executable, "-c", program],
        input="Fakt hrozný přístup\nУжас".encode(),
        env={**os.environ, **locale},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert [(row["language"], row["label"]) for row in rows] == [
        ("cs", "negative"),
        ("ru", "negative"),
    ]

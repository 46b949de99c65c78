import subprocess
import sys

import pytest
from textblob import Blobber, TextBlob

from cjm_feedback.sentiment.analyser import as_textblob_analyzer
from cjm_feedback.sentiment.english import EnglishAnalyser
from cjm_feedback.sentiment.fast import FastAnalyser
from cjm_feedback.sentiment.registry import textblob_analyzer
from cjm_feedback.sentiment.result import Reading

FATAL = "Niestety, fatalna obsługa."


def test_textblob_reads_with_our_analyser() -> None:
    blob = TextBlob(FATAL, analyzer=as_textblob_analyzer(FastAnalyser(), "pl"))

    reading = blob.sentiment

    assert isinstance(reading, Reading)
    assert reading.label == "negative"
    assert {FATAL[e.start : e.end] for e in reading.evidence} & {"Niestety", "fatalna"}


def test_textblob_keeps_its_own_english_polarity_whatever_the_analyser() -> None:
    blob = TextBlob(FATAL, analyzer=as_textblob_analyzer(FastAnalyser(), "pl"))

    assert blob.polarity == 0.0
    assert blob.sentiment.polarity < -0.5


def test_one_blobber_reads_every_language() -> None:
    blobber = Blobber(analyzer=textblob_analyzer())

    readings = [blobber(text).sentiment for text in (FATAL, "Great product, I love it.", "Ужасно")]

    assert [r.language for r in readings] == ["pl", "en", "ru"]
    assert [r.label for r in readings] == ["negative", "positive", "negative"]


def test_evidence_counts_characters_of_the_text_given_to_textblob() -> None:
    text = "\u200b\u200bOh!!!!!!!!!! It is lovely"

    reading = TextBlob(text, analyzer=as_textblob_analyzer(EnglishAnalyser(), "en")).sentiment

    assert [text[e.start : e.end] for e in reading.evidence] == ["lovely"]


@pytest.mark.parametrize(
    "use",
    ["", "read_comment('Skvělé, bez problémů'); read_comment('Полный ужас'); read_comment('', )"],
)
def test_textblob_is_not_loaded_before_an_english_comment(use: str) -> None:
    program = (
        "import sys\n"
        "from cjm_feedback.sentiment.registry import default_registry, read_comment\n"
        f"default_registry(); {use}\n"
        "print([m for m in ('textblob', 'nltk') if m in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"

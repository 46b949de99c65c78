import time
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings

from cjm_feedback.sentiment.analyser import UNDETERMINED
from cjm_feedback.sentiment.fast import (
    LANGUAGES,
    FastAnalyser,
    FastModel,
    Weights,
    fast_model,
    packed,
    unpacked,
)
from cjm_feedback.sentiment.features import TOKEN, seen
from cjm_feedback.sentiment.normalise import SCORING_LIMIT
from tests.sentiment.texts import ANY_TEXT

ANALYSER = FastAnalyser()
PRAISE = {
    "cs": "Skvělá obsluha, jsme moc spokojení!",
    "pl": "Świetna obsługa, bardzo polecam!",
    "ru": "Отличное обслуживание, очень доволен!",
    "en": "Great service, very happy, thank you!",
}
BLAME = {
    "cs": "Hrozná obsluha, platba nefunguje, už nikdy.",
    "pl": "Fatalna obsługa, nie polecam, strata czasu.",
    "ru": "Ужасное обслуживание, больше не приду.",
    "en": "Terrible service, broken on arrival, never again.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_praise_is_positive_and_blame_negative(language: str) -> None:
    assert ANALYSER.read(PRAISE[language], language).label == "positive"
    assert ANALYSER.read(BLAME[language], language).label == "negative"


@pytest.mark.parametrize("language", ["cs", "pl"])
def test_a_comment_without_accents_reads_the_same(language: str) -> None:
    plain = PRAISE[language].translate(str.maketrans("ěáíŚś", "eaiSs")).replace("ł", "l")

    with_accents, without = (
        ANALYSER.read(PRAISE[language], language),
        ANALYSER.read(plain, language),
    )

    assert without.polarity == pytest.approx(with_accents.polarity)


@pytest.mark.parametrize("language", [*LANGUAGES, UNDETERMINED])
def test_emoji_and_emoticons_speak_in_every_language(language: str) -> None:
    for text in ("👍👍", "😍", ":)", ")))"):
        assert (ANALYSER.read(text, language).polarity or 0) > 0, text
    for text in ("😡", "👎", ":(", "((("):
        assert (ANALYSER.read(text, language).polarity or 0) < 0, text


@pytest.mark.parametrize(
    "text", ["12", "?", "?!?!", "...", "(", "@somebody", "https://example.org"]
)
def test_what_can_tell_nothing_is_unscored(text: str) -> None:
    assert ANALYSER.read(text, "en").reason == "no_known_words"


def test_evidence_are_the_words_that_speak() -> None:
    text = "The courier was rude and the box was ruined 😡"

    reading = ANALYSER.read(text, "en")

    shown = [text[e.start : e.end] for e in reading.evidence]
    assert any("rude" in words for words in shown)
    assert any("😡" in words for words in shown)
    assert len(shown) <= 8


def test_contributions_and_label_agree() -> None:
    for texts, sign in ((PRAISE, 1), (BLAME, -1)):
        for language, text in texts.items():
            found = fast_model(language).word_contributions(text)
            assert sum(one.weight for one in found) * sign > 0, text
            assert [text[one.start : one.end] for one in found] == TOKEN.findall(text)


@given(ANY_TEXT)
@settings(max_examples=50, deadline=None)
def test_any_text_has_a_reading_in_range(text: str) -> None:
    for language in ("cs", UNDETERMINED):
        reading = ANALYSER.read(text, language)
        assert reading.polarity is None or -1.0 <= reading.polarity <= 1.0
        assert all(0 <= e.start < e.end <= len(text) for e in reading.evidence)


def test_shares_add_up_for_any_number_of_texts() -> None:
    texts = [*PRAISE.values(), "", " ", "?"]

    shares = fast_model("en").probabilities(texts)

    assert shares.shape == (len(texts), 4)
    assert shares.sum(axis=1) == pytest.approx([1.0] * len(texts))
    assert fast_model("en").probabilities([]).shape == (0, 4)


@pytest.mark.parametrize(
    "text", ["(" * SCORING_LIMIT, "aB3+" * 5000, "a" * SCORING_LIMIT, "😀" * 9999]
)
def test_no_text_takes_long(text: str) -> None:
    begun = time.process_time()
    ANALYSER.read(text, "en")
    assert time.process_time() - begun < 1.0


def test_a_word_keeps_its_parts_and_how_it_was_written() -> None:
    assert seen("Žluťoučký").name == "zlutoucky"
    assert {" super ", "super"[:3], " su"} <= set(seen("super").grams)
    assert {"#CAPS", "#stretched"} <= set(seen("SUUUPER").grams)
    assert seen("SUUUPER").name == "suuper"
    assert seen("2024").name == "0000"
    assert seen("!!!").name == "#!+"


def test_weights_survive_their_file() -> None:
    rows = np.array([[1, -1, 0.5], [0.25, 0, -0.5], [-1, 1, 0]], dtype=np.float32)
    weights = Weights(["b c", " ab ", "ab"], rows, [0, 1, 2])

    again = unpacked(packed(weights))

    assert again.grams == [" ab ", "ab", "b c"]
    assert again.table[2] == pytest.approx([1, -1, 0.5], abs=0.01)
    assert FastModel(again).logits("ab b c") == pytest.approx(
        FastModel(weights).logits("ab b c"), abs=0.02
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_model_file_is_small(language: str) -> None:
    file = files("cjm_feedback.sentiment") / "models" / f"fast-{language}.npz"
    assert len(file.read_bytes()) < 300_000

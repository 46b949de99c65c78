from importlib.resources import files

import pytest

from cjm_feedback.sentiment.folding import fold, only_drops_accents
from cjm_feedback.sentiment.vocabulary import (
    Vocabulary,
    Word,
    entries,
    parse_vocabulary,
    vocabulary,
)

LEXICONS = ("cs", "pl", "ru", "any")
SOURCE = """
# a comment
not: není
times 1.5: velmi
0.8: dobr*, rychlý
-0.6: špatn*, nefung*
-0.9: dobrodruh
skip: dobrovol*
"""


@pytest.fixture
def words() -> Vocabulary:
    return parse_vocabulary(SOURCE, negative_prefix="ne", superlative="nej")


@pytest.mark.parametrize(
    ("word", "polarity"),
    [
        ("dobrá", 0.8),
        ("DOBRÉ", 0.8),
        ("dobrodruh", -0.9),
        ("dobrodruha", 0.8),
        ("rychly", 0.8),
        ("rychlý", 0.8),
        ("spatna", -0.6),
        ("nedobrá", 0.8 * -0.7),
        ("nešpatná", -0.6 * -0.6),
        ("nejrychlý", 1.0),
        ("dobrééééé", 0.8),
    ],
)
def test_a_word_is_known_by_itself_or_its_beginning(
    words: Vocabulary, word: str, polarity: float
) -> None:
    opinion = words.opinion(Word.of(word))

    assert opinion is not None
    assert opinion.polarity == pytest.approx(polarity)


@pytest.mark.parametrize("word", ["stůl", "dob", "rychlík", "nej", "ne", "nestůl", "x" * 5000])
def test_other_words_are_unknown(words: Vocabulary, word: str) -> None:
    assert words.opinion(Word.of(word)) is None


@pytest.mark.parametrize("word", ["dobrovolník", "nedobrovolný", "nejdobrovolnější"])
def test_a_word_that_only_looks_like_an_opinion_has_none(words: Vocabulary, word: str) -> None:
    opinion = words.opinion(Word.of(word))

    assert opinion is None or opinion.polarity is None


def test_an_accent_too_many_is_another_word() -> None:
    assert only_drops_accents("draha", "drahá")
    assert not only_drops_accents("dráha", "drahá")


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("žluťoučký", "zlutoucky"),
        ("gęślą", "gesla"),
        ("łódź", "lodz"),
        ("йод", "йод"),
        ("ёж", "еж"),
    ],
)
def test_folding_leaves_plain_letters(word: str, folded: str) -> None:
    assert fold(word) == folded


@pytest.mark.parametrize("name", LEXICONS)
def test_a_lexicon_gives_each_pattern_one_opinion(name: str) -> None:
    source = files("cjm_feedback.sentiment").joinpath("lexicons", f"{name}.txt").read_text("utf-8")
    opinions = [
        pattern for heading, pattern in entries(source) if heading[0] in "-01" or heading == "skip"
    ]

    assert all(opinions)
    assert sorted({p for p in opinions if opinions.count(p) > 1}) == []


@pytest.mark.parametrize("name", ["cs", "pl", "ru"])
def test_a_lexicon_is_of_a_useful_size(name: str) -> None:
    source = files("cjm_feedback.sentiment").joinpath("lexicons", f"{name}.txt").read_text("utf-8")
    polarities = [float(heading) for heading, _ in entries(source) if heading[0] in "-01"]

    assert len(polarities) >= 250
    assert all(-1.0 <= polarity <= 1.0 for polarity in polarities)
    assert min(sum(p > 0 for p in polarities), sum(p < 0 for p in polarities)) >= 100


def test_a_heading_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="good"):
        parse_vocabulary("good: dobr*")


def test_a_lexicon_is_read_once() -> None:
    assert vocabulary("cs") is vocabulary("cs")

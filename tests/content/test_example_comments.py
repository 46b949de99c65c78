from __future__ import annotations

import re
from collections import Counter

import pytest

from cjm_feedback.content.example_comments import ExampleComment, example_comments
from cjm_feedback.content.journeys import SHOP
from cjm_feedback.content.texts import LANGUAGES

COMMENTS = example_comments()
VALENCE = {
    "delight": 1.0,
    "joy": 0.75,
    "trust": 0.5,
    "relief": 0.5,
    "neutral": 0.0,
    "surprise": 0.0,
    "confusion": -0.4,
    "worry": -0.5,
    "disappointment": -0.75,
    "anger": -1.0,
}


def test_there_are_plenty_of_comments_in_each_language() -> None:
    counts = Counter(comment.language for comment in COMMENTS)

    assert len(COMMENTS) >= 320
    assert tuple(counts) == LANGUAGES
    assert min(counts.values()) >= 75


def test_no_comment_is_written_twice() -> None:
    texts = Counter(comment.text.casefold() for comment in COMMENTS)

    assert [text for text, times in texts.items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("touchpoint", [point.key for point in SHOP.touchpoints])
def test_every_touchpoint_is_praised_and_complained_about_in_each_language(
    language: str, touchpoint: str
) -> None:
    signs = Counter(
        comment.sign
        for comment in COMMENTS
        if (comment.language, comment.touchpoint) == (language, touchpoint)
    )

    assert min(signs["pos"], signs["neu"], signs["neg"]) >= 2


def test_comments_are_short_enough_and_clean() -> None:
    for comment in COMMENTS:
        assert 0 < len(comment.text) <= 1000
        assert comment.text == comment.text.strip()
        assert "\t" not in comment.text
        assert "\n" not in comment.text


def test_comments_differ_in_length_as_customers_do() -> None:
    words = [len(comment.text.split()) for comment in COMMENTS]

    assert sum(count <= 4 for count in words) >= 30
    assert sum(count >= 15 for count in words) >= 40


def test_r38_comments_are_in_the_language_they_claim() -> None:
    for comment in COMMENTS:
        assert bool(re.search("[а-яё]", comment.text)) == (comment.language == "ru"), comment
    for language, letters in (("cs", "[ěščřžůťďňýáíé]"), ("pl", "[ąęłńóśźż]")):
        texts = [comment.text for comment in COMMENTS if comment.language == language]
        marked = [text for text in texts if re.search(letters, text, re.IGNORECASE)]
        assert 0.7 < len(marked) / len(texts) < 1, "some type without diacritics, most with them"


def test_comments_name_no_phone_number_address_or_both_genders() -> None:
    for comment in COMMENTS:
        assert not re.search(r"\d[\d ]{6,}|@|https?:|www\.", comment.text), comment.text
        assert not re.search(r"\w\(\w{1,3}\)", comment.text), comment.text


def test_the_score_belongs_to_the_scale_of_the_touchpoint() -> None:
    stages = {point.key: point.stage for point in SHOP.touchpoints}
    for comment in COMMENTS:
        if stages[comment.touchpoint] == "loyalty":
            assert comment.nps in range(11)
            assert comment.csat is None
        else:
            assert comment.csat in range(1, 6)
            assert comment.nps is None


def test_score_feeling_and_words_of_a_comment_agree() -> None:
    for comment in COMMENTS:
        if comment.sign == "pos":
            assert comment.mood >= 4, comment
            assert VALENCE[comment.emotion] >= 0, comment
        elif comment.sign == "neg":
            assert comment.mood <= 2, comment
            assert VALENCE[comment.emotion] < 0, comment
        else:
            assert 3 <= comment.mood <= 4, comment


def test_r14_a_barrier_is_told_exactly_where_it_is_asked() -> None:
    barriers = {choice.key for choice in SHOP.survey_of("product-page").question("barrier").choices}
    for comment in COMMENTS:
        asked = SHOP.survey_of(comment.touchpoint).key == "consideration"
        assert (comment.barrier in barriers) if asked else (comment.barrier is None), comment


def comment_with(
    *, csat: int | None = None, nps: int | None = None, channel: str | None = None
) -> ExampleComment:
    return ExampleComment(
        language="en",
        touchpoint="payment",
        csat=csat,
        nps=nps,
        emotion="neutral",
        sign="neu",
        text="…",
        channel=channel,
        from_week=3,
        to_week=6,
    )


@pytest.mark.parametrize(
    ("csat", "moods"), [(1, {1, 2}), (2, {1, 2}), (3, {3}), (4, {4, 5}), (5, {4, 5})]
)
def test_words_suit_moods_on_the_same_side_only(csat: int, moods: set[int]) -> None:
    comment = comment_with(csat=csat)

    assert {
        mood for mood in range(1, 6) if comment.suits(mood=mood, week=4, channel="web")
    } == moods


def test_a_promoter_does_not_borrow_the_words_of_an_eight() -> None:
    assert not comment_with(nps=8).suits(mood=5, week=4, channel="web")
    assert comment_with(nps=9).suits(mood=5, week=4, channel="web")


def test_words_about_an_app_or_a_repair_stay_where_they_are_true() -> None:
    comment = comment_with(csat=3, channel="app")

    assert comment.suits(mood=3, week=3, channel="app")
    assert not comment.suits(mood=3, week=3, channel="web")
    assert not comment.suits(mood=3, week=2, channel="app")
    assert not comment.suits(mood=3, week=7, channel="app")

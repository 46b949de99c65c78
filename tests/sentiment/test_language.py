import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_feedback.sentiment.folding import fold
from cjm_feedback.sentiment.language import LANGUAGES, Guess, guess_language
from tests.sentiment.texts import ANY_TEXT

COMMENTS = {
    "cs": [
        "Obsluha byla skvělá, rychlé dodání.",
        "Objednávka přišla o dva dny později a nikdo mi nezavolal.",
        "Jídlo studené, číšník nepříjemný, už sem nepůjdeme.",
        "Stránky se pořád načítají a platba kartou nejde.",
    ],
    "pl": [
        "Niestety nikt nie odbierał telefonu, fatalna obsługa.",
        "Przesyłka dotarła szybko, ale karton był uszkodzony.",
        "Nie mogę się zalogować na swoje konto.",
        "Bardzo miła pani w sklepie, pomogła mi wybrać prezent.",
    ],
    "ru": [
        "Ужасный сервис, больше не приду",
        "Курьер опоздал на три часа",
        "Всё понравилось, спасибо!",
        "Не смог оплатить через PayPal",
    ],
    "en": [
        "The order arrived on Tuesday.",
        "Great product, I love it.",
        "I could not find the size chart anywhere",
        "Nobody answered the phone for three days",
    ],
}
EACH = [(language, comment) for language in COMMENTS for comment in COMMENTS[language]]


@pytest.mark.parametrize(("language", "comment"), EACH)
def test_the_language_is_recognised_without_any_hint(language: str, comment: str) -> None:
    assert guess_language(comment) == Guess(language)


@pytest.mark.parametrize(("language", "comment"), EACH)
def test_strong_evidence_outweighs_the_language_the_respondent_used(
    language: str, comment: str
) -> None:
    for prior in LANGUAGES:
        assert guess_language(comment, prior=prior) == Guess(language)


@pytest.mark.parametrize(
    ("language", "comment"), [pair for pair in EACH if pair[0] in ("cs", "pl")]
)
def test_accents_may_be_missing(language: str, comment: str) -> None:
    assert guess_language(fold(comment.lower())) == Guess(language)


@pytest.mark.parametrize(
    ("text", "prior"),
    [("Super!", "cs"), ("Super!", "pl"), ("OK", "ru"), ("12345", "cs"), ("", "en")],
)
def test_weak_evidence_leaves_the_language_the_respondent_used(text: str, prior: str) -> None:
    assert guess_language(text, prior=prior) == Guess(prior)


def test_only_the_languages_of_the_survey_come_into_question() -> None:
    polish = COMMENTS["pl"][1]

    assert guess_language(polish, languages=("cs", "en")) == Guess(None)
    assert guess_language(polish, languages=("cs", "en"), prior="en") == Guess("en")
    assert guess_language(polish, languages=("pl", "en")) == Guess("pl")
    assert guess_language(polish, languages=("de",)) == Guess("de")


@pytest.mark.parametrize(
    "text", ["Καλημέρα σας", "とても良いです", "Погано, не раджу нікому", "خدمة سيئة جدا"]
)
def test_a_language_outside_the_set_is_called_foreign(text: str) -> None:
    assert guess_language(text) == Guess(None, foreign=True)


def test_one_ukrainian_name_makes_no_foreign_comment_of_a_russian_one() -> None:
    text = "Были проездом в городе Чернівці, заказали обед с доставкой и остались очень довольны"

    assert guess_language(text) == Guess("ru")


def test_nothing_to_go_by_gives_no_language() -> None:
    assert guess_language("👍 12345 !!!") == Guess(None)


@settings(deadline=None)
@given(ANY_TEXT, st.sampled_from([None, *LANGUAGES]))
def test_the_guess_is_among_the_languages_for_any_text(text: str, prior: str | None) -> None:
    guess = guess_language(text, prior=prior)

    assert guess.language in (None, *LANGUAGES)
    assert not (guess.foreign and guess.language)

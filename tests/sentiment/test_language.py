import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_feedback.sentiment.folding import fold
from cjm_feedback.sentiment.language import LANGUAGES, MODEL_FILE, Guess, guess_language
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
FOREIGN = [
    "Замовлення прийшло на два дні пізніше, і ніхто не подзвонив.",
    "Ich kann mich leider nicht in mein Konto einloggen.",
    "Ďakujem za rýchle vybavenie, odporúčam každému.",
    "Merci pour la livraison rapide, je recommande à tous.",
    "Grazie per la consegna veloce, lo consiglio a tutti.",
]
LARGEST_MODEL = 200_000


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


def test_russian_in_latin_letters_is_russian() -> None:
    assert guess_language("kur'er opozdal na tri chasa, bol'she ne zakazhu") == Guess("ru")


@pytest.mark.parametrize(
    ("text", "prior"),
    [("Super!", "cs"), ("Super!", "pl"), ("OK", "ru"), ("12345", "cs"), ("", "en")],
)
def test_weak_evidence_leaves_the_language_the_respondent_used(text: str, prior: str) -> None:
    assert guess_language(text, prior=prior) == Guess(prior)


def test_only_the_languages_of_the_survey_come_into_question() -> None:
    polish = COMMENTS["pl"][1]

    assert guess_language(polish, languages=("pl", "en")) == Guess("pl")
    assert guess_language(polish, languages=("cs", "en")).foreign
    assert guess_language(polish, languages=("cs", "en")).language in ("cs", "en")
    assert guess_language(polish, languages=("cs",)) == Guess("cs")
    assert guess_language(FOREIGN[1], languages=("cs",)) == Guess("cs", foreign=True)
    assert guess_language(polish, languages=("de",)) == Guess("de")
    assert guess_language(FOREIGN[1], languages=("cs", "de")) == Guess("de")


@pytest.mark.parametrize("text", FOREIGN)
@pytest.mark.parametrize("prior", [None, "cs", "ru"])
def test_a_language_outside_the_set_is_called_foreign_and_still_read(
    text: str, prior: str | None
) -> None:
    guess = guess_language(text, prior=prior)

    assert guess.foreign
    assert guess.language in LANGUAGES


@pytest.mark.parametrize("text", ["Καλημέρα σας", "とても良いです", "خدمة سيئة جدا"])
def test_an_unknown_alphabet_is_foreign(text: str) -> None:
    assert guess_language(text, prior="pl") == Guess("pl", foreign=True)


def test_one_ukrainian_name_makes_no_foreign_comment_of_a_russian_one() -> None:
    text = "Были проездом в городе Чернівці, заказали обед с доставкой и остались очень довольны"

    assert guess_language(text) == Guess("ru")


def test_nothing_to_go_by_gives_no_language() -> None:
    assert guess_language("👍 12345 !!!") == Guess(None)


def test_confidence_grows_with_the_evidence() -> None:
    little, much = guess_language("super"), guess_language(COMMENTS["cs"][1])

    assert 0.0 < little.confidence < much.confidence <= 1.0


def test_the_model_is_small() -> None:
    assert MODEL_FILE.stat().st_size < LARGEST_MODEL


def test_any_length_takes_bounded_time() -> None:
    guess_language("warm")
    before = time.process_time()

    guess_language("(" * 1_000_000)
    guess_language("příliš žluťoučký kůň " * 50_000)

    assert time.process_time() - before < 0.5


@settings(deadline=None)
@given(
    ANY_TEXT,
    st.sampled_from([None, *LANGUAGES, "de"]),
    st.sampled_from([LANGUAGES, ("cs", "en"), ("pl",), ("cs", "de"), ()]),
)
def test_the_guess_is_among_the_languages_for_any_text(
    text: str, prior: str | None, languages: tuple[str, ...]
) -> None:
    guess = guess_language(text, languages=languages, prior=prior)

    assert guess.language in (None, prior, *languages)
    assert 0.0 <= guess.confidence <= 1.0

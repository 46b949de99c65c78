import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_feedback.sentiment.lexicon import LexiconAnalyser
from cjm_feedback.sentiment.result import Reading
from tests.sentiment.texts import ANY_TEXT

ANALYSER = LexiconAnalyser()


def read(language: str, text: str) -> Reading:
    return ANALYSER.read(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("cs", "Obsluha byla skvělá, rychlé dodání."),
        ("cs", "Obsluha byla skvela, rychle dodani"),
        ("cs", "Bez problémů"),
        ("cs", "Strašně milá paní prodavačka"),
        ("cs", "Není co vytknout"),
        ("cs", "Nejochotnější personál ve městě"),
        ("cs", "Nezklamali ani tentokrát"),
        ("cs", "Suuuuper :)"),
        ("pl", "Bardzo miła obsługa, polecam"),
        ("pl", "Bardzo mila obsluga, swietne jedzenie"),
        ("pl", "Nie mam zastrzeżeń, bez zarzutu"),
        ("pl", "Nie jest zły ten sklep"),
        ("ru", "Всё очень понравилось, спасибо"),
        ("ru", "Никаких проблем не было, быстро привезли"),
        ("ru", "Неплохо"),
        ("ru", "Ужасно вкусно)))"),
        ("en", "👍👍"),
        ("und", "❤"),
    ],
)
def test_praise_is_positive(language: str, text: str) -> None:
    assert read(language, text).label == "positive"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("cs", "Platba kartou nefunguje"),
        ("cs", "Nejsem vůbec spokojený"),
        ("cs", "Nikdo mi nepomohl"),
        ("cs", "Nebylo to dobré"),
        ("cs", "Neochotna obsluha, uz nikdy"),
        ("cs", "Strašné!"),
        ("cs", "Nic moc :("),
        ("cs", "Tak nevím :-/"),
        ("pl", "Niestety nikt nie odbierał telefonu, fatalna obsługa."),
        ("pl", "Nie polecam"),
        ("pl", "Obsługa nie była pomocna"),
        ("pl", "Pan był niemiły"),
        ("ru", "Ужасный сервис, больше не приду"),
        ("ru", "Не рекомендую"),
        ("ru", "Не очень вкусно"),
        ("ru", "Никто не помог"),
        ("ru", "Всё грустно((("),
        ("en", "😡"),
    ],
)
def test_blame_is_negative(language: str, text: str) -> None:
    assert read(language, text).label == "negative"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("cs", "Přišlo v úterý"),
        ("cs", "Dám radu na závěr"),
        ("pl", "Przesyłka przyszła we wtorek"),
        ("ru", "Заказ пришёл во вторник, дорога заняла час"),
        ("en", "The order arrived on Tuesday"),
        ("und", "12345"),
    ],
)
def test_a_comment_without_a_known_word_is_unscored(language: str, text: str) -> None:
    assert read(language, text).reason == "no_known_words"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("cs", "Rychlé dodání, ale drahé"),
        ("pl", "Szybka dostawa, ale za drogo"),
        ("ru", "Вкусно, но обслуживание ужасное"),
    ],
)
def test_both_signs_make_a_mixed_comment(language: str, text: str) -> None:
    assert read(language, text).label == "mixed"


@pytest.mark.parametrize(
    ("language", "text", "evidence"),
    [
        ("cs", "Není to moc dobré, ale levné", ["Není to moc dobré", "levné"]),
        ("cs", "Nebyl jsem spokojený", ["Nebyl jsem spokojený"]),
        ("pl", "nikt nie odbierał telefonu", ["nie odbierał"]),
        ("ru", "больше не приду, ужас", ["больше не приду", "ужас"]),
        ("ru", "Всё отлично 👍)))", ["отлично", "👍", ")))"]),
    ],
)
def test_evidence_holds_the_negation_and_the_word(
    language: str, text: str, evidence: list[str]
) -> None:
    assert [text[e.start : e.end] for e in read(language, text).evidence] == evidence


def test_a_negation_ends_with_its_clause() -> None:
    assert read("cs", "Není, skvělé").polarity == pytest.approx(0.9)
    assert read("cs", "Nikdo, ale skvělé").polarity == pytest.approx(0.9)


def test_strengthened_words_weigh_more_and_weakened_less() -> None:
    plain, strong, weak = (
        read("cs", text).polarity or 0 for text in ("drahé", "velmi drahé", "trochu drahé")
    )

    assert strong < plain < weak < 0


def test_not_very_good_is_no_worse_than_not_good() -> None:
    assert read("ru", "не очень вкусно").polarity == read("ru", "не вкусно").polarity


def test_web_addresses_hold_no_emoticons() -> None:
    assert read("cs", "viz https://example.org/a a http :// example").reason == "no_known_words"


@settings(deadline=None)
@given(ANY_TEXT, st.sampled_from(sorted(ANALYSER.languages)))
def test_evidence_is_in_order_and_inside_the_text(text: str, language: str) -> None:
    reading = read(language, text)

    edges = [edge for e in reading.evidence for edge in (e.start, e.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
    assert reading.scored == bool(reading.evidence)

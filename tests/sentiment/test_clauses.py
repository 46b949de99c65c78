import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_feedback.sentiment.clauses import MOST_CLAUSES, split_clauses
from cjm_feedback.sentiment.folding import fold
from tests.sentiment.texts import ANY_TEXT

LANGUAGES = ["cs", "pl", "ru", "en", None, "de"]


def parts(text: str, language: str | None = None) -> list[str]:
    return [text[span.start : span.end] for span in split_clauses(text, language)]


# "|" stands where a clause ends.
SENTENCES = [
    ("cs", "Super! | Obsluha pomalá. | OK"),
    ("cs", "Přišel jsem 3. ledna ve 14.30 hod. a čekal cca. hodinu. | Cena 3,50 Kč."),
    ("cs", "obsluha ok. | jidlo horsi... | cekani 😡 | nikdy vic"),
    ("pl", "W np. sklepie przy ul. Długiej nr 5 było ok, | niestety drogo"),
    ("en", "Mr. Smith was great. | I paid 3.5 dollars at 5 p.m. yesterday."),
    ("en", 'He said "hello!" and left.'),
    ("ru", "Всё понравилось\nЦены высокие".replace("\n", "\n| ")),
]
TURNS = [
    ("cs", "jidlo fajn | ale drahe"),
    ("cs", "Na zahrádce je krásně, | kuchyně však žije z mikrovlnky"),
    ("cs", "Krabice ale byla promočená"),
    ("pl", "Szybka dostawa, | ale za drogo"),
    ("pl", "Jedzenie gorące, | szkoda, że nie nasze."),
    ("pl", "Ciasto suche, | fotele za to głębokie"),
    ("ru", "Долго, | однако качественно"),
    ("ru", "Готовят вкусно, | в зале, правда, душно"),
    ("ru", "телефон 😍, | цена 😭"),
    ("en", "Beautiful terrace with a lovely view, | overpriced drinks."),
    ("en", "Trains were on time, | and the staff could not help us"),
    ("en", "Good food - awful service"),
]
TOGETHER = [
    ("cs", "Není to vůbec špatné"),
    ("cs", "Paní, která nás obsluhovala, byla milá"),
    ("cs", "Pokoj (ten ve druhém patře nahoře) byl studený."),
    ("pl", "Nie tylko szybko, ale też tanio"),
    ("ru", "Не только вкусно, но и дёшево"),
    ("ru", "Персонал — просто золото"),
    ("ru", "Самое лучшее в этом отеле — это завтраки"),
    ("ru", "Заказали борщ, блины и пельмени"),
    ("en", "Nothing but praise."),
    ("en", "It isn't bad though"),
    ("en", "open 9 - 17 every day"),
]
LISTS = [
    ("cs", "+ dobrá kuchyně\n| + milá obsluha\n| - dlouhé čekání"),
    ("cs", "+rychlost | -cena | -zákaznická podpora"),
    ("cs", "Plusy: jídlo a pití | Minusy: cena, hluk"),
    ("cs", "Hotel byl hezký | (jen snídaně byla slabá)."),
    ("cs", "Super; | jen drahé"),
]


@pytest.mark.parametrize(("language", "marked"), SENTENCES + TURNS + LISTS)
def test_a_comment_is_taken_apart(language: str, marked: str) -> None:
    text = marked.replace("| ", "")

    assert parts(text, language) == [part.strip() for part in marked.split("| ")]


@pytest.mark.parametrize(("language", "text"), TOGETHER)
def test_what_belongs_together_stays_together(language: str, text: str) -> None:
    assert parts(text, language) == [text]


@pytest.mark.parametrize(
    ("language", "marked"), [case for case in TURNS if case[0] in ("cs", "pl")]
)
def test_diacritics_may_be_missing(language: str, marked: str) -> None:
    folded = fold(marked.lower())

    assert parts(folded.replace("| ", ""), language) == [p.strip() for p in folded.split("| ")]


@pytest.mark.parametrize(
    "text", [marked.replace("| ", "") for _, marked in TURNS if "Trains" not in marked]
)
def test_the_language_need_not_be_known(text: str) -> None:
    assert len(split_clauses(text)) == len(split_clauses(text, "xx"))


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b".replace("\u200b", "\t")])
def test_nothing_has_no_clauses(text: str) -> None:
    assert split_clauses(text) == ()


@pytest.mark.parametrize("text", ["ale", "!!!", "😀", "but but, but", "да, но нет"])
def test_turns_and_signs_alone_make_no_clause_of_their_own(text: str) -> None:
    assert parts(text) == [text]


def test_the_last_clause_holds_what_is_too_much() -> None:
    text = "Dobré jídlo. " * 100

    spans = split_clauses(text, "cs")

    assert len(spans) == MOST_CLAUSES
    assert spans[-1].end == len(text.rstrip())


@settings(deadline=None)
@given(ANY_TEXT, st.sampled_from(LANGUAGES))
def test_clauses_cover_the_text_in_order(text: str, language: str | None) -> None:
    spans = split_clauses(text, language)

    end = 0
    for span in spans:
        assert end <= span.start < span.end <= len(text)
        assert not text[end : span.start].strip()
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        end = span.end
    assert not text[end:].strip()
    assert len(spans) <= MOST_CLAUSES


@pytest.mark.parametrize(
    "unit", [" ", "(", "a'", "1.", ". ", ", ale a", "( a", ":D", "&\n", "- ", "😀", "www.", "i, "]
)
def test_any_length_takes_bounded_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    before = time.process_time()

    spans = split_clauses(text)

    assert time.process_time() - before < 1.0
    assert len(spans) <= MOST_CLAUSES

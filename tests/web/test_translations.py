"""The product in Czech, Polish and Russian: how they count, and what no catalogue may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask_babel import force_locale, gettext, ngettext

from scripts.translations import LANGUAGES, read_catalog

PLACEHOLDER = re.compile(r"%\((\w+)\)[ds]")
SYMBOLS_ONLY = re.compile(r"[\W\dns]*")
"""Of a message without its placeholders: nothing in it is a word; n and s are units."""

SAME_AS_IN_ENGLISH = {
    "cs": {
        "E-mail",
        "Role",
        "Text",
        "Marketing",
        "Design",
        "NPS",
        "Persona",
        "Import",
        "Interval",
        "%(n)s ms",
    },
    "pl": {"E-mail", "Marketing", "NPS", "Persona", "Import", "Menu", "%(num)d link", "%(n)s ms"},
    "ru": {"NPS"},
}
"""Words that a language shares with English, letter by letter."""

ONE_STANDS_FOR_ONE = {"cs", "pl"}
"""Here the first plural form is that of 1 alone, in Russian also that of 21, 31 and so on."""

FOREIGN_QUOTES = {"cs": "\"'«»”", "pl": "\"'«»“", "ru": "\"'„“”"}
BOTH_GENDERS = re.compile(r"\w\((?:a|á|y|ла|а)\)|\w/(?:a|á|y|ла|а)\b")


@dataclass(frozen=True)
class Entry:
    """A message of a catalogue with its words; `plural` is empty for a message without one."""

    language: str
    message: str
    plural: str
    words: tuple[str, ...]

    def english(self, form: int) -> str:
        """The English words that those of a form are to say."""
        return self.plural if self.plural and form else self.message


def _entries(language: str) -> Iterator[Entry]:
    for found in read_catalog(language):
        if not found.id:
            continue
        message, plural = found.id if isinstance(found.id, tuple) else (str(found.id), "")
        words = found.string if isinstance(found.string, tuple) else (str(found.string),)
        yield Entry(language, message, plural, words)


def _names(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("cs", 1, "1 kontaktní bod"),
        ("cs", 2, "2 kontaktní body"),
        ("cs", 5, "5 kontaktních bodů"),
        ("cs", 21, "21 kontaktních bodů"),
        ("cs", 22, "22 kontaktních bodů"),
        ("pl", 1, "1 punkt kontaktu"),
        ("pl", 2, "2 punkty kontaktu"),
        ("pl", 5, "5 punktów kontaktu"),
        ("pl", 21, "21 punktów kontaktu"),
        ("pl", 22, "22 punkty kontaktu"),
        ("ru", 1, "1 точка контакта"),
        ("ru", 2, "2 точки контакта"),
        ("ru", 5, "5 точек контакта"),
        ("ru", 21, "21 точка контакта"),
        ("ru", 22, "22 точки контакта"),
    ],
)
def test_r38_touchpoints_are_counted_as_the_language_counts(
    app: Flask, language: str, number: int, words: str
) -> None:
    with app.test_request_context(), force_locale(language):
        assert str(ngettext("%(num)d touchpoint", "%(num)d touchpoints", number)) == words


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("cs", {0: "0 osob", 1: "1 osoba", 3: "3 osoby", 12: "12 osob", 101: "101 osob"}),
        ("pl", {0: "0 osób", 1: "1 osoba", 3: "3 osoby", 12: "12 osób", 104: "104 osoby"}),
        ("ru", {0: "0 человек", 1: "1 человек", 3: "3 человека", 12: "12 человек"}),
    ],
)
def test_r38_people_are_counted_as_the_language_counts(
    app: Flask, language: str, forms: dict[int, str]
) -> None:
    with app.test_request_context(), force_locale(language):
        said = {n: str(ngettext("%(num)d person", "%(num)d people", n)) for n in forms}

    assert said == forms


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("cs", ("Jedna odpověď ještě chybí nebo potřebuje opravit", "21 odpovědí ještě chybí")),
        ("pl", ("Brakuje jednej odpowiedzi albo trzeba ją poprawić", "Brakuje 21 odpowiedzi")),
        ("ru", ("Не хватает или нужно поправить: 1 ответ", "Не хватает или нужно поправить: 21 ")),
    ],
)
def test_r38_the_number_is_never_lost_where_one_form_serves_several(
    app: Flask, language: str, words: tuple[str, str]
) -> None:
    message = "One answer needs another look"
    with app.test_request_context(), force_locale(language):
        said = [
            str(ngettext(message, "%(num)d answers need another look", number))
            for number in (1, 21)
        ]

    assert said[0] == words[0]
    assert said[1].startswith(words[1])


@pytest.mark.parametrize(
    ("language", "words"),
    [("cs", "Mapa cesty"), ("pl", "Mapa podróży"), ("ru", "Карта пути"), ("en", "Journey map")],
)
def test_r38_each_language_has_its_own_words_for_the_map(
    app: Flask, language: str, words: str
) -> None:
    with app.test_request_context(), force_locale(language):
        assert str(gettext("Journey map")) == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_r38_nothing_is_left_in_english(language: str) -> None:
    left = {
        entry.message
        for entry in _entries(language)
        if {entry.message, entry.plural} & set(entry.words)
        and not SYMBOLS_ONLY.fullmatch(PLACEHOLDER.sub("", entry.message))
    }

    assert left - SAME_AS_IN_ENGLISH[language] == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_r38_every_form_carries_the_values_of_its_message(language: str) -> None:
    wrong = []
    for entry in _entries(language):
        for form, words in enumerate(entry.words):
            asked = _names(entry.plural or entry.message)
            said_without = form == 0 and entry.plural and language in ONE_STANDS_FOR_ONE
            least = _names(entry.message) if said_without else asked
            if not least <= _names(words) <= asked:
                wrong.append(words)

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_r38_every_form_can_be_filled_in(language: str) -> None:
    for entry in _entries(language):
        for form, words in enumerate(entry.words):
            if not _names(words):
                continue
            said = words % dict.fromkeys(_names(words), 7)
            assert "7" in said, entry.english(form)
            assert "%(" not in said, entry.english(form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_r38_words_begin_and_end_as_their_message_does(language: str) -> None:
    def ends(text: str) -> tuple[bool, bool, bool]:
        return text[:1].isspace(), text[-1:].isspace(), text.rstrip()[-1:] in ".?!…:"

    wrong = [
        words
        for entry in _entries(language)
        for form, words in enumerate(entry.words)
        if ends(words) != ends(entry.english(form))
    ]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_r38_quotation_marks_and_dots_are_those_of_the_language(language: str) -> None:
    wrong = [
        words
        for entry in _entries(language)
        for words in entry.words
        if "..." in words or set(words) & set(FOREIGN_QUOTES[language])
    ]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_r38_nobody_is_asked_to_pick_a_gender_between_the_letters(language: str) -> None:
    wrong = [
        words for entry in _entries(language) for words in entry.words if BOTH_GENDERS.search(words)
    ]

    assert wrong == []

from __future__ import annotations

import re

from cjm_feedback.content.channels import CHANNELS
from cjm_feedback.content.journeys import JOURNEYS
from cjm_feedback.content.texts import LANGUAGES
from tests.content.walk import all_texts

# Words that Czech and Polish write alike.
SHARED_BY_CZECH_AND_POLISH = {"Telefon", "Z reklamy", "Cena"}
GENDER_SLASH = re.compile(r"\w\(\w{1,3}\)|\w/\w{1,3}\b")
SINGULAR_WITH_GENDER = re.compile(
    r"\b(spokojen[ýáa]?|nespokojen[ýáa]?|zadowolon[ya]|niezadowolon[ya]|довол(ен|ьна)|недовол(ен|ьна)"
    r"|polecił[aeb]?\w*|doporučil[a]? byste|порекомендовал[а]?)\b",
    re.IGNORECASE,
)


def test_the_walk_reaches_every_kind_of_content() -> None:
    paths = [path for path, _ in all_texts()]

    assert len(paths) > 150
    for part in (".goals", ".personas", ".stages", ".surveys", ".touchpoints", ".choices"):
        assert any(part in path for path in paths), part


def test_r38_every_text_is_there_in_all_four_languages() -> None:
    for path, text in all_texts():
        assert tuple(text) == LANGUAGES, path
        for language, words in text.items():
            assert words, (path, language)
            assert words == words.strip(), (path, language)


def test_r38_russian_is_written_in_cyrillic_and_the_others_are_not() -> None:
    cyrillic = re.compile("[А-Яа-яЁё]")

    for path, text in all_texts():
        for language, words in text.items():
            assert bool(cyrillic.search(words)) == (language == "ru"), (path, language)


def test_r38_no_language_is_a_copy_of_another() -> None:
    for path, text in all_texts():
        alike = text["cs"] == text["pl"]
        assert not alike or text["cs"] in SHARED_BY_CZECH_AND_POLISH, path
        assert len(set(text.values())) == len(LANGUAGES) - alike, path


def test_no_text_guesses_the_gender_of_its_reader() -> None:
    for path, text in all_texts():
        for language, words in text.items():
            assert not GENDER_SLASH.search(words), (path, language)
            assert not SINGULAR_WITH_GENDER.search(words), (path, language)


def test_the_gender_check_would_notice_the_usual_slips() -> None:
    for slip in ("polecił(a)byś nas", "spokojen/a", "Jste spokojený?", "Вы доволен?"):
        assert GENDER_SLASH.search(slip) or SINGULAR_WITH_GENDER.search(slip), slip


def test_keys_are_unique_and_fit_for_addresses() -> None:
    address = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
    groups = [[channel.key for channel in CHANNELS], [journey.key for journey in JOURNEYS]]
    for journey in JOURNEYS:
        groups.append([stage.key for stage in journey.stages])
        groups.append([touchpoint.key for touchpoint in journey.touchpoints])
        groups.append([persona.key for persona in journey.personas])
    groups.append([survey.key for journey in JOURNEYS for survey in journey.surveys])

    for keys in groups:
        assert len(set(keys)) == len(keys), keys
        assert all(address.fullmatch(key) for key in keys), keys

from __future__ import annotations

import re

from cjm_feedback.content.texts import LANGUAGES
from cjm_feedback.content.themes import starter_themes

CYRILLIC = re.compile("[А-Яа-яЁё]")
ADDRESS = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def test_there_are_themes_enough_with_keys_fit_for_addresses() -> None:
    keys = [theme.key for theme in starter_themes()]

    assert len(keys) >= 24
    assert len(set(keys)) == len(keys)
    assert all(ADDRESS.fullmatch(key) for key in keys)


def test_every_theme_has_a_name_and_phrases_in_all_four_languages() -> None:
    for theme in starter_themes():
        assert tuple(theme.name) == tuple(theme.seeds) == LANGUAGES
        for language in LANGUAGES:
            assert len(theme.seeds[language]) >= 4, (theme.key, language)
            for words in (theme.name[language], *theme.seeds[language]):
                assert words == words.strip() != "", (theme.key, language)
                assert bool(CYRILLIC.search(words)) == (language == "ru"), (theme.key, words)


def test_no_phrase_shows_two_themes() -> None:
    phrases = [
        (language, phrase)
        for theme in starter_themes()
        for language, seeds in theme.seeds.items()
        for phrase in seeds
    ]
    assert len(set(phrases)) == len(phrases)

"""The time zones to choose from."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from flask import Flask, g

from cjm_feedback.journeys.zones import timezone_choices


def names_in(app: Flask, language: str) -> dict[str, str]:
    with app.test_request_context():
        g.language = language
        return {str(choice.value): str(choice.label) for choice in timezone_choices()}


@pytest.mark.parametrize(
    ("language", "prague", "kyiv"),
    [
        ("cs", "Praha, Česko", "Kyjev, Ukrajina"),
        ("pl", "Praga, Czechy", "Kijów, Ukraina"),
        ("ru", "Прага, Чехия", "Киев, Украина"),
        ("en", "Prague, Czechia", "Kyiv, Ukraine"),
    ],
)
def test_zones_are_named_in_the_readers_language(
    app: Flask, language: str, prague: str, kyiv: str
) -> None:
    names = names_in(app, language)

    assert names["Europe/Prague"] == prague
    assert names["Europe/Kyiv"] == kyiv


def test_each_place_is_offered_once_and_by_its_present_name(app: Flask) -> None:
    names = names_in(app, "en")

    assert {"Asia/Kolkata", "America/New_York", "Asia/Almaty", "UTC"} <= set(names)
    assert not {"Asia/Calcutta", "Europe/Kiev", "Australia/ACT", "US/Pacific"} & set(names)
    assert len(set(names.values())) == len(names)
    for zone in names:
        ZoneInfo(zone)


def test_zones_stand_in_the_order_of_their_names(app: Flask) -> None:
    places = list(names_in(app, "cs").values())

    assert places[-1] == "UTC"
    assert places.index("Addis Abeba, Etiopie") < places.index("Praha, Česko")
    assert places.index("Řím, Itálie") < places.index("São Paulo, Brazílie")

"""The time zones to choose from, named as the reader names the places."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from wtforms.fields.choices import SelectChoice

from cjm_feedback.web.languages import choose_language


def timezone_choices() -> list[SelectChoice]:
    """The zones by their places in the reader's language, then UTC."""
    return list(_choices(choose_language()))


@cache
def _choices(language: str) -> tuple[SelectChoice, ...]:
    locale = Locale.parse(language)
    named = [(_place(zone, countries, locale), zone) for zone, countries in _zones()]
    named.sort(key=lambda one: (_sort_key(one[0]), one[1]))
    return (*(SelectChoice(zone, name) for name, zone in named), SelectChoice("UTC", "UTC"))


@cache
def _zones() -> tuple[tuple[str, str], ...]:
    """Each zone in use with the code of its country; names of before are not in this table."""
    known = available_timezones()
    return tuple(pair for pair in _table() if pair[0] in known)


def _table() -> Iterator[tuple[str, str]]:
    text = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            country, _coordinates, zone = line.split("\t")[:3]
            yield zone, country


def _place(zone: str, country: str, locale: Locale) -> str:
    """As “Praha, Česko”."""
    city = next(
        (
            str(known["city"])
            for name in (zone, *_former_names().get(zone, ()))
            if "city" in (known := locale.time_zones.get(name, {}))
        ),
        zone.rsplit("/", 1)[1].replace("_", " "),
    )
    where = locale.territories.get(country, country)
    return city if city == where else f"{city}, {where}"


@cache
def _former_names() -> dict[str, list[str]]:
    """The names that a zone had; the words of a language may be kept under one of these."""
    names: dict[str, list[str]] = {}
    for former, zone in get_global("zone_aliases").items():
        names.setdefault(str(zone), []).append(str(former))
        names.setdefault(str(former), []).append(str(zone))
    return names


def _sort_key(name: str) -> str:
    """Letters with a sign over them stand with those without."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).replace("ł", "l")

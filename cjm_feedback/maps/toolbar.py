"""What a reader can choose from above the map and above the answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from cjm_feedback.maps.asking import Asked
from cjm_feedback.maps.drawing import period_name, span
from cjm_feedback.maps.selection import UNASSIGNED, TypedDays
from cjm_feedback.maps.snapshots import ClosedPeriod
from cjm_feedback.web.languages import LANGUAGE_NAMES, choose_language, text_in

FOUR = 4


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Toolbar:
    """The controls of the form, each with what it offers."""

    typed_days: TypedDays | None
    """Two days may be typed in place of a period; None for readers of closed periods."""
    live_periods: tuple[Option, ...]
    closed_periods: tuple[Option, ...]
    personas: tuple[Option, ...]
    channels: tuple[Option, ...]
    languages: tuple[Option, ...]


def toolbar(asked: Asked) -> Toolbar:
    selection = asked.selection
    return Toolbar(
        typed_days=_typed_days(asked),
        live_periods=_live_periods(asked),
        closed_periods=_closed_periods(asked),
        personas=_chosen(_personas(asked), selection.persona),
        channels=_chosen(_channels(asked), selection.channel),
        languages=_chosen(
            [("", str(_("All languages"))), *LANGUAGE_NAMES.items()], selection.language
        ),
    )


def _typed_days(asked: Asked) -> TypedDays | None:
    """Only refused ones are typed again for the reader; others are an option of the period."""
    if not asked.shown.audience.live:
        return None
    return asked.refused_days or TypedDays("", "")


def _live_periods(asked: Asked) -> tuple[Option, ...]:
    """Days that were asked for by address stay to choose."""
    shown = asked.shown
    if not shown.audience.live:
        return ()
    found = [
        ("all", str(_("All time"))),
        ("open", str(_("Not closed yet"))),
        *_four_weeks(shown.periods),
    ]
    if shown.period.kind == "range" and shown.period.name not in dict(found):
        found.append((shown.period.name, period_name(shown.period)))
    return _chosen(found, shown.period.name)


def _four_weeks(periods: Sequence[ClosedPeriod]) -> Iterator[tuple[str, str]]:
    """The newest closed periods together, and as many before them to compare with."""
    last, before = periods[:FOUR], periods[FOUR : 2 * FOUR]
    if len(last) == FOUR:
        days = span(last[-1].first, last[0].last)
        name = _("Last four closed weeks, %(days)s", days=days)
        yield f"{last[-1].first}..{last[0].last}", str(name)
    if len(before) == FOUR:
        days = span(before[-1].first, before[0].last)
        name = _("The four weeks before, %(days)s", days=days)
        yield f"{before[-1].first}..{before[0].last}", str(name)


def _closed_periods(asked: Asked) -> tuple[Option, ...]:
    """The newest first."""
    shown = asked.shown
    found = [(one.name, span(one.first, one.last)) for one in shown.periods]
    return _chosen(found, shown.period.name)


def _personas(asked: Asked) -> list[tuple[str, str]]:
    """Retired personas are offered where their answers are looked at."""
    language = choose_language()
    return [
        ("", str(_("Everyone"))),
        *(
            (key, text_in(persona.name, language))
            for key, persona in asked.choices.personas.items()
            if persona.retired_at is None or key == asked.selection.persona
        ),
        (UNASSIGNED, str(_("Not assigned"))),
    ]


def _channels(asked: Asked) -> list[tuple[str, str]]:
    language = choose_language()
    return [
        ("", str(_("All channels"))),
        *(
            (key, text_in(channel.name, language))
            for key, channel in asked.choices.channels.items()
            if channel.retired_at is None or key == asked.selection.channel
        ),
    ]


def _chosen(options: list[tuple[str, str]], value: str) -> tuple[Option, ...]:
    return tuple(Option(one, label, one == value) for one, label in options)

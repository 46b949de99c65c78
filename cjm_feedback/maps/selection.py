"""What an address or a command asks to see, from words to rows and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cjm_feedback.maps.facets import NOBODY, Facets
from cjm_feedback.maps.periods import parse_days
from cjm_feedback.maps.queries import Choices

UNASSIGNED = "none"
"""Stands for answers that belong to no persona."""


class UnknownChoiceError(ValueError):
    """A persona, channel or language was asked for that there is none of."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A period by its name, and facets by their keys; empty is everything."""

    period: str
    persona: str = ""
    channel: str = ""
    language: str = ""

    def args(self, **more: str) -> dict[str, Any]:
        """For addresses; what is not chosen is left out."""
        chosen = {
            "period": self.period,
            "persona": self.persona,
            "channel": self.channel,
            "language": self.language,
            **more,
        }
        return {name: value for name, value in chosen.items() if value}

    @property
    def narrowed(self) -> int:
        """How many facets are chosen."""
        return len([one for one in (self.persona, self.channel, self.language) if one])

    def facets(self, choices: Choices, languages: tuple[str, ...]) -> Facets:
        """Raises UnknownChoiceError."""
        if self.language and self.language not in languages:
            raise UnknownChoiceError(self.language)
        return Facets(
            persona_id=self._persona(choices),
            channel_id=_id_of(self.channel, {key: c.id for key, c in choices.channels.items()}),
            language=self.language or None,
        )

    def _persona(self, choices: Choices) -> int | None:
        if self.persona == UNASSIGNED:
            return NOBODY
        return _id_of(self.persona, {key: one.id for key, one in choices.personas.items()})


def read_selection(args: Mapping[str, str], *, default_period: str) -> Selection:
    return Selection(
        period=args.get("period") or default_period,
        persona=args.get("persona", ""),
        channel=args.get("channel", ""),
        language=args.get("language", ""),
    )


@dataclass(frozen=True, slots=True)
class TypedDays:
    """Two days as somebody typed them, in place of a period."""

    first: str
    last: str

    @property
    def period(self) -> str:
        """Its name; raises UnknownPeriodError where one is missing, no day or they are reversed."""
        first, last = parse_days(f"{self.first}..{self.last}")
        return f"{first}..{last}"


def read_days(args: Mapping[str, str]) -> TypedDays | None:
    days = TypedDays(args.get("from", "").strip(), args.get("to", "").strip())
    return days if days.first or days.last else None


def _id_of(key: str, ids: Mapping[str, int]) -> int | None:
    if not key:
        return None
    if key not in ids:
        raise UnknownChoiceError(key)
    return ids[key]

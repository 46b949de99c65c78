"""What is known of an answer, so that rules may tell a persona by it.

The channel and the language are known of every answer. What was asked is known to the packages
above this one; they say so by `offers_facts` on a function that lists it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.db import Translations
from cjm_feedback.journeys.models import Channel, Journey
from cjm_feedback.journeys.personas import ANSWER
from cjm_feedback.web.languages import LANGUAGE_NAMES, choose_language, text_in


@dataclass(frozen=True)
class Option:
    value: str
    text: Translations

    @property
    def label(self) -> str:
        return text_in(self.text, choose_language()) or self.value


@dataclass(frozen=True)
class Fact:
    """`field` as conditions name it. One of `options`, one of `numbers`, else words."""

    field: str
    text: Translations
    options: tuple[Option, ...] = ()
    numbers: range | None = None

    @property
    def label(self) -> str:
        """What to call it in a list, in the reader's language."""
        if self.field == "channel":
            return str(_("Channel"))
        if self.field == "language":
            return str(_("Language"))
        return str(_("Answer to “%(question)s”", question=self.question))

    @property
    def question(self) -> str:
        return text_in(self.text, choose_language()) or self.field.removeprefix(ANSWER)

    def label_of(self, value: object) -> str:
        """How `value` reads; itself where it is none of the options, no longer for instance."""
        return next((one.label for one in self.options if one.value == value), str(value))


OfferFacts = Callable[[Session, int], Iterable[Fact]]
AnyOffer = TypeVar("AnyOffer", bound=OfferFacts)
_offers: list[OfferFacts] = []


def offers_facts(offer: AnyOffer) -> AnyOffer:
    """Register a function that lists what is known of the answers of a journey, by its id."""
    _offers.append(offer)
    return offer


def facts_of(session: Session, journey: Journey) -> dict[str, Fact]:
    """Everything that rules of `journey` may ask about, by field."""
    channels = session.scalars(
        select(Channel)
        .where(Channel.workspace_id == journey.workspace_id)
        .order_by(Channel.retired_at.is_not(None), Channel.position, Channel.id)
    )
    facts = {
        "channel": Fact("channel", {}, tuple(Option(one.key, one.name) for one in channels)),
        "language": Fact(
            "language",
            {},
            tuple(Option(code, {code: name}) for code, name in LANGUAGE_NAMES.items()),
        ),
    }
    for offer in _offers:
        facts.update((fact.field, fact) for fact in offer(session, journey.id))
    return facts

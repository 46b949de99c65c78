"""Places of the map in addresses: a touchpoint, a stage, or the journey itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cjm_feedback.journeymap.figures import FIGURE_NAMES
from cjm_feedback.journeymap.measures import ZERO
from cjm_feedback.journeymap.structure import JOURNEY, Cells
from cjm_feedback.maps.structure import Structure

STAGE = "stage:"
WHOLE = "journey"
EVERYTHING = ""


class UnknownPlaceError(ValueError):
    """An address names a place that the journey has not."""


@dataclass(frozen=True, slots=True)
class Place:
    kind: Literal["touchpoint", "stage", "journey"]
    key: str = ""

    @property
    def name(self) -> str:
        if self.kind == "touchpoint":
            return self.key
        return f"{STAGE}{self.key}" if self.kind == "stage" else WHOLE


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one place: `payment.csat`, `stage:purchase.emotion`, `journey.nps`."""

    place: Place
    metric: str

    @property
    def name(self) -> str:
        return f"{self.place.name}.{self.metric}"


def read_place(text: str) -> Place:
    if text == WHOLE:
        return Place("journey")
    if text.startswith(STAGE):
        return Place("stage", text.removeprefix(STAGE))
    return Place("touchpoint", text)


def read_cell(text: str) -> Cell:
    """Raises UnknownPlaceError where the text cannot be a cell of any map."""
    place, _, metric = text.rpartition(".")
    if not place or metric not in FIGURE_NAMES:
        raise UnknownPlaceError(text)
    return Cell(read_place(place), metric)


def members(place: Place, structure: Structure) -> tuple[int, ...]:
    """The touchpoints that a figure of the place is made of. Raises UnknownPlaceError."""
    if place.kind == "journey":
        return tuple(t.id for stage in structure for t in stage.touchpoints)
    if place.kind == "stage":
        for stage in structure:
            if stage.key == place.key:
                return tuple(touchpoint.id for touchpoint in stage.touchpoints)
    for stage in structure:
        for touchpoint in stage.touchpoints:
            if place.kind == "touchpoint" and touchpoint.key == place.key:
                return (touchpoint.id,)
    raise UnknownPlaceError(place.name)


def counted_in(place: Place, series: str, structure: Structure, cells: Cells) -> tuple[int, ...]:
    """Where the answers behind a figure were given; 0 is the journey as a whole.

    Relationship surveys speak for the journey in what they asked, its touchpoints in the rest.
    """
    found = members(place, structure)
    if place.kind == "journey" and cells.get((JOURNEY, series), ZERO).n > 0:
        return (JOURNEY,)
    return found

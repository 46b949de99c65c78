"""What goes into the map and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cjm_feedback.journeymap.figures import Figure
from cjm_feedback.journeymap.measures import Measures
from cjm_feedback.journeymap.mix import Mix

JOURNEY = 0
"""The touchpoint id of answers about the journey as a whole."""

Cells = Mapping[tuple[int, str], Measures]
"""Measures by touchpoint id and series, summed over whatever the reader filtered."""


@dataclass(frozen=True, slots=True)
class TouchpointInput:
    id: int
    key: str
    name: Mapping[str, str]
    """By language."""
    channel: str = ""
    kind: str = ""
    retired: bool = False


@dataclass(frozen=True, slots=True)
class StageInput:
    key: str
    name: Mapping[str, str]
    phase: str
    """`before`, `during` or `after` the purchase."""
    touchpoints: tuple[TouchpointInput, ...] = ()
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Previous:
    """The closed period to compare with. Give it only where both periods are closed."""

    label: str
    """As the contract's `against`, for instance `2026-10`."""
    cells: Cells


@dataclass(frozen=True, slots=True)
class Level:
    """What one place of the map shows: the journey, a stage or a touchpoint."""

    figures: Mapping[str, Figure]
    """By name: emotion, written, said, csat, nps, ces. Always all of them."""
    before: Mapping[str, Figure]
    """The same of the previous period; empty without one."""
    responses: int | None
    """Responses of any kind; absent under the display floor."""
    mix: Mix | None
    choices: Mapping[str, Mapping[str, int]]

    def as_json(self) -> dict[str, object]:
        return {
            "figures": {name: figure.as_json() for name, figure in self.figures.items()},
            "responses": self.responses,
            "mix": self.mix.as_json() if self.mix else None,
            "choices": {question: dict(options) for question, options in self.choices.items()},
        }


@dataclass(frozen=True, slots=True)
class TouchpointFigures:
    touchpoint: TouchpointInput
    level: Level

    def as_json(self) -> dict[str, object]:
        return {
            "key": self.touchpoint.key,
            "name": dict(self.touchpoint.name),
            "channel": self.touchpoint.channel,
            "kind": self.touchpoint.kind,
            **self.level.as_json(),
        }


@dataclass(frozen=True, slots=True)
class StageFigures:
    stage: StageInput
    level: Level
    touchpoints: tuple[TouchpointFigures, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "key": self.stage.key,
            "name": dict(self.stage.name),
            "phase": self.stage.phase,
            **self.level.as_json(),
            "touchpoints": [place.as_json() for place in self.touchpoints],
        }


@dataclass(frozen=True, slots=True)
class MapFigures:
    stages: tuple[StageFigures, ...]
    level: Level
    """The journey itself."""
    weights: Mapping[int, float]
    """Of each touchpoint within its stage and the journey, as they were used."""
    against: str | None
    floor: int

    def as_json(self) -> dict[str, object]:
        """`stages` and the journey's `figures` as in the contract, and what else is known."""
        return {"stages": [stage.as_json() for stage in self.stages], **self.level.as_json()}

"""Fold integer cells into the figures of a journey map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cjm_feedback.journeymap.compare import (
    Difference,
    Stratum,
    Verdict,
    cannot_tell,
    difference,
    judge,
)
from cjm_feedback.journeymap.figures import (
    FIGURE_NAMES,
    TEXT_FLOOR,
    Figure,
    emotion_figure,
    visible_parts,
    weighted_figure,
)
from cjm_feedback.journeymap.intervals import METRICS
from cjm_feedback.journeymap.measures import COUNTED_SERIES, ZERO, Measures
from cjm_feedback.journeymap.mix import choice_counts, emotion_mix
from cjm_feedback.journeymap.structure import (
    JOURNEY,
    Cells,
    Level,
    MapFigures,
    Previous,
    StageFigures,
    StageInput,
    TouchpointFigures,
    TouchpointInput,
)

Place = tuple[str, str | int]
"""("journey", ""), ("stage", key) or ("touchpoint", id)."""


@dataclass(frozen=True, slots=True)
class _Sums:
    """Everything the figures of one map are computed from."""

    now: Cells
    before: Cells
    weights: Mapping[int, float]
    floor: int
    text_floor: int

    def parts(
        self, cells: Cells, metric: str, members: Sequence[int]
    ) -> list[tuple[float, Measures]]:
        return [(self.weights.get(m, 0.0), cells.get((m, metric), ZERO)) for m in members]


def baseline_weights(stages: Sequence[StageInput], cells: Cells) -> dict[int, float]:
    """Contact volume per touchpoint, to be frozen in the parameters of a snapshot.

    The responses of the given cells; touchpoints without any are left out, so that they get
    a weight when their first answers come.
    """
    volumes = {t.id: volume(cells, t.id) for stage in stages for t in stage.touchpoints}
    return {touchpoint: float(n) for touchpoint, n in volumes.items() if n > 0}


def equal_weights(stages: Sequence[StageInput]) -> dict[int, float]:
    return {t.id: 1.0 for stage in stages for t in stage.touchpoints}


def volume(cells: Cells, touchpoint: int) -> int:
    """Responses of a touchpoint; the fullest of its series where they were not counted."""
    counted = cells.get((touchpoint, COUNTED_SERIES), ZERO).n
    return counted or max(cells.get((touchpoint, metric), ZERO).n for metric in METRICS)


def compute_map(
    stages: Sequence[StageInput],
    cells: Cells,
    *,
    weights: Mapping[int, float] | None = None,
    previous: Previous | None = None,
    floor: int = 0,
    text_floor: int = TEXT_FLOOR,
) -> MapFigures:
    """The figures of every touchpoint, stage and of the journey, in the journey's order.

    A stage or touchpoint without answers keeps its place. A retired one is there only as long
    as the period has answers of it.

    A stage is the mean of its touchpoints with fixed weights: `weights` by touchpoint id
    (the volume of a baseline), without them the volume of this period. A touchpoint unknown
    to them weighs its volume of this period. The journey is what relationship surveys say
    (touchpoint 0); a metric they did not ask is the weighted mean of all touchpoints.

    With `previous` every firm figure gets a verdict, judged as one family. A stage is
    compared over the touchpoints that have answers in both periods, with the same weights.
    """
    kept = [_kept(stage, cells) for stage in stages]
    kept = [stage for stage in kept if stage.touchpoints or not stage.retired]
    used = {**baseline_weights(kept, cells), **(weights or {})}
    before = previous.cells if previous else {}
    sums = _Sums(cells, before, used, floor, text_floor)
    verdicts = _verdicts(kept, sums, previous.label) if previous else {}
    everywhere = [t.id for stage in kept for t in stage.touchpoints]
    return MapFigures(
        stages=tuple(_stage(stage, sums, verdicts) for stage in kept),
        level=_level(("journey", ""), everywhere, sums, verdicts),
        weights={member: used.get(member, 0.0) for member in everywhere},
        against=previous.label if previous else None,
        floor=floor,
    )


def _kept(stage: StageInput, cells: Cells) -> StageInput:
    shown = tuple(t for t in stage.touchpoints if not t.retired or volume(cells, t.id) > 0)
    return StageInput(stage.key, stage.name, stage.phase, shown, stage.retired)


def _stage(
    stage: StageInput, sums: _Sums, verdicts: Mapping[tuple[Place, str], Verdict]
) -> StageFigures:
    members = [t.id for t in stage.touchpoints]
    return StageFigures(
        stage=stage,
        level=_level(("stage", stage.key), members, sums, verdicts),
        touchpoints=tuple(_touchpoint(t, sums, verdicts) for t in stage.touchpoints),
    )


def _touchpoint(
    touchpoint: TouchpointInput, sums: _Sums, verdicts: Mapping[tuple[Place, str], Verdict]
) -> TouchpointFigures:
    place: Place = ("touchpoint", touchpoint.id)
    return TouchpointFigures(touchpoint, _level(place, [touchpoint.id], sums, verdicts))


def _level(
    place: Place,
    members: Sequence[int],
    sums: _Sums,
    verdicts: Mapping[tuple[Place, str], Verdict],
) -> Level:
    figures = _figures(place, members, sums.now, sums)
    figures = {
        name: figure.with_verdict(verdicts.get((place, figure.source)))
        for name, figure in figures.items()
    }
    source = figures["emotion"].source
    speaking = _members(place, members, source, sums.now)
    shown = visible_parts(sums.parts(sums.now, source, speaking), sums.floor)
    return Level(
        figures=figures,
        before=_figures(place, members, sums.before, sums) if sums.before else {},
        responses=_responses(place, members, sums),
        mix=emotion_mix(source, (measures for _, measures in shown)),
        choices=choice_counts(_choices(place, members, sums.now), floor=sums.floor),
    )


def _figures(place: Place, members: Sequence[int], cells: Cells, sums: _Sums) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for metric in METRICS:
        parts = sums.parts(cells, metric, _members(place, members, metric, cells))
        found[metric] = weighted_figure(metric, parts, floor=sums.floor)
    found["emotion"] = emotion_figure(found["written"], found["said"], text_floor=sums.text_floor)
    return {name: found[name] for name in FIGURE_NAMES}


def _members(place: Place, members: Sequence[int], metric: str, cells: Cells) -> Sequence[int]:
    """Relationship surveys speak for the journey where they asked; else its touchpoints do."""
    asked = place[0] == "journey" and cells.get((JOURNEY, metric), ZERO).n > 0
    return [JOURNEY] if asked else members


def _responses(place: Place, members: Sequence[int], sums: _Sums) -> int | None:
    """With a floor, a sum leaves out what is under it: no place can be had by subtraction."""
    counted = [*members, JOURNEY] if place[0] == "journey" else members
    volumes = [volume(sums.now, member) for member in counted]
    shown = [n for n in volumes if n >= sums.floor]
    return None if any(volumes) and not any(shown) else sum(shown)


def _choices(place: Place, members: Sequence[int], cells: Cells) -> dict[str, list[Measures]]:
    counted = {*members, JOURNEY} if place[0] == "journey" else set(members)
    found: dict[str, list[Measures]] = {}
    for (member, series), measures in cells.items():
        if member in counted:
            found.setdefault(series, []).append(measures)
    return found


def _verdicts(
    stages: Sequence[StageInput], sums: _Sums, against: str
) -> dict[tuple[Place, str], Verdict]:
    places: list[tuple[Place, list[int]]] = [
        (("journey", ""), [t.id for stage in stages for t in stage.touchpoints])
    ]
    for stage in stages:
        places.append((("stage", stage.key), [t.id for t in stage.touchpoints]))
        places += [(("touchpoint", t.id), [t.id]) for t in stage.touchpoints]
    tested = {}
    verdicts = {}
    for place, members in places:
        for metric in METRICS:
            change = _change(place, members, metric, sums)
            if change is None:
                continue
            found, firm = change
            if firm:
                tested[place, metric] = found
            else:
                verdicts[place, metric] = cannot_tell(found, against)
    judged = judge(list(tested.values()), against)
    return verdicts | dict(zip(tested, judged, strict=True))


def _change(
    place: Place, members: Sequence[int], metric: str, sums: _Sums
) -> tuple[Difference, bool] | None:
    """The change of one figure and whether both its sides are firm; none where one is hidden.

    Nor is there one where the journey spoke by its relationship survey in one period only.
    """
    now_members = _members(place, members, metric, sums.now)
    before_members = _members(place, members, metric, sums.before)
    if list(now_members) != list(before_members):
        return None
    floor = max(sums.floor, 1)
    common = [
        member
        for member in now_members
        if min(sums.now.get((member, metric), ZERO).n, sums.before.get((member, metric), ZERO).n)
        >= floor
    ]
    if not common:
        return None
    now = visible_parts(sums.parts(sums.now, metric, common), floor)
    before = visible_parts(sums.parts(sums.before, metric, common), floor)
    strata = [Stratum(w, m, b) for (w, m), (_, b) in zip(now, before, strict=True)]
    sides = (weighted_figure(metric, parts, floor=floor) for parts in (now, before))
    return difference(metric, strata), all(side.tier == "firm" for side in sides)

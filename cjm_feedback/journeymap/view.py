"""The map ready to be shown: texts written out, links made. Drawing, table and cards share it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from cjm_feedback.journeymap.compare import Judgement
from cjm_feedback.journeymap.figures import Figure
from cjm_feedback.journeymap.marks import valence_class
from cjm_feedback.journeymap.mix import Mix
from cjm_feedback.journeymap.numbers import EMPTY, Numbers
from cjm_feedback.journeymap.phrases import Phrases, Translations, localised
from cjm_feedback.journeymap.structure import (
    Level,
    MapFigures,
    StageFigures,
    StageInput,
    TouchpointFigures,
)
from cjm_feedback.journeymap.summary import Summary, summarise

VERDICT_CLASSES: dict[Judgement, str] = {
    "better": "better",
    "worse": "worse",
    "no_change": "same",
    "cannot_tell": "unsure",
}


@dataclass(frozen=True, slots=True)
class Target:
    """What a link of the map leads to: the answers behind one figure."""

    level: Literal["journey", "stage", "touchpoint"]
    metric: str
    stage: str = ""
    touchpoint: str = ""
    touchpoint_id: int = 0


Href = Callable[[Target], str | None]


@dataclass(frozen=True, slots=True)
class FigureView:
    name: str
    label: str
    figure: Figure
    value: str
    """Printed only when firm; else empty, and `state` says why."""
    interval: str
    n: str
    state: str
    sentence: str
    verdict: str
    verdict_short: str
    verdict_class: str
    """Of the stylesheet, as `v-…`: better, worse, same, unsure, or nothing."""
    level: int
    """Valence 1 very negative … 5 very positive; 0 for hidden figures and other metrics."""
    href: str | None
    before: float | None
    """The firm or weak value of the period before, same series."""


@dataclass(frozen=True, slots=True)
class MixView:
    shares: tuple[float, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class TouchpointView:
    id: int
    key: str
    name: str
    channel: str
    kind: str
    retired: bool
    responses: str
    figures: Mapping[str, FigureView]
    mix: MixView | None
    sentence: str
    """Name, stage and emotion in full."""


@dataclass(frozen=True, slots=True)
class StageView:
    key: str
    name: str
    phase: str
    phase_name: str
    retired: bool
    responses: str
    responses_in_all: str
    """The same in words."""
    figures: Mapping[str, FigureView]
    mix: MixView | None
    choices: Mapping[str, Mapping[str, int]]
    sentence: str
    touchpoints: tuple[TouchpointView, ...]


@dataclass(frozen=True, slots=True)
class MapView:
    language: str
    title: str
    subtitle: str
    summary: str
    description: str
    stages: tuple[StageView, ...]
    figures: Mapping[str, FigureView]
    """Of the journey."""
    responses: str
    notes: tuple[str, ...]
    phrases: Phrases
    ends: Summary

    @property
    def rows(self) -> Iterator[tuple[StageView, TouchpointView]]:
        """The table twin: every touchpoint with its stage, in the journey's order."""
        return ((stage, place) for stage in self.stages for place in stage.touchpoints)

    @property
    def compared(self) -> bool:
        return bool(self.phrases.period)

    @property
    def silent(self) -> list[Figure]:
        """The emotion of the touchpoints that show none: they are hatched."""
        places = (place.figures for _, place in self.rows)
        return [figures["emotion"].figure for figures in places if _is_silent(figures)]

    def measured(self, name: str) -> bool:
        """Whether any touchpoint has answers for a figure: lanes without any are left out."""
        return any(place.figures[name].figure.tier != "hidden" for _, place in self.rows)


def _is_silent(figures: Mapping[str, FigureView]) -> bool:
    return all(figures[name].figure.tier == "hidden" for name in ("written", "said"))


def no_links(_target: Target) -> None:
    """For exports."""


def make_view(
    figures: MapFigures,
    *,
    language: str,
    translations: Translations,
    title: str,
    subtitle: str = "",
    period: str | None = None,
    href: Href = no_links,
) -> MapView:
    """`period` names the period compared with, in the reader's language."""
    compared = "" if figures.against is None else period or figures.against
    phrases = Phrases(translations, Numbers(language), compared, figures.floor)
    writer = _Writer(phrases, language, href)
    ends = summarise(figures)
    summary = phrases.summary(ends, language)
    shape = phrases.shape(len(figures.stages), ends.touchpoints)
    return MapView(
        language=language,
        title=title,
        subtitle=subtitle,
        summary=summary,
        description=f"{shape} {summary}",
        stages=tuple(writer.stage(stage) for stage in figures.stages),
        figures=writer.figures(figures.level, lambda name: Target("journey", name)),
        responses=writer.count(figures.level.responses),
        notes=phrases.notes(),
        phrases=phrases,
        ends=ends,
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    phrases: Phrases
    language: str
    href: Href

    def stage(self, place: StageFigures) -> StageView:
        stage = place.stage
        name = localised(stage.name, self.language)
        figures = self.figures(place.level, lambda metric: Target("stage", metric, stage.key))
        sentences = (self.phrases.stage(name), *(figures[m].sentence for m in ("emotion", "csat")))
        return StageView(
            key=stage.key,
            name=name,
            phase=stage.phase,
            phase_name=self.phrases.phase(stage.phase),
            retired=stage.retired,
            responses=self.count(place.level.responses),
            responses_in_all=self.phrases.responses_in_all(place.level.responses),
            figures=figures,
            mix=self.mix(place.level.mix),
            choices=place.level.choices,
            sentence=" ".join(sentences),
            touchpoints=tuple(self.touchpoint(stage, name, t) for t in place.touchpoints),
        )

    def touchpoint(
        self, stage: StageInput, stage_name: str, place: TouchpointFigures
    ) -> TouchpointView:
        touchpoint = place.touchpoint
        name = localised(touchpoint.name, self.language)
        figures = self.figures(
            place.level,
            lambda m: Target("touchpoint", m, stage.key, touchpoint.key, touchpoint.id),
            self.phrases.place(stage_name, name),
        )
        return TouchpointView(
            id=touchpoint.id,
            key=touchpoint.key,
            name=name,
            channel=touchpoint.channel,
            kind=touchpoint.kind,
            retired=touchpoint.retired,
            responses=self.count(place.level.responses),
            figures=figures,
            mix=self.mix(place.level.mix),
            sentence=figures["emotion"].sentence,
        )

    def figures(
        self, level: Level, target: Callable[[str], Target], place: str = ""
    ) -> dict[str, FigureView]:
        return {
            name: self.figure(name, figure, level, self.href(target(name)), place)
            for name, figure in level.figures.items()
        }

    def figure(
        self, name: str, figure: Figure, level: Level, href: str | None, place: str
    ) -> FigureView:
        phrases, numbers = self.phrases, self.phrases.numbers
        judgement = figure.verdict.judgement if figure.verdict else None
        firm = figure.tier == "firm" and figure.value is not None
        before = level.before.get(figure.source)
        return FigureView(
            name=name,
            label=phrases.metric(name),
            figure=figure,
            value=numbers.value(figure.source, figure.value or 0.0) if firm else "",
            interval=phrases.interval(figure),
            n=self.count(figure.n),
            state=phrases.state(figure),
            sentence=" ".join(filter(None, (place, phrases.sentence(name, figure)))),
            verdict=phrases.verdict(judgement) if judgement else "",
            verdict_short=phrases.verdict_short(judgement) if judgement else "",
            verdict_class=VERDICT_CLASSES[judgement] if judgement else "",
            level=_valence(figure),
            href=href,
            before=before.value if before else None,
        )

    def mix(self, mix: Mix | None) -> MixView | None:
        return None if mix is None else MixView(mix.shares, self.phrases.mix(mix.shares))

    def count(self, n: int | None) -> str:
        return EMPTY if n is None else self.phrases.numbers.integer(n)


def _valence(figure: Figure) -> int:
    if figure.value is None or figure.source not in ("written", "said"):
        return 0
    return valence_class(figure.value)

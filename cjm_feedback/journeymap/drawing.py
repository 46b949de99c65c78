"""Draw the whole map as one SVG."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from cjm_feedback.journeymap.curves import HEIGHT, NEUTRAL, EmotionLane
from cjm_feedback.journeymap.lanes import Lane, StageLane, touchpoint_lanes
from cjm_feedback.journeymap.layout import ARROW, RAIL, Column, Layout, lay_out, touchpoint_name
from cjm_feedback.journeymap.legend import Legend
from cjm_feedback.journeymap.marks import circle_mark, diamond_mark
from cjm_feedback.journeymap.svg import (
    SMALL,
    STAGE_SIZE,
    TEXT_SIZE,
    Svg,
    document,
    element,
    escape,
    join,
    lines,
    link,
    path,
    rect,
    text,
)
from cjm_feedback.journeymap.textfit import ELLIPSIS, wrap
from cjm_feedback.journeymap.view import MapView

PHASE_HEIGHT = 19
CHEVRON_TOP, CHEVRON_HEIGHT = 24, 42
LINE = 13
HEADER = 46
WIDTH = 1120
MARGIN = 16


def render_svg(
    view: MapView,
    *,
    width: float = WIDTH,
    uid: str = "map",
    selected: int | None = None,
    standalone: bool = False,
) -> Svg:
    """The map as markup for a page, or with its title as a file of its own (`standalone`).

    `uid` makes ids unique on a page with several maps; `selected` frames one touchpoint.
    Needs no script, no style attribute and nothing from elsewhere.
    """
    return _Drawing(view, width, uid, selected, standalone).render()


class _Drawing:
    def __init__(
        self, view: MapView, width: float, uid: str, selected: int | None, standalone: bool
    ) -> None:
        self.view, self.uid, self.selected, self.standalone = view, uid, selected, standalone
        self.pattern = f"{uid}-hatch"
        self.layout: Layout = lay_out(view, width)
        self.top = float(HEADER if standalone else 0)
        self.names = self.top + CHEVRON_TOP + CHEVRON_HEIGHT + 6
        room = max(self.layout.name_lines, 2) * LINE
        self.emotion = EmotionLane(view, self.layout, self.names + room + 10)
        self.stage_lane = StageLane(view, self.layout)
        y = self.emotion.top + HEIGHT + 8
        self.lanes: list[tuple[Lane, float]] = []
        for lane in touchpoint_lanes(view, self.layout):
            self.lanes.append((lane, y))
            y += max(lane.height, self._rail_height(lane.title, lane.unit)) + 6
        self.stage_top = y
        y += max(
            self.stage_lane.height, self._rail_height(self.stage_lane.title, self.stage_lane.unit)
        )
        self.bottom = y + 2
        self.legend = Legend(view, self.layout.right, self.pattern)
        self.height = self.bottom + 14 + self.legend.height

    def render(self) -> Svg:
        view, margin = self.view, MARGIN if self.standalone else 0
        interactive = any(f.href for _, t in view.rows for f in t.figures.values())
        return document(
            self.layout.width,
            self.height,
            element("title", Svg(escape(view.title)), id=f"{self.uid}-t"),
            element("desc", Svg(escape(view.description)), id=f"{self.uid}-d"),
            self._pattern(),
            rect(
                "m-bg",
                *(-margin, -margin, self.layout.width + 2 * margin, self.height + 2 * margin),
            ),
            self._header(),
            self.emotion.ground(RAIL),
            self._rules(),
            self._rail(),
            self._phases(),
            self._stages(),
            *(self._hatched(column) for column in self.layout.columns),
            self.emotion.lines(),
            *(self._column(i, column) for i, column in enumerate(self.layout.columns)),
            self._selection(),
            self.legend.draw(0, self.bottom + 14),
            classes="jmap",
            role="group" if interactive else "img",
            margin=margin,
            lang=view.language,
            aria_labelledby=f"{self.uid}-t {self.uid}-d",
        )

    def _pattern(self) -> Svg:
        stroke = path("m-hatchline", "M", 0, 0, "v", 6)
        pattern = element(
            "pattern",
            stroke,
            id=self.pattern,
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(45)",
        )
        return element("defs", pattern)

    def _header(self) -> Svg:
        if not self.standalone:
            return Svg("")
        room = self.layout.right
        title = wrap(self.view.title, room, 20, self.view.language, lines=1, bold=True)
        under = wrap(self.view.subtitle, room, TEXT_SIZE, self.view.language, lines=1)
        name = element(
            "text",
            Svg(escape(" ".join(title))),
            x=0,
            y=18,
            font_size=20,
            font_weight="bold",
            fill="#1b2430",
        )
        return join(name, text(0, 35, " ".join(under), "m-t m-dim"))

    def _rules(self) -> Svg:
        edges = [top for _, top in self.lanes] + [self.stage_top]
        return join(*(path("m-rule", "M", 0, y - 3, "H", self.layout.right) for y in edges))

    def _rail(self) -> Svg:
        phrases, emotion = self.view.phrases, self.emotion
        drawn = [
            self._rail_label(self.names, phrases.touchpoints_title(), ""),
            self._rail_label(emotion.top, phrases.metric("emotion"), phrases.unit("emotion")),
            text(RAIL - 8, emotion.at(0.75) + 4, phrases.joy(), "m-t m-gaint", anchor="end"),
            text(RAIL - 8, emotion.at(0) + 4, "0", "m-t m-dim", anchor="end"),
            text(RAIL - 8, emotion.at(-0.75) + 4, phrases.anger(), "m-t m-paint", anchor="end"),
            self._rail_label(self.stage_top, self.stage_lane.title, self.stage_lane.unit),
        ]
        for lane, top in self.lanes:
            drawn.append(self._rail_label(top, lane.title, lane.unit))
            if lane.metric == "written":
                drawn.append(circle_mark(RAIL - 14, top + 9, 0.3, weak=False, radius=5))
            if lane.metric == "said":
                drawn.append(diamond_mark(RAIL - 14, top + 9, 0.3, weak=False, radius=6.5))
        return join(*drawn)

    def _rail_words(self, title: str, unit: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        language = self.view.language
        return (
            wrap(title, RAIL - 26, TEXT_SIZE, language, lines=2, bold=True),
            wrap(unit, RAIL - 8, SMALL, language, lines=2),
        )

    def _rail_height(self, title: str, unit: str) -> float:
        above, below = self._rail_words(title, unit)
        return LINE * (len(above) + len(below)) + 4.0

    def _rail_label(self, y: float, title: str, unit: str) -> Svg:
        above, below = self._rail_words(title, unit)
        return join(
            lines(0, y + LINE, above, "m-t m-b"),
            lines(0, y + LINE * (len(above) + 1), below, "m-t m-xs m-dim"),
        )

    def _phases(self) -> Svg:
        drawn = []
        for name, group in groupby(self.layout.spans, key=lambda span: span.stage.phase_name):
            spans = list(group)
            x, wide = spans[0].x, sum(span.width for span in spans)
            words = wrap(name, wide - 6, TEXT_SIZE, self.view.language, lines=1)
            drawn.append(rect("m-phase", x + 1, self.top, wide - 2, PHASE_HEIGHT, rx=3))
            drawn.append(
                text(x + wide / 2, self.top + 13.5, " ".join(words), "m-t m-dim", anchor="middle")
            )
        return join(*drawn)

    def _stages(self) -> Svg:
        drawn = []
        top = self.top + CHEVRON_TOP
        for i, span in enumerate(self.layout.spans):
            x, end, half = span.x + 1, span.x + span.width - ARROW, CHEVRON_HEIGHT / 2
            steps: list[str | float] = ["M", x, top, "H", end, "l", ARROW - 1, half]
            steps += ["l", 1 - ARROW, half, "H", x]
            if i:
                steps += ["l", ARROW - 1, -half]
            baseline = top + half + 4.5 - (len(span.name) - 1) * STAGE_SIZE / 2
            middle = span.middle + (2 if i else -3)
            head = join(
                path("m-chev", *steps, "Z"),
                lines(middle, baseline, span.name, "m-t m-chevt", anchor="middle", step=14),
            )
            body = self.stage_lane.cell(span, self.stage_top)
            figure = span.stage.figures["emotion"]
            drawn.append(link(figure.href, span.stage.sentence, head, body))
            if i:
                drawn.append(path("m-stage", "M", span.x, self.names - 4, "V", self.bottom))
            if not span.stage.touchpoints:
                drawn.append(self._blank(span.x, span.width))
        return join(*drawn)

    def _blank(self, x: float, wide: float) -> Svg:
        phrases = self.view.phrases
        words = wrap(phrases.no_touchpoints(), wide - 12, TEXT_SIZE, self.view.language)
        return self._centred(x + wide / 2, words)

    def _centred(self, x: float, words: Iterable[str]) -> Svg:
        found = tuple(words)
        # Clear of the edge of the neutral band, which would seem to cut the words.
        y = self.emotion.at(NEUTRAL) - 8 - (len(found) - 1) * LINE
        return lines(x, y, found, "m-t m-dim m-halo", anchor="middle")

    def _hatched(self, column: Column) -> Svg:
        if not self.emotion.hidden(column):
            return Svg("")
        return self.emotion.hatch(column, self.pattern)

    def _column(self, index: int, column: Column) -> Svg:
        """The touchpoint's links: name with emotion, then one for each figure that has answers."""
        place, figures = column.place, column.place.figures
        first = self.lanes[0][1]
        name = touchpoint_name(column, self.view.language)
        cut = name and name[-1].endswith(ELLIPSIS)
        drawn = [
            element("title", Svg(escape(place.name))) if cut else Svg(""),
            self._hit(column, self.names - 4, first - self.names),
            lines(column.middle, self.names + 10, name, "m-t m-name", anchor="middle"),
            self.emotion.column(index),
        ]
        if self.emotion.hidden(column):
            words = self.view.phrases.hidden_short(figures["emotion"].figure)
            room = column.width - 16
            drawn.append(
                self._centred(column.middle, wrap(words, room, TEXT_SIZE, self.view.language))
            )
        own = [(lane, top) for lane, top in self.lanes if lane.metric != "emotion"]
        shared = [(lane, top) for lane, top in self.lanes if lane.metric == "emotion"]
        drawn += [lane.cell(column, top) for lane, top in shared]
        named = " ".join(filter(None, (place.sentence, place.mix.sentence if place.mix else "")))
        chosen = place.id == self.selected
        cells = [link(figures["emotion"].href, named, *drawn, current=chosen)]
        for lane, top in own:
            cell = lane.cell(column, top)
            figure = figures[lane.metric]
            if figure.figure.tier != "hidden":
                hit = self._hit(column, top - 1, lane.height)
                cell = link(figure.href, figure.sentence, hit, cell)
            cells.append(cell)
        return join(*cells)

    def _hit(self, column: Column, y: float, h: float) -> Svg:
        """What the pointer meets and the focus ring frames."""
        return rect(
            "m-hit", column.x + 2, y, column.width - 4, h, fill="none", pointer_events="all"
        )

    def _selection(self) -> Svg:
        return join(
            *(
                rect(
                    "m-sel",
                    column.x + 1.5,
                    self.names - 5,
                    column.width - 3,
                    self.stage_top - self.names,
                    rx=6,
                )
                for column in self.layout.columns
                if column.place.id == self.selected
            )
        )

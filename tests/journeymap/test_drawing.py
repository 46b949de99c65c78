from __future__ import annotations

import re
from gettext import NullTranslations
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjm_feedback.journeymap.compute import compute_map
from cjm_feedback.journeymap.drawing import render_svg
from cjm_feedback.journeymap.marks import render_gauge, render_mix, render_share
from cjm_feedback.journeymap.measures import Measures, measure, merge
from cjm_feedback.journeymap.structure import MapFigures, Previous
from cjm_feedback.journeymap.svg import Svg, document
from cjm_feedback.journeymap.view import Target, make_view
from tests.journeymap.makers import counted, promoters, ratings, shop, stage, touchpoint

SVG = "{http://www.w3.org/2000/svg}"


def texts(value: float, n: int) -> Measures:
    return merge([measure("written", value)] * n)


CELLS = {
    (1, "written"): texts(0.6, 100),
    (1, "said"): merge([measure("said", "joy")] * 90),
    (1, "csat"): ratings(80, 100),
    (2, "written"): texts(-0.5, 80),
    (2, "csat"): ratings(30, 100),
    (3, "said"): merge([measure("said", "worry"), measure("said", "joy")]),
    (3, "nps"): promoters(60, 20, 20),
    (3, "ces"): counted("ces", (2, 3, 4, 5, 20, 40, 26)),
}


def link(target: Target) -> str:
    return f"/answers?at={target.touchpoint or target.stage}&metric={target.metric}"


def drawn(figures: MapFigures, *, links: bool = True, **options: object) -> Svg:
    view = make_view(
        figures,
        language="cs",
        translations=NullTranslations(),
        title="Map of the shop",
        subtitle="October 2026",
        period="September",
        **({"href": link} if links else {}),
    )
    return render_svg(view, **options)  # type: ignore[arg-type]


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own drawing


def words(svg: str) -> str:
    return " ".join("".join(t.itertext()) for t in parsed(svg).iter(SVG + "text"))


class Tags(HTMLParser):
    """What a browser that reads the drawing as HTML would make of it."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_drawing_is_well_formed_and_named() -> None:
    root = parsed(drawn(shop(CELLS)))
    title, description = root[0], root[1]
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "Map of the shop"
    assert description.text is not None
    assert "Lowest emotion: Payment" in description.text


def test_the_drawing_needs_no_style_no_script_and_nothing_from_elsewhere() -> None:
    for _, attributes in Tags(drawn(shop(CELLS, CELLS), standalone=True)).tags:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
    tags = {tag for tag, _ in Tags(drawn(shop(CELLS, CELLS), standalone=True)).tags}
    assert tags <= {
        *("svg", "title", "desc", "defs", "pattern", "g", "a", "rect", "path", "circle", "text")
    }
    urls = re.findall(r'(?:href|src|url)[=(]"?([^")]*)', drawn(shop(CELLS)))
    assert all(url.startswith(("/answers", "#map-hatch")) for url in urls)


hostile = st.text(
    st.one_of(st.sampled_from("<>\"'&/=;`\x00\x08\u200f\ufffe\ud800"), st.characters()),
    max_size=40,
)


@settings(max_examples=40)
@given(hostile, hostile)
def test_names_are_text_and_never_markup(name: str, title: str) -> None:
    evil = f'</title></text><script>alert(1)</script><img src=x onerror="x">{name}'
    figures = compute_map(
        [stage("buy", touchpoint(1, evil)), stage(evil, touchpoint(2, name or "x"))], CELLS
    )
    view = make_view(
        figures, language="en", translations=NullTranslations(), title=title + evil, href=link
    )
    svg = render_svg(view, standalone=True)
    parsed(svg)
    for tag, attributes in Tags(svg).tags:
        assert tag not in ("script", "img")
        assert "onerror" not in attributes


def test_addresses_are_escaped() -> None:
    view = make_view(
        shop(CELLS),
        language="en",
        translations=NullTranslations(),
        title="Map",
        href=lambda _: '/x?a=1&b="><script>',
    )
    svg = render_svg(view)
    assert "<script" not in svg
    assert parsed(svg).find(f".//{SVG}a").get("href") == '/x?a=1&b="><script>'  # type: ignore[union-attr]


def test_every_figure_with_answers_is_a_link_with_a_whole_sentence() -> None:
    cells = {a.get("href"): a.get("aria-label") for a in parsed(drawn(shop(CELLS))).iter(SVG + "a")}
    labels = [label for label in cells.values() if label]
    assert len(labels) == len(cells)
    assert all(label.endswith(".") for label in labels)
    payment = cells["/answers?at=t2&metric=emotion"] or ""
    assert payment.startswith("Payment, stage purchase česky. Emotion in comments: −0,50, 95")
    assert "Emotion mix: very negative 0" in payment
    assert {"/answers?at=t2&metric=csat", "/answers?at=t3&metric=nps"} <= set(cells)
    assert "/answers?at=t2&metric=nps" not in cells
    assert {"/answers?at=purchase&metric=emotion", "/answers?at=loyalty&metric=emotion"} <= set(
        cells
    )


def test_a_drawing_without_links_is_one_picture() -> None:
    root = parsed(drawn(shop(CELLS), links=False, standalone=True))
    assert root.get("role") == "img"
    assert not list(root.iter(SVG + "a"))
    assert parsed(drawn(shop(CELLS))).get("role") == "group"


def test_the_two_curves_differ_in_mark_and_dash_not_only_in_colour() -> None:
    cells = {(n, s): CELLS[1, s] for n in (1, 2) for s in ("written", "said")}
    paths = list(parsed(drawn(shop(cells))).iter(SVG + "path"))
    dashes = [p.get("stroke-dasharray") for p in paths if p.get("class") == "m-line"]
    assert dashes[:2] == [None, "7 4"]
    marks = [
        g[0].tag for g in parsed(drawn(shop(cells))).iter(SVG + "g") if g.get("class") == "m-mark"
    ]
    assert {SVG + "circle", SVG + "path"} == set(marks)


def test_a_curve_is_bridged_by_dots_over_a_touchpoint_without_answers() -> None:
    cells = {(1, "written"): CELLS[1, "written"], (3, "written"): CELLS[2, "written"]}
    paths = list(parsed(drawn(shop(cells))).iter(SVG + "path"))
    assert next(p.get("stroke-dasharray") for p in paths if p.get("class") == "m-line") == "1.5 5"
    assert "no answers" in words(drawn(shop(cells)))


def test_a_weak_figure_is_hollow_and_has_no_number() -> None:
    cells = {(1, "written"): merge([measure("written", v) for v in (1, -1, 1, -1, 0, 1, -1, 1)])}
    svg = drawn(shop(cells))
    hollow = [c for c in parsed(svg).iter(SVG + "circle") if c.get("class") == "q0"]
    assert len(hollow) == 2  # the mark and its legend
    assert "n = 8" in words(svg)
    assert not re.search(r"[+−]0,\d", words(svg))


def test_under_the_floor_the_drawing_has_neither_number_nor_mark() -> None:
    cells = {(1, "written"): texts(0.5, 4), (1, "csat"): ratings(4, 4)}
    svg = drawn(shop(cells, floor=5))
    assert "few answers" in words(svg)
    assert "100" not in words(svg)
    assert "Figures of fewer than 5 responses stay hidden." in words(svg)


def test_the_legend_explains_hatching_only_where_something_is_hatched() -> None:
    assert "no answers" not in words(drawn(shop(CELLS)))
    silent = parsed(drawn(shop({**CELLS, (3, "said"): texts(0, 0)})))
    assert [t.text for t in silent.iter(SVG + "text")].count("no answers") == 2  # column, legend
    few = {**CELLS, (3, "said"): merge([measure("said", "joy")] * 4)}
    assert "fewer than 5 responses" in words(drawn(shop(few, floor=5))).split("Whiskers")[0]
    assert "few answers" not in words(drawn(shop(few)))


def test_words_in_a_hatched_column_stand_clear_of_the_neutral_band() -> None:
    root = parsed(drawn(shop({})))
    up = next(r for r in root.iter(SVG + "rect") if r.get("class") == "m-up")
    top = float(up.get("y") or 0)
    edge = top + float(up.get("height") or 0)
    said = [t for t in root.iter(SVG + "text") if t.text == "no answers" and t.get("text-anchor")]
    assert len(said) == 3
    assert all(top + 12 < float(t.get("y") or 0) < edge - 5 for t in said)
    markup = drawn(shop({}))
    assert markup.rindex("m-up") < markup.index("no answers</text>")
    assert markup.rindex('class="m-zero"') < markup.index("no answers</text>")


def test_the_verdict_lane_is_there_only_where_two_periods_are_compared() -> None:
    before = {**CELLS, (2, "written"): texts(0.5, 80)}
    assert "▼ worse" in words(drawn(shop(CELLS, before)))
    assert "Since" in words(drawn(shop(CELLS, before)))
    assert "Since" not in words(drawn(shop(CELLS)))


def test_lanes_nobody_was_asked_for_are_left_out() -> None:
    assert "NPS" in words(drawn(shop(CELLS)))
    assert "+40" in words(drawn(shop(CELLS)))
    assert "NPS" not in words(drawn(shop({(1, "csat"): ratings(8, 10)})))


def test_large_counts_stand_under_their_number_where_the_column_is_narrow() -> None:
    stages = [stage("buy", *(touchpoint(i) for i in range(1, 20)))]
    figures = compute_map(stages, {(i, "csat"): ratings(900_000, 1_000_000) for i in range(1, 20)})
    own = [t.text for t in parsed(drawn(figures)).iter(SVG + "text")]
    assert "90\u00a0%" in own
    assert "1\u00a0000\u00a0000" in own
    assert "90\u00a0% · 1\u00a0000\u00a0000" not in own


def test_each_figure_of_a_stage_stands_with_the_n_it_is_made_of() -> None:
    cells = {
        (3, "written"): texts(0.5, 84),
        (3, "csat"): ratings(280, 314),
        (3, "responses"): Measures(500),
    }
    own = [t.text for t in parsed(drawn(shop(cells))).iter(SVG + "text")]
    assert "+0,50 · 84" in own
    assert "89\u00a0% · 314" in own
    assert not [words for words in own if words and "500" in words]


def test_a_saved_file_carries_its_title_colours_and_font() -> None:
    root = parsed(drawn(shop(CELLS), links=False, standalone=True))
    heading = next(root.iter(SVG + "text"))
    assert heading.text == "Map of the shop"
    assert "sans-serif" in (root.get("font-family") or "")
    for shape in ("rect", "circle", "text"):
        assert all(one.get("fill") for one in root.iter(SVG + shape))


def test_the_chosen_touchpoint_is_framed_and_marked_as_current() -> None:
    root = parsed(drawn(shop(CELLS), selected=2))
    current = [a.get("href") for a in root.iter(SVG + "a") if a.get("aria-current")]
    assert current == ["/answers?at=t2&metric=emotion"]
    assert len([r for r in root.iter(SVG + "rect") if r.get("class") == "m-sel"]) == 1


def test_ids_of_two_maps_on_a_page_do_not_meet() -> None:
    ids = re.findall(r' id="([^"]+)"', drawn(shop(CELLS), uid="a") + drawn(shop(CELLS), uid="b"))
    assert len(ids) == len(set(ids)) == 6


def test_a_journey_without_stages_or_touchpoints_can_be_drawn() -> None:
    for figures in (compute_map([], {}), compute_map([stage("empty")], {})):
        parsed(drawn(figures))
    assert "no touchpoints" in words(drawn(compute_map([stage("empty")], {})))


positions = st.lists(
    st.tuples(st.floats(-1, 1), st.sampled_from([0, 3, 9, 60])), min_size=1, max_size=14
)


@settings(max_examples=25)
@given(positions)
def test_every_text_stays_inside_the_drawing(places: list[tuple[float, int]]) -> None:
    cells = {(i, "written"): texts(v, n) for i, (v, n) in enumerate(places, 1)}
    stages = [stage("Purchase", *(touchpoint(i) for i in range(1, len(places) + 1)))]
    root = parsed(drawn(compute_map(stages, cells, previous=Previous("x", cells)), width=700))
    _, _, right, bottom = (float(n) for n in (root.get("viewBox") or "").split())
    for one in root.iter(SVG + "text"):
        assert 0 <= float(one.get("x") or -1) <= right
        assert 0 <= float(one.get("y") or -1) <= bottom


@pytest.mark.parametrize(
    "svg",
    [
        render_gauge(-0.5, (-0.62, -0.39), "Emotion −0.51"),
        render_gauge(0.9, (0.5, 1), "Emotion", weak=True, picked=True),
        render_share(0.27, (0.21, 0.33), "27 %"),
        render_mix((0.2, 0, 0.3, 0.4, 0.1), "Mix"),
    ],
)
def test_the_small_drawings_are_named_pictures(svg: Svg) -> None:
    root = parsed(svg)
    assert (root.get("role"), bool(root.get("aria-label"))) == ("img", True)
    assert svg.__html__() == svg


def test_a_drawing_without_a_name_is_decoration() -> None:
    root = parsed(document(10, 10, classes="fig"))
    assert (root.get("aria-hidden"), root.get("role")) == ("true", None)

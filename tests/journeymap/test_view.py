import re
from gettext import NullTranslations

import pytest

from cjm_feedback.journeymap.measures import measure, merge
from cjm_feedback.journeymap.phrases import localised
from cjm_feedback.journeymap.structure import Cells
from cjm_feedback.journeymap.view import MapView, Target, make_view
from tests.journeymap.makers import promoters, ratings, shop


def view(
    now: Cells, before: Cells | None = None, *, language: str = "en", floor: int = 0
) -> MapView:
    return make_view(
        shop(now, before, floor=floor),
        language=language,
        translations=NullTranslations(),
        title="Shop",
        period=None if before is None else "September",
        href=lambda target: f"/{target.level}/{target.touchpoint or target.stage}/{target.metric}",
    )


def test_a_figure_is_said_in_a_whole_sentence() -> None:
    before = {(2, "written"): merge([measure("written", 0.8)] * 100)}
    now = {(2, "written"): merge([measure("written", -0.5)] * 100)}
    payment = view(now, before).stages[0].touchpoints[1]
    emotion = payment.figures["emotion"]
    assert emotion.sentence == (
        "Payment, stage Purchase. Emotion in comments: −0.50,"
        f" 95% interval {emotion.interval}, 100 responses."
        " Worse than in the period before (September)."
    )
    assert payment.sentence == emotion.sentence
    assert (emotion.value, emotion.n, emotion.state) == ("−0.50", "100", "")
    assert (emotion.verdict, emotion.verdict_class) == ("worse", "worse")
    assert emotion.verdict_short == "▼ worse"
    assert emotion.level == 1
    assert emotion.before == pytest.approx(0.8)


def test_a_weak_figure_is_not_printed_but_its_interval_is() -> None:
    csat = view({(1, "csat"): ratings(1, 2)}).stages[0].touchpoints[0].figures["csat"]
    assert (csat.value, csat.state, csat.n) == ("", "too wide to print", "2")
    assert csat.interval == "9% to 91%"
    assert "too wide to print, 95% interval 9% to 91%, 2 responses." in csat.sentence


def test_a_hidden_figure_says_why() -> None:
    nothing = view({}).stages[0].touchpoints[0].figures["csat"]
    assert (nothing.value, nothing.interval, nothing.state) == ("", "", "no answers")
    few = view({(1, "csat"): ratings(1, 2)}, floor=5).stages[0].touchpoints[0].figures["csat"]
    assert (few.value, few.interval, few.n, few.level) == ("", "", "–", 0)
    assert few.state == "fewer than 5 responses"
    assert few.sentence.endswith("Satisfied customers: fewer than 5 responses.")


def test_links_lead_to_the_answers_behind_each_figure() -> None:
    found = view({})
    assert found.figures["nps"].href == "/journey//nps"
    assert found.stages[0].figures["emotion"].href == "/stage/purchase/emotion"
    assert found.stages[0].touchpoints[1].figures["csat"].href == "/touchpoint/t2/csat"
    targets: list[Target] = []

    def remember(target: Target) -> None:
        targets.append(target)

    make_view(shop({}), language="en", translations=NullTranslations(), title="Shop", href=remember)
    assert Target("touchpoint", "csat", "purchase", "t2", 2) in targets


def test_the_table_has_a_row_for_every_touchpoint_in_the_journeys_order() -> None:
    rows = [(stage.name, place.name) for stage, place in view({}).rows]
    assert rows == [("Purchase", "Basket"), ("Purchase", "Payment"), ("Loyalty", "Club")]


def test_numbers_and_names_are_the_readers() -> None:
    now = {(3, "nps"): promoters(60, 20, 20), (3, "csat"): ratings(90, 100)}
    loyalty = view(now, language="cs").stages[1]
    assert loyalty.name == "loyalty česky"
    assert loyalty.touchpoints[0].name == "Club"
    assert loyalty.figures["csat"].value == "90\u00a0%"
    assert loyalty.figures["nps"].value == "+40"


def test_the_summary_has_both_ends_with_interval_and_n() -> None:
    now = {
        (1, "written"): merge([measure("written", -0.5)] * 100),
        (3, "written"): merge([measure("written", 0.7)] * 100),
    }
    found = view(now)
    assert found.summary.startswith("Lowest emotion: Basket, −0.50 (")
    assert "Highest emotion: Club, +0.70 (" in found.summary
    assert found.summary in found.description
    assert "2 stages, 3 touchpoints" in found.description


def test_the_summary_tells_both_ends_of_satisfaction_with_their_n() -> None:
    found = view({(1, "csat"): ratings(160, 200), (3, "csat"): ratings(154, 314)})
    assert re.fullmatch(
        r"Lowest satisfaction: Club, 49% \(\d+% to \d+%, 314 responses\)\."
        r" Highest satisfaction: Basket, 80% \(\d+% to \d+%, 200 responses\)\.",
        found.summary,
    )


def test_the_notes_of_the_table_speak_of_no_drawing() -> None:
    notes = " ".join(view({}).phrases.notes(drawn=False))
    assert "Whiskers" not in notes
    assert notes.startswith("Beside each number stands its 95% interval.")


def test_a_map_without_answers_says_so() -> None:
    assert view({}).summary == "Nobody has answered yet."
    few = view({(1, "csat"): ratings(1, 1), (1, "written"): measure("written", 0.1)})
    assert few.summary == "There are too few answers to name a lowest and a highest point."


def test_the_method_is_told_with_the_map() -> None:
    assert len(view({}).notes) == 1
    notes = " ".join(view({}, {}, floor=5).notes)
    assert "fewer than 5 responses stay hidden" in notes
    assert "Benjamini–Hochberg" in notes


def test_a_name_without_the_readers_language_falls_back() -> None:
    assert localised({"cs": "Nákup", "en": "Purchase"}, "cs-CZ") == "Nákup"
    assert localised({"cs": "Nákup", "en": "Purchase"}, "pl") == "Purchase"
    assert localised({"cs": "Nákup"}, "pl") == "Nákup"
    assert localised({"cs": ""}, "pl") == ""


def test_any_catalogue_may_reorder_every_sentence() -> None:
    class Swapped(NullTranslations):
        def gettext(self, message: str) -> str:
            return "~" + message

        def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
            return "~" + (msgid1 if n == 1 else msgid2)

    found = make_view(shop({}), language="ru", translations=Swapped(), title="Shop")
    assert found.summary == "~Nobody has answered yet."
    assert found.stages[0].touchpoints[0].sentence.startswith("~Basket, stage Purchase.")

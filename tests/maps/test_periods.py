"""Which days a map is asked for, and what is said where that cannot be had."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from cjm_feedback.journeys.models import Journey
from cjm_feedback.maps.services import refresh_map
from cjm_feedback.surveys.models import Link
from tests.conftest import NOW
from tests.factories import COMMENT, CSAT, EMOTION, Factory, sign_in
from tests.pages import open_page
from tests.rollups.answering import answer

LAST_WEEK = datetime(2026, 11, 11, 12, tzinfo=UTC)
MAP = "/journeys/shop/map"
RESPONSES = "/journeys/shop/responses"
WEEK = timedelta(weeks=1)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def link(make: Factory) -> Link:
    journey = make.journey(slug="shop", stages=("purchase", "loyalty"))
    return make.link(make.survey(journey=journey, questions=(CSAT, EMOTION, COMMENT)))


@pytest.fixture
def journey(link: Link) -> Journey:
    return link.survey.journey


@pytest.fixture
def staff(client: FlaskClient, make: Factory, journey: Journey) -> FlaskClient:
    sign_in(client, make.user(workspace=journey.workspace, role="staff"))
    return client


@pytest.fixture
def viewer(client: FlaskClient, make: Factory, journey: Journey) -> FlaskClient:
    sign_in(client, make.user(workspace=journey.workspace, role="viewer"))
    return client


def close(session: Session, journey: Journey) -> None:
    refresh_map(session, journey, until=NOW, at=NOW, trigger="manual")
    session.commit()


def options(page: BeautifulSoup) -> dict[str, str]:
    return {str(one["value"]): one.get_text() for one in page.select("#f-period option")}


def totals(page: BeautifulSoup) -> str:
    head = page.select_one("main .head")
    assert head is not None
    return head.get_text(" ", strip=True)


def test_staff_choose_the_last_four_closed_weeks_and_the_four_before(
    session: Session, link: Link, journey: Journey, staff: FlaskClient
) -> None:
    for week in range(8):
        answer(session, link, csat=5, at=LAST_WEEK - week * WEEK)
        if week < 4:
            answer(session, link, csat=1, at=LAST_WEEK - week * WEEK)
    close(session, journey)
    found = options(open_page(staff, MAP))
    last = next(v for v, name in found.items() if name.startswith("Last four closed weeks, "))
    before = next(v for v, name in found.items() if name.startswith("The four weeks before, "))
    assert (last, before) == ("2026-10-19..2026-11-15", "2026-09-21..2026-10-18")
    assert "Oct 19" in found[last]

    page = open_page(staff, f"{MAP}?period={last}")

    assert "8 responses" in totals(page)
    assert [str(one["value"]) for one in page.select("#f-period option[selected]")] == [last]
    assert "4 responses" in totals(open_page(staff, f"{MAP}?period={before}"))


def test_four_weeks_are_offered_only_once_they_are_closed(
    session: Session, link: Link, journey: Journey, staff: FlaskClient
) -> None:
    answer(session, link, csat=5, at=LAST_WEEK - 2 * WEEK)
    close(session, journey)
    assert not [name for name in options(open_page(staff, MAP)).values() if "four" in name]


def test_staff_type_two_days_in_place_of_a_period(
    session: Session, link: Link, staff: FlaskClient
) -> None:
    answer(session, link, csat=5, at=LAST_WEEK)
    answer(session, link, csat=5)
    for url in (MAP, RESPONSES):
        page = open_page(staff, f"{url}?period=open&from=2026-11-11&to=2026-11-11")
        chosen = [str(one["value"]) for one in page.select("#f-period option[selected]")]
        assert chosen == ["2026-11-11..2026-11-11"]
        assert not page.select("#days-refused")
        # Left empty: a period that is chosen next must not lose against days typed before.
        assert [str(one["value"]) for one in page.select("input[type=date]")] == ["", ""]
    assert "1 response" in totals(open_page(staff, f"{MAP}?from=2026-11-11&to=2026-11-11"))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-11-15", "2026-11-01"),
        ("2026-11-01", ""),
        ("", "2026-11-01"),
        ("yesterday", "2026-11-01"),
        ("2026-02-30", "2026-11-01"),
        ("2026-11-01..2026-11-02", ""),
        ("%00", "%ED%A0%80"),
        ("9" * 5000, "'\"<script>"),
    ],
)
def test_days_that_are_no_period_are_refused_on_the_page(
    session: Session, link: Link, staff: FlaskClient, first: str, last: str
) -> None:
    answer(session, link, csat=5, at=LAST_WEEK)
    for url in (MAP, RESPONSES):
        page = open_page(staff, f"{url}?period=open&from={first}&to={last}")
        note = page.select_one("#days-refused[role=alert]")
        assert note is not None
        assert "Shown instead: All time" in note.get_text()
        assert len(page.select("input[type=date][aria-invalid=true]")) == 2
    for ending in ("csv", "svg", "json"):
        assert staff.get(f"{MAP}.{ending}?from={first}&to={last}").status_code == 404


def test_days_at_the_ends_of_the_calendar_are_a_period(
    session: Session, link: Link, staff: FlaskClient
) -> None:
    answer(session, link, csat=5)
    page = open_page(staff, f"{MAP}?from=0001-01-01&to=9999-12-31")
    assert "1 response" in totals(page)


def test_viewers_type_no_days_and_see_only_closed_weeks_by_them(
    session: Session, link: Link, journey: Journey, viewer: FlaskClient
) -> None:
    for _ in range(6):
        answer(session, link, csat=5, at=LAST_WEEK)
    close(session, journey)
    assert not open_page(viewer, MAP).select("input[type=date]")
    assert viewer.get(f"{MAP}.json?from=2026-11-11&to=2026-11-11").status_code == 404
    unseen = open_page(viewer, f"{MAP}?from=2026-11-11&to=2026-11-11")
    assert "Shown instead: Nov 9" in unseen.select("#days-refused")[0].get_text()
    assert "6 responses" in totals(unseen)
    assert "6 responses" in totals(open_page(viewer, f"{MAP}?from=2026-11-09&to=2026-11-15"))
    refused = open_page(viewer, f"{MAP}?from=2026-11-15&to=2026-11-09")
    assert "Shown instead: Nov 9" in refused.select("#days-refused")[0].get_text()
    assert "6 responses" in totals(refused)


def test_totals_say_that_touchpoints_under_the_floor_are_not_in_them(
    session: Session, link: Link, make: Factory, journey: Journey, viewer: FlaskClient
) -> None:
    said = "Answers of touchpoints with fewer than 5 responses are not in these totals."
    other = make.link(link.survey, touchpoint=journey.stages[1].touchpoints[0])
    for _ in range(6):
        answer(session, link, csat=5, at=LAST_WEEK - WEEK)
        answer(session, link, csat=5, at=LAST_WEEK)
    for _ in range(3):
        answer(session, other, csat=5, at=LAST_WEEK)
    close(session, journey)
    for url in (MAP, "/"):
        assert said in open_page(viewer, url).get_text()
    assert "6 responses" in totals(open_page(viewer, MAP))
    assert said not in open_page(viewer, f"{MAP}?period=2026-11-02..2026-11-08").get_text()


def test_staff_see_no_note_of_hidden_answers(
    session: Session, link: Link, staff: FlaskClient
) -> None:
    answer(session, link, csat=5)
    assert "not in these totals" not in open_page(staff, MAP).get_text()


def test_the_table_has_notes_of_its_own(session: Session, link: Link, staff: FlaskClient) -> None:
    answer(session, link, csat=5)
    table = open_page(staff, f"{MAP}?view=table").get_text()
    assert "Whiskers" not in table
    assert "Beside each number stands its 95% interval." in table


def test_the_list_speaks_of_a_figure_only_where_one_was_chosen(
    session: Session, link: Link, staff: FlaskClient
) -> None:
    assert "0 answers behind" not in totals(open_page(staff, RESPONSES))
    assert "0 answers" in totals(open_page(staff, RESPONSES))
    answer(session, link, csat=5)
    one = open_page(staff, f"{RESPONSES}?series=csat")
    assert "1 answer behind this figure" in totals(one)


def test_the_stages_of_the_phone_print_each_figure_with_its_own_n(
    session: Session, link: Link, staff: FlaskClient
) -> None:
    for number in range(40):
        feeling: dict[str, Any] = {"emotion": "joy"} if number < 30 else {}
        answer(session, link, csat=5, **feeling)
    card = open_page(staff, f"{MAP}?view=cards").select(".path li")[0]
    text = " ".join(card.get_text(" ", strip=True).split())
    assert "n 30 · Satisfied" in text
    assert "n 40" in text
    assert "40 responses in all" in text
    row = open_page(staff, "/").select("tbody tr")[0]
    assert row.select("td.n")[0].get_text() == "30"

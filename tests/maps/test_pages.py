from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from cjm_feedback.analysis.services import read_texts
from cjm_feedback.journeys.models import Journey
from cjm_feedback.maps.services import refresh_map
from cjm_feedback.responses.models import Response
from cjm_feedback.surveys.models import Link
from tests.analysis.analysers import Numbered, reading_with
from tests.conftest import NOW, QueryCounter
from tests.factories import COMMENT, CSAT, EMOTION, NPS, Factory, sign_in
from tests.pages import open_page
from tests.rollups.answering import answer

LAST_WEEK = datetime(2026, 11, 11, 12, tzinfo=UTC)
MAP = "/journeys/shop/map"
RESPONSES = "/journeys/shop/responses"
QUESTIONS = (CSAT, EMOTION, COMMENT, ("heard_from", "single_choice", False))


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def link(make: Factory) -> Link:
    journey = make.journey(slug="shop", stages=("purchase", "loyalty"))
    make.persona(journey, key="pole", conditions=[{"field": "language", "op": "is", "value": "pl"}])
    channel = make.channel(workspace=journey.workspace, key="web")
    return make.link(make.survey(journey=journey, questions=QUESTIONS), channel=channel)


@pytest.fixture
def journey(link: Link) -> Journey:
    return link.survey.journey


@pytest.fixture
def other_link(make: Factory, link: Link) -> Link:
    """At the touchpoint of the second stage, by another channel."""
    return make.link(link.survey, touchpoint=link.survey.journey.stages[1].touchpoints[0])


@pytest.fixture
def staff(client: FlaskClient, make: Factory, journey: Journey) -> FlaskClient:
    return _signed_in(client, make, journey, "staff")


@pytest.fixture
def viewer(client: FlaskClient, make: Factory, journey: Journey) -> FlaskClient:
    return _signed_in(client, make, journey, "viewer")


def _signed_in(client: FlaskClient, make: Factory, journey: Journey, role: str) -> FlaskClient:
    sign_in(client, make.user(workspace=journey.workspace, role=role))
    return client


def read(session: Session, *responses: Response) -> None:
    read_texts(session, [one.id for one in responses], at=NOW, read=reading_with(Numbered()))
    session.commit()


def close(session: Session, journey: Journey) -> None:
    refresh_map(session, journey, until=NOW, at=NOW, trigger="manual")
    session.commit()


def panel_of(page: BeautifulSoup) -> str:
    panel = page.select_one("#evidence")
    assert panel is not None
    return " ".join(panel.get_text(" ", strip=True).split())


def test_r26_an_answer_moves_the_figures_of_its_touchpoint(
    session: Session, link: Link, staff: FlaskClient
) -> None:
    url = f"{MAP}?cell=purchase-point.csat"
    answer(session, link, csat=5)
    assert "Responses 1" in panel_of(open_page(staff, url))
    answer(session, link, csat=1)
    assert "Responses 2" in panel_of(open_page(staff, url))


def test_a_journey_without_answers_says_what_is_next(staff: FlaskClient) -> None:
    page = open_page(staff, MAP)
    assert "Nobody has answered yet" in page.get_text()
    assert page.select_one("svg.jmap") is not None


@pytest.mark.parametrize("view", ["", "?view=cards", "?view=table"])
def test_r26_every_view_has_every_touchpoint(
    session: Session, link: Link, staff: FlaskClient, view: str
) -> None:
    answer(session, link, csat=5)
    text = open_page(staff, MAP + view).get_text()
    assert "en: purchase-point" in text
    assert "en: loyalty-point" in text


def test_the_table_has_the_numbers_of_the_document(
    session: Session, link: Link, staff: FlaskClient
) -> None:
    for value in [5] * 30 + [1] * 10:
        answer(session, link, csat=value)
    document = json.loads(staff.get(f"{MAP}.json").text)
    figure = document["stages"][0]["touchpoints"][0]["figures"]["csat"]
    row = next(
        row
        for row in open_page(staff, f"{MAP}?view=table").select("tbody tr")
        if "purchase-point" in row.get_text()
    )
    assert figure["value"] == 0.75
    assert "75%" in row.get_text()
    assert "n 40" in row.get_text()


def test_every_figure_of_the_drawing_leads_to_itself_opened(
    session: Session, link: Link, staff: FlaskClient
) -> None:
    answer(session, link, csat=5, emotion="joy")
    links = {str(a["href"]) for a in open_page(staff, MAP).select("svg.jmap a")}
    assert len(links) >= 4
    for address in links:
        page = open_page(staff, address)
        wanted = parse_qs(urlsplit(address).query)["cell"]
        assert page.select_one("#evidence .kv") is not None, wanted


def test_filters_keep_their_choice_and_narrow_the_figures(
    session: Session, link: Link, staff: FlaskClient
) -> None:
    answer(session, link, csat=5, language="pl")
    answer(session, link, csat=5, language="cs")
    answer(session, link, csat=5, language="cs", at=LAST_WEEK)
    page = open_page(staff, f"{MAP}?persona=pole&channel=web&cell=purchase-point.csat")
    assert "Responses 1" in panel_of(page)
    chosen = {str(option["value"]) for option in page.select("form option[selected]")}
    assert chosen >= {"all", "pole", "web"}
    for query, n in {
        "language=cs": 2,
        "persona=none": 2,
        "period=open": 2,
        "period=2026-11-11..2026-11-11": 1,
        "": 3,
    }.items():
        assert f"Responses {n}" in panel_of(
            open_page(staff, f"{MAP}?cell=purchase-point.csat&{query}")
        ), query


@pytest.mark.parametrize(
    "query",
    [
        "period=yesterday",
        "period=2026-11-02..2026-11-01",
        "period=last&view=wall",
        "persona=nobody",
        "channel=pigeon",
        "language=xx",
        "view=wall",
        "cell=purchase-point",
        "cell=nowhere.csat",
        "cell=stage:nowhere.csat",
        "cell=purchase-point.weight",
        "cell=%00.csat",
        "persona=%00",
        "period=%ED%A0%80",
    ],
)
def test_addresses_that_name_what_there_is_not_are_not_found(
    session: Session, link: Link, journey: Journey, staff: FlaskClient, query: str
) -> None:
    answer(session, link, csat=5, at=LAST_WEEK)
    close(session, journey)
    assert staff.get(f"{MAP}?{query}").status_code == 404


@pytest.mark.both_databases
def test_quotes_are_of_different_people_and_in_their_language(
    session: Session, link: Link, staff: FlaskClient
) -> None:
    said = {"-0.9 zlé": "cs", "-0.5 źle": "pl", "-0.1 так": "ru", "0.8 good": "en"}
    read(
        session,
        *(
            answer(session, link, csat=1, comment=text, language=language)
            for text, language in said.items()
        ),
    )
    page = open_page(staff, f"{MAP}?cell=purchase-point.written")
    quotes = page.select("#evidence blockquote p")
    assert [quote.get_text() for quote in quotes] == ["-0.9 zlé", "-0.5 źle", "0.8 good"]
    assert all(quote.get("lang") for quote in quotes)


def test_a_comment_is_never_markup(session: Session, link: Link, staff: FlaskClient) -> None:
    read(session, answer(session, link, csat=1, comment="-0.9 <script>alert(1)</script>"))
    for url in (f"{MAP}?cell=purchase-point.written", RESPONSES):
        page = open_page(staff, url)
        assert "<script>alert(1)</script>" in page.get_text()


def test_the_page_says_how_many_comments_are_still_being_read(
    session: Session, link: Link, staff: FlaskClient
) -> None:
    answer(session, link, csat=1, comment="-0.9 so")
    assert "1 comment is still being read" in open_page(staff, MAP).get_text()


def test_late_answers_are_noted_on_a_closed_period(
    session: Session, link: Link, journey: Journey, staff: FlaskClient
) -> None:
    answer(session, link, csat=5, at=LAST_WEEK)
    close(session, journey)
    answer(session, link, csat=1, at=LAST_WEEK)
    page = open_page(staff, f"{MAP}?period=last&cell=purchase-point.csat")
    assert "1 answer of this period came after it was closed" in page.get_text()
    assert "Responses 1" in panel_of(page)


def test_viewers_see_closed_weeks_and_no_words_of_few(
    session: Session, link: Link, journey: Journey, viewer: FlaskClient
) -> None:
    read(
        session,
        *(answer(session, link, csat=1, comment="-0.9 secret", at=LAST_WEEK) for _ in range(7)),
    )
    assert "No period is closed yet" in open_page(viewer, MAP).get_text()
    close(session, journey)

    page = open_page(viewer, f"{MAP}?cell=purchase-point.written")

    assert "Responses 7" in panel_of(page)
    assert "secret" not in page.get_text()
    assert "from 8 comments on" in page.get_text()
    assert not page.select(f'a[href^="{RESPONSES}"]')


def test_viewers_read_quotes_where_enough_people_wrote(
    session: Session, link: Link, journey: Journey, viewer: FlaskClient
) -> None:
    read(
        session,
        *(answer(session, link, csat=1, comment="-0.9 words", at=LAST_WEEK) for _ in range(8)),
    )
    close(session, journey)
    assert "words" in panel_of(open_page(viewer, f"{MAP}?cell=purchase-point.written"))


@pytest.mark.both_databases
def test_viewers_read_no_quotes_where_withdrawals_left_too_few(
    session: Session, link: Link, journey: Journey, viewer: FlaskClient
) -> None:
    """The figure of a closed week stays as it was; the words are those that are left."""
    given = [
        answer(session, link, csat=1, comment="-0.9 secret", at=LAST_WEEK, language=language)
        for language in ["cs"] * 8 + ["pl"] * 8
    ]
    read(session, *given)
    close(session, journey)
    cell = f"{MAP}?cell=purchase-point.written"
    for query in ("", "&language=pl", "&language=cs"):
        assert "secret" in panel_of(open_page(viewer, cell + query))

    given[0].withdrawn_at = NOW
    session.commit()

    for query in ("", "&language=pl"):
        assert "secret" in panel_of(open_page(viewer, cell + query))
    few = panel_of(open_page(viewer, f"{cell}&language=cs"))
    assert "Responses 8" in few
    assert "secret" not in few
    assert "from 8 comments on" in few

    for one in given[1:9]:
        one.withdrawn_at = NOW
    session.commit()

    assert "secret" not in open_page(viewer, cell).get_text()


def test_viewers_read_no_words_of_few_beside_the_whole_map(
    session: Session, link: Link, other_link: Link, journey: Journey, viewer: FlaskClient
) -> None:
    given = [answer(session, link, csat=1, comment="-0.9 secret", at=LAST_WEEK) for _ in range(30)]
    others = [answer(session, other_link, csat=5, comment="0.9 so", at=LAST_WEEK) for _ in given]
    read(session, *given, *others)
    close(session, journey)
    assert "secret" in open_page(viewer, MAP).get_text()

    for one in given[7:]:
        one.withdrawn_at = NOW
    session.commit()

    for url in (MAP, f"{MAP}?view=cards", f"{MAP}?view=table", "/"):
        assert "secret" not in open_page(viewer, url).get_text()
    for ending in ("json", "csv", "svg"):
        assert "secret" not in viewer.get(f"{MAP}.{ending}").text


def test_viewers_read_no_quotes_where_fewer_texts_are_read_than_were_counted(
    session: Session, link: Link, journey: Journey, viewer: FlaskClient
) -> None:
    given = [answer(session, link, csat=1, comment="-0.9 secret", at=LAST_WEEK) for _ in range(8)]
    read(session, *given)
    close(session, journey)
    for score in given[0].scores:
        score.status, score.polarity, score.reason = "failed", None, "too_long"
        score.counted = None
    session.commit()

    assert "secret" not in panel_of(open_page(viewer, f"{MAP}?cell=purchase-point.written"))


def test_viewers_choose_one_filter_at_a_time(
    session: Session, link: Link, journey: Journey, viewer: FlaskClient
) -> None:
    for language in ("cs", "pl"):
        for _ in range(6):
            answer(session, link, csat=1, at=LAST_WEEK, language=language)
    close(session, journey)
    two = open_page(viewer, f"{MAP}?persona=pole&language=pl&cell=purchase-point.csat")
    assert "Choose one filter at a time" in two.get_text()
    assert "Responses 12" in panel_of(two)
    one = open_page(viewer, f"{MAP}?persona=pole&cell=purchase-point.csat")
    assert "Responses 6" in panel_of(one)
    assert viewer.get(f"{MAP}.csv?persona=pole&language=pl").status_code == 404


@pytest.mark.both_databases
def test_viewers_cannot_work_out_few_people_by_subtraction(
    session: Session, link: Link, journey: Journey, viewer: FlaskClient
) -> None:
    for language in ["cs"] * 9 + ["pl"] * 3:
        answer(session, link, csat=1, at=LAST_WEEK, language=language)
    close(session, journey)
    for query in ("language=pl", "language=cs", "persona=pole", "persona=none"):
        document = json.loads(viewer.get(f"{MAP}.json?{query}").text)
        figure = document["stages"][0]["touchpoints"][0]["figures"]["csat"]
        assert (figure["n"], figure["value"], figure["tier"]) == (None, None, "hidden"), query


def test_viewers_get_no_open_period_in_any_form(
    session: Session, link: Link, journey: Journey, viewer: FlaskClient
) -> None:
    answer(session, link, csat=1, at=LAST_WEEK)
    close(session, journey)
    for ending in ("", ".json", ".csv", ".svg"):
        for period in ("all", "open", "2026-11-11..2026-11-11"):
            assert viewer.get(f"{MAP}{ending}?period={period}").status_code == 404


def test_files_carry_their_kind_and_a_name(
    session: Session, link: Link, staff: FlaskClient
) -> None:
    answer(session, link, csat=5)
    drawing, sheet, document = (staff.get(f"{MAP}.{kind}") for kind in ("svg", "csv", "json"))
    assert drawing.content_type == "image/svg+xml"
    assert drawing.text.startswith("<svg")
    assert sheet.content_type == "text/csv; charset=utf-8"
    assert "shop-all.csv" in sheet.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(sheet.text.removeprefix("\ufeff"), newline="")))
    assert {row["level"] for row in rows} == {"stage", "touchpoint", "journey"}
    assert document.json is not None
    assert document.json["journey"] == "shop"


def test_the_map_costs_the_same_statements_for_few_and_for_many_answers(
    session: Session, link: Link, other_link: Link, staff: FlaskClient, queries: QueryCounter
) -> None:
    def statements(url: str) -> int:
        queries.statements.clear()
        open_page(staff, url)
        return len(queries.statements)

    urls = (MAP, f"{MAP}?view=table", f"{MAP}?cell=purchase-point.csat", RESPONSES)

    def answers(times: int) -> None:
        """Enough for firm figures, so that the page has all of its parts."""
        for one in (link, other_link):
            made = [answer(session, one, csat=5, comment="0.5 so") for _ in range(times)]
            read(session, *made)

    answers(12)
    few = [statements(url) for url in urls]
    answers(12)

    assert [statements(url) for url in urls] == few
    assert max(few) <= 20


def listed(client: FlaskClient, url: str) -> int:
    """Answers on all pages of the list."""
    found, address = 0, url
    while True:
        page = open_page(client, address)
        found += len(page.select("article"))
        following = page.select_one('a[rel="next"]')
        if following is None:
            return found
        address = str(following["href"])


@pytest.fixture
def many(session: Session, make: Factory, link: Link, other_link: Link) -> None:
    """Answers of every kind, some withdrawn, by two channels, in two weeks."""
    read(
        session,
        *(
            answer(
                session,
                one,
                at=at + timedelta(minutes=number),
                language=language,
                csat=number % 5 + 1,
                **({"emotion": "joy"} if number % 2 else {}),
                **({"comment": "-0.4 so" if number % 4 else "qwx wqx"} if number % 3 else {}),
                **({"heard_from": "friend"} if number % 5 == 0 else {}),
            )
            for one in (link, other_link)
            for at in (LAST_WEEK, NOW - timedelta(hours=2))
            for language in ("cs", "pl")
            for number in range(7)
        ),
    )
    whole = make.link(make.survey(journey=link.survey.journey, scope="journey", questions=(NPS,)))
    for number in range(3):
        answer(session, whole, nps=number)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    "query",
    [
        "",
        "period=open",
        "period=last",
        "persona=pole",
        "persona=none",
        "channel=web",
        "language=pl",
        "period=last&persona=pole&channel=web&language=pl",
        "period=2026-11-11..2026-11-11",
    ],
)
def test_as_many_answers_are_listed_as_the_figure_counts(
    session: Session, journey: Journey, staff: FlaskClient, query: str
) -> None:
    close(session, journey)
    assert_listed_as_counted(staff, query)


@pytest.mark.both_databases
@pytest.mark.usefixtures("many")
def test_as_many_answers_are_listed_on_every_database(
    session: Session, journey: Journey, staff: FlaskClient
) -> None:
    close(session, journey)
    assert_listed_as_counted(staff, "period=2026-11-01..2026-11-22&persona=none&channel=web")


def assert_listed_as_counted(staff: FlaskClient, query: str) -> None:
    document = json.loads(staff.get(f"{MAP}.json?{query}").text)
    places = {"journey": document["figures"]}
    for stage in document["stages"]:
        places[f"stage:{stage['key']}"] = stage["figures"]
        for place in stage["touchpoints"]:
            places[place["key"]] = place["figures"]
    checked = 0
    for place, figures in places.items():
        for metric in ("written", "said", "csat", "nps"):
            if metric not in figures:
                continue
            url = f"{RESPONSES}?place={place}&series={metric}&{query}"
            assert listed(staff, url) == figures[metric]["n"], url
            checked += figures[metric]["n"] > 0
    assert checked >= 4


@pytest.mark.usefixtures("many")
def test_choices_and_all_answers_are_listed_too(staff: FlaskClient) -> None:
    assert listed(staff, f"{RESPONSES}?series=choice:heard_from:friend") == 16
    assert listed(staff, RESPONSES) == 7 * 8 + 3


def test_an_answer_shows_its_ratings_feeling_and_evidence(
    session: Session, link: Link, staff: FlaskClient
) -> None:
    read(session, answer(session, link, csat=2, emotion="anger", comment="-0.9 bylo to pozdě"))
    article = open_page(staff, RESPONSES).select_one("article")
    assert article is not None
    text = " ".join(article.get_text(" ", strip=True).split())
    assert "2 of 5" in text
    assert "Anger" in text
    mark = article.select_one("mark.ev-neg")
    assert mark is not None
    assert mark.get_text() == "complaint: -0.91"
    assert "negative" in text


@pytest.mark.parametrize(
    "query", ["series=weight", "place=nowhere", "place=stage:nowhere", "persona=nobody"]
)
def test_lists_of_what_there_is_not_are_not_found(
    session: Session, link: Link, staff: FlaskClient, query: str
) -> None:
    answer(session, link, csat=2)
    assert staff.get(f"{RESPONSES}?{query}").status_code == 404


@pytest.mark.parametrize(
    "after", ["x", "_", "2026_1", "2026-11-22T09:00:00+00:00_99999999999999999999", "0001-01-01_1"]
)
def test_a_made_up_position_begins_at_the_beginning_or_shows_nothing(
    session: Session, link: Link, staff: FlaskClient, after: str
) -> None:
    answer(session, link, csat=2)
    assert staff.get(RESPONSES, query_string={"after": after}).status_code == 200


def test_viewers_may_not_read_answers(viewer: FlaskClient) -> None:
    assert viewer.get(RESPONSES).status_code == 403
    assert viewer.get("/responses").status_code == 403


@pytest.mark.parametrize("path", [MAP, f"{MAP}.json", f"{MAP}.csv", f"{MAP}.svg", RESPONSES])
def test_strangers_find_no_journey(
    client: FlaskClient, make: Factory, journey: Journey, path: str
) -> None:
    assert client.get(path).status_code in (303, 401)
    sign_in(client, make.user(workspace=make.workspace(), role="admin"))
    assert client.get(path).status_code == 404
    assert client.get("/journeys/none/map").status_code == 404
    assert client.get("/journeys/%00/map").status_code == 404


def test_home_shows_how_the_journey_stands(
    session: Session, link: Link, journey: Journey, staff: FlaskClient
) -> None:
    for _ in range(40):
        answer(session, link, csat=5, at=LAST_WEEK - timedelta(weeks=1))
        answer(session, link, csat=1, at=LAST_WEEK)
    close(session, journey)
    page = open_page(staff, "/")
    text = " ".join(page.get_text(" ", strip=True).split())
    assert "en: journey" in text
    assert "Changes in the last closed period" in text
    change = page.select_one(".rows a")
    assert change is not None
    assert "worse" in panel_of(open_page(staff, str(change["href"])))


def test_home_of_a_viewer_waits_for_the_first_closed_week(
    session: Session, link: Link, viewer: FlaskClient
) -> None:
    answer(session, link, csat=5)
    assert "None is closed yet" in open_page(viewer, "/").get_text()


def test_home_without_a_journey_is_no_dead_end(client: FlaskClient, make: Factory) -> None:
    sign_in(client, make.user(workspace=make.workspace(), role="staff"))
    assert "There is no journey yet" in open_page(client, "/").get_text()


def test_somebody_without_a_workspace_is_told_so(client: FlaskClient, make: Factory) -> None:
    sign_in(client, make.user())
    assert "You belong to no workspace yet" in open_page(client, "/").get_text()


def test_the_list_of_answers_opens_for_the_journey_at_hand(staff: FlaskClient) -> None:
    reply = staff.get("/responses")
    assert (reply.status_code, reply.location) == (303, RESPONSES)


def test_the_navigation_leads_to_the_map_from_the_first_page_on(
    staff: FlaskClient, journey: Journey
) -> None:
    assert open_page(staff, "/").select_one(f'nav a[href="/journeys/{journey.slug}/map"]')


def test_a_viewer_who_got_an_address_with_days_sees_a_closed_week_and_why(
    viewer: FlaskClient, session: Session, journey: Journey, link: Link
) -> None:
    for _number in range(6):
        answer(session, link, csat=4, at=LAST_WEEK)
    refresh_map(session, journey, until=NOW, at=NOW, trigger="manual")
    session.commit()

    page = open_page(viewer, f"{MAP}?from=2026-11-01&to=2026-11-10")

    assert "you see closed periods only" in page.select("[role=alert]")[0].get_text()
    assert page.select("input[type=date]") == []


def test_an_admin_of_an_unanswered_journey_is_led_to_the_set_up(
    client: FlaskClient, make: Factory, journey: Journey
) -> None:
    admin = _signed_in(client, make, journey, "admin")

    assert open_page(admin, "/").select('main a[href="/setup"]')

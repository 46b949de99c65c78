"""The themes of a journey, edited by its admins."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent, Workspace
from cjm_feedback.analysis.services import read_texts
from cjm_feedback.analysis.themes.editing import SEEDS_LIMIT, add_starter_themes, add_theme
from cjm_feedback.analysis.themes.reading import phrases_of
from cjm_feedback.content.journeys import SHOP
from cjm_feedback.content.themes import starter_themes
from cjm_feedback.journeys.models import Journey
from cjm_feedback.responses.models import Theme, ThemeHit, ThemePlace
from cjm_feedback.setup.services import build_journey
from tests.analysis.analysers import Numbered, reading_with
from tests.conftest import NOW
from tests.factories import COMMENT, CSAT, Factory, sign_in
from tests.pages import check_page, open_page, submit
from tests.rollups.answering import answer

LIST = "/journeys/shop/themes"
NEW = 'form[action^="/journeys/shop/themes#"]'
EDIT = "main form[action]:has(textarea)"


@pytest.fixture
def workspace(make: Factory) -> Workspace:
    return make.workspace()


@pytest.fixture
def journey(make: Factory, client: FlaskClient, workspace: Workspace) -> Journey:
    """A journey whose admin is signed in."""
    sign_in(client, make.user(workspace=workspace, role="admin"), workspace)
    return make.journey(workspace=workspace, slug="shop", stages=("purchase", "experience"))


@pytest.fixture
def price(session: Session, journey: Journey) -> Theme:
    theme = add_theme(session, journey, name={"en": "Price"}, seeds={"en": ["too dear"]})
    session.commit()
    return theme


def shown(client: FlaskClient) -> list[str]:
    return [one.get_text() for one in open_page(client, LIST).select("#themes li b")]


def url_of(theme: Theme, action: str = "") -> str:
    return f"{LIST}/{theme.id}" + (f"/{action}" if action else "")


def test_a_new_journey_begins_with_the_starter_themes(
    session: Session, workspace: Workspace
) -> None:
    journey = build_journey(session, workspace, SHOP, slug="new", at=NOW)
    add_starter_themes(session, journey)  # once more changes nothing

    themes = session.scalars(
        select(Theme).where(Theme.journey_id == journey.id).order_by(Theme.id)
    ).all()
    assert [theme.key for theme in themes] == [one.key for one in starter_themes()]
    assert all(len(phrases_of(theme)) >= 16 for theme in themes)


def test_a_theme_is_added_with_phrases_and_touchpoints(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    data = {
        "name-en": "Opening hours",
        "seeds-en": "  closed too early\r\n\r\nopen on Sundays  \nclosed   too early",
        "seeds-cs": "zavírají brzy",
        "touchpoints": "experience-point",
    }

    reply = submit(client, LIST, data, selector=NEW)

    theme = session.scalars(select(Theme)).one()
    assert (reply.status_code, reply.location) == (303, f"{LIST}#theme-{theme.id}")
    assert (theme.key, theme.name) == ("opening-hours", {"en": "Opening hours"})
    assert theme.seeds == {
        "cs": ["zavírají brzy"],
        "en": ["closed too early", "open on Sundays"],
    }
    [place] = theme.places
    assert place.touchpoint_id == journey.stages[1].touchpoints[0].id
    assert "until they are read again" in open_page(client, LIST).get_text()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "name-en"),
        ({"name-en": "Odd", "seeds-ru": "а" * 200}, "seeds-ru"),
        ({"name-en": "Odd", "seeds-en": "\n".join(map(str, range(SEEDS_LIMIT + 1)))}, "seeds-en"),
    ],
)
def test_a_theme_that_cannot_be_is_refused_and_nothing_is_lost(
    client: FlaskClient, session: Session, journey: Journey, data: dict[str, str], field: str
) -> None:
    reply = submit(client, LIST, data, selector=NEW)

    assert reply.status_code == 422
    page = check_page(reply)
    assert [link["href"] for link in page.select("#errors a")] == [f"#{field}"]
    for name, text in data.items():
        box = page.select_one(f"[name={name}]")
        assert box is not None
        assert text in (str(box.get("value")), box.get_text().strip("\r\n"))
    assert session.scalars(select(Theme)).all() == []


def test_a_theme_is_changed_and_its_key_stays(
    client: FlaskClient, session: Session, price: Theme
) -> None:
    data = {"name-en": "Prices", "name-cs": "Ceny", "seeds-en": "too dear\ncheap"}

    assert submit(client, url_of(price), data, selector=EDIT).status_code == 303

    session.refresh(price)
    assert (price.key, price.name) == ("price", {"cs": "Ceny", "en": "Prices"})
    assert price.seeds == {"en": ["too dear", "cheap"]}
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.object_id) == ("theme_changed", "price")
    assert event.details == {"journey": "shop", "name": "cs, en", "seeds": "en"}


def test_saving_without_a_change_is_no_event(
    client: FlaskClient, session: Session, price: Theme
) -> None:
    assert submit(client, url_of(price), selector=EDIT).status_code == 303
    assert session.scalars(select(AuditEvent)).all() == []


def test_a_touchpoint_that_a_theme_is_limited_to_is_not_deleted(
    client: FlaskClient, session: Session, journey: Journey, price: Theme
) -> None:
    touchpoint = journey.stages[0].touchpoints[0]
    submit(client, url_of(price), {"touchpoints": touchpoint.key}, selector=EDIT)

    url = f"/journeys/shop/touchpoints/{touchpoint.id}"
    reply = submit(client, url, to=f"{url}/delete")

    assert reply.status_code == 422
    assert session.scalars(select(ThemePlace)).one().touchpoint_id == touchpoint.id


def test_a_retired_theme_is_looked_for_no_more_and_comes_back(
    client: FlaskClient, session: Session, price: Theme
) -> None:
    retire = f'form[action="{url_of(price, "retire")}"]'
    assert submit(client, url_of(price), selector=retire).status_code == 303
    assert shown(client) == []

    restore = f'form[action="{url_of(price, "restore")}"]'
    assert submit(client, LIST, selector=restore).status_code == 303
    assert shown(client) == ["Price"]


def test_a_merged_theme_gives_its_comments_and_phrases_to_the_other(
    client: FlaskClient, session: Session, make: Factory, journey: Journey, price: Theme
) -> None:
    fees = add_theme(session, journey, name={"en": "Fees"}, seeds={"en": ["hidden parking fees"]})
    link = make.link(make.survey(journey=journey, questions=(CSAT, COMMENT)))
    comments = ("-0.5 hidden parking fees", "-0.5 too dear", "-0.2 hidden parking fees, too dear")
    ids = [answer(session, link, csat=2, comment=one, language="en").id for one in comments]
    read_texts(session, ids, at=NOW, read=reading_with(Numbered()))
    session.commit()
    before = session.scalars(select(ThemeHit)).all()
    texts = {hit.text_score_id for hit in before}

    form = f'form[action="{url_of(fees, "merge")}"]'
    assert submit(client, url_of(fees), selector=form).status_code == 422  # none chosen
    reply = submit(client, url_of(fees), {"into": "price"}, selector=form)

    assert (reply.status_code, reply.location) == (303, f"{LIST}#theme-{price.id}")
    session.expire_all()
    after = session.scalars(select(ThemeHit)).all()
    assert {hit.theme_id for hit in after} == {price.id}
    assert sorted(hit.text_score_id for hit in after) == sorted(texts)
    assert (fees.merged_into, fees.retired_at is None) == ("price", False)
    assert price.seeds == {"en": ["too dear", "hidden parking fees"]}
    assert "Price" in open_page(client, url_of(fees)).get_text()


def test_the_list_says_how_many_comments_speak_about_a_theme(
    client: FlaskClient, session: Session, make: Factory, journey: Journey, price: Theme
) -> None:
    add_theme(session, journey, name={"en": "Apples"}, seeds={})
    link = make.link(make.survey(journey=journey, questions=(CSAT, COMMENT)))
    ids = [
        answer(session, link, csat=2, comment="-0.5 too dear", language="en").id for _ in range(2)
    ]
    read_texts(session, ids, at=NOW, read=reading_with(Numbered()))
    session.commit()

    page = open_page(client, LIST)

    assert shown(client) == ["Price", "Apples"]
    texts = [" ".join(one.get_text().split()) for one in page.select("#themes li .meta")]
    assert texts == ["2 comments 1 phrase", "no comments yet known by its name only"]


def test_a_theme_without_phrases_is_known_by_its_names() -> None:
    assert phrases_of(Theme(name={"cs": "Cena", "en": "Price"}, seeds={})) == ("Cena", "Price")


def test_staff_see_themes_and_viewers_do_not(
    client: FlaskClient, make: Factory, workspace: Workspace, price: Theme
) -> None:
    sign_in(client, make.user(workspace=workspace, role="staff"), workspace)
    page = open_page(client, LIST)
    assert page.select_one("a[href*='/themes/']") is None
    assert page.select_one('nav a[href="/journeys/shop/themes"]') is not None
    assert client.get(url_of(price)).status_code == 403
    sign_in(client, make.user(workspace=workspace, role="viewer"), workspace)
    assert client.get(LIST).status_code == 403

"""Suggested themes: made of complaints that no theme covers, decided on by staff."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent, Workspace
from cjm_feedback.analysis.services import read_texts
from cjm_feedback.analysis.themes import suggesting
from cjm_feedback.analysis.themes.editing import add_theme
from cjm_feedback.analysis.themes.suggesting import (
    SUGGEST_THEMES,
    ask_for_suggestions,
    next_monday,
    suggest_themes,
)
from cjm_feedback.jobs.models import Job
from cjm_feedback.journeys.models import Journey
from cjm_feedback.responses.models import Response, Theme, ThemeSuggestion
from cjm_feedback.responses.services import withdraw_response
from cjm_feedback.surveys.models import Link
from tests.analysis.analysers import Numbered, reading_with
from tests.conftest import NOW
from tests.factories import COMMENT, CSAT, Factory, said, sign_in
from tests.pages import check_page, open_page, submit
from tests.rollups.answering import answer

WORDS = ("gate", "locked", "parrot", "music", "dark", "wifi", "smoke", "odd")
GATES = (
    "-0.5 The gate was not locked again",
    "-0.6 Again the gate was not locked.",
    "-0.4 gate not locked, anybody walks in",
    "-0.4 I found the gate open, not locked at all",
    "-0.3 your gate is never locked",
)
OTHERS = ("-0.5 parrot swears", "-0.5 dark hall", "-0.5 no wifi here", "-0.5 smoke inside")
PAGE = "/journeys/shop/themes"


def encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    rows = [[len(re.findall(word, text.lower())) for word in WORDS] for text in texts]
    vectors = np.array(rows, np.float32)
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1)
    unit: npt.NDArray[np.float32] = (vectors / lengths).astype(np.float32)
    return unit


@pytest.fixture
def workspace(make: Factory) -> Workspace:
    return make.workspace()


@pytest.fixture
def link(make: Factory, workspace: Workspace) -> Link:
    journey = make.journey(workspace=workspace, slug="shop")
    return make.link(make.survey(journey=journey, questions=(CSAT, COMMENT)))


@pytest.fixture
def journey(session: Session, link: Link) -> Journey:
    """A journey with one theme and nine complaints that it does not cover, five of them alike."""
    journey = link.survey.journey
    add_theme(session, journey, name=said("price"), seeds={"en": ["far too expensive"]})
    comments = (*GATES, *OTHERS)
    responses = [answer(session, link, csat=2, comment=one, language="en") for one in comments]
    ids = [response.id for response in responses]
    read_texts(session, ids, at=NOW, read=reading_with(Numbered()))
    session.commit()
    return journey


@pytest.fixture
def staff(client: FlaskClient, make: Factory, workspace: Workspace) -> None:
    sign_in(client, make.user(workspace=workspace, role="staff"), workspace)


def make_suggestions(session: Session, journey: Journey) -> dict[str, object] | None:
    job = ask_for_suggestions(session, journey, at=NOW)
    job.status, job.finished_at = "done", NOW
    session.commit()
    session.expunge(job)
    found = suggest_themes(session, job, at=NOW, encode=encode)
    session.commit()
    session.expire_all()
    return found


def the_suggestion(session: Session) -> ThemeSuggestion:
    return session.scalars(select(ThemeSuggestion)).one()


@pytest.mark.both_databases
def test_similar_complaints_without_a_theme_are_suggested(
    session: Session, journey: Journey
) -> None:
    assert make_suggestions(session, journey) == {"complaints": 9, "suggested": 1}

    suggestion = the_suggestion(session)
    assert (suggestion.status, len(suggestion.texts)) == ("open", 5)
    assert all("not" in one or "never" in one or "gate" in one for one in suggestion.phrases["en"])


def test_asked_twice_it_is_made_once_and_made_again_it_takes_the_place_of_the_old(
    session: Session, journey: Journey
) -> None:
    first = ask_for_suggestions(session, journey, at=NOW)
    assert ask_for_suggestions(session, journey, at=NOW) is first
    first.status, first.finished_at = "done", NOW

    make_suggestions(session, journey)
    make_suggestions(session, journey)

    assert len(session.scalars(select(ThemeSuggestion)).all()) == 1


def test_without_the_deep_model_nothing_is_suggested(
    session: Session, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggesting, "meaning_encoder", lambda: None)
    job = Job(kind=SUGGEST_THEMES, payload={"journey_id": journey.id})

    assert suggest_themes(session, job, at=NOW) == {"suggested": 0, "reason": "no_deep_model"}


@pytest.mark.parametrize(
    ("days", "due"), [(0, 1), (1, 8), (7, 8)], ids=["on Sunday", "on Monday at 9", "next Sunday"]
)
def test_the_weekly_look_is_on_monday_morning(days: int, due: int) -> None:
    sunday = NOW
    assert (
        next_monday(sunday + timedelta(days=days)).date() == (sunday + timedelta(days=due)).date()
    )


@pytest.mark.usefixtures("staff")
def test_staff_see_three_quotes_of_a_suggestion(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    make_suggestions(session, journey)

    page = open_page(client, PAGE)

    quotes = [one.get_text() for one in page.select("#suggestions blockquote")]
    assert len(quotes) == 3
    assert set(quotes) <= set(GATES)
    assert page.select_one('form[action$="/themes"]') is None  # adding is for admins


@pytest.mark.usefixtures("staff")
def test_withdrawn_words_are_quoted_no_more_and_too_few_people_make_no_suggestion(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    make_suggestions(session, journey)
    response = session.scalars(select(Response).order_by(Response.id)).first()
    assert response is not None
    withdraw_response(session, response, at=NOW)
    session.commit()

    assert open_page(client, PAGE).select("#suggestions article") == []


@pytest.mark.usefixtures("staff")
def test_an_accepted_suggestion_becomes_a_theme_with_its_phrases(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    make_suggestions(session, journey)
    suggestion = the_suggestion(session)
    phrases = suggestion.phrases
    name = f"suggestion{suggestion.id}-name"

    reply = submit(client, PAGE, {name: "Gate left open"}, selector='form[action$="/accept"]')

    theme = session.scalars(select(Theme).where(Theme.key == "gate-left-open")).one()
    assert (reply.status_code, reply.location) == (303, f"{PAGE}#theme-{theme.id}")
    assert (theme.name, theme.seeds) == ({"en": "Gate left open"}, phrases)
    session.refresh(suggestion)
    assert suggestion.status == "accepted"
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.details) == (
        "theme_added",
        {"journey": "shop", "by": "suggestion"},
    )
    assert open_page(client, PAGE).select("#suggestions article") == []


@pytest.mark.usefixtures("staff")
def test_an_accepted_suggestion_needs_a_name(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    make_suggestions(session, journey)
    name = f"suggestion{the_suggestion(session).id}-name"

    reply = submit(client, PAGE, {name: "  "}, selector='form[action$="/accept"]')

    assert reply.status_code == 422
    assert [link["href"] for link in check_page(reply).select("#errors a")] == [f"#{name}"]


@pytest.mark.usefixtures("staff")
def test_a_suggestion_goes_into_a_theme_that_is_there(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    make_suggestions(session, journey)
    suggestion = the_suggestion(session)
    into = f"suggestion{suggestion.id}-into"
    form = f'form[action$="/{suggestion.id}/merge"]'

    assert submit(client, PAGE, selector=form).status_code == 422  # none chosen
    assert submit(client, PAGE, {into: "en-price"}, selector=form).status_code == 303

    theme = session.scalars(select(Theme)).one()
    assert theme.seeds["en"] == ["far too expensive", *suggestion.phrases["en"]]


@pytest.mark.usefixtures("staff")
def test_a_dismissed_suggestion_does_not_come_back(
    client: FlaskClient, session: Session, journey: Journey
) -> None:
    make_suggestions(session, journey)

    assert submit(client, PAGE, selector='form[action$="/dismiss"]').status_code == 303

    assert make_suggestions(session, journey) == {"complaints": 9, "suggested": 0}
    assert the_suggestion(session).status == "dismissed"


@pytest.mark.usefixtures("staff")
def test_staff_ask_for_suggestions(client: FlaskClient, session: Session, journey: Journey) -> None:
    reply = submit(client, PAGE, selector='form[action$="/suggestions"]')

    assert reply.status_code == 303
    now = session.scalars(select(Job).where(Job.kind == SUGGEST_THEMES, Job.dedupe_key.is_(None)))
    assert [job.payload for job in now] == [{"journey_id": journey.id}]
    assert open_page(client, PAGE).select_one("#suggestions [role=status]") is not None

"""The pages on which staff correct readings and admins have the machine learn from them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent, User, Workspace
from cjm_feedback.analysis.corrections import Judgement, correct
from cjm_feedback.analysis.refit import use
from cjm_feedback.analysis.services import read_texts
from cjm_feedback.jobs.models import Job
from cjm_feedback.journeys.models import Journey
from cjm_feedback.responses.models import (
    ReadingModel,
    Rescoring,
    TextCorrection,
    TextScore,
    Theme,
)
from cjm_feedback.surveys.models import Link
from tests.analysis.analysers import Numbered, reading_with
from tests.conftest import NOW
from tests.factories import COMMENT, CSAT, Factory, said, sign_in
from tests.pages import check_page, form_data, open_page
from tests.rollups.answering import answer


@pytest.fixture
def workspace(make: Factory) -> Workspace:
    return make.workspace()


@pytest.fixture
def journey(make: Factory, workspace: Workspace) -> Journey:
    return make.journey(workspace=workspace)


@pytest.fixture
def link(make: Factory, journey: Journey) -> Link:
    return make.link(make.survey(journey=journey, questions=(CSAT, COMMENT)))


@pytest.fixture
def staff(client: FlaskClient, make: Factory, workspace: Workspace) -> User:
    user = make.user(workspace=workspace, role="staff")
    sign_in(client, user)
    return user


@pytest.fixture
def admin(client: FlaskClient, make: Factory, workspace: Workspace) -> User:
    user = make.user(workspace=workspace, role="admin")
    sign_in(client, user)
    return user


@pytest.fixture
def score(session: Session, link: Link) -> TextScore:
    """A text that the machine took for praise."""
    return read(session, link, "0.8 so")


def read(session: Session, link: Link, text: str) -> TextScore:
    response = answer(session, link, csat=2, comment=text, language="en")
    read_texts(session, [response.id], at=NOW, read=reading_with(Numbered()))
    session.commit()
    return session.scalars(select(TextScore).where(TextScore.response_id == response.id)).one()


def address(journey: Journey, score: TextScore, page: str = "correction") -> str:
    return f"/journeys/{journey.slug}/texts/{score.id}/{page}"


def post(client: FlaskClient, url: str, page_url: str, **data: object) -> object:
    token = form_data(open_page(client, page_url))["csrf_token"]
    return client.post(url, data={"csrf_token": token, **data})


def test_the_form_begins_with_what_the_machine_read(
    client: FlaskClient, staff: User, journey: Journey, score: TextScore
) -> None:
    page = open_page(client, address(journey, score))

    data = form_data(page, "form.card")
    assert data["label"] == "positive"
    assert "0.8" in page.select_one(".said").get_text()  # type: ignore[union-attr]


def test_what_a_person_says_is_kept_and_counts(
    client: FlaskClient, session: Session, staff: User, journey: Journey, score: TextScore
) -> None:
    session.add(Theme(journey_id=journey.id, key="price", name=said("price")))
    session.commit()
    back = f"/journeys/{journey.slug}/responses?series=written"
    url = f"{address(journey, score)}?back={back.replace('?', '%3F')}"

    reply = post(
        client,
        url,
        url,
        label="negative",
        emotions=["frustration", "worry"],
        themes=["price"],
        note=" irony \n",
    )

    assert (reply.status_code, reply.location) == (  # type: ignore[attr-defined]
        303,
        f"{back}#r{score.response_id}",
    )
    session.refresh(score)
    made = session.scalars(select(TextCorrection)).one()
    assert (score.corrected_label, score.counted, score.label) == ("negative", -6000, "positive")
    assert (made.label, made.user_id, made.note) == ("negative", staff.id, "irony")
    assert (made.emotions, made.themes) == (["frustration", "worry"], ["price"])
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "reading_corrected"))
    assert event.one().details == {"label": ["positive", "negative"]}


def test_a_form_without_a_label_comes_back_with_what_was_typed(
    client: FlaskClient, session: Session, staff: User, link: Link, journey: Journey
) -> None:
    score = read(session, link, "qwx wqx")
    url = address(journey, score)

    reply = post(client, url, url, emotions=["joy"], note="who knows")

    page = check_page(reply)  # type: ignore[arg-type]
    assert reply.status_code == 422  # type: ignore[attr-defined]
    assert page.select_one("#errors") is not None
    data = form_data(page, "form.card")
    assert (data["note"], data["emotions"]) == ("who knows", "joy")
    assert session.scalars(select(TextCorrection)).all() == []


@pytest.mark.parametrize("given", [{"label": "angry"}, {"label": "mixed", "themes": ["foreign"]}])
def test_what_the_form_does_not_offer_is_refused(
    client: FlaskClient,
    staff: User,
    journey: Journey,
    score: TextScore,
    given: dict[str, object],
) -> None:
    url = address(journey, score)
    assert post(client, url, url, **given).status_code == 422  # type: ignore[attr-defined]


def test_agreeing_takes_one_click_on_the_card(
    client: FlaskClient, session: Session, staff: User, journey: Journey, score: TextScore
) -> None:
    inbox = f"/journeys/{journey.slug}/responses"
    page = open_page(client, inbox)
    form = page.select_one("article form")
    assert form is not None
    assert form.get_text(strip=True) == "Agree"

    reply = client.post(str(form["action"]), data=form_data(page, "article form"))

    assert reply.status_code == 303
    made = session.scalars(select(TextCorrection)).one()
    assert (made.confirms, made.label) == (True, "positive")
    card = open_page(client, inbox).select_one("article")
    assert card is not None
    assert f"confirmed by {staff.name}" in card.get_text()
    assert card.select("form") == []


def test_a_card_shows_what_a_person_said_beside_what_the_machine_read(
    client: FlaskClient, session: Session, staff: User, journey: Journey, score: TextScore
) -> None:
    judgement = Judgement("negative", note="<b>irony</b>")
    inbox = f"/journeys/{journey.slug}/responses"
    before = open_page(client, inbox).get_text()
    assert "rating and words disagree" in before
    correct(session, score.id, judgement, user_id=staff.id, at=NOW)
    session.commit()
    card = open_page(client, inbox).select_one("article")

    assert card is not None
    words = card.get_text(" ", strip=True)
    assert f"corrected by {staff.name}" in words
    assert "<b>irony</b>" in words
    assert [tag.get_text() for tag in card.select(".tag-pos, .tag-neg")] == [
        "+positive",
        "−negative",
    ]
    assert "rating and words disagree" not in words


def test_a_correction_is_taken_back(
    client: FlaskClient, session: Session, staff: User, journey: Journey, score: TextScore
) -> None:
    correct(session, score.id, Judgement("negative"), user_id=staff.id, at=NOW)
    session.commit()

    post(client, address(journey, score, "withdrawal"), address(journey, score))

    session.refresh(score)
    assert (score.corrected_label, score.counted) == (None, 8000)
    page = open_page(client, address(journey, score))
    assert "withdrawn" in page.get_text()


def test_a_text_that_waits_to_be_read_is_not_corrected(
    client: FlaskClient, session: Session, staff: User, link: Link, journey: Journey
) -> None:
    score = answer(session, link, csat=2, comment="0.5 so").scores[0]
    url = address(journey, score)

    reply = post(client, url, url, label="negative")

    assert reply.status_code == 422  # type: ignore[attr-defined]
    assert session.scalars(select(TextCorrection)).all() == []


def test_a_text_is_found_in_its_own_journey_only(
    client: FlaskClient, make: Factory, staff: User, workspace: Workspace, score: TextScore
) -> None:
    elsewhere = make.journey(workspace=workspace)
    assert client.get(address(elsewhere, score)).status_code == 404


def test_viewers_correct_nothing(
    client: FlaskClient, make: Factory, workspace: Workspace, journey: Journey, score: TextScore
) -> None:
    sign_in(client, make.user(workspace=workspace, role="viewer"))
    assert client.get(address(journey, score)).status_code == 403


def test_nobody_is_sent_to_another_site(
    client: FlaskClient, staff: User, journey: Journey, score: TextScore
) -> None:
    url = f"{address(journey, score)}?back=https://example.org/"
    reply = post(client, url, url, label="positive")
    assert reply.location.startswith(f"/journeys/{journey.slug}/responses")  # type: ignore[attr-defined]


def test_staff_see_how_far_they_agree_and_what_was_fitted(
    client: FlaskClient, session: Session, staff: User, workspace: Workspace, score: TextScore
) -> None:
    correct(session, score.id, Judgement("negative"), user_id=staff.id, at=NOW)
    metrics = {"corrected": {"before": 0.5, "after": 0.75}, "gold": None}
    session.add(
        ReadingModel(
            workspace_id=workspace.id,
            version=1,
            status="refused",
            reason="gold_worse",
            n=40,
            metrics=metrics,
            created_at=NOW,
        )
    )
    session.commit()

    words = open_page(client, "/learning").get_text(" ", strip=True)

    assert "numbered-1" in words
    assert "50.0 → 75.0" in words
    assert "not on this machine" in words
    assert "An admin starts it." in words


def test_an_admin_has_the_machine_learn_and_takes_it_back(
    client: FlaskClient, session: Session, admin: User, workspace: Workspace
) -> None:
    post(client, "/learning/refit", "/learning")

    model = session.scalars(select(ReadingModel)).one()
    assert (model.status, model.user_id) == ("waiting", admin.id)
    assert session.scalars(select(Job.kind).where(Job.kind == "refit_reading")).all()
    assert open_page(client, "/learning").select_one("script[src*=renew]") is not None

    use(session, model)
    session.commit()
    post(client, "/learning/rollback", "/learning")
    session.refresh(model)
    assert model.status == "retired"


def test_an_admin_has_comments_read_again_and_sees_how_far_it_is(
    client: FlaskClient, session: Session, admin: User, journey: Journey, score: TextScore
) -> None:
    url = f"/journeys/{journey.slug}/rescoring"

    reply = post(client, f"{url}/older", url)

    assert reply.status_code == 303  # type: ignore[attr-defined]
    one = session.scalars(select(Rescoring)).one()
    assert (one.only_older, one.total, one.user_id) == (True, 1, admin.id)
    page = open_page(client, url)
    bar = page.select_one("progress")
    assert bar is not None
    assert (bar["max"], bar["value"]) == ("1", "0")
    assert f"Started by {admin.name}." in page.get_text()
    assert "numbered-1 (1)" in page.get_text()

    one.done, one.finished_at = 1, NOW
    session.commit()
    assert open_page(client, url).select_one("progress") is None

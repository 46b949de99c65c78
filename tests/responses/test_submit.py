"""What happens to an answer that a customer sends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.content.surveys import LOYALTY
from cjm_feedback.jobs.models import Job
from cjm_feedback.journeymap.measures import measure
from cjm_feedback.responses.models import Answer, IdempotencyKey, Response, TextScore
from cjm_feedback.rollups.models import Delta
from cjm_feedback.rollups.queries import read_cells
from cjm_feedback.surveys.services import close_survey, publish_revision
from tests.conftest import NOW
from tests.factories import CSAT, Factory
from tests.pages import check_page, form_data, open_page
from tests.responses.answering import ANSWERS, begin, refused, send, stored

pytestmark = pytest.mark.usefixtures("now")


def test_an_answer_is_stored_word_for_word_with_all_that_follows_from_it(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()

    reply = send(client, link, {**begin(client, link), **ANSWERS})

    assert reply.status_code == 303
    response = session.scalars(select(Response)).one()
    assert reply.location == f"/s/{link.public_id}/thanks/{response.receipt}"
    values = {answer.question.key: answer for answer in response.answers}
    assert values["csat"].number == 2
    assert values["emotion"].choice == "anger"
    assert values["comment"].text == "Kurýr nepřijel."
    assert (response.link_id, response.touchpoint_id) == (link.id, link.touchpoint_id)
    assert (response.channel_id, response.language) == (link.channel_id, "en")
    assert (response.received_at, response.source) == (NOW, "page")
    assert [score.status for score in response.scores] == ["pending"]
    job = session.scalars(select(Job)).one()
    assert (job.kind, job.payload) == ("read_responses", {"response_ids": [response.id]})


def test_an_answer_counts_once_in_each_figure(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    questions = [CSAT, ("emotion", "emotion", False), ("heard_from", "single_choice", False)]
    link = make.link(make.survey(questions=questions))

    send(client, link, {**begin(client, link), "csat": "2", "heard_from": "friend"})

    place = link.touchpoint_id
    assert read_cells(session, link.survey.journey_id) == {
        (place, "responses"): measure("responses"),
        (place, "csat"): measure("csat", 2),
        (place, "choice:heard_from:friend"): measure("choice:heard_from:friend"),
    }


def test_an_answer_about_the_whole_journey_stands_at_no_touchpoint(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link(make.survey(scope="journey", questions=[("nps", "nps", True)]))

    send(client, link, {**begin(client, link), "nps": "10"})

    assert set(read_cells(session, link.survey.journey_id)) == {(0, "responses"), (0, "nps")}


def test_the_day_is_the_one_on_the_journeys_calendar(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link(make.survey(journey=make.journey(timezone="Asia/Vladivostok")))

    with time_machine.travel("2026-11-22T20:30:00Z", tick=False):
        send(client, link, {**begin(client, link), **ANSWERS})

    assert session.scalars(select(Response.local_day)).one() == date(2026, 11, 23)
    assert set(session.scalars(select(Delta.day))) == {date(2026, 11, 23)}


def test_the_persona_is_the_one_of_the_first_rule_that_fits(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    rule = {"field": "answer:csat", "op": "at_most", "value": 2}
    persona = make.persona(link.survey.journey, conditions=[rule])
    make.persona(link.survey.journey, conditions=[])

    send(client, link, {**begin(client, link), **ANSWERS})

    assert session.scalars(select(Response.persona_id)).one() == persona.id
    assert set(session.scalars(select(Delta.persona_id))) == {persona.id}


def test_r02_the_same_form_sent_again_leads_to_the_same_receipt(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    data = {**begin(client, link), **ANSWERS}

    places = {send(client, link, data).location for _ in range(3)}
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        places.add(send(client, link, data).location)

    assert len(places) == 1
    assert stored(session) == 1
    assert session.scalars(select(func.count()).select_from(Job)).one() == 1


def test_r02_a_repeat_is_known_after_the_survey_has_closed(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    data = {**begin(client, link), **ANSWERS}
    first = send(client, link, data)

    close_survey(session, link.survey, at=NOW)
    session.commit()

    assert send(client, link, data).location == first.location


def test_two_openings_of_the_form_are_two_answers(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()

    for _ in range(2):
        send(client, link, {**begin(client, link), **ANSWERS})

    assert stored(session) == 2


def test_r03_other_answers_under_the_same_key_overwrite_nothing(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    data = {**begin(client, link), **ANSWERS}
    first = send(client, link, data)

    page = refused(send(client, link, {**data, "comment": "Vlastně přijel."}), status=409)

    assert page.select("main textarea")[0].get_text().strip() == "Vlastně přijel."
    assert page.select(f'a[href="{first.location}"]')
    texts = session.scalars(select(Answer.text).where(Answer.text.is_not(None))).all()
    assert texts == [ANSWERS["comment"]]


@pytest.mark.parametrize(
    ("lang", "title"), [("cs", "cs: How did it go?"), ("ru", "ru: How did it go?")]
)
def test_an_incomplete_answer_is_asked_for_again_and_keeps_what_was_typed(
    client: FlaskClient, make: Factory, session: Session, lang: str, title: str
) -> None:
    link = make.link()
    data = {**begin(client, link, lang), "emotion": "joy", "comment": "\nDva\r\nřádky <b>"}

    page = refused(send(client, link, data))

    assert page.html is not None
    assert page.html["lang"] == lang, "the language of the form, whatever the browser prefers"
    assert page.title is not None
    assert title in page.title.get_text()
    assert page.select("textarea[name=comment]")[0].get_text().strip() == "Dva\nřádky <b>"
    assert page.select("input[name=emotion][value=joy][checked]")
    (link_to_field,) = page.select(".summary[role=alert] a")
    target = page.select(str(link_to_field["href"]))[0]
    assert (target["name"], target["type"]) == ("csat", "radio")
    group = target.find_parent("fieldset")
    assert group is not None
    assert page.select(f"#{group['aria-describedby']}")
    assert stored(session) == 0


def test_a_refused_page_begins_its_title_with_error(client: FlaskClient, make: Factory) -> None:
    link = make.link()

    page = refused(send(client, link, begin(client, link)))

    assert page.title is not None
    assert page.title.get_text().startswith("Error: ")


def test_a_text_error_is_tied_to_its_field(client: FlaskClient, make: Factory) -> None:
    link = make.link()

    data = {**begin(client, link), **ANSWERS, "comment": "ř" * 4_001}
    page = refused(send(client, link, data))

    field = page.select("textarea[name=comment]")[0]
    assert field["aria-invalid"] == "true"
    assert "4001 characters" in page.select(f"#{field['aria-describedby']}")[0].get_text()
    assert field.get_text().strip() == "ř" * 4_001


def test_the_answers_of_a_refused_form_can_be_sent_at_once(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    page = refused(send(client, link, {**begin(client, link), "comment": "A"}))

    reply = send(client, link, {**form_data(page, "#answers"), "csat": "5"})

    assert reply.status_code == 303
    assert session.scalars(select(Answer.text).where(Answer.text.is_not(None))).one() == "A"


def test_a_language_switched_in_the_middle_keeps_everything_and_complains_of_nothing(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    data = {**begin(client, link, "cs"), "csat": "4", "comment": "Rozepsáno"}

    reply = send(client, link, data, tail="/language?lang=pl")

    assert reply.status_code == 200
    page = check_page(reply)
    assert "pl: How did it go?" in reply.text
    assert page.select("input[name=csat][value='4'][checked]")
    assert page.select("textarea[name=comment]")[0].get_text().strip() == "Rozepsáno"
    assert not page.select(".summary, .err")
    assert stored(session) == 0
    following = form_data(page, "#answers")
    first = send(client, link, following)
    assert first.status_code == 303
    assert send(client, link, following).location == first.location
    assert session.scalars(select(Response.language)).one() == "pl"


def test_a_form_switched_there_and_back_is_still_the_same_attempt(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    data = {**begin(client, link, "cs"), **ANSWERS}
    polish = form_data(check_page(send(client, link, data, tail="/language?lang=pl")), "#answers")
    czech = form_data(check_page(send(client, link, polish, tail="/language?lang=cs")), "#answers")

    assert send(client, link, data).location == send(client, link, czech).location
    assert stored(session) == 1


def test_the_address_of_the_language_buttons_leads_back_to_the_form(
    client: FlaskClient, make: Factory
) -> None:
    link = make.link()

    reply = client.get(f"/s/{link.public_id}/language?lang=pl")

    assert (reply.status_code, reply.location) == (303, f"/s/{link.public_id}?lang=pl")


def test_who_began_a_revision_finishes_it(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    data = {**begin(client, link), **ANSWERS}
    publish_revision(session, link.survey, LOYALTY, at=NOW)
    session.commit()

    incomplete = refused(send(client, link, {**data, "csat": ""}))
    reply = send(client, link, data)

    assert incomplete.select("input[name=csat]")
    assert reply.status_code == 303
    assert session.scalars(select(Response)).one().revision.number == 1
    assert open_page(client, f"/s/{link.public_id}").select("input[name=nps]")


def test_a_survey_closed_between_opening_and_sending_loses_no_text(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    data = {**begin(client, link), **ANSWERS}
    link.survey.closes_at = NOW - timedelta(seconds=1)  # by another process: nothing forgotten here
    session.commit()

    page = refused(send(client, link, data), status=410)

    assert page.select("main textarea")[0].get_text().strip() == ANSWERS["comment"]
    assert stored(session) == 0
    open_page(client, f"/s/{link.public_id}", status=410)


def test_an_incomplete_answer_to_a_closed_survey_is_not_asked_for_again(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    data = {**begin(client, link), "comment": "Napsáno pozdě"}
    close_survey(session, link.survey, at=NOW)
    session.commit()

    for tail in ("", "/language?lang=pl"):
        page = refused(send(client, link, data, tail=tail), status=410)
        assert "Napsáno pozdě" in page.get_text()


def test_r22_text_that_no_database_holds_is_stored_with_replacements(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    odd = "a\0b \u202eRTL 👩‍👩‍👧 e\u0301 ​\r\nkonec"

    reply = send(client, link, {**begin(client, link), "csat": "1", "comment": odd})

    assert reply.status_code == 303
    text = session.scalars(select(Answer.text).where(Answer.text.is_not(None))).one()
    assert text == "a\N{REPLACEMENT CHARACTER}b \u202eRTL 👩‍👩‍👧 e\u0301 ​\nkonec"
    assert session.scalars(select(TextScore.status)).one() == "pending"


def test_a_page_that_is_shown_again_holds_nothing_unprintable(
    client: FlaskClient, make: Factory
) -> None:
    link = make.link()

    reply = send(client, link, {**begin(client, link), "comment": "a\0b\x1b[2J"})

    assert refused(reply).select("textarea[name=comment]")[0].get_text().strip() == "a�b�[2J"


def test_a_key_that_was_tampered_with_finds_no_other_answer(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    one, other = make.link(), make.link()
    data = {**begin(client, one), **ANSWERS}

    page = refused(send(client, other, data))

    assert "recognise" in page.select(".summary")[0].get_text()
    assert session.scalars(select(IdempotencyKey.key)).all() == []


TABLES = (Response, Answer, TextScore, Delta, Job, IdempotencyKey)


def test_a_refused_form_stores_nothing_by_half(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()

    refused(send(client, link, {**begin(client, link), "csat": "9", "comment": "x"}))

    counts = [session.scalars(select(func.count()).select_from(table)).one() for table in TABLES]
    assert counts == [0] * len(TABLES)

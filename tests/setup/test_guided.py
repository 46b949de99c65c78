from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent
from cjm_feedback.clock import utc_now
from cjm_feedback.jobs.models import Job, Schedule
from cjm_feedback.journeys.models import Journey, Touchpoint
from cjm_feedback.setup import services
from cjm_feedback.setup.progress import STEPS, progress_of
from cjm_feedback.surveys.models import Link, Survey
from tests.conftest import QueryCounter
from tests.factories import Factory, sign_in
from tests.pages import check_page, form_data, open_page, submit

NEW = 'form[aria-labelledby="new"]'


@pytest.fixture
def admin(client: FlaskClient, make: Factory) -> FlaskClient:
    sign_in(client, make.user(workspace=make.workspace(), role="admin"))
    return client


def begin(client: FlaskClient, name: str = "Cesta", template: str = "shop") -> str:
    reply = submit(client, "/setup", {"name-cs": name, "template": template}, selector=NEW)
    assert reply.status_code == 303, reply.text
    assert reply.location.endswith("/goal")
    return str(reply.location).removesuffix("/goal")


def the_journey(session: Session) -> Journey:
    session.expire_all()
    return session.scalars(select(Journey).order_by(Journey.id.desc())).first()  # type: ignore[return-value]


def done(session: Session) -> set[str]:
    return set(progress_of(session, the_journey(session), at=utc_now()).done)


def shown_as_done(page: BeautifulSoup) -> int:
    return len(page.select("nav .step-done"))


@pytest.mark.both_databases
def test_five_steps_lead_from_nothing_to_the_map(admin: FlaskClient, session: Session) -> None:
    home = begin(admin)
    assert shown_as_done(open_page(admin, f"{home}/goal")) == 1  # the shop's touchpoints

    goal = submit(admin, f"{home}/goal", {"suggestions": "0", "text-cs": "Prodat víc"})
    assert goal.location == f"{home}/personas"
    personas = submit(
        admin,
        f"{home}/personas",
        {"name-cs": "Rodiče", "age_from": "30", "age_to": "45", "channels": "web"},
    )
    assert personas.location == f"{home}/stages"
    data = form_data(open_page(admin, f"{home}/stages"))
    kept = [one.key for stage in the_journey(session).stages for one in stage.touchpoints]
    stages = admin.post(f"{home}/stages", data={**data, "kept": kept})
    assert stages.location == f"{home}/surveys"
    page = open_page(admin, f"{home}/surveys")
    offered = [str(box["value"]) for box in page.select("[name=surveys]")]
    assert offered == ["discovery", "consideration", "purchase", "experience", "loyalty"]
    surveys = admin.post(f"{home}/surveys", data={**form_data(page), "surveys": offered})
    assert surveys.location == f"{home}/surveys#links"
    last = submit(admin, f"{home}/schedule", {"rhythm": "weekly", "weekday": "wed", "at": "07:30"})

    journey = the_journey(session)
    assert last.location == f"/journeys/{journey.slug}/map"
    assert done(session) == set(STEPS)
    assert [goal.text.get("cs") for goal in journey.goals][1:] == ["Prodat víc"]
    assert [persona.name for persona in journey.personas] == [{"cs": "Rodiče"}]
    schedule = session.scalars(select(Schedule)).one()
    assert (schedule.cron, schedule.timezone) == ("30 7 * * wed", "Europe/Prague")
    assert len(session.scalars(select(Link)).all()) == len(kept)
    assert admin.get(f"/s/{session.scalars(select(Link.public_id)).first()}").status_code == 200
    assert shown_as_done(open_page(admin, f"{home}/schedule")) == 5
    acts = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert acts == ["journey_created", *["journey_set_up"] * 5]


def test_the_set_up_can_be_left_and_goes_on_where_it_was(
    admin: FlaskClient, session: Session
) -> None:
    home = begin(admin)
    submit(admin, f"{home}/goal", {"text-cs": "Cíl"})

    listed = open_page(admin, "/setup")

    assert "2 of 5 steps done" in " ".join(listed.get_text(" ").split())
    resumed = listed.select_one(f'a[href="{home}"]')
    assert resumed is not None
    assert admin.get(home).location == f"{home}/personas"


@pytest.mark.parametrize(
    ("template", "touchpoints", "surveys"),
    [("shop", 13, 5), ("restaurant", 10, 1), ("blank", 0, 0)],
)
def test_each_template_gives_five_stages_and_its_own_touchpoints(
    admin: FlaskClient, session: Session, template: str, touchpoints: int, surveys: int
) -> None:
    home = begin(admin, template=template)

    assert len(the_journey(session).stages) == 5
    assert session.scalar(select(func.count()).select_from(Touchpoint)) == touchpoints
    assert len(open_page(admin, f"{home}/surveys").select("[name=surveys]")) == surveys
    assert len(open_page(admin, f"{home}/stages").select("[name=kept]")) == touchpoints


def test_a_step_that_is_done_goes_on_without_anything_new(
    admin: FlaskClient, session: Session
) -> None:
    home = begin(admin)
    for step, typed, after in (
        ("goal", {"text-cs": "Cíl"}, "personas"),
        ("personas", {"name-cs": "Rodiče"}, "stages"),
    ):
        submit(admin, f"{home}/{step}", typed)
        assert submit(admin, f"{home}/{step}").location == f"{home}/{after}"
    assert len(the_journey(session).goals) == 1
    assert len(the_journey(session).personas) == 1


def test_a_name_in_one_language_is_enough_and_the_missing_ones_are_named(
    admin: FlaskClient, session: Session
) -> None:
    home = begin(admin, name="Žluťoučká cesta")

    journey = the_journey(session)
    assert journey.name == {"cs": "Žluťoučká cesta"}
    assert journey.slug == "zlutoucka-cesta"
    words = " ".join(open_page(admin, f"{home}/goal").get_text(" ").split())
    assert "missing in: Polski, Русский, English." in words


def test_two_journeys_of_one_name_have_two_addresses(
    admin: FlaskClient, session: Session, make: Factory
) -> None:
    make.journey(slug="cesta")

    assert begin(admin) == "/setup/cesta-2"


@pytest.mark.parametrize(
    ("step", "data", "kept"),
    [
        ("", {"name-cs": "", "template": "shop"}, None),
        ("", {"name-cs": "x" * 81, "template": "shop"}, "x" * 81),
        ("", {"name-cs": "A", "template": "castle"}, "A"),
        ("", {"name-cs": "A", "timezone": "Mars/Olympus"}, "A"),
        ("goal", {"text-cs": ""}, None),
        ("goal", {"text-cs": "A", "suggestions": "99"}, "A"),
        ("goal", {"text-cs": "x" * 301}, "x" * 301),
        ("personas", {"name-cs": ""}, None),
        ("personas", {"age_from": "30"}, "30"),
        ("personas", {"name-cs": "A", "age_from": "50", "age_to": "20"}, "50"),
        ("personas", {"name-cs": "A", "age_from": "-1"}, "-1"),
        ("personas", {"name-cs": "A", "age_from": "9" * 40}, "9" * 40),
        ("personas", {"name-cs": "A", "channels": "pigeon"}, "A"),
        ("stages", {"kept": "nothing-like-it"}, None),
        ("surveys", {"surveys": "nothing-like-it"}, None),
        ("schedule", {"rhythm": "hourly"}, None),
        ("schedule", {"weekday": "someday"}, None),
        ("schedule", {"at": "25:00"}, "25:00"),
        ("schedule", {"at": ""}, None),
    ],
    ids=str,
)
def test_a_refused_step_says_why_keeps_what_was_typed_and_changes_nothing(
    admin: FlaskClient, session: Session, step: str, data: dict[str, str], kept: str | None
) -> None:
    url, form = "/setup", NEW
    if step:
        url, form = f"{begin(admin)}/{step}", "main form"
    before = done(session) if step else set()

    reply = submit(admin, url, data, selector=form)

    assert reply.status_code == 422
    page = check_page(reply)
    assert page.select_one("#errors li")
    for link in page.select("#errors a"):
        assert page.select_one(str(link["href"])), link
    if kept:
        assert page.select(f'[value="{kept}"]') or kept in reply.text
    if step:
        assert done(session) == before


def test_a_touchpoint_is_added_taken_away_and_brought_back(
    admin: FlaskClient, session: Session
) -> None:
    home = begin(admin, template="blank")
    adding = 'form[aria-labelledby="adding"]'

    for name, stage in (("Kavárna", "discovery"), ("Pult", "purchase")):
        reply = submit(
            admin,
            f"{home}/stages",
            {"name-cs": name, "stage": stage, "channel": "shop", "initiative": "customer"},
            selector=adding,
        )
        assert reply.location == f"{home}/stages#touchpoints"
    submit(admin, f"{home}/stages", {"kept": "kavarna"})

    points = {one.key: one for one in session.scalars(select(Touchpoint))}
    assert {key: bool(one.retired_at) for key, one in points.items()} == {
        "kavarna": False,
        "pult": True,
    }
    data = form_data(open_page(admin, f"{home}/stages"))
    admin.post(f"{home}/stages", data={**data, "kept": ["kavarna", "pult"]})
    session.expire_all()
    assert points["pult"].retired_at is None


def test_a_refused_touchpoint_keeps_what_was_typed(admin: FlaskClient, session: Session) -> None:
    home = begin(admin)

    reply = submit(
        admin,
        f"{home}/stages",
        {"name-cs": "y" * 81, "stage": "purchase"},
        selector='form[aria-labelledby="adding"]',
    )

    assert reply.status_code == 422
    page = check_page(reply)
    assert "y" * 81 in reply.text
    assert len(page.select("[name=kept][checked]")) == 13


def test_a_touchpoint_added_later_gets_its_link_by_the_button(
    admin: FlaskClient, session: Session
) -> None:
    home = begin(admin)
    page = open_page(admin, f"{home}/surveys")
    offered = [str(box["value"]) for box in page.select("[name=surveys]")]
    admin.post(f"{home}/surveys", data={**form_data(page), "surveys": offered})
    submit(
        admin,
        f"{home}/stages",
        {"name-cs": "Pult", "stage": "purchase", "channel": ""},
        selector='form[aria-labelledby="adding"]',
    )

    submit(admin, f"{home}/surveys")
    submit(admin, f"{home}/surveys")

    touchpoint = session.scalars(select(Touchpoint).where(Touchpoint.key == "pult")).one()
    assert len(session.scalars(select(Link)).all()) == 14
    link = session.scalars(select(Link).where(Link.touchpoint_id == touchpoint.id)).one()
    assert link.survey.slug == "cesta-purchase"
    assert len(session.scalars(select(Survey)).all()) == 5


def test_without_touchpoints_the_surveys_lead_back_to_them(
    admin: FlaskClient, session: Session
) -> None:
    home = begin(admin, template="blank")
    page = open_page(admin, f"{home}/surveys")

    assert [link.get_text() for link in page.select(f'main form a[href="{home}/stages"]')] == [
        "Add touchpoints first"
    ]
    assert not page.select("main form button")
    refused = admin.post(f"{home}/surveys", data={**form_data(page), "surveys": ["purchase"]})
    assert refused.status_code == 422
    assert session.scalars(select(Survey)).all() == []


def test_the_links_of_each_survey_are_folded_and_the_way_on_stands_after_them(
    admin: FlaskClient, session: Session
) -> None:
    home = begin(admin)
    submit(admin, f"{home}/surveys", {"surveys": "purchase"})

    page = open_page(admin, f"{home}/surveys")

    folds = page.select("#links details")
    assert len(folds) == 1
    assert not folds[0].has_attr("open")
    last = page.select("#links > *")[-1].select("a")
    assert [link["href"] for link in last] == [f"{home}/schedule"]


def test_each_link_is_shown_with_a_picture_to_print_and_a_way_to_open_it(
    admin: FlaskClient, session: Session
) -> None:
    home = begin(admin, template="restaurant")
    submit(admin, f"{home}/surveys", {"surveys": "visit"})

    page = open_page(admin, f"{home}/surveys")

    pictures = page.select("main img")
    assert len(pictures) == 10
    for picture in pictures:
        assert str(picture["src"]).startswith("data:image/svg+xml")
        assert picture["alt"]
    ids = set(session.scalars(select(Link.public_id)))
    opened = [str(a["href"]) for a in page.select('main a[href*="/s/"]')]
    assert {url.removeprefix("http://localhost/s/") for url in opened} == ids
    assert "lead to this computer only" in page.get_text()


def test_taken_over_personas_bring_their_rules_and_tell_apart_what_is_there(
    admin: FlaskClient, session: Session
) -> None:
    home = begin(admin)
    page = open_page(admin, f"{home}/personas")
    offered = [str(box["value"]) for box in page.select("[name=suggestions]")]

    admin.post(f"{home}/personas", data={**form_data(page), "suggestions": offered})
    again = open_page(admin, f"{home}/personas")

    journey = the_journey(session)
    assert {persona.key for persona in journey.personas} == set(offered)
    assert any(persona.rules for persona in journey.personas)
    assert again.select("[name=suggestions]") == []
    assert [job.kind for job in session.scalars(select(Job))] == ["assign_personas"]


def test_a_schedule_that_was_switched_off_is_switched_on_again(
    admin: FlaskClient, session: Session
) -> None:
    home = begin(admin)
    journey = the_journey(session)
    schedule = services.ensure_schedule(session, journey, at=utc_now() - timedelta(days=9))
    schedule.enabled = False
    session.commit()
    assert "schedule" not in done(session)

    submit(admin, f"{home}/schedule", {"rhythm": "monthly", "at": "05:00"})

    session.expire_all()
    assert (schedule.cron, schedule.enabled) == ("0 5 1 * *", True)
    assert "schedule" in done(session)
    chosen = open_page(admin, f"{home}/schedule").select_one("[name=rhythm][checked]")
    assert chosen is not None
    assert chosen["value"] == "monthly"


@pytest.mark.parametrize("language", ["cs", "pl", "ru", "en"])
def test_every_step_opens_in_every_language(
    admin: FlaskClient, session: Session, language: str
) -> None:
    home = begin(admin)
    submit(admin, f"{home}/surveys", {"surveys": "purchase"})
    with admin.session_transaction() as staff:
        staff["language"] = language

    for url in ("/setup", *(f"{home}/{step}" for step in STEPS)):
        page = open_page(admin, url)
        assert page.html is not None
        assert page.html["lang"] == language


@pytest.mark.both_databases
def test_the_progress_of_a_journey_costs_one_statement(
    session: Session, make: Factory, queries: QueryCounter
) -> None:
    journey = make.journey()
    queries.statements.clear()

    progress = progress_of(session, journey, at=utc_now())

    assert len(queries.statements) == 1
    assert progress.done == {"stages"}
    assert progress.next_step == "goal"


@pytest.mark.parametrize(
    "bad", ["\x00", "\x00\x1b[31m", "\u202e" * 30, "😀" * 40], ids=["nul", "ansi", "rtl", "emoji"]
)
def test_r22_odd_signs_in_names_are_kept_or_replaced_never_a_fault(
    admin: FlaskClient, session: Session, bad: str
) -> None:
    reply = submit(admin, "/setup", {"name-cs": f"A{bad}", "template": "blank"}, selector=NEW)

    assert reply.status_code == 303
    assert "\x00" not in the_journey(session).name["cs"]

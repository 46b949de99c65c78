from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.accounts.models import AuditEvent, Workspace
from cjm_feedback.db import JsonObject
from cjm_feedback.jobs import leases, schedules
from cjm_feedback.jobs.models import Job, Schedule
from cjm_feedback.journeys.models import Journey
from tests.conftest import NOW, QueryCounter
from tests.factories import Factory, sign_in
from tests.pages import form_data, open_page, submit

PAGE = "/journeys/shop/schedules"
SCHEDULE = 'form[aria-labelledby="when"]'


@pytest.fixture
def workspace(make: Factory) -> Workspace:
    return make.workspace()


@pytest.fixture
def journey(make: Factory, workspace: Workspace) -> Journey:
    return make.journey(workspace=workspace, slug="shop")


@pytest.fixture
def admin(client: FlaskClient, make: Factory, workspace: Workspace) -> FlaskClient:
    # Before the moment that tests stop at: a cookie of the future is no sign-in.
    with time_machine.travel(NOW, tick=False):
        sign_in(client, make.user(workspace=workspace, role="admin"), workspace)
    return client


@pytest.fixture
def add(session: Session, journey: Journey) -> Callable[..., Schedule]:
    def add(cron: str = "0 2 * * 0", *, at: datetime = NOW) -> Schedule:
        schedule = schedules.create_schedule(
            session, journey.id, cron=cron, timezone=journey.timezone, at=at
        )
        session.commit()
        return schedule

    return add


def end(session: Session, job: Job, result: JsonObject | None) -> None:
    claim = leases.claim(session, job.id, NOW)
    assert claim is not None
    leases.finish(session, claim, result, NOW + timedelta(seconds=4.2))
    session.commit()


def crons(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(Schedule.cron).order_by(Schedule.id)))


def words_of(element: Tag | BeautifulSoup | None) -> str:
    assert element is not None
    return " ".join(element.get_text(" ").split())


def rows(page: BeautifulSoup, section: str) -> list[str]:
    return [words_of(row) for row in page.select(f'section[aria-labelledby="{section}"] tbody tr')]


@time_machine.travel(NOW, tick=False)
def test_a_schedule_is_shown_in_words_with_its_next_run(
    admin: FlaskClient, add: Callable[..., Schedule]
) -> None:
    add("0 2 * * 0")
    add("30 6 * * *")

    page = open_page(admin, PAGE)

    weekly, daily = rows(page, "plans")
    assert "Every Sunday at 2:00" in weekly
    assert "Sun, Nov 29, 2026, 2:00" in weekly
    assert "Every day at 6:30" in daily
    assert "Next run: Mon, Nov 23, 2026, 6:30" in words_of(page.select_one("div.head"))
    assert words_of(page.select_one('section[aria-labelledby="runs"]')) == "Latest runs No run yet."


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("chosen", "cron"),
    [
        ({"rhythm": "daily", "time": "02:30"}, "30 2 * * *"),
        ({"rhythm": "weekly", "time": "23:05", "weekday": "0"}, "5 23 * * 1"),
        ({"rhythm": "monthly", "time": "00:00", "day": "31"}, "0 0 31 * *"),
        ({"rhythm": "other", "cron": "  */15   8-18 * * mon-fri "}, "*/15 8-18 * * mon-fri"),
        ({"rhythm": "daily", "time": "02:30", "day": "99", "cron": "nonsense"}, "30 2 * * *"),
        ({"rhythm": "other", "cron": "5 4 * * *", "time": "late", "day": "x"}, "5 4 * * *"),
    ],
)
def test_an_admin_chooses_when_the_map_is_refreshed(
    admin: FlaskClient, journey: Journey, session: Session, chosen: dict[str, str], cron: str
) -> None:
    reply = submit(admin, f"{PAGE}/new", chosen, selector=SCHEDULE)

    assert (reply.status_code, reply.location) == (303, PAGE)
    schedule = session.scalars(select(Schedule)).one()
    assert (schedule.journey_id, schedule.cron, schedule.timezone) == (
        journey.id,
        cron,
        "Europe/Prague",
    )
    assert (schedule.enabled, schedule.changed_at) == (True, NOW)
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.details["cron"]) == ("schedule_added", cron)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"rhythm": ""}, "Choose how often."),
        ({"rhythm": "hourly"}, "Not a valid choice"),
        ({"rhythm": "daily", "time": ""}, "Choose a time."),
        ({"rhythm": "daily", "time": "25:00"}, "Not a valid time value"),
        ({"rhythm": "weekly", "weekday": "7"}, "Not a valid choice"),
        ({"rhythm": "weekly", "weekday": "x"}, "Invalid Choice"),
        ({"rhythm": "monthly", "day": "32"}, "between 1 and 31"),
        ({"rhythm": "monthly", "day": "9" * 40}, "between 1 and 31"),
        ({"rhythm": "monthly", "day": "last"}, "Not a valid integer"),
        ({"rhythm": "other", "cron": ""}, "five fields"),
        ({"rhythm": "other", "cron": "61 2 * * *"}, "The first field is the minute"),
        ({"rhythm": "other", "cron": "0 2 1 * 1"}, "write * for the other"),
        ({"rhythm": "other", "cron": "0 2 30 2 *"}, "No year has such a day."),
        ({"rhythm": "other", "cron": "0 2 * * *" + " " * 200}, "at most 120 characters"),
        ({"rhythm": "other", "cron": "<script>\0"}, "five fields"),
    ],
)
def test_a_refused_schedule_says_why_and_keeps_what_was_typed(
    admin: FlaskClient, journey: Journey, session: Session, chosen: dict[str, str], message: str
) -> None:
    chosen = {"time": "05:15", **chosen}

    reply = submit(admin, f"{PAGE}/new", chosen, selector=SCHEDULE)

    assert reply.status_code == 422
    page = BeautifulSoup(reply.text, "html.parser")
    assert message in words_of(page.select_one("#errors"))
    assert "05:15" in reply.text or chosen["time"] != "05:15"
    assert crons(session) == []


@time_machine.travel(NOW, tick=False)
def test_a_schedule_is_changed(
    admin: FlaskClient, session: Session, add: Callable[..., Schedule]
) -> None:
    schedule = add("45 3 14 * *", at=NOW - timedelta(days=9))
    url = f"{PAGE}/{schedule.id}"
    page = open_page(admin, url)
    assert page.select_one("input[name=rhythm][value=monthly][checked]")
    assert page.select_one("input[name=time][value='03:45']")
    assert page.select_one("input[name=day][value='14']")

    reply = submit(admin, url, {"rhythm": "daily"}, selector=SCHEDULE)

    assert reply.status_code == 303
    session.refresh(schedule)
    assert (schedule.cron, schedule.changed_at) == ("45 3 * * *", NOW)
    assert (
        submit(admin, url, {"rhythm": "other", "cron": "x"}, selector=SCHEDULE).status_code == 422
    )


@pytest.mark.parametrize("cron", ["0 2 * * *", "5 23 * * 3", "*/20 * * * *"])
def test_saving_an_untouched_form_changes_nothing(
    admin: FlaskClient, session: Session, add: Callable[..., Schedule], cron: str
) -> None:
    schedule = add(cron)

    submit(admin, f"{PAGE}/{schedule.id}", selector=SCHEDULE)

    assert crons(session) == [cron]


def test_a_schedule_is_switched_off_and_on(
    admin: FlaskClient, session: Session, add: Callable[..., Schedule]
) -> None:
    schedule = add()
    form = f'form[action="{PAGE}/{schedule.id}/enabled"]'

    submit(admin, PAGE, selector=form)
    session.refresh(schedule)
    assert not schedule.enabled
    page = open_page(admin, PAGE)
    assert "off" in rows(page, "plans")[0]
    assert "No run is planned." in words_of(page.select_one("div.head"))

    submit(admin, PAGE, selector=form)
    session.refresh(schedule)
    assert schedule.enabled


def test_run_now_adds_one_job_however_often_it_is_pressed(
    admin: FlaskClient, session: Session, add: Callable[..., Schedule], journey: Journey
) -> None:
    schedule = add()
    form = f'form[action="{PAGE}/{schedule.id}/run"]'

    for _ in range(2):
        assert submit(admin, PAGE, selector=form).status_code == 303

    job = session.scalars(select(Job)).one()
    assert (job.kind, job.schedule_id, job.status) == ("refresh_map", schedule.id, "queued")
    assert job.payload == {"journey_id": journey.id, "trigger": "manual"}
    [row] = rows(open_page(admin, PAGE), "runs")
    assert "By hand" in row
    assert "waiting" in row


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (
            {
                "closed": [
                    {
                        "number": 1,
                        "period": "2026-W46",
                        "responses": 1076,
                        "changes": [{"is": "worse"}, {"is": "worse"}, {"is": "better"}],
                    }
                ]
            },
            "1076 4.2 s 2026-W46 closed. 2 figures worse. 1 figure better.",
        ),
        (
            {
                "closed": [
                    {"number": 1, "period": "2026-W45", "responses": 5, "changes": []},
                    {"number": 2, "period": "2026-W46", "responses": 7, "changes": []},
                ]
            },
            "12 4.2 s 2026-W45 closed. No change beyond chance. "
            "2026-W46 closed. No change beyond chance.",
        ),
        ({"closed": [], "skipped": "nothing_due"}, "– 4.2 s No week had ended"),
        ({"closed": [], "skipped": "no_answers"}, "There were no answers yet."),
        ({"closed": [], "skipped": "whatever"}, "Nothing to do."),
        (None, "– 4.2 s –"),
    ],
)
def test_a_run_says_how_long_it_took_and_what_it_changed(
    admin: FlaskClient,
    session: Session,
    add: Callable[..., Schedule],
    result: JsonObject | None,
    told: str,
) -> None:
    job = schedules.enqueue_slot(session, add(), NOW, coalesced=0, at=NOW)
    end(session, job, result)

    [row] = rows(open_page(admin, PAGE), "runs")

    assert "Planned done" in row
    assert told in row


def test_r13_a_run_that_stands_for_missed_ones_says_so(
    admin: FlaskClient, session: Session, add: Callable[..., Schedule]
) -> None:
    schedules.enqueue_slot(session, add(), NOW, coalesced=3, at=NOW)
    session.commit()

    [row] = rows(open_page(admin, PAGE), "runs")

    assert "Planned; stands for 3 missed runs too" in row


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("sqlalchemy.exc.OperationalError [0a1b2c3d]", "The database could not be used."),
        ("cjm_feedback.jobs.timebox.TimeBoxError [0a1b]", "It took too long and was stopped."),
        ("WorkerGone", "The worker was stopped in the middle of it."),
        ("builtins.ValueError [0a1b2c3d]", "The log has more under the code 0a1b2c3d."),
    ],
)
def test_a_run_that_failed_says_what_was_wrong_and_that_it_comes_again(
    admin: FlaskClient, session: Session, add: Callable[..., Schedule], error: str, told: str
) -> None:
    job = schedules.enqueue_slot(session, add(), NOW, coalesced=0, at=NOW)
    claim = leases.claim(session, job.id, NOW)
    assert claim is not None
    leases.fail(session, claim, error, NOW)
    session.commit()

    [row] = rows(open_page(admin, PAGE), "runs")
    assert "failed, will be tried again" in row
    assert told in row

    session.refresh(job)
    again = leases.claim(session, job.id, job.run_at)
    assert again is not None
    leases.finish(session, again, {"skipped": "nothing_due"}, job.run_at)
    session.commit()
    [row] = rows(open_page(admin, PAGE), "runs")
    assert "done at attempt 2" in row
    assert told not in row


def test_r14_the_page_foretells_what_a_change_of_clocks_does(
    client: FlaskClient, make: Factory, workspace: Workspace, add: Callable[..., Schedule]
) -> None:
    add("0 2 * * *")
    add("0 4 * * *")

    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False):
        sign_in(client, make.user(workspace=workspace, role="admin"), workspace)
        [note] = open_page(client, PAGE).select(".note")

    assert "the run of “Every day at 2:00" in words_of(note)
    assert "takes place on Sun, Mar 28, 2027, 3:00" in words_of(note)


def test_a_schedule_of_another_journey_is_not_there(
    admin: FlaskClient, make: Factory, session: Session, journey: Journey, workspace: Workspace
) -> None:
    others = [make.journey(workspace=workspace), make.journey()]
    for other in others:
        schedule = schedules.create_schedule(
            session, other.id, cron="0 2 * * *", timezone="UTC", at=NOW
        )
        session.commit()
        data = form_data(open_page(admin, f"{PAGE}/new"), SCHEDULE)

        assert admin.get(f"{PAGE}/{schedule.id}").status_code == 404
        for path in ("", "/run", "/enabled"):
            reply = admin.post(f"{PAGE}/{schedule.id}{path}", data=data)
            assert reply.status_code == 404
    assert admin.get(f"/journeys/{others[1].slug}/schedules").status_code == 404
    assert admin.get(f"{PAGE}/{2**31}").status_code == 404
    assert crons(session) == ["0 2 * * *"] * 2
    assert not session.scalars(select(Job)).all()


def test_the_number_of_statements_does_not_grow_with_the_number_of_runs(
    admin: FlaskClient, session: Session, add: Callable[..., Schedule], queries: QueryCounter
) -> None:
    def count() -> int:
        queries.statements.clear()
        open_page(admin, PAGE)
        return len(queries.statements)

    schedule = add()
    count()
    few = count()
    for hour in range(20):
        slot = NOW + timedelta(hours=hour)
        schedules.enqueue_slot(session, schedule, slot, coalesced=0, at=NOW)
    session.commit()

    assert count() == few

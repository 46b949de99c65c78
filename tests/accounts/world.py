"""Two workspaces of the same shape, and everybody who might call at the door.

The tests of access are made from the URL map, so that a new route is tested without a new test.
All they need from its author is a value for each argument of its address, in `SAMPLES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from cjm_feedback.accounts.links import create_link
from cjm_feedback.accounts.models import User, Workspace
from cjm_feedback.clock import utc_now
from cjm_feedback.importing.models import CsvImport
from cjm_feedback.jobs.models import Job
from cjm_feedback.jobs.schedules import create_schedule
from cjm_feedback.journeys.models import BusinessGoal, Journey, Persona
from cjm_feedback.responses.models import Theme, ThemeSuggestion
from cjm_feedback.surveys.models import Link, Survey
from tests.factories import Factory, said, sign_in
from tests.rollups.answering import answer

WORDS = {"direction": "up", "field": "language"}
"""What a view needs before it can say whether it lets somebody in: sent with every call."""
UNSAFE_TOKEN = "the same token in session and form"


@dataclass
class Side:
    """One workspace with one of everything in it."""

    session: Session
    make: Factory
    workspace: Workspace
    journey: Journey
    survey: Survey
    link: Link
    admin: User
    staff: User
    viewer: User
    kept: dict[str, object] = field(default_factory=dict)

    def sample(self, argument: str) -> object:
        """A value of this side for an argument of an address; the same one each time."""
        if argument not in SAMPLES:
            raise AssertionError(
                f"the address argument <{argument}> has no sample: tests/accounts/world.py, "
                "SAMPLES, needs one, so that the access of its routes can be tried"
            )
        if argument not in self.kept:
            self.kept[argument] = SAMPLES[argument](self)
        return self.kept[argument]


def make_side(session: Session, make: Factory) -> Side:
    workspace = make.workspace()
    journey = make.journey(workspace=workspace, stages=("purchase", "experience"))
    survey = make.survey(journey=journey)
    people = {
        role: make.user(workspace=workspace, role=role) for role in ("admin", "staff", "viewer")
    }
    make.user(workspace=workspace, role="admin")  # so that the last-admin rule is not what refuses
    return Side(
        session=session,
        make=make,
        workspace=workspace,
        journey=journey,
        survey=survey,
        link=make.link(survey),
        admin=people["admin"],
        staff=people["staff"],
        viewer=people["viewer"],
    )


def _token(side: Side) -> str:
    token = create_link(side.session, side.viewer, "sign_in", at=utc_now())
    side.session.commit()
    return token


def _import(side: Side) -> int:
    return _kept_id(
        side,
        CsvImport(
            survey_id=side.survey.id,
            user_id=side.admin.id,
            file_name="answers.csv",
            file_hash="0" * 64,
            created_at=utc_now(),
        ),
    )


def _kept_id(side: Side, row: object) -> int:
    side.session.add(row)
    side.session.commit()
    return int(row.id)  # type: ignore[attr-defined]


def _goal(side: Side) -> int:
    goal = BusinessGoal(journey_id=side.journey.id, position=0, text=said("sell more"))
    return _kept_id(side, goal)


def _persona(side: Side) -> Persona:
    if "persona" not in side.kept:
        conditions = [
            {"field": "language", "op": "is", "value": "cs"},
            {"field": "channel", "op": "is", "value": "app"},
        ]
        side.kept["persona"] = side.make.persona(side.journey, conditions=conditions)
    persona = side.kept["persona"]
    assert isinstance(persona, Persona)
    return persona


def _schedule(side: Side) -> int:
    schedule = create_schedule(
        side.session, side.journey.id, cron="0 6 * * mon", timezone="Europe/Prague", at=utc_now()
    )
    return _kept_id(side, schedule)


def _dead_job(side: Side) -> int:
    job = Job(
        kind="refresh_map",
        payload={"journey_id": side.journey.id},
        status="dead",
        run_at=utc_now(),
        created_at=utc_now(),
        finished_at=utc_now(),
    )
    return _kept_id(side, job)


def _theme(side: Side) -> int:
    return _kept_id(side, Theme(journey_id=side.journey.id, key="price", name=said("price")))


def _suggestion(side: Side) -> int:
    suggestion = ThemeSuggestion(
        journey_id=side.journey.id,
        phrases={"en": ["not enough chairs"]},
        texts=[],
        centre=b"",
        made_at=utc_now(),
    )
    return _kept_id(side, suggestion)


def _text_score(side: Side) -> int:
    response = answer(side.session, side.link, csat=2, comment="It was late.")
    score = response.scores[0]
    score.status, score.polarity, score.label, score.engine = "scored", -6000, "negative", "test-1"
    score.counted = score.polarity
    side.session.commit()
    return score.id


SAMPLES: dict[str, Callable[[Side], object]] = {
    "filename": lambda side: "css/tokens.css",
    "token": _token,
    "membership_id": lambda side: side.viewer.memberships[0].id,
    "journey_slug": lambda side: side.journey.slug,
    "survey_slug": lambda side: side.survey.slug,
    "public_id": lambda side: side.link.public_id,
    "link_id": lambda side: side.link.id,
    "receipt": lambda side: "no-such-receipt",
    "import_id": _import,
    "goal_id": _goal,
    "stage_id": lambda side: side.journey.stages[0].id,
    "touchpoint_id": lambda side: side.journey.stages[0].touchpoints[0].id,
    "channel_id": lambda side: side.link.channel_id,
    "persona_id": lambda side: _persona(side).id,
    "rule_id": lambda side: _persona(side).rules[0].id,
    "schedule_id": _schedule,
    "job_id": _dead_job,
    "score_id": _text_score,
    "theme_id": _theme,
    "suggestion_id": _suggestion,
    "place": lambda side: 1,
}
ORDINALS = {"place"}
"""Arguments that count instead of naming: they belong to nobody."""


def nowhere(value: object) -> object:
    """A value like `value` that belongs to nothing."""
    return 2_000_000_001 if isinstance(value, int) else "no-such-thing"


def arguments_of(rule: Rule) -> list[str]:
    return sorted(rule.arguments)


def address(app: Flask, rule: Rule, values: dict[str, object]) -> str:
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def actor(app: Flask, user: User | None, workspace: Workspace | None = None) -> FlaskClient:
    """A browser of `user`, who has looked at a page: its session holds a form token."""
    client = app.test_client()
    if user is not None:
        sign_in(client, user, workspace)
    with client.session_transaction() as session:
        session["csrf_token"] = UNSAFE_TOKEN
    return client


def form_token(app: Flask) -> str:
    serializer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
    return str(serializer.dumps(UNSAFE_TOKEN))


def call(
    app: Flask, client: FlaskClient, method: str, url: str, *, token: bool = True
) -> TestResponse:
    headers = {"X-CSRFToken": form_token(app)} if token else {}
    form = WORDS if method != "GET" else None
    return client.open(
        url, method=method, headers=headers, data=form, query_string=WORDS, buffered=True
    )


def without_code(reply: TestResponse) -> str:
    """The page but for what differs with each request: its correlation id and form token."""
    text = re.sub(r"\b[0-9a-f]{12}\b", "·", reply.text)
    return re.sub(r'name="csrf_token" value="[^"]+"', "·", text)

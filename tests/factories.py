"""Objects for tests: every argument has a default, so that a test names only what it is about."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from cjm_feedback.accounts import sessions
from cjm_feedback.accounts.models import Membership, User, Workspace
from cjm_feedback.clock import utc_now
from cjm_feedback.journeys.models import Channel, Journey, Persona, PersonaRule, Stage, Touchpoint
from cjm_feedback.surveys.models import Link, Question, Revision, Survey

Thing = TypeVar("Thing")
LANGUAGES = ("cs", "pl", "ru", "en")


def said(text: str) -> dict[str, str]:
    """`text` in every language, told apart by a prefix."""
    return {code: f"{code}: {text}" for code in LANGUAGES}


CSAT = ("csat", "csat", True)
EMOTION = ("emotion", "emotion", False)
COMMENT = ("comment", "long_text", False)
NPS = ("nps", "nps", True)


class Factory:
    def __init__(self, session: Session, *, now: datetime) -> None:
        self._session = session
        self._now = now
        self._numbers = count(1)

    def _keep(self, thing: Thing) -> Thing:
        self._session.add(thing)
        self._session.commit()
        return thing

    def workspace(self, *, name: str | None = None) -> Workspace:
        number = next(self._numbers)
        return self._keep(
            Workspace(
                slug=f"workspace-{number}", name=name or f"Brand {number}", created_at=self._now
            )
        )

    def user(
        self, *, workspace: Workspace | None = None, role: str = "staff", email: str | None = None
    ) -> User:
        """Somebody who may sign in; without a workspace they belong to none."""
        number = next(self._numbers)
        user = User(
            email=email or f"person{number}@example.org",
            name=f"Person {number}",
            password=None,
            active=True,
            fs_uniquifier=f"uniquifier-{number}",
            created_at=self._now,
        )
        if workspace is not None:
            user.memberships = [Membership(workspace_id=workspace.id, role=role)]
        return self._keep(user)

    def member(self, user: User, workspace: Workspace, *, role: str = "staff") -> Membership:
        """One more workspace that `user` works in."""
        membership = self._keep(Membership(workspace_id=workspace.id, user_id=user.id, role=role))
        self._session.refresh(user)
        return membership

    def channel(self, *, workspace: Workspace | None = None, key: str | None = None) -> Channel:
        number = next(self._numbers)
        return self._keep(
            Channel(
                workspace_id=(workspace or self.workspace()).id,
                key=key or f"channel-{number}",
                name=said(key or f"channel {number}"),
            )
        )

    def journey(
        self,
        *,
        workspace: Workspace | None = None,
        slug: str | None = None,
        stages: Sequence[str] = ("purchase",),
        timezone: str = "Europe/Prague",
    ) -> Journey:
        """A journey with one touchpoint per stage, called `<stage>-point`."""
        journey = Journey(
            workspace_id=(workspace or self.workspace()).id,
            slug=slug or f"journey-{next(self._numbers)}",
            name=said("journey"),
            timezone=timezone,
            created_at=self._now,
        )
        self._keep(journey)
        for position, key in enumerate(stages):
            self.stage(journey, key=key, position=position)
        self._session.refresh(journey)
        return journey

    def stage(
        self, journey: Journey, *, key: str = "purchase", position: int = 0, phase: str = "during"
    ) -> Stage:
        stage = self._keep(
            Stage(journey_id=journey.id, key=key, position=position, phase=phase, name=said(key))
        )
        self.touchpoint(stage, key=f"{key}-point")
        return stage

    def touchpoint(self, stage: Stage, *, key: str | None = None, position: int = 0) -> Touchpoint:
        key = key or f"touchpoint-{next(self._numbers)}"
        return self._keep(
            Touchpoint(
                journey_id=stage.journey_id,
                stage_id=stage.id,
                key=key,
                position=position,
                name=said(key),
            )
        )

    def persona(
        self, journey: Journey, *, key: str | None = None, conditions: list[dict[str, Any]]
    ) -> Persona:
        number = next(self._numbers)
        persona = self._keep(
            Persona(
                journey_id=journey.id,
                key=key or f"persona-{number}",
                position=number,
                name=said(key or f"persona {number}"),
            )
        )
        self._keep(
            PersonaRule(
                journey_id=journey.id,
                persona_id=persona.id,
                position=number,
                conditions={"all": conditions},
            )
        )
        return persona

    def survey(
        self,
        *,
        journey: Journey | None = None,
        slug: str | None = None,
        scope: str = "touchpoint",
        questions: Sequence[tuple[str, str, bool]] = (CSAT, EMOTION, COMMENT),
        opens_at: datetime | None = None,
        closes_at: datetime | None = None,
        languages: Sequence[str] = LANGUAGES,
    ) -> Survey:
        """A published survey; `questions` are (key, type, required)."""
        journey = journey or self.journey()
        survey = self._keep(
            Survey(
                journey_id=journey.id,
                slug=slug or f"survey-{next(self._numbers)}",
                scope=scope,
                name=said("survey"),
                opens_at=opens_at or self._now - timedelta(days=100),
                closes_at=closes_at,
                created_at=self._now,
            )
        )
        self.revision(survey, questions=questions, languages=languages)
        return survey

    def revision(
        self,
        survey: Survey,
        *,
        questions: Sequence[tuple[str, str, bool]] = (CSAT, EMOTION, COMMENT),
        languages: Sequence[str] = LANGUAGES,
    ) -> Revision:
        self._session.refresh(survey)
        number = len(survey.revisions) + 1
        revision = Revision(
            survey_id=survey.id,
            number=number,
            languages=list(languages),
            title=said("How did it go?"),
            intro=said("Two questions."),
            thanks=said("Thank you."),
            content_hash=hashlib.sha256(repr((number, questions)).encode()).hexdigest(),
            published_at=self._now,
            questions=[
                Question(
                    position=position,
                    key=key,
                    type=kind,
                    required=required,
                    text=said(key),
                    choices=_choices(kind),
                )
                for position, (key, kind, required) in enumerate(questions)
            ],
        )
        self._keep(revision)
        self._session.refresh(survey)
        return revision

    def link(
        self,
        survey: Survey | None = None,
        *,
        touchpoint: Touchpoint | None = None,
        channel: Channel | None = None,
    ) -> Link:
        survey = survey or self.survey()
        if touchpoint is None and survey.scope == "touchpoint":
            touchpoint = survey.journey.stages[0].touchpoints[0]
        channel = channel or self.channel(workspace=survey.journey.workspace)
        return self._keep(
            Link(
                public_id=f"link{next(self._numbers)}",
                survey_id=survey.id,
                touchpoint_id=touchpoint.id if touchpoint else None,
                channel_id=channel.id,
                created_at=self._now,
            )
        )


def _choices(kind: str) -> list[dict[str, Any]]:
    if kind != "single_choice":
        return []
    return [{"key": key, "text": said(key)} for key in ("friend", "search", "other")]


def sign_in(client: FlaskClient, user: User, workspace: Workspace | None = None) -> None:
    """Give `client` the session that signing in would have made."""
    with client.session_transaction() as session:
        session["_user_id"] = user.fs_uniquifier
        session["_fresh"] = True
        session["_id"] = None
        sessions.mark(session, at=utc_now())
        if workspace is not None:
            session["workspace"] = workspace.id

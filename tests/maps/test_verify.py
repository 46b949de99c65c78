"""However answers come, change and go, the cells are what a count of all answers would be."""

from __future__ import annotations

import os
import random
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cjm_feedback.analysis.corrections import Judgement, correct, withdraw_correction
from cjm_feedback.analysis.services import read_texts
from cjm_feedback.analysis.storing import mean_polarity
from cjm_feedback.journeymap.measures import SCALE, measure
from cjm_feedback.journeys.models import PersonaRule
from cjm_feedback.maps.facts import Count
from cjm_feedback.maps.models import MapSnapshot
from cjm_feedback.maps.services import refresh_map
from cjm_feedback.maps.verify import changed_snapshots, mismatches, rebuild
from cjm_feedback.questionnaire.types import EMOTIONS
from cjm_feedback.responses.models import LABELS, Response, TextCorrection, TextScore
from cjm_feedback.responses.personas import reassign_personas
from cjm_feedback.responses.services import withdraw_response
from cjm_feedback.rollups.models import Delta, RollupCell
from cjm_feedback.rollups.services import BINS, fold
from cjm_feedback.surveys.models import Link
from tests.analysis.analysers import Numbered, reading_with
from tests.conftest import NOW
from tests.factories import COMMENT, CSAT, EMOTION, NPS, Factory
from tests.rollups.answering import answer
from tests.rollups.histories import fold_all

HISTORIES = {"sqlite": int(os.environ.get("CJM_TEST_HISTORIES", "100")), "postgresql": 15}
STEPS = 9
HISTORIES_OF_A_JOURNEY = 25
QUESTIONS = (
    CSAT,
    EMOTION,
    NPS,
    ("ces", "ces", False),
    ("heard_from", "single_choice", False),
    COMMENT,
    ("thoughts", "short_text", False),
)


@dataclass
class World:
    """A journey that things happen to, by chance but the same ones for the same seed."""

    session: Session
    links: list[Link]
    chance: random.Random
    responses: list[Response] = field(default_factory=list)

    @property
    def journey_id(self) -> int:
        return self.links[0].survey.journey_id

    def submit(self) -> None:
        pick = self.chance
        given: dict[str, int | str] = {"csat": pick.randint(1, 5), "nps": pick.randint(0, 10)}
        if pick.random() < 0.7:
            given["emotion"] = pick.choice(EMOTIONS)
        if pick.random() < 0.5:
            given["ces"] = pick.randint(1, 7)
        if pick.random() < 0.5:
            given["heard_from"] = pick.choice(("friend", "search", "other"))
        for key in ("comment", "thoughts"):
            if pick.random() < 0.6:
                given[key] = pick.choice((f"{pick.randint(-100, 100) / 100} so", "qwx wqx"))
        self.responses.append(
            answer(
                self.session,
                pick.choice(self.links),
                at=NOW - timedelta(hours=pick.randint(0, 400)),
                language=pick.choice(("cs", "pl", "ru", "en")),
                **given,
            )
        )

    def withdraw(self) -> None:
        if self.responses:
            gone = self.responses.pop(self.chance.randrange(len(self.responses)))
            withdraw_response(self.session, gone, at=NOW)

    def read(self, *, again: bool = False) -> None:
        chosen = self.chance.sample(self.responses, k=min(len(self.responses), 3))
        factor, version = self.chance.choice(((1.0, 1), (-1.0, 2), (0.5, 3)))
        self.session.commit()
        read_texts(
            self.session,
            [one.id for one in chosen],
            at=NOW,
            again=again,
            read=reading_with(Numbered(version=version, factor=factor)),
        )

    def correct(self) -> None:
        """Somebody says how a text is meant, agrees with the machine, or takes it back."""
        scores = list(
            self.session.scalars(
                select(TextScore.id)
                .where(
                    TextScore.journey_id == self.journey_id,
                    TextScore.status.in_(("scored", "unscored")),
                )
                .order_by(TextScore.id)
            )
        )
        if not scores:
            return
        chosen = self.chance.choice(scores)
        label = self.chance.choice((*LABELS, None))
        if label is None:
            withdraw_correction(self.session, chosen, at=NOW)
        else:
            correct(self.session, chosen, Judgement(label), user_id=None, at=NOW)
        self.session.commit()
        for one in list(self.session):  # SQLite gives the id of a score that is gone once more
            if isinstance(one, TextScore | TextCorrection):
                self.session.expunge(one)

    def change_personas(self) -> None:
        rule = self.session.scalar(
            select(PersonaRule).where(PersonaRule.journey_id == self.journey_id)
        )
        assert rule is not None
        rule.conditions = self.chance.choice(
            (
                {"all": [{"field": "language", "op": "is", "value": "pl"}]},
                {"all": [{"field": "answer:csat", "op": "at_most", "value": 3}]},
                {"all": [{"field": "language", "op": "in", "value": ["cs", "ru"]}]},
            )
        )
        self.session.flush()
        journey = self.links[0].survey.journey
        reassign_personas(self.session, journey, at=NOW)

    def move_touchpoint(self) -> None:
        place = self.links[0].touchpoint
        assert place is not None
        stages = self.links[0].survey.journey.stages
        place.stage_id = self.chance.choice(stages).id

    def fold(self) -> None:
        fold(self.session, limit=self.chance.randint(1, 30))

    def live(self, steps: int) -> None:
        happenings = (
            (self.submit, 6),
            (self.read, 3),
            (partial(self.read, again=True), 2),
            (self.correct, 3),
            (self.withdraw, 2),
            (self.change_personas, 1),
            (self.move_touchpoint, 1),
            (self.fold, 2),
        )
        for _ in range(steps):
            [happen] = self.chance.choices(
                [happening for happening, _ in happenings], [weight for _, weight in happenings]
            )
            happen()
            self.session.commit()


def new_links(make: Factory) -> list[Link]:
    """One survey with a link at each of two touchpoints, one about the journey as a whole."""
    journey = make.journey(stages=("purchase", "loyalty"))
    survey = make.survey(journey=journey, questions=QUESTIONS)
    whole = make.survey(journey=journey, questions=QUESTIONS, scope="journey")
    make.persona(journey, conditions=[{"field": "language", "op": "is", "value": "pl"}])
    return [
        make.link(survey, touchpoint=journey.stages[0].touchpoints[0]),
        make.link(survey, touchpoint=journey.stages[1].touchpoints[0]),
        make.link(whole),
    ]


@pytest.fixture
def links(make: Factory) -> list[Link]:
    return new_links(make)


def live_and_die(session: Session, make: Factory, *, histories: int) -> None:
    """One history after the other, each ends when everybody has withdrawn."""
    links: list[Link] = []
    for seed in range(histories):
        if seed % HISTORIES_OF_A_JOURNEY == 0:
            links = new_links(make)
            session.expunge_all()
            links = [session.get_one(Link, link.id) for link in links]
        world = World(session, links, random.Random(seed))  # noqa: S311 - a test's dice
        world.live(STEPS)
        assert mismatches(session, world.journey_id) == [], f"history {seed}"
        while world.responses:
            world.withdraw()
        assert rebuild(session, world.journey_id) == {}
        fold_all(session)
        assert mismatches(session, world.journey_id) == [], f"history {seed}, all withdrawn"
        assert _left(session) == [], f"history {seed}"


def _left(session: Session) -> list[int]:
    """Cells that are not all zero."""
    measures = [RollupCell.n, RollupCell.total, RollupCell.total_sq]
    measures += [getattr(RollupCell, name) for name in BINS]
    anything = measures[0] != 0
    for column in measures[1:]:
        anything = anything | (column != 0)
    return list(session.scalars(select(RollupCell.id).where(anything)))


@pytest.mark.both_databases
def test_p10_any_history_leaves_the_cells_that_a_count_of_all_answers_gives(
    session: Session, make: Factory, database: str
) -> None:
    live_and_die(session, make, histories=HISTORIES[database])


@pytest.fixture
def answered(session: Session, links: list[Link]) -> int:
    """A journey with a few answers, all of them counted; its id."""
    responses = [
        answer(session, links[0], csat=4, nps=9, emotion="joy", comment="0.5 so", thoughts="-0.2 a")
        for _ in range(3)
    ]
    read_texts(session, [one.id for one in responses], at=NOW, read=reading_with(Numbered()))
    session.commit()
    return links[0].survey.journey_id


def test_every_series_is_rebuilt(session: Session, links: list[Link], answered: int) -> None:
    answer(session, links[0], csat=4, nps=9, ces=7, heard_from="friend")
    rebuilt = rebuild(session, answered)
    assert {key.series for key in rebuilt} == {
        *("responses", "csat", "nps", "ces", "said", "written", "choice:heard_from:friend"),
    }
    assert mismatches(session, answered) == []


@pytest.mark.parametrize("series", ["responses", "csat", "said", "written"])
@pytest.mark.parametrize("column", ["n", "total", "total_sq", "b3"])
def test_a_cell_that_was_tampered_with_is_found(
    session: Session, answered: int, series: str, column: str
) -> None:
    fold_all(session)
    changed = getattr(RollupCell, column)
    session.execute(
        update(RollupCell).where(RollupCell.series == series).values({changed: changed + 1})
    )

    [found] = mismatches(session, answered)

    assert found.key.series == series
    assert found.kept != found.rebuilt


def test_a_lost_delta_is_found(session: Session, links: list[Link], answered: int) -> None:
    answer(session, links[0], csat=4, nps=9)
    session.execute(update(Delta).where(Delta.series == "csat").values(folded=True))
    [found] = mismatches(session, answered)
    assert (found.key.series, found.kept.n, found.rebuilt.n) == ("csat", 3, 4)


def test_an_answer_that_was_changed_behind_the_map_is_found(
    session: Session, answered: int
) -> None:
    session.execute(update(TextScore).where(TextScore.polarity == 5000).values(polarity=-5000))
    [found] = mismatches(session, answered)
    assert found.key.series == "written"


@pytest.mark.parametrize(
    ("polarities", "value", "level"),
    [
        ([2000], 2000, 2),
        ([2001], 2001, 3),
        ([-2000], -2000, 2),
        ([-2001], -2001, 1),
        ([6000], 6000, 3),
        ([6001], 6001, 4),
        ([-6000], -6000, 1),
        ([-10000], -10000, 0),
        ([10000], 10000, 4),
        ([0], 0, 2),
        ([1, 2], 2, 2),
        ([-1, -2], -2, 2),
    ],
)
def test_texts_are_counted_as_they_come_and_anew_at_the_same_level(
    polarities: list[int], value: int, level: int
) -> None:
    count = Count()
    place = (1, 1, 1, 0, 1, "cs", NOW.date())
    count.texts(place, polarities)

    [cell] = count.cells().values()

    assert (cell.total, cell.bins.index(1)) == (value, level)
    assert cell == measure("written", mean_polarity(sum(polarities), len(polarities)) / SCALE)


def test_a_closed_period_whose_cells_were_changed_is_found(
    session: Session, links: list[Link], answered: int
) -> None:
    later = NOW + timedelta(days=14)
    refresh_map(session, links[0].survey.journey, until=later, at=later, trigger="manual")
    assert changed_snapshots(session, answered) == []

    snapshot = session.scalars(select(MapSnapshot).order_by(MapSnapshot.number)).first()
    assert snapshot is not None
    cells = deepcopy(snapshot.cells)
    cells["rows"][0][5] += 1
    snapshot.cells = cells
    session.flush()

    assert changed_snapshots(session, answered) == [1]

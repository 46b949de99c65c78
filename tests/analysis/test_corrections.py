"""What staff say of a text holds on the map; what the machine read stays beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cjm_feedback.analysis.corrections import (
    GoneError,
    Judgement,
    NothingToAgreeWithError,
    NotReadYetError,
    agree,
    correct,
    withdraw_correction,
)
from cjm_feedback.analysis.counting import counted_polarity
from cjm_feedback.analysis.services import read_texts
from cjm_feedback.analysis.standing import standing
from cjm_feedback.journeymap.measures import Measures, measure
from cjm_feedback.maps.verify import mismatches
from cjm_feedback.responses.models import (
    Response,
    TextCorrection,
    TextScore,
    Theme,
    ThemeHit,
)
from cjm_feedback.responses.services import withdraw_response
from cjm_feedback.rollups.queries import read_cells
from cjm_feedback.surveys.models import Link
from tests.analysis.analysers import Numbered, reading_with
from tests.conftest import NOW
from tests.factories import COMMENT, CSAT, Factory, said
from tests.rollups.answering import answer

pytestmark = pytest.mark.both_databases
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def link(make: Factory) -> Link:
    return make.link(make.survey(questions=(CSAT, COMMENT)))


def read(session: Session, *responses: Response, factor: float = 1, again: bool = False) -> None:
    session.commit()
    reader = reading_with(Numbered(factor=factor))
    read_texts(session, [one.id for one in responses], at=NOW, again=again, read=reader)
    session.commit()
    session.expire_all()


def score_of(session: Session, response: Response) -> TextScore:
    return session.scalars(select(TextScore).where(TextScore.response_id == response.id)).one()


def written(session: Session, link: Link) -> Measures | None:
    return read_cells(session, link.survey.journey_id).get((link.touchpoint_id or 0, "written"))


@pytest.fixture
def praised(session: Session, link: Link) -> TextScore:
    """A text that the machine took for praise."""
    response = answer(session, link, csat=2, comment="0.8 dobře")
    read(session, response)
    return score_of(session, response)


@pytest.mark.parametrize(
    ("corrected", "label", "polarity", "counted"),
    [
        (None, "positive", 8000, 8000),
        (None, None, None, None),
        ("positive", "positive", 8000, 8000),
        ("positive", "neutral", 300, 300),
        ("mixed", "mixed", -1500, -1500),
        ("neutral", "neutral", 900, 900),
        ("neutral", "positive", 8000, 0),
        ("mixed", "negative", -8000, 0),
        ("negative", "positive", 8000, -6000),
        ("negative", "mixed", -1500, -1500),
        ("negative", "neutral", 0, -6000),
        ("positive", None, None, 6000),
        ("neutral", None, None, 0),
    ],
)
def test_a_label_counts_as_the_machine_says_where_they_do_not_contradict(
    corrected: str | None, label: str | None, polarity: int | None, counted: int | None
) -> None:
    assert counted_polarity(corrected, label, polarity) == counted


def test_a_correction_moves_the_figure_and_leaves_the_machine_s_reading(
    session: Session, link: Link, make: Factory, praised: TextScore
) -> None:
    user = make.user()

    made = correct(
        session, praised.id, Judgement("negative", note="irony"), user_id=user.id, at=LATER
    )
    session.commit()

    assert written(session, link) == measure("written", -0.6)
    assert (praised.polarity, praised.label, praised.counted) == (8000, "positive", -6000)
    assert (made.machine_label, made.engine, made.language) == ("positive", "numbered-1", "cs")
    assert (made.user_id, made.created_at, made.note) == (user.id, LATER, "irony")
    assert mismatches(session, praised.journey_id) == []


def test_reading_again_does_not_overwrite_a_correction(
    session: Session, link: Link, praised: TextScore
) -> None:
    correct(session, praised.id, Judgement("negative"), user_id=None, at=LATER)

    read(session, praised.response, factor=0.5, again=True)

    assert written(session, link) == measure("written", -0.6)
    score = score_of(session, praised.response)
    assert (score.polarity, score.corrected_label, score.counted) == (4000, "negative", -6000)
    assert mismatches(session, praised.journey_id) == []


def test_a_confirmation_holds_when_a_later_engine_says_otherwise(
    session: Session, link: Link, praised: TextScore
) -> None:
    made = agree(session, praised.id, user_id=None, at=LATER)
    assert made.confirms
    assert written(session, link) == measure("written", 0.8)

    read(session, praised.response, factor=-1, again=True)

    assert written(session, link) == measure("written", 0.6)
    assert mismatches(session, praised.journey_id) == []


def test_a_withdrawn_correction_gives_way_to_the_machine_of_today(
    session: Session, link: Link, praised: TextScore
) -> None:
    correct(session, praised.id, Judgement("negative"), user_id=None, at=LATER)
    read(session, praised.response, factor=0.5, again=True)

    withdrawn = withdraw_correction(session, praised.id, at=LATER)
    session.commit()

    assert withdrawn is not None
    assert withdrawn.withdrawn_at == LATER
    assert written(session, link) == measure("written", 0.4)
    assert withdraw_correction(session, praised.id, at=LATER) is None
    assert mismatches(session, praised.journey_id) == []


def test_the_newest_correction_holds_and_the_others_are_kept(
    session: Session, link: Link, praised: TextScore
) -> None:
    for label in ("negative", "neutral", "neutral"):
        correct(session, praised.id, Judgement(label), user_id=None, at=LATER)
    session.commit()

    kept = session.scalars(select(TextCorrection).order_by(TextCorrection.id)).all()
    assert [one.label for one in kept] == ["negative", "neutral"]
    assert standing(kept) is kept[-1]
    assert written(session, link) == measure("written", 0.0)


def test_a_text_nobody_could_read_counts_once_a_person_has_said_how_it_is_meant(
    session: Session, link: Link
) -> None:
    response = answer(session, link, csat=1, comment="qwx wqx")
    read(session, response)
    score = score_of(session, response)
    with pytest.raises(NothingToAgreeWithError):
        agree(session, score.id, user_id=None, at=LATER)

    correct(session, score.id, Judgement("negative"), user_id=None, at=LATER)
    session.commit()

    assert written(session, link) == measure("written", -0.6)
    assert mismatches(session, response.journey_id) == []


def test_what_waits_to_be_read_and_what_is_gone_cannot_be_corrected(
    session: Session, link: Link
) -> None:
    response = answer(session, link, csat=1, comment="0.1 so")
    score_id = score_of(session, response).id
    with pytest.raises(NotReadYetError):
        correct(session, score_id, Judgement("negative"), user_id=None, at=LATER)

    withdraw_response(session, response, at=LATER)

    with pytest.raises(GoneError):
        correct(session, score_id, Judgement("negative"), user_id=None, at=LATER)


def test_withdrawing_an_answer_takes_its_correction_along(
    session: Session, link: Link, praised: TextScore
) -> None:
    correct(session, praised.id, Judgement("negative"), user_id=None, at=LATER)
    withdraw_response(session, praised.response, at=LATER)
    session.commit()

    assert written(session, link) is None
    assert session.scalar(select(func.count(TextCorrection.id))) == 0
    assert mismatches(session, link.survey.journey_id) == []


def test_themes_of_the_staff_stand_beside_those_of_the_machine(
    session: Session, praised: TextScore
) -> None:
    themes = [
        Theme(journey_id=praised.journey_id, key=key, name=said(key)) for key in ("price", "staff")
    ]
    session.add_all(themes)
    session.flush()
    session.add(ThemeHit(text_score_id=praised.id, theme_id=themes[0].id, polarity=700))
    session.commit()

    judgement = Judgement("positive", themes=("price", "staff"))
    made = correct(session, praised.id, judgement, user_id=None, at=LATER)
    session.commit()

    assert made.machine_themes == ["price"]
    hits = set(session.execute(select(ThemeHit.theme_id, ThemeHit.polarity, ThemeHit.source)))
    price, staff = (one.id for one in themes)
    assert hits == {(price, 700, "engine"), (price, 700, "staff"), (staff, 8000, "staff")}
    assert praised.themes_source == "staff"

    withdraw_correction(session, praised.id, at=LATER)
    session.commit()

    assert session.scalars(select(ThemeHit.source)).all() == ["engine"]
    assert praised.themes_source == "engine"

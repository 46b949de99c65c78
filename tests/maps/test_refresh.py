from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.analysis.services import read_texts
from cjm_feedback.jobs.ledger import enqueue
from cjm_feedback.journeys.models import Journey
from cjm_feedback.maps.models import MapSnapshot
from cjm_feedback.maps.periods import (
    UnknownPeriodError,
    due_periods,
    label,
    parse_days,
    week_end,
    week_start,
)
from cjm_feedback.maps.queries import VIEWERS, NoClosedPeriodError, map_view
from cjm_feedback.maps.services import RefreshResult, refresh_map, refresh_on_schedule
from cjm_feedback.responses.services import withdraw_response
from cjm_feedback.surveys.models import Link
from tests.analysis.analysers import Numbered, reading_with
from tests.factories import Factory
from tests.rollups.answering import answer

pytestmark = pytest.mark.both_databases

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture
def link(make: Factory) -> Link:
    journey = make.journey(stages=("purchase", "loyalty"))
    return make.link(make.survey(journey=journey))


@pytest.fixture
def journey(link: Link) -> Journey:
    return link.survey.journey


def refresh(session: Session, journey: Journey, until: datetime) -> RefreshResult:
    result = refresh_map(session, journey, until=until, at=until, trigger="manual")
    session.commit()
    return result


def snapshots(session: Session) -> list[MapSnapshot]:
    return list(session.scalars(select(MapSnapshot).order_by(MapSnapshot.number)))


def ratings(session: Session, link: Link, at: datetime, *values: int) -> None:
    for value in values:
        answer(session, link, at=at, csat=value)


def test_every_week_that_is_over_is_closed_once(
    session: Session, link: Link, journey: Journey
) -> None:
    ratings(session, link, MONDAY + timedelta(days=2), 5)
    ratings(session, link, MONDAY + 2 * WEEK, 4)

    first = refresh(session, journey, MONDAY + 3 * WEEK)
    second = refresh(session, journey, MONDAY + 3 * WEEK)

    assert [one.label for one in first.closed] == ["2026-W45", "2026-W46", "2026-W47"]
    assert [one.responses for one in first.closed] == [1, 0, 1]
    assert (second.closed, second.skipped) == ((), "nothing_due")
    kept = snapshots(session)
    assert [one.number for one in kept] == [1, 2, 3]
    assert (kept[0].period_from, kept[0].period_to) == (date(2026, 11, 2), date(2026, 11, 8))
    assert kept[1].period_from == date(2026, 11, 9)


def test_the_running_week_stays_open(session: Session, link: Link, journey: Journey) -> None:
    ratings(session, link, MONDAY, 5)
    sunday_night = datetime(2026, 11, 8, 22, 59, tzinfo=UTC)
    assert refresh(session, journey, sunday_night).skipped == "nothing_due"


def test_a_week_ends_at_midnight_where_the_journey_takes_place(
    session: Session, link: Link, journey: Journey
) -> None:
    ratings(session, link, MONDAY, 5)
    midnight_in_prague = datetime(2026, 11, 8, 23, 0, tzinfo=UTC)
    assert len(refresh(session, journey, midnight_in_prague).closed) == 1


def test_nothing_is_closed_before_the_first_answer(session: Session, journey: Journey) -> None:
    assert refresh(session, journey, MONDAY).skipped == "no_answers"


def test_a_future_moment_closes_only_what_is_over_now(
    session: Session, link: Link, journey: Journey
) -> None:
    ratings(session, link, MONDAY, 5)
    result = refresh_map(session, journey, until=MONDAY + 9 * WEEK, at=MONDAY, trigger="manual")
    assert result.skipped == "nothing_due"


def test_late_answers_and_withdrawals_leave_a_closed_period_as_it_was(
    session: Session, link: Link, journey: Journey
) -> None:
    gone = answer(session, link, at=MONDAY, csat=5)
    ratings(session, link, MONDAY, 4)
    refresh(session, journey, MONDAY + WEEK)
    before = map_view(session, journey, at=MONDAY + WEEK, period="last")

    ratings(session, link, MONDAY, 1, 1, 1)
    withdraw_response(session, gone, at=MONDAY + WEEK)
    session.commit()
    refresh(session, journey, MONDAY + WEEK)

    after = map_view(session, journey, at=MONDAY + WEEK, period="last")
    assert after.figures == before.figures
    assert (before.late, after.late) == (0, 2)
    live = map_view(session, journey, at=MONDAY + WEEK, period="2026-11-02..2026-11-07")
    assert live.figures.level.responses == 4


def test_the_same_answers_make_the_same_snapshot_whenever_it_is_made(
    session: Session, link: Link, journey: Journey
) -> None:
    ratings(session, link, MONDAY, 5, 4, 1)
    refresh(session, journey, MONDAY + WEEK)
    [first] = snapshots(session)
    made = (first.input_hash, first.figures, first.computed_at)
    session.delete(first)
    session.commit()

    refresh(session, journey, MONDAY + WEEK + timedelta(days=3))

    [again] = snapshots(session)
    assert (again.input_hash, again.figures) == made[:2]
    assert again.computed_at != made[2]


def test_a_change_between_two_closed_weeks_gets_its_verdict(
    session: Session, link: Link, journey: Journey
) -> None:
    ratings(session, link, MONDAY, *[5] * 60)
    ratings(session, link, MONDAY + WEEK, *[1] * 60)

    result = refresh(session, journey, MONDAY + 2 * WEEK)

    assert {"place": "touchpoint", "key": "purchase-point", "metric": "csat", "is": "worse"} in (
        result.closed[1].changes
    )
    shown = map_view(session, journey, at=MONDAY + 2 * WEEK, period="last")
    verdict = shown.figures.stages[0].touchpoints[0].level.figures["csat"].verdict
    assert verdict is not None
    assert (verdict.judgement, verdict.against) == ("worse", "2026-W45")


def test_a_live_period_has_no_verdicts(session: Session, link: Link, journey: Journey) -> None:
    ratings(session, link, MONDAY, *[5] * 60)
    refresh(session, journey, MONDAY + WEEK)
    ratings(session, link, MONDAY + WEEK, *[1] * 60)
    for period in ("all", "open", "2026-11-09..2026-11-10"):
        shown = map_view(session, journey, at=MONDAY + WEEK, period=period)
        assert shown.figures.stages[0].level.figures["csat"].verdict is None


def test_weights_are_frozen_by_the_first_closed_period(
    session: Session, make: Factory, link: Link, journey: Journey
) -> None:
    other = make.touchpoint(journey.stages[0], position=1)
    second = make.link(link.survey, touchpoint=other)
    ratings(session, link, MONDAY, *[5] * 10)
    ratings(session, second, MONDAY, *[1] * 10)
    refresh(session, journey, MONDAY + WEEK)
    ratings(session, second, MONDAY + WEEK, *[1] * 90)

    shown = map_view(session, journey, at=MONDAY + WEEK, period="all")

    assert shown.figures.stages[0].level.figures["csat"].value == pytest.approx(0.5)
    assert shown.figures.stages[0].level.figures["csat"].n == 110


def test_texts_still_to_be_read_are_counted_but_not_waited_for(
    session: Session, link: Link, journey: Journey
) -> None:
    read = answer(session, link, at=MONDAY, csat=4, comment="0.5 so")
    answer(session, link, at=MONDAY, csat=4, comment="0.7 so")
    read_texts(session, [read.id], at=MONDAY, read=reading_with(Numbered()))
    session.commit()

    assert refresh(session, journey, MONDAY + WEEK).pending == 1

    [snapshot] = snapshots(session)
    assert snapshot.params["pending"] == 1
    assert map_view(session, journey, at=MONDAY + WEEK, period="last").pending == 1


def test_a_scheduled_job_closes_what_is_due_and_says_what(
    session: Session, link: Link, journey: Journey
) -> None:
    ratings(session, link, MONDAY, 5)
    job = enqueue(session, "refresh_map", {"journey_id": journey.id}, at=MONDAY)

    result = refresh_on_schedule(session, job, at=MONDAY + WEEK)

    assert result == {
        "closed": [{"number": 1, "period": "2026-W45", "responses": 1, "changes": []}],
        "skipped": None,
        "pending": 0,
    }


def test_a_job_of_a_retired_journey_does_nothing(
    session: Session, link: Link, journey: Journey
) -> None:
    ratings(session, link, MONDAY, 5)
    journey.retired_at = MONDAY
    job = enqueue(session, "refresh_map", {"journey_id": journey.id}, at=MONDAY)
    assert refresh_on_schedule(session, job, at=MONDAY + WEEK)["skipped"] == "no_journey"


def test_a_closed_map_keeps_the_structure_it_was_closed_with(
    session: Session, link: Link, journey: Journey
) -> None:
    ratings(session, link, MONDAY, 5)
    refresh(session, journey, MONDAY + WEEK)
    place = journey.stages[0].touchpoints[0]
    place.stage_id = journey.stages[1].id
    session.commit()
    session.expire_all()

    closed = map_view(session, journey, at=MONDAY + WEEK, period="last")
    live = map_view(session, journey, at=MONDAY + WEEK, period="all")

    assert [len(stage.touchpoints) for stage in closed.figures.stages] == [1, 1]
    assert [len(stage.touchpoints) for stage in live.figures.stages] == [0, 2]


def test_viewers_see_nothing_before_a_period_is_closed(
    session: Session, link: Link, journey: Journey
) -> None:
    ratings(session, link, MONDAY, 5)
    with pytest.raises(NoClosedPeriodError):
        map_view(session, journey, at=MONDAY, period="last", audience=VIEWERS)


@pytest.mark.parametrize("period", ["all", "open", "2026-11-02..2026-11-04"])
def test_viewers_see_no_open_period(
    session: Session, link: Link, journey: Journey, period: str
) -> None:
    ratings(session, link, MONDAY, 5)
    refresh(session, journey, MONDAY + WEEK)
    with pytest.raises(UnknownPeriodError):
        map_view(session, journey, at=MONDAY + WEEK, period=period, audience=VIEWERS)


def test_viewers_see_no_figure_of_fewer_than_five_answers(
    session: Session, link: Link, journey: Journey
) -> None:
    ratings(session, link, MONDAY, 5, 5, 5, 5)
    refresh(session, journey, MONDAY + WEEK)
    shown = map_view(session, journey, at=MONDAY + WEEK, period="last", audience=VIEWERS)
    figure = shown.figures.stages[0].touchpoints[0].level.figures["csat"]
    assert (figure.tier, figure.n, figure.value) == ("hidden", None, None)


def test_moving_the_start_of_the_week_loses_no_day(
    session: Session, link: Link, journey: Journey
) -> None:
    ratings(session, link, MONDAY, 5)
    refresh(session, journey, MONDAY + WEEK)
    journey.week_starts_on = 6  # Sunday

    refresh(session, journey, MONDAY + 3 * WEEK)

    days = [(one.period_from, one.period_to) for one in snapshots(session)]
    assert days == [
        (date(2026, 11, 2), date(2026, 11, 8)),
        (date(2026, 11, 9), date(2026, 11, 14)),
        (date(2026, 11, 15), date(2026, 11, 21)),
    ]


@pytest.mark.parametrize("starts_on", range(7))
def test_weeks_lie_side_by_side(starts_on: int) -> None:
    for offset in range(14):
        day = date(2026, 11, 2) + timedelta(days=offset)
        first, last = week_start(day, starts_on), week_end(day, starts_on)
        assert first <= day <= last
        assert (last - first).days == 6
        assert first.weekday() == starts_on
    found = list(due_periods(date(2026, 11, 4), date(2026, 12, 4), starts_on))
    for (_, last), (first, _) in pairwise(found):
        assert first - last == timedelta(days=1)


def test_periods_have_names_for_programs() -> None:
    assert label(date(2026, 12, 28), date(2027, 1, 3)) == "2026-W53"
    assert label(date(2026, 11, 9), date(2026, 11, 14)) == "2026-11-09..2026-11-14"


@pytest.mark.parametrize(
    "text", ["", "..", "2026-11-01", "2026-11-02..2026-11-01", "x..y", "2026-13-01..2026-13-02"]
)
def test_words_that_name_no_days_are_refused(text: str) -> None:
    with pytest.raises(UnknownPeriodError):
        parse_days(text)

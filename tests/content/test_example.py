from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import sqrt
from statistics import mean, variance

import pytest

from cjm_feedback.content.channels import CHANNELS
from cjm_feedback.content.example import (
    EXAMPLE_LINKS,
    FRONT_LINK,
    REST_DAYS,
    TIMEZONE,
    ExampleAnswer,
    example_answers,
)
from cjm_feedback.content.example_comments import example_comments
from cjm_feedback.content.example_story import STORY
from cjm_feedback.content.journeys import SHOP
from tests.content.matching import persona_of

UNTIL = date(2026, 11, 21)
ANSWERS = tuple(example_answers(UNTIL))
COMMENTS = {comment.text: comment for comment in example_comments()}
SEEDS = (1, 2, 3)


def words_of(answer: ExampleAnswer) -> str | None:
    words = answer.answers.get("comment", answer.answers.get("thoughts"))
    assert words is None or isinstance(words, str)
    return words


def week_of(answer: ExampleAnswer) -> int:
    first = UNTIL - timedelta(days=7 * STORY.weeks - 1)
    return (answer.received_at.astimezone(TIMEZONE).date() - first).days // 7 + 1


def ratings(answers: Iterable[ExampleAnswer]) -> list[int]:
    return [int(one.answers["csat"]) for one in answers if "csat" in one.answers]


def standard_errors_apart(left: list[int], right: list[int]) -> float:
    error = sqrt(variance(left) / len(left) + variance(right) / len(right))
    return (mean(left) - mean(right)) / error


def test_the_same_day_and_seed_give_the_same_answers() -> None:
    assert tuple(example_answers(UNTIL)) == ANSWERS


def test_another_seed_gives_other_answers() -> None:
    assert tuple(example_answers(UNTIL, seed=1)) != ANSWERS


def test_another_day_moves_the_answers_and_keeps_what_they_say() -> None:
    later = tuple(example_answers(UNTIL + timedelta(days=1)))

    assert [one.external_id for one in later] == [one.external_id for one in ANSWERS]
    assert [one.answers for one in later] == [one.answers for one in ANSWERS]


def test_a_change_of_clocks_does_not_change_what_is_said() -> None:
    spring = tuple(example_answers(date(2027, 4, 20)))

    assert [one.answers for one in spring] == [one.answers for one in ANSWERS]
    assert {one.received_at.astimezone(TIMEZONE).utcoffset() for one in spring} == {
        timedelta(hours=1),
        timedelta(hours=2),
    }


def test_there_are_enough_answers_with_their_own_ids_in_order() -> None:
    assert len(ANSWERS) >= 1200
    assert len({one.external_id for one in ANSWERS}) == len(ANSWERS)
    assert sorted(ANSWERS, key=lambda one: one.received_at) == list(ANSWERS)


def test_answers_fill_twelve_weeks_in_waking_hours_in_prague() -> None:
    for answer in ANSWERS:
        assert answer.received_at.tzinfo is UTC
        assert 7 <= answer.received_at.astimezone(TIMEZONE).hour < 22
    days = {one.received_at.astimezone(TIMEZONE).date() for one in ANSWERS}
    assert min(days) >= UNTIL - timedelta(days=83)
    assert max(days) == UNTIL
    assert {week_of(one) for one in ANSWERS} == set(range(1, 13))


def test_no_answer_comes_after_the_last_day() -> None:
    end = datetime(2026, 11, 22, tzinfo=TIMEZONE)

    assert all(one.received_at < end for one in ANSWERS)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_answer_is_valid_in_its_survey(seed: int) -> None:
    surveys = {survey.key: survey for survey in SHOP.surveys}
    for answer in example_answers(UNTIL, seed):
        survey = surveys[answer.survey]
        assert survey is SHOP.survey_of(answer.touchpoint)
        for key, value in answer.answers.items():
            assert survey.question(key).accepts(value), (answer.external_id, key)
        required = {question.key for question in survey.questions if question.required}
        assert required <= answer.answers.keys()


def test_every_answer_came_by_a_link_and_every_link_was_used() -> None:
    used = {(one.survey, one.touchpoint, one.channel) for one in ANSWERS}

    assert used == set(EXAMPLE_LINKS)
    assert {channel for _, _, channel in EXAMPLE_LINKS} <= {channel.key for channel in CHANNELS}


def test_the_link_shown_first_asks_for_satisfaction_and_a_comment() -> None:
    assert FRONT_LINK in EXAMPLE_LINKS
    survey = next(survey for survey in SHOP.surveys if survey.key == FRONT_LINK[0])
    assert survey.question("csat").required
    assert survey.question("comment").type == "long_text"


def test_all_languages_and_touchpoints_take_part() -> None:
    languages = Counter(one.language for one in ANSWERS)
    touchpoints = Counter(one.touchpoint for one in ANSWERS)

    assert min(languages[code] for code in ("cs", "pl", "ru", "en")) >= 200
    assert set(touchpoints) == {point.key for point in SHOP.touchpoints}
    assert min(touchpoints.values()) >= 45


@pytest.mark.parametrize("seed", SEEDS)
def test_about_three_in_five_answers_carry_words(seed: int) -> None:
    answers = list(example_answers(UNTIL, seed))

    share = sum(words_of(one) is not None for one in answers) / len(answers)

    assert 0.55 <= share <= 0.65


def test_words_stand_in_answers_they_fit() -> None:
    for answer in ANSWERS:
        words = words_of(answer)
        if words is None:
            continue
        comment = COMMENTS[words]
        assert (comment.language, comment.touchpoint) == (answer.language, answer.touchpoint)
        assert comment.channel in (None, answer.channel)
        assert comment.from_week <= week_of(answer) <= comment.to_week
        score = answer.answers.get("csat")
        if score is not None:
            assert comment.sign != "neg" or int(score) <= 2
            assert comment.sign != "pos" or int(score) >= 4
        assert answer.answers.get("emotion") in (None, comment.emotion)


def test_the_same_words_come_back_rarely_and_late() -> None:
    days: defaultdict[str, list[date]] = defaultdict(list)
    for answer in ANSWERS:
        words = words_of(answer)
        if words is not None:
            days[words].append(answer.received_at.astimezone(TIMEZONE).date())

    assert len(days) >= 320
    for used_on in days.values():
        gaps = [later - earlier for earlier, later in pairwise(used_on)]
        assert all(gap >= timedelta(days=REST_DAYS) for gap in gaps)


def test_most_people_are_content() -> None:
    scores = Counter(ratings(ANSWERS))

    assert scores[4] + scores[5] > 0.55 * scores.total()
    assert min(scores.values()) > 0.05 * scores.total()


@pytest.mark.parametrize("seed", SEEDS)
def test_r21_delivery_gets_clearly_worse_from_the_told_week_on(seed: int) -> None:
    told = [one for one in example_answers(UNTIL, seed) if one.touchpoint == STORY.worse_touchpoint]
    before = ratings(one for one in told if week_of(one) < STORY.worse_from_week)
    after = ratings(one for one in told if week_of(one) >= STORY.worse_from_week)

    assert mean(before) - mean(after) > 1
    assert standard_errors_apart(before, after) > 5


@pytest.mark.parametrize("seed", SEEDS)
def test_r21_payment_gets_clearly_better_from_the_told_week_on(seed: int) -> None:
    told = [
        one for one in example_answers(UNTIL, seed) if one.touchpoint == STORY.better_touchpoint
    ]
    before = ratings(one for one in told if week_of(one) < STORY.better_from_week)
    after = ratings(one for one in told if week_of(one) >= STORY.better_from_week)

    assert mean(after) - mean(before) > 0.7
    assert standard_errors_apart(after, before) > 3


@pytest.mark.parametrize("seed", SEEDS)
def test_r03_one_persona_is_less_happy_than_each_other_all_along(seed: int) -> None:
    by_persona: defaultdict[tuple[str | None, int], list[int]] = defaultdict(list)
    everywhere: defaultdict[str | None, list[int]] = defaultdict(list)
    for answer in example_answers(UNTIL, seed):
        persona = persona_of(answer.channel, answer.answers)
        by_persona[persona, (week_of(answer) - 1) // 4].extend(ratings([answer]))
        everywhere[persona].extend(ratings([answer]))

    unhappy = STORY.unhappy_persona
    for persona in ("family", "collector"):
        assert standard_errors_apart(everywhere[persona], everywhere[unhappy]) > 2.5
    for month in range(3):
        assert mean(by_persona["family", month]) - mean(by_persona[unhappy, month]) > 0.3


def test_r35_the_unhappy_persona_recommends_less() -> None:
    scores: defaultdict[str | None, list[int]] = defaultdict(list)
    for answer in ANSWERS:
        if "nps" in answer.answers:
            scores[persona_of(answer.channel, answer.answers)].append(int(answer.answers["nps"]))

    assert mean(scores["family"]) - mean(scores[STORY.unhappy_persona]) > 0.5
    assert mean(scores["collector"]) - mean(scores[STORY.unhappy_persona]) > 0.5


def test_the_rest_of_the_shop_stays_as_it_was() -> None:
    steady = [
        one
        for one in ANSWERS
        if one.touchpoint not in (STORY.worse_touchpoint, STORY.better_touchpoint)
    ]
    early = ratings(one for one in steady if week_of(one) <= 6)
    late = ratings(one for one in steady if week_of(one) > 6)

    assert abs(mean(early) - mean(late)) < 0.3

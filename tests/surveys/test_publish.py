"""What may be published, and what publishing does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cjm_feedback.content.surveys import DISCOVERY, LOYALTY, PURCHASE, STAGE_SURVEYS, VISIT
from cjm_feedback.content.templates import ChoiceTemplate, QuestionTemplate, SurveyTemplate
from cjm_feedback.surveys.models import Question, Revision
from cjm_feedback.surveys.services import (
    LinkMismatchError,
    close_survey,
    create_link,
    create_survey,
    publish_revision,
)
from cjm_feedback.surveys.wording import InvalidWordingError, MissingTranslationError, content_hash
from tests.conftest import NOW
from tests.factories import LANGUAGES, Factory, said


def asking(*questions: QuestionTemplate) -> SurveyTemplate:
    return replace(PURCHASE, questions=questions)


def choices(*keys: str) -> tuple[ChoiceTemplate, ...]:
    return tuple(ChoiceTemplate(key, said(key)) for key in keys)


@pytest.mark.both_databases
def test_a_template_becomes_a_survey_with_its_first_revision(
    session: Session, make: Factory
) -> None:
    journey = make.journey()

    survey = create_survey(session, journey, DISCOVERY, slug="discovery", at=NOW)

    session.commit()
    session.expire_all()
    (revision,) = survey.revisions
    assert (revision.number, revision.languages) == (1, list(LANGUAGES))
    assert survey.name == DISCOVERY.title
    assert survey.is_open(NOW)
    assert [question.key for question in revision.questions] == [
        question.key for question in DISCOVERY.questions
    ]
    assert revision.questions[0].option_keys == tuple(
        choice.key for choice in DISCOVERY.questions[0].choices
    )


@pytest.mark.parametrize("template", [*STAGE_SURVEYS, VISIT], ids=lambda template: template.key)
def test_every_default_survey_can_be_published(
    session: Session, make: Factory, template: SurveyTemplate
) -> None:
    assert create_survey(session, make.journey(), template, slug="s", at=NOW).id


def test_each_publishing_is_the_next_revision_and_changes_none_before(
    session: Session, make: Factory
) -> None:
    survey = create_survey(session, make.journey(), PURCHASE, slug="s", at=NOW)
    first = survey.revisions[0]

    second = publish_revision(session, survey, LOYALTY, at=NOW)

    assert (first.number, second.number) == (1, 2)
    assert first.title == PURCHASE.title
    assert survey.revisions == [first, second]


def test_the_same_content_is_the_same_revision(session: Session, make: Factory) -> None:
    survey = create_survey(session, make.journey(), PURCHASE, slug="s", at=NOW)

    again = publish_revision(session, survey, PURCHASE, at=NOW)
    fewer = publish_revision(session, survey, PURCHASE, at=NOW, languages=["cs", "pl"])

    assert again == survey.revisions[0]
    assert (fewer.number, fewer.languages) == (2, ["cs", "pl"])


def test_the_hash_tells_every_change_of_content() -> None:
    first = PURCHASE.questions[0]
    changed = [
        PURCHASE,
        replace(PURCHASE, title=said("other")),
        replace(PURCHASE, intro={}),
        replace(PURCHASE, questions=PURCHASE.questions[1:]),
        replace(PURCHASE, questions=PURCHASE.questions[::-1]),
        asking(replace(first, required=False), *PURCHASE.questions[1:]),
        asking(replace(first, help=said("help")), *PURCHASE.questions[1:]),
        asking(replace(first, choices=first.choices[:-1]), *PURCHASE.questions[1:]),
    ]

    assert len({content_hash(wording, LANGUAGES) for wording in changed}) == len(changed)


@pytest.mark.parametrize(
    ("wording", "missing"),
    [
        (replace(PURCHASE, title={**PURCHASE.title, "ru": " "}), [("title", "ru")]),
        (
            replace(PURCHASE, thanks={"cs": "Díky"}),
            [("thanks", code) for code in ("pl", "ru", "en")],
        ),
        (
            asking(QuestionTemplate("a", "long_text", {"cs": "A?", "pl": "A?", "en": "A?"})),
            [("a.text", "ru")],
        ),
        (
            asking(
                QuestionTemplate(
                    "a",
                    "single_choice",
                    said("a"),
                    choices=(*choices("x"), ChoiceTemplate("y", {"cs": "Y", "ru": "Y", "en": "Y"})),
                )
            ),
            [("a.y", "pl")],
        ),
    ],
    ids=["title", "thanks", "question", "option"],
)
def test_a_missing_translation_blocks_publishing(
    session: Session,
    make: Factory,
    wording: SurveyTemplate,
    missing: Sequence[tuple[str, str]],
) -> None:
    survey = make.survey()

    with pytest.raises(MissingTranslationError) as refusal:
        publish_revision(session, survey, wording, at=NOW)

    assert refusal.value.missing == tuple(missing)
    assert len(session.scalars(select(Revision)).all()) == 1


def test_words_in_a_language_that_is_not_offered_are_not_missed(
    session: Session, make: Factory
) -> None:
    wording = replace(PURCHASE, title={"cs": "Jak to šlo?"})

    revision = publish_revision(session, make.survey(), wording, at=NOW, languages=["cs"])

    assert revision.languages == ["cs"]


BAD_WORDINGS: dict[str, tuple[SurveyTemplate, str]] = {
    "no question": (asking(), "needs a question"),
    "two of a name": (
        asking(
            QuestionTemplate("a", "long_text", said("a")),
            QuestionTemplate("a", "short_text", said("a")),
        ),
        "two questions are called a",
    ),
    "two ratings": (
        asking(QuestionTemplate("a", "csat", said("a")), QuestionTemplate("b", "csat", said("b"))),
        "csat is asked twice",
    ),
    "a name with a dash": (asking(QuestionTemplate("form-token", "csat", said("a"))), "is no key"),
    "a name in capitals": (asking(QuestionTemplate("Csat", "csat", said("a"))), "is no key"),
    "an unknown type": (
        asking(QuestionTemplate("a", "matrix", said("a"))),  # type: ignore[arg-type]
        "unknown type",
    ),
    "one option": (
        asking(QuestionTemplate("a", "single_choice", said("a"), choices=choices("x"))),
        "needs two options",
    ),
    "the same option twice": (
        asking(QuestionTemplate("a", "single_choice", said("a"), choices=choices("x", "x"))),
        "same option twice",
    ),
    "an option that is no key": (
        asking(QuestionTemplate("a", "single_choice", said("a"), choices=choices("x", "a:b"))),
        "no key of an option",
    ),
    "a label off the scale": (
        asking(QuestionTemplate("a", "nps", said("a"), choices=choices("0", "11"))),
        "no point '11'",
    ),
    "an unknown emotion": (
        asking(QuestionTemplate("a", "emotion", said("a"), choices=choices("envy"))),
        "no point 'envy'",
    ),
}


@pytest.mark.parametrize(("wording", "fault"), BAD_WORDINGS.values(), ids=BAD_WORDINGS)
def test_what_cannot_be_asked_is_not_published(
    session: Session, make: Factory, wording: SurveyTemplate, fault: str
) -> None:
    with pytest.raises(InvalidWordingError, match=fault):
        publish_revision(session, make.survey(), wording, at=NOW)


@pytest.mark.parametrize("languages", [[], ["cs", "cs"]], ids=["none", "twice"])
def test_a_survey_speaks_each_of_its_languages_once(
    session: Session, make: Factory, languages: list[str]
) -> None:
    with pytest.raises(InvalidWordingError, match="languages"):
        publish_revision(session, make.survey(), PURCHASE, at=NOW, languages=languages)


def test_a_question_keeps_its_type_over_all_revisions(session: Session, make: Factory) -> None:
    survey = make.survey()
    publish_revision(session, survey, LOYALTY, at=NOW)

    with pytest.raises(InvalidWordingError, match="csat was asked as csat"):
        publish_revision(
            session, survey, asking(QuestionTemplate("csat", "nps", said("a"))), at=NOW
        )

    assert {question.type for question in session.scalars(select(Question))} >= {"csat", "nps"}


def test_a_link_belongs_to_a_touchpoint_and_a_channel_of_the_journey(
    session: Session, make: Factory
) -> None:
    journey = make.journey()
    survey, channel = make.survey(journey=journey), make.channel(workspace=journey.workspace)
    touchpoint = journey.stages[0].touchpoints[0]

    links = [
        create_link(session, survey, touchpoint, channel, at=NOW, campaign="spring")
        for _ in range(50)
    ]

    assert len({link.public_id for link in links}) == 50
    assert all(link.public_id.isalnum() and len(link.public_id) == 12 for link in links)
    assert links[0].campaign == "spring"


def test_a_link_to_somebody_elses_touchpoint_or_channel_is_refused(
    session: Session, make: Factory
) -> None:
    journey, other = make.journey(), make.journey()
    survey, whole = make.survey(journey=journey), make.survey(journey=journey, scope="journey")
    touchpoint, channel = (
        journey.stages[0].touchpoints[0],
        make.channel(workspace=journey.workspace),
    )

    for wrong in (
        (survey, other.stages[0].touchpoints[0], channel),
        (survey, touchpoint, make.channel(workspace=other.workspace)),
        (survey, None, channel),
        (whole, touchpoint, channel),
    ):
        with pytest.raises(LinkMismatchError):
            create_link(session, *wrong, at=NOW)
    assert create_link(session, whole, None, channel, at=NOW).id


def test_a_closed_survey_is_closed_from_that_moment_on(session: Session, make: Factory) -> None:
    survey = make.survey()

    close_survey(session, survey, at=NOW)

    assert not survey.is_open(NOW)

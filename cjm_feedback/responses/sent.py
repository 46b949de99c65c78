"""What a customer's browser sent, read as far as it can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask import request
from sqlalchemy.orm import Session

from cjm_feedback.responses import tokens
from cjm_feedback.responses.forms import TOKEN_FIELD, SurveyForm, survey_form
from cjm_feedback.responses.page import choose_language, speak
from cjm_feedback.responses.tokens import FormToken
from cjm_feedback.surveys.published import PublishedSurvey, find_published


@dataclass(frozen=True)
class Sent:
    """`survey` is the revision that the person began, `token` one for the next try."""

    survey: PublishedSurvey
    form: SurveyForm
    token: FormToken
    trouble: Literal["expired", "unknown"] | None


def read_sent(session: Session, current: PublishedSurvey, *, switching: bool = False) -> Sent:
    """The form as it was sent, in the language in which it was begun, or is gone on with."""
    token = tokens.read(request.form.get(TOKEN_FIELD, ""), current.public_id)
    survey = _begun(session, current, token)
    if token is None or switching or token.language not in survey.languages:
        language = choose_language(survey)
    else:
        language = token.language
    speak(language)
    following = token or tokens.new_token(survey.public_id, survey.revision_number, language)
    return Sent(
        survey=survey,
        form=survey_form(survey, language, request.form),
        token=following.spoken(language),
        trouble="unknown" if token is None else "expired" if token.expired else None,
    )


def _begun(session: Session, current: PublishedSurvey, token: FormToken | None) -> PublishedSurvey:
    if token is None or token.revision == current.revision_number:
        return current
    return find_published(session, current.public_id, revision=token.revision) or current

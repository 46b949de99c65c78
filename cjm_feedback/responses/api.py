"""Surveys for other programs: what is asked, and taking an answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Blueprint as PlainBlueprint
from flask import Flask, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_smorest import Blueprint

from cjm_feedback.accounts.access import PUBLIC, declare_library_route, public
from cjm_feedback.clock import utc_now
from cjm_feedback.extensions import api, csrf, db
from cjm_feedback.questionnaire.cleaning import clean_answers
from cjm_feedback.questionnaire.types import REGISTRY
from cjm_feedback.responses.api_docs import operations_of
from cjm_feedback.responses.messages import message_for
from cjm_feedback.responses.page import choose_language, draw, readers_language, speak
from cjm_feedback.responses.schemas import (
    ProblemSchema,
    ReceiptSchema,
    SubmissionSchema,
    SurveySchema,
)
from cjm_feedback.responses.services import KeyReusedError, SurveyClosedError, submit_by_link
from cjm_feedback.responses.views import PUBLIC_ID
from cjm_feedback.surveys.published import (
    PublishedQuestion,
    PublishedSurvey,
    find_published,
    forget,
)
from cjm_feedback.web.problems import problem
from cjm_feedback.web.strict_json import StrictJsonError, loads

SETTINGS = {
    "API_TITLE": "CJM Feedback",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
}
SOURCE = "api"
KEY_HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x20-\x7e]{1,200}")
PROBLEM = "application/problem+json"

View = TypeVar("View", bound=Callable[..., Any])

bp = Blueprint("api_surveys", __name__, url_prefix="/api/v1/surveys", description="Surveys")
# Programs send no cookie, so there is no session that a foreign page could borrow.
csrf.exempt(bp)
docs_bp = PlainBlueprint("api_pages", __name__)


def init_app(app: Flask) -> None:
    """Before `problems.init_app`: flask-smorest would answer errors in a form of its own."""
    app.config.from_mapping(SETTINGS)
    api.DEFAULT_ERROR_RESPONSE_NAME = None  # each operation names the problems it answers with
    api.init_app(app)
    api.register_blueprint(bp)
    app.register_blueprint(docs_bp)
    declare_library_route("api-docs.openapi_json", PUBLIC)


def refuses(*statuses: HTTPStatus) -> Callable[[View], View]:
    """Describe the problems that an operation may answer with."""

    def describe(view: View) -> View:
        for status in statuses:
            view = bp.alt_response(status.value, schema=ProblemSchema, content_type=PROBLEM)(view)
        return view

    return describe


@bp.get("/<public_id>", tags=["Surveys"])
@bp.doc(summary="What a link asks")
@bp.response(200, SurveySchema)
@refuses(HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
@public
def show(public_id: str) -> dict[str, Any] | Response:
    survey = _find_survey(public_id)
    speak(choose_language(survey))
    if not survey.is_open(utc_now()):
        return _closed()
    return {
        "public_id": survey.public_id,
        "survey": survey.slug,
        "revision": survey.revision_number,
        "languages": survey.languages,
        "title": survey.title,
        "questions": [_described(question) for question in survey.questions],
    }


@bp.post("/<public_id>/responses", tags=["Surveys"])
@bp.doc(
    summary="Send an answer",
    description=(
        "The same key with the same body gives the same receipt, however often it is sent: after"
        " a time-out simply send it again. The same key with another body is refused."
    ),
    parameters=[
        {
            "in": "header",
            "name": KEY_HEADER,
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            "description": "Names this attempt; your choice, for instance a random UUID.",
        }
    ],
    requestBody={
        "required": True,
        "content": {
            "application/json": {
                "schema": SubmissionSchema,
                "example": {"language": "cs", "answers": {"csat": 2, "comment": "…"}},
            }
        },
    },
)
@bp.response(201, ReceiptSchema)
@refuses(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.GONE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
@public
def respond(public_id: str) -> dict[str, Any] | Response:
    survey = _find_survey(public_id)
    speak(choose_language(survey))
    try:
        key, submission = _read_key(), _read_submission(survey)
    except BadRequestError as error:
        return problem(error.status, error.detail, errors=error.errors)
    cleaned = clean_answers(survey.questions, submission.answers)
    if cleaned.errors:
        errors = {name: [message_for(error)] for name, error in cleaned.errors.items()}
        return problem(422, _("Some answers cannot be taken."), errors=errors)
    try:
        receipt = submit_by_link(
            db.session(),
            survey,
            language=submission.language,
            answers=cleaned.values,
            key=key,
            source=SOURCE,
            at=utc_now(),
        )
        db.session.commit()
    except SurveyClosedError:
        forget(survey.survey_id)
        return _closed()
    except KeyReusedError:
        return problem(409, _("This key came with another body before."))
    return {"receipt": receipt.code}


@docs_bp.get("/api/v1/docs")
@public
def docs() -> ResponseReturnValue:
    speak(readers_language())
    return draw("responses/api_docs.html", operations=operations_of(api.spec.to_dict()))


class BadRequestError(Exception):
    def __init__(
        self, status: int, detail: str, errors: dict[str, list[str]] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, errors


@dataclass(frozen=True)
class Submission:
    language: str
    answers: dict[str, object]


def _find_survey(public_id: str) -> PublishedSurvey:
    if not PUBLIC_ID.fullmatch(public_id):
        abort(404)
    return find_published(db.session(), public_id) or abort(404)


def _read_key() -> str:
    key = request.headers.get(KEY_HEADER, "").strip()
    if not KEY.fullmatch(key):
        raise BadRequestError(
            400, _("Send a header Idempotency-Key of 1 to 200 printable ASCII characters.")
        )
    return key


def _read_submission(survey: PublishedSurvey) -> Submission:
    """The body, in the language it names, which is the language of complaints about it too."""
    if request.mimetype != "application/json":
        raise BadRequestError(415, _("Send the body as application/json."))
    try:
        body = loads(request.get_data())
    except StrictJsonError as error:
        raise BadRequestError(400, error.reason) from None
    if not isinstance(body, dict) or not isinstance(body.get("answers"), dict):
        raise BadRequestError(422, _("Send an object with “answers”, itself an object."))
    language = _read_language(survey, body)
    _refuse_unknown(body)
    return Submission(language, body["answers"])


def _read_language(survey: PublishedSurvey, body: dict[str, Any]) -> str:
    language = body.get("language")
    if language is None:
        return choose_language(survey)
    if not isinstance(language, str) or language not in survey.languages:
        offered = ", ".join(survey.languages)
        errors = {"language": [_("This survey speaks %(languages)s.", languages=offered)]}
        raise BadRequestError(422, _("Some answers cannot be taken."), errors)
    speak(language)
    return language


def _refuse_unknown(body: dict[str, Any]) -> None:
    unknown = sorted(set(body) - {"language", "answers"})[:5]
    if unknown:
        errors = {name[:60]: [_("There is no such field.")] for name in unknown}
        raise BadRequestError(422, _("Some answers cannot be taken."), errors)


def _closed() -> Response:
    return problem(410, _("This survey takes no answers now."))


def _described(question: PublishedQuestion) -> dict[str, Any]:
    described: dict[str, Any] = {
        "key": question.key,
        "type": question.type,
        "required": question.required,
        "text": question.text,
    }
    choices = REGISTRY[question.type].choices(question.option_keys)
    if choices:
        described["choices"] = list(choices)
    if question.choices:
        described["labels"] = {choice.key: choice.text for choice in question.choices}
    return described

"""Drawing what customers see: pages that stand alone, without script, cookie or second request."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask import Response, current_app, g, render_template, request
from flask_babel import get_locale, refresh
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import RadioField

from cjm_feedback.responses import tokens
from cjm_feedback.responses.forms import TOKEN_FIELD, TRAP_FIELD, SurveyForm, ends_of, survey_form
from cjm_feedback.responses.hyphens import soft_hyphenated
from cjm_feedback.responses.tokens import FormToken
from cjm_feedback.surveys.published import PublishedSurvey
from cjm_feedback.web.headers import respondent_policy
from cjm_feedback.web.languages import FALLBACK, LANGUAGES

TOKEN_PLACE = f"token-{secrets.token_hex(8)}"
"""Stands in a page kept in memory where each opening gets its own token."""
PAGES_KEPT = 400
# From very glad to very angry: which of the five faces' colours a feeling has.
EMOTION_SHADES = {
    "delight": 5,
    "joy": 5,
    "trust": 4,
    "relief": 4,
    "neutral": 3,
    "surprise": 3,
    "confusion": 2,
    "worry": 2,
    "disappointment": 1,
    "anger": 1,
}


@dataclass(frozen=True)
class Trouble:
    """What is wrong with the answer to a question; `target` is the id of its first control."""

    target: str
    question: str
    message: str


@dataclass(frozen=True)
class Style:
    """The stylesheet as it stands in the page, and the digest by which the browser knows it."""

    text: Markup
    digest: str


@cache
def read_style(path: Path) -> Style:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"\s*\n\s*", "", text)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Style(Markup(text), f"sha256-{digest}")  # noqa: S704 - our own file


def speak(language: str) -> None:
    """Settle the language of this answer."""
    g.language = language
    refresh()


def readers_language() -> str:
    """For pages that belong to no survey."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return str(asked)
    return str(request.accept_languages.best_match(LANGUAGES, FALLBACK))


def choose_language(survey: PublishedSurvey) -> str:
    """What was asked for, else what the browser prefers, else the survey's own language."""
    asked = request.args.get("lang")
    if asked in survey.languages:
        return str(asked)
    return str(request.accept_languages.best_match(survey.languages, survey.default_language))


def say_moment(moment: datetime, timezone: str) -> str:
    """The moment as the clocks show it where the journey takes place."""
    local, locale = moment.astimezone(ZoneInfo(timezone)), get_locale()
    return str(
        _(
            "%(date)s at %(time)s",
            date=format_date(local, "long", locale=locale),
            time=format_time(local, "short", tzinfo=local.tzinfo, locale=locale),
        )
    )


def draw(template: str, **context: object) -> str:
    style = _style()
    g.content_policy = respondent_policy(style.digest)
    return render_template(template, style=style.text, **context)


def draw_message(
    status: int,
    heading: str,
    lines: Sequence[str],
    *,
    survey: PublishedSurvey | None = None,
    **context: object,
) -> Response:
    """A page that says something and, in `kept`, gives back what the person wrote."""
    page = draw("responses/message.html", heading=heading, lines=lines, survey=survey, **context)
    return Response(page, status=status, content_type="text/html; charset=utf-8")


def draw_form(
    survey: PublishedSurvey,
    token: FormToken,
    *,
    form: SurveyForm | None = None,
    notice: str | None = None,
    status: int = 200,
) -> Response:
    """The survey's page in the token's language, with what was typed and what is wrong with it.

    Without either it is the same for everybody but for the token, and kept in memory.
    """
    speak(token.language)
    if form is None and notice is None:
        page = _pages.get(survey, token.language)
    else:
        page = _draw_survey(survey, token.language, form, notice)
    g.content_policy = respondent_policy(_style().digest)
    page = page.replace(TOKEN_PLACE, tokens.sign(token))
    return Response(page, status=status, content_type="text/html; charset=utf-8")


class _Pages:
    """The forms drawn last. A revision never changes, so a drawing stays right."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._pages: OrderedDict[tuple[object, ...], str] = OrderedDict()
        self._lock = Lock()

    def get(self, survey: PublishedSurvey, language: str) -> str:
        key = (
            survey.content_hash,
            survey.public_id,
            survey.brand,
            survey.words(survey.touchpoint_name, language),
            survey.languages,
            language,
            request.script_root,
        )
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
        page = _draw_survey(survey, language, None, None)
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > self._size:
                self._pages.popitem(last=False)
        return page


_pages = _Pages(PAGES_KEPT)


def _draw_survey(
    survey: PublishedSurvey, language: str, form: SurveyForm | None, notice: str | None
) -> str:
    form = form or survey_form(survey, language)
    return draw(
        "responses/show.html",
        survey=survey,
        form=form,
        notice=notice,
        troubles=list(_troubles(form)),
        about=survey.words(survey.touchpoint_name, language),
        title=survey.words(survey.title, language),
        intro=survey.words(survey.intro, language),
        ends={question.key: ends_of(survey, question, language) for question in survey.questions},
        shades=EMOTION_SHADES,
        breakable=partial(soft_hyphenated, language=language),
        token=TOKEN_PLACE,
        token_field=TOKEN_FIELD,
        trap_field=TRAP_FIELD,
    )


def _troubles(form: SurveyForm) -> Iterator[Trouble]:
    yield from (Trouble("", "", str(message)) for message in form.form_errors)
    for _question, field in form.asked():
        target = f"{field.id}-0" if isinstance(field, RadioField) else field.id
        for message in field.errors:
            yield Trouble(target, str(field.label.text), str(message))


def _style() -> Style:
    return read_style(Path(str(current_app.static_folder)) / "css" / "respondent.css")

"""How comments are read: the method, the place to try it, and what answers show of it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from cjm_feedback.analysis import promptly as promptly_module
from cjm_feedback.analysis import views
from cjm_feedback.analysis.playground import SECONDS, Tried, try_comment
from cjm_feedback.analysis.promptly import TooLateError, WorkFailedError, promptly
from cjm_feedback.analysis.quality import measured_quality
from cjm_feedback.analysis.services import ReadComment
from cjm_feedback.analysis.topics import Topics
from cjm_feedback.journeys.models import Journey
from cjm_feedback.responses.models import Response, TextScore, Theme, ThemeHit
from cjm_feedback.sentiment.result import Clause, Evidence, Reading, unscored
from cjm_feedback.surveys.models import Link
from tests.conftest import NOW
from tests.factories import COMMENT, CSAT, NPS, Factory, sign_in
from tests.pages import check_page, open_page, submit
from tests.rollups.answering import answer

HOW = "/reading"
TRY = "/reading/try"
RESPONSES = "/journeys/shop/responses"
FORM = "form[action^='/reading/try']"
TEXT = "Kurýr přišel pozdě, ale byl milý."


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def link(make: Factory) -> Link:
    journey = make.journey(slug="shop")
    return make.link(make.survey(journey=journey, questions=(CSAT, NPS, COMMENT)))


@pytest.fixture
def journey(link: Link) -> Journey:
    return link.survey.journey


@pytest.fixture
def staff(client: FlaskClient, make: Factory, journey: Journey) -> FlaskClient:
    sign_in(client, make.user(workspace=journey.workspace, role="staff"))
    return client


@pytest.fixture
def viewer(client: FlaskClient, make: Factory, journey: Journey) -> FlaskClient:
    sign_in(client, make.user(workspace=journey.workspace, role="viewer"))
    return client


def words_of(page: BeautifulSoup, selector: str = "main") -> str:
    found = page.select_one(selector)
    assert found is not None, selector
    return " ".join(found.get_text(" ", strip=True).split())


def ambivalent(text: str, *, language: str, languages: Sequence[str]) -> Reading:
    """What a good engine might say of `TEXT`."""
    turn = text.index(", ale") if ", ale" in text else len(text) // 2
    return Reading(
        language="cs",
        polarity=-0.4,
        label="mixed",
        confidence=0.55,
        engine="deep-1",
        emotions={"sadness": 0.6, "disgust": 0.7},
        evidence=(Evidence(0, 5, -0.6), Evidence(turn + 6, len(text), 0.5)),
        clauses=(
            Clause(0, turn, -0.6, "negative", {"disgust": 0.7}, ("courier",)),
            Clause(turn + 2, len(text), 0.5, "positive"),
        ),
        themes=("courier",),
        unsure=True,
    )


@pytest.fixture
def read_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cjm_feedback.analysis.topics.reader_for", lambda *asked: ambivalent)


# The method


@pytest.mark.parametrize("language", ["cs", "pl", "ru", "en"])
def test_every_role_may_learn_how_comments_are_read(
    viewer: FlaskClient, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "measured_quality", lambda: None)
    with viewer.session_transaction() as session:
        session["language"] = language
    page = open_page(viewer, HOW)
    assert page.html is not None
    assert page.html["lang"] == language
    assert not page.select(f'a[href="{TRY}"]')
    assert not page.select("main svg.fig")


def test_without_figures_the_page_says_so(
    viewer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "measured_quality", lambda: None)
    text = words_of(open_page(viewer, HOW))
    assert "Not measured yet" in text
    assert "Sarcasm" in text


def test_the_figures_are_drawn_and_stand_in_a_table(
    viewer: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "quality.json"
    row = {"macro_f1": 0.861, "binary_accuracy": 0.95, "n": 160, "ece": 0.03}
    engines = {
        "textblob-1": {"cs": {**row, "macro_f1": 0.2, "low": 0.15, "high": 0.25}},
        "deep-1": {"cs": {**row, "low": 0.81, "high": 0.9}, "en": {**row, "ece": None}},
    }
    file.write_text(
        json.dumps({"engines": engines, "gold": {"n": 640}, "trained_at": "2026-11-22T08:00:00Z"})
    )
    quality = measured_quality(file)
    assert quality is not None
    monkeypatch.setattr(views, "measured_quality", lambda: quality)

    page = open_page(viewer, HOW)

    drawings = page.select("main svg.fig[role=img]")
    assert len(drawings) == 2
    assert all("86.1" in drawing.get_text() for drawing in drawings)
    rows = [words_of(BeautifulSoup(str(row), "html.parser"), "tr") for row in page.select("tr")]
    assert rows[1:] == [
        "Czech Language model 86.1 81.0–90.0 95.0 3.0 160",
        "TextBlob 20.0 15.0–25.0 95.0 3.0 160",
        "English Language model 86.1 95.0 not measured 160",
    ]
    assert "640 comments" in words_of(page)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"engines": []}', '{"engines": {"deep-1": {"cs": {"macro_f1": "x"}}}}'],
)
def test_figures_that_cannot_be_understood_are_no_figures(tmp_path: Path, content: str) -> None:
    file = tmp_path / "quality.json"
    file.write_text(content)
    assert measured_quality(file) is None
    assert measured_quality(tmp_path / "none.json") is None


@pytest.mark.parametrize("path", [RESPONSES, "/journeys/shop/map"])
def test_the_pages_that_show_readings_lead_to_the_method(staff: FlaskClient, path: str) -> None:
    assert open_page(staff, path).select(f'main a[href="{HOW}"]')


# Trying a comment


@pytest.mark.usefixtures("read_well")
def test_a_tried_comment_shows_all_that_was_read(staff: FlaskClient) -> None:
    data = {"comment": TEXT, "rating": "5"}
    page = check_page(submit(staff, TRY, data, selector=FORM))
    text = words_of(page)
    for words in ("mixed", "unsure", "rating and words disagree", "Czech", "55%", "deep-1", "ms"):
        assert words in text, words
    assert "Frustration" in text
    assert "Disappointment" in text
    marks = [mark.get_text() for mark in page.select("#result .said mark")]
    assert marks == ["complaint: Kurýr1", "praise: byl milý.2"]
    clauses = [words_of(BeautifulSoup(str(r), "html.parser"), "tr") for r in page.select("tr")]
    assert any("Kurýr přišel pozdě" in row and "negative" in row for row in clauses)
    assert page.select_one("#result svg[role=img]") is not None
    area = page.select_one("textarea")
    assert area is not None
    assert area.get_text().strip() == TEXT


@pytest.mark.usefixtures("read_well")
def test_nothing_of_a_tried_comment_is_kept(staff: FlaskClient, session: Session) -> None:
    submit(staff, TRY, {"comment": TEXT}, selector=FORM)
    assert session.query(TextScore).count() == session.query(Response).count() == 0
    assert TEXT not in staff.get(TRY).text


@pytest.mark.usefixtures("read_well")
def test_themes_have_the_names_of_the_journey(
    staff: FlaskClient, session: Session, journey: Journey
) -> None:
    name = {"en": "Courier and handover"}
    session.add(Theme(journey_id=journey.id, key="courier", name=name))
    session.commit()
    reply = submit(staff, TRY, {"comment": TEXT}, selector=FORM)
    assert "Courier and handover" in words_of(check_page(reply))


@pytest.mark.parametrize("typed", ["", "  \n ", "x" * 5001])
def test_a_comment_that_is_refused_is_kept_in_the_form(staff: FlaskClient, typed: str) -> None:
    reply = submit(staff, TRY, {"comment": typed}, selector=FORM)
    assert reply.status_code == 422
    page = check_page(reply)
    assert page.select_one("#errors a[href='#comment']") is not None
    area = page.select_one("textarea")
    assert area is not None
    assert area.get_text().strip() == typed.strip()
    assert page.select_one("#result") is None


@pytest.mark.parametrize("field", ["language", "rating"])
def test_choices_that_are_not_offered_are_refused(staff: FlaskClient, field: str) -> None:
    data = {"comment": TEXT, field: "xx"}
    assert submit(staff, TRY, data, selector=FORM).status_code == 422


HOSTILE = {
    "brackets": "(" * 5000,
    "emoji": "😀" * 5000,
    "zero width": "\u200b" * 4000 + "a",
    "right to left": "\u202e" + "abc " * 1000,
    "nul": "a\x00b",
    "base64": "QUJD" * 1200,
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>" * 40,
    "German": "Der Kundendienst hat uns sehr schnell geholfen, vielen Dank.",
    "Ukrainian": "Дуже дякую, усе приїхало вчасно і ціле.",
    "Slovak": "Kuriér meškal, ale tovar bol v poriadku, ďakujem.",
    "number": "42",
    "question mark": "?",
    "formula": "=1+1",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_breaks_the_page(staff: FlaskClient, text: str) -> None:
    reply = submit(staff, TRY, {"comment": text}, selector=FORM)
    assert reply.status_code == 200
    page = check_page(reply)
    assert page.select_one("#result") is not None
    assert not page.select("main script, main img")


def test_bytes_that_are_no_text_break_nothing(staff: FlaskClient) -> None:
    token = str(open_page(staff, TRY).select_one("[name=csrf_token]")["value"])  # type: ignore[index]
    body = f"csrf_token={token}&comment=a%ED%A0%80b%FF&language=&rating="
    reply = staff.post(TRY, data=body, content_type="application/x-www-form-urlencoded")
    assert reply.status_code == 200


def test_a_body_of_megabytes_is_refused(staff: FlaskClient) -> None:
    assert staff.post(TRY, data={"comment": "(" * 1_000_000}).status_code == 413


def test_reading_that_hangs_does_not_hold_up_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()

    def hanging(text: str, *, language: str, languages: Sequence[str]) -> Reading:
        free.wait(30)
        return unscored("failed")

    monkeypatch.setattr("cjm_feedback.analysis.playground._make_ready", lambda: None)
    started = time.monotonic()
    try:
        shown = _try(hanging)
    finally:
        free.set()
    assert "too long" in shown
    assert time.monotonic() - started < SECONDS + 3


def test_reading_that_breaks_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str, *, language: str, languages: Sequence[str]) -> Reading:
        raise RuntimeError(text)

    monkeypatch.setattr("cjm_feedback.analysis.playground._make_ready", lambda: None)
    assert "failed" in _try(broken)


def _try(read: ReadComment) -> str:
    shown = try_comment(Tried(TEXT, "", None), Topics(read, 0, {}, {}), reader="en")
    assert not shown.scored
    return shown.label


def test_no_more_than_a_few_pages_work_at_once() -> None:
    free = threading.Event()
    for _place in range(promptly_module.AT_ONCE):
        with pytest.raises(TooLateError):
            promptly(lambda: free.wait(30), seconds=0.05)
    with pytest.raises(TooLateError):
        promptly(lambda: 1, seconds=0.05)
    free.set()
    assert promptly(lambda: 1, seconds=10) == 1


def test_what_fails_for_a_page_says_the_kind_of_fault_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def work() -> None:
        raise RuntimeError("what a customer wrote")

    with pytest.raises(WorkFailedError):
        promptly(work, seconds=10)
    assert "RuntimeError" in caplog.text
    assert "customer" not in caplog.text


def test_viewers_may_not_try_comments(viewer: FlaskClient) -> None:
    assert viewer.get(TRY).status_code == 403
    assert viewer.post(TRY, data={"comment": TEXT}).status_code in (400, 403)


# Answers


def score(
    session: Session, response: Response, polarity: float, label: str, **more: object
) -> TextScore:
    [found] = response.scores
    found.status, found.label, found.engine = "scored", label, "deep-1"
    found.polarity = found.counted = round(polarity * 10_000)
    for name, value in {"language": "cs", "confidence": 0.8, **more}.items():
        setattr(found, name, value)
    session.commit()
    return found


def test_a_card_shows_feelings_themes_and_doubts(
    staff: FlaskClient, session: Session, link: Link, journey: Journey
) -> None:
    response = answer(session, link, csat=5, nps=10, comment=TEXT)
    found = score(
        session,
        response,
        -0.5,
        "negative",
        emotions={"anger": 0.6, "fear": 0.55},
        unsure=True,
        language="other",
    )
    theme = Theme(journey_id=journey.id, key="courier", name={"en": "Courier"})
    unseen = Theme(journey_id=journey.id, key="price", name={"en": "Price"})
    session.add_all([theme, unseen])
    session.flush()
    session.add(ThemeHit(text_score_id=found.id, theme_id=theme.id, polarity=-6000))
    session.add(ThemeHit(text_score_id=found.id, theme_id=unseen.id, polarity=0, source="staff"))
    session.commit()

    page = open_page(staff, RESPONSES)

    text = words_of(page, "article")
    assert "Frustration Worry" in text
    assert "Courier (negative)" in text
    assert "Price" not in text
    assert "unsure" in text
    assert "rating and words disagree" in text
    assert "another language" in text
    said = page.select_one("article .said")
    assert said is not None
    assert said["lang"] == "und"


def test_a_card_without_doubts_has_no_badges(
    staff: FlaskClient, session: Session, link: Link
) -> None:
    score(session, answer(session, link, csat=1, nps=0, comment=TEXT), -0.5, "negative")
    assert not open_page(staff, RESPONSES).select("article .tag-note")


@pytest.mark.both_databases
def test_staff_find_what_is_to_be_reviewed_and_it_is_counted_right(
    staff: FlaskClient, session: Session, link: Link
) -> None:
    cases = [
        # csat, nps, polarity, unsure, corrected
        (5, 10, -0.3, False, None),  # contradicts
        (5, 10, -0.29, False, None),
        (2, 8, 0.3, False, None),  # contradicts
        (3, 6, 0.9, False, None),  # contradicts by its recommendation
        (3, 7, 0.9, True, None),  # unsure
        (4, 8, -0.9, True, None),  # both
        (4, 8, -0.9, True, "negative"),  # somebody has looked at it
    ]
    for csat, nps, polarity, unsure, corrected in cases:
        response = answer(session, link, csat=csat, nps=nps, comment=TEXT)
        label = "negative" if polarity < 0 else "positive"
        score(session, response, polarity, label, unsure=unsure, corrected_label=corrected)
    answer(session, link, csat=5, nps=0, comment="still to be read")

    assert _reviewed(staff, "unsure") == (2, 2)
    assert _reviewed(staff, "contradicting") == (4, 4)
    assert _reviewed(staff, "contradicting", "&series=csat&place=purchase-point") == (4, 4)
    assert _reviewed(staff, "") == (8, 8)


def _reviewed(staff: FlaskClient, review: str, more: str = "") -> tuple[int, int]:
    """How many answers the page says there are, and how many it lists."""
    page = open_page(staff, f"{RESPONSES}?review={review}{more}")
    said = words_of(page, ".head p").split("·")[1].split()[0]
    return int(said), len(page.select("article"))


def test_the_flag_of_a_card_and_the_filter_agree(
    staff: FlaskClient, session: Session, link: Link
) -> None:
    for csat in (1, 2, 3, 4, 5):
        for polarity in (-0.8, -0.3, 0.0, 0.3, 0.8):
            response = answer(session, link, csat=csat, nps=7, comment=TEXT)
            score(session, response, polarity, "neutral")
    flagged = 0
    url: str | None = RESPONSES
    while url:
        page = open_page(staff, url)
        flagged += len(page.select("article .tag-note"))
        following = page.select_one("a[rel=next]")
        url = str(following["href"]) if following else None
    assert (flagged, flagged) == _reviewed(staff, "contradicting")
    assert flagged == 8


def test_a_review_there_is_not_is_not_found(staff: FlaskClient) -> None:
    assert staff.get(f"{RESPONSES}?review=everything").status_code == 404


def test_the_filter_is_kept_from_page_to_page(
    staff: FlaskClient, session: Session, link: Link
) -> None:
    for _number in range(21):
        response = answer(session, link, csat=5, nps=7, comment=TEXT)
        score(session, response, -0.8, "negative")
    page = open_page(staff, f"{RESPONSES}?review=contradicting")
    following = page.select_one("a[rel=next]")
    assert following is not None
    assert len(open_page(staff, str(following["href"])).select("article")) == 1

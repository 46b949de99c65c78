"""Forms that no browser of a customer would send: a clear page, a 4xx, nothing stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.factories import LANGUAGES, Factory
from tests.pages import check_page
from tests.responses.answering import ANSWERS, begin, refused, send, stored

pytestmark = pytest.mark.usefixtures("now")

BAD_FORMS: dict[str, Mapping[str, object]] = {
    "unknown key": {**ANSWERS, "no_such_question": "1"},
    "ten thousand unknown keys": {**ANSWERS, **{f"k{number}": "1" for number in range(10_000)}},
    "a key of another table": {**ANSWERS, "id": "1", "survey_id": "2", "persona_id": "3"},
    "wrong type": {**ANSWERS, "csat": '{"a": [1]}'},
    "beyond 64 bits": {**ANSWERS, "csat": str(2**70)},
    "a million digits": {**ANSWERS, "csat": "9" * 200_000},
    "not a number": {**ANSWERS, "csat": "NaN"},
    "an emotion that is not offered": {**ANSWERS, "emotion": "envy"},
    "answered twice": {**ANSWERS, "csat": ["1", "5"]},
    "a text too long": {**ANSWERS, "comment": "x" * 200_000},
    "nothing": {},
}


@pytest.mark.parametrize("form", BAD_FORMS.values(), ids=BAD_FORMS)
def test_r22_a_form_that_no_browser_sends_is_refused_and_stores_nothing(
    client: FlaskClient, make: Factory, session: Session, form: Mapping[str, object]
) -> None:
    link = make.link()
    body = urlencode({**begin(client, link, "pl"), **form}, doseq=True)

    reply = client.post(
        f"/s/{link.public_id}", data=body, content_type="application/x-www-form-urlencoded"
    )

    page = refused(reply)
    assert page.html is not None
    assert page.html["lang"] == "pl"
    assert page.select(".summary[role=alert]")
    assert stored(session) == 0


@pytest.mark.parametrize("tail", ["", "/language"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_s52_a_megabyte_of_text_is_too_much_and_says_so(
    client: FlaskClient, make: Factory, session: Session, language: str, tail: str
) -> None:
    link = make.link()

    reply = client.post(
        f"/s/{link.public_id}{tail}",
        data={**begin(client, link), **ANSWERS, "comment": "x" * 1_000_000},
        headers={"Accept-Language": language},
    )

    page = refused(reply, status=413)
    assert page.html is not None
    assert page.html["lang"] == language
    assert stored(session) == 0


def test_s52_a_form_of_thousands_of_parts_is_too_much(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    parts = {f"k{number}": "1" for number in range(3_000)}

    reply = client.post(
        f"/s/{link.public_id}", data=parts, content_type="multipart/form-data", headers={}
    )

    refused(reply, status=413)
    assert stored(session) == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe\x00", b"csat=%ED%A0%80&comment=%00", b"&&&===", b"{}", b"%%%"],
    ids=["empty", "binary", "surrogate", "separators", "json", "percent"],
)
@pytest.mark.parametrize(
    "kind",
    ["application/x-www-form-urlencoded", "multipart/form-data", "application/json", "x", ""],
    ids=["urlencoded", "multipart", "json", "nonsense", "none"],
)
def test_r22_no_body_makes_the_server_fail(
    client: FlaskClient, make: Factory, session: Session, body: bytes, kind: str
) -> None:
    link = make.link()

    for tail in ("", "/language"):
        reply = client.post(f"/s/{link.public_id}{tail}", data=body, content_type=kind)
        assert reply.status_code < 500
        check_page(reply)
    assert stored(session) == 0


def test_a_file_in_the_place_of_an_answer_is_no_answer(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    file = (BytesIO(b"5"), "rating.txt")

    reply = client.post(f"/s/{link.public_id}", data={**begin(client, link), "csat": file})

    refused(reply)
    assert stored(session) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_s51_a_field_that_people_do_not_see_must_stay_empty(
    client: FlaskClient, make: Factory, session: Session, language: str
) -> None:
    link = make.link()
    begun = begin(client, link, language)

    page = refused(send(client, link, {**begun, **ANSWERS, "homepage-url": "https://buy.example"}))

    assert page.html is not None
    assert page.html["lang"] == language
    trap = page.select("[name=homepage-url]")[0]
    assert (trap.get("value"), trap["autocomplete"], trap["tabindex"]) == (None, "off", "-1")
    assert page.select("textarea[name=comment]")[0].get_text().strip() == ANSWERS["comment"]
    assert stored(session) == 0


@pytest.mark.parametrize("hours", [25, 24 * 365])
def test_an_expired_form_keeps_what_was_typed_and_can_be_sent_once_more(
    client: FlaskClient, make: Factory, session: Session, hours: int
) -> None:
    link = make.link()
    data = {**begin(client, link, "cs"), **ANSWERS}

    with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
        reply = send(client, link, data)
        page = refused(reply)
        assert page.html is not None
        assert page.html["lang"] == "cs", "the language of the form that was begun"
        assert page.select("textarea[name=comment]")[0].get_text().strip() == ANSWERS["comment"]
        assert page.select("input[name=csat][value='2'][checked]")
        assert stored(session) == 0
        again = send(client, link, {**ANSWERS, "form-token": _token(page)})

    assert again.status_code == 303
    assert stored(session) == 1


BAD_TOKENS = {
    "empty": "",
    "one letter": "x",
    "in parts": "a.b.c",
    "not ascii": "é",
    "nul": "\0",
    "signed by nobody": "W10.W10.W10",
    "long": "x" * 10_000,
}


@pytest.mark.parametrize("token", BAD_TOKENS.values(), ids=BAD_TOKENS)
def test_s40_a_token_that_is_not_ours_is_refused_in_the_readers_language(
    client: FlaskClient, make: Factory, session: Session, token: str
) -> None:
    link = make.link()

    reply = client.post(
        f"/s/{link.public_id}",
        data={**ANSWERS, "form-token": token},
        headers={"Accept-Language": "ru"},
    )

    page = refused(reply)
    assert page.html is not None
    assert page.html["lang"] == "ru"
    assert page.select("textarea[name=comment]")[0].get_text().strip() == ANSWERS["comment"]
    assert stored(session) == 0
    assert (
        client.post(
            f"/s/{link.public_id}", data={**ANSWERS, "form-token": _token(page)}
        ).status_code
        == 303
    )


def test_s40_a_flipped_sign_anywhere_in_the_token_is_noticed(
    client: FlaskClient, make: Factory, session: Session
) -> None:
    link = make.link()
    token = begin(client, link)["form-token"]

    for place in range(0, len(token) - 1, 7):
        flipped = "B" if token[place] == "A" else "A"
        changed = token[:place] + flipped + token[place + 1 :]
        refused(send(client, link, {**ANSWERS, "form-token": changed}))

    assert stored(session) == 0


FOREIGN: dict[str, dict[str, str]] = {
    "origin": {"Origin": "https://elsewhere.example"},
    "origin and site": {
        "Origin": "https://elsewhere.example",
        "Sec-Fetch-Site": "cross-site",
    },
    "site alone": {"Sec-Fetch-Site": "cross-site"},
    "a neighbour": {"Origin": "http://shop.localhost", "Sec-Fetch-Site": "same-site"},
    "another port": {"Origin": "http://localhost:81"},
    "another scheme": {"Origin": "https://localhost"},
    "hidden origin": {"Origin": "null"},
    "hidden origin of a stranger": {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    "nonsense": {"Origin": "\\"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
def test_s30_a_form_sent_by_another_site_is_refused(
    client: FlaskClient, make: Factory, session: Session, headers: dict[str, str]
) -> None:
    link = make.link()
    data = {**begin(client, link), **ANSWERS}

    for tail in ("", "/language", "/thanks/2222-2222-2222-2222-2222/withdraw"):
        reply = client.post(
            f"/s/{link.public_id}{tail}", data=data, headers={"Accept-Language": "pl", **headers}
        )
        page = refused(reply, status=403)
        assert page.html is not None
        assert page.html["lang"] == "pl"
    assert stored(session) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    ],
    ids=["program", "browser", "old browser", "reload", "private browser"],
)
def test_s30_our_own_page_may_send_it(
    client: FlaskClient, make: Factory, session: Session, headers: dict[str, str]
) -> None:
    link = make.link()

    reply = client.post(
        f"/s/{link.public_id}", data={**begin(client, link), **ANSWERS}, headers=headers
    )

    assert reply.status_code == 303
    assert stored(session) == 1


@pytest.mark.parametrize("path", ["unknown", "%00", "9" * 40])
def test_an_answer_to_an_unknown_link_is_not_found(client: FlaskClient, path: str) -> None:
    for tail in ("", "/language", "/thanks/x/withdraw"):
        reply = client.post(f"/s/{path}{tail}", data=ANSWERS, headers={"Accept-Language": "cs"})
        refused(reply, status=404)


def _token(page: BeautifulSoup) -> str:
    return str(page.select("[name=form-token]")[0]["value"])

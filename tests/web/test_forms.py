from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, StringField
from wtforms.validators import InputRequired

from cjm_feedback.web.fields import TranslatedField
from cjm_feedback.web.form_errors import error_links
from cjm_feedback.web.languages import LANGUAGES
from tests.factories import Factory, sign_in
from tests.pages import check_page, form_data, open_page


@pytest.fixture
def page(client: FlaskClient, make: Factory) -> BeautifulSoup:
    workspace = make.workspace()
    sign_in(client, make.user(workspace=workspace), workspace)
    return open_page(client, "/sampler")


@pytest.fixture
def refused(client: FlaskClient, page: BeautifulSoup) -> BeautifulSoup:
    """The sampler after a form with five faults."""
    data = {**form_data(page), "name-pl": "<i>Sklep</i>", "goal": "Ztracený text"}
    reply = client.post("/sampler", data=data)
    assert reply.status_code == 422
    return check_page(reply)


def test_a_page_without_faults_has_no_summary(page: BeautifulSoup) -> None:
    assert page.select_one("#errors") is None
    assert page.select("[aria-invalid]") == []


def test_a_refused_form_begins_with_links_to_what_is_wrong(refused: BeautifulSoup) -> None:
    summary = refused.select_one("#errors")

    assert summary is not None
    assert summary["role"] == "alert"
    targets = [str(link["href"]) for link in summary.select("a")]
    assert targets == ["#name-ru", "#name-en", "#slug", "#phase-0"]
    for target in targets:
        assert refused.select_one(f"main {target}") is not None


def test_each_fault_stands_beside_its_control_and_is_announced_with_it(
    refused: BeautifulSoup,
) -> None:
    slug = refused.select_one("#slug")

    assert slug is not None
    assert slug["aria-invalid"] == "true"
    described = str(slug["aria-describedby"]).split()
    assert described == ["slug-hint", "slug-error"]
    words = [refused.select_one(f"#{name}") for name in described]
    assert [word.get_text(strip=True) for word in words if word] == [
        "Part of the address.",
        "Write a slug.",
    ]


def test_a_group_of_choices_is_announced_with_its_fault(refused: BeautifulSoup) -> None:
    group = refused.select_one("fieldset[aria-describedby=phase-error]")

    assert group is not None
    assert group.legend is not None
    assert group.legend.get_text(strip=True) == "Phase"
    assert refused.select_one("#phase-error") is not None


def test_a_refused_form_keeps_what_was_typed(refused: BeautifulSoup) -> None:
    data = form_data(refused)

    assert data["goal"] == "Ztracený text"
    assert data["name-pl"] == "<i>Sklep</i>"
    assert data["name-cs"] == "Obchod"


def test_a_text_shows_the_readers_language_first(client: FlaskClient, page: BeautifulSoup) -> None:
    with client.session_transaction() as session:
        session["language"] = "pl"

    page = open_page(client, "/sampler")

    names = [str(control["id"]) for control in page.select("main fieldset input[type=text]")]
    assert names == ["name-pl", "name-cs", "name-ru", "name-en"]
    fold = page.select_one("main details")
    assert fold is not None
    assert len(fold.select("input")) == 3
    assert not fold.has_attr("open")
    assert fold.select_one(".count") is not None


def test_other_languages_open_by_themselves_when_one_is_wrong(refused: BeautifulSoup) -> None:
    fold = refused.select_one("main details")

    assert fold is not None
    assert fold.has_attr("open")


def test_each_language_is_written_as_itself(page: BeautifulSoup) -> None:
    for code in LANGUAGES:
        control = page.select_one(f"#name-{code}")
        assert control is not None
        assert control["lang"] == code


def test_a_button_without_words_has_a_name(page: BeautifulSoup) -> None:
    button = page.select_one('form[action="/sampler/move"] button')

    assert button is not None
    assert button["aria-label"] == "Move up"
    assert button.get_text(strip=True) == ""


class Needing(Form):  # type: ignore[misc]
    some = TranslatedField("Some", needed="one", max_length=10)
    every = TranslatedField("Every", needed="all")
    none = TranslatedField("None", needed="none", multiline=True)


def _sent(**texts: str) -> MultiDict[str, str]:
    return MultiDict({name.replace("_", "-"): text for name, text in texts.items()})


def test_a_translated_text_comes_without_empty_languages(app: Flask) -> None:
    with app.test_request_context():
        form = Needing(_sent(some_cs="  Kůň ", some_pl="   "))

        assert form.some.data == {"cs": "Kůň"}
        assert form.none.data == {}


def test_a_translated_text_says_what_it_needs(app: Flask) -> None:
    with app.test_request_context():
        form = Needing(_sent(every_cs="a", every_pl="b", every_ru="c"))

        assert not form.validate()
        assert list(form.errors) == ["some", "every"]
        assert list(form.errors["some"]) == ["en"]
        assert list(form.errors["every"]) == ["en"]


def test_a_translated_text_in_one_language_may_be_enough(app: Flask) -> None:
    with app.test_request_context():
        every = {f"every_{code}": "x" for code in LANGUAGES}

        assert Needing(_sent(some_ru="Да", **every)).validate()
        assert not Needing(_sent(some_ru="Да" * 6, **every)).validate()


def test_a_translated_text_is_written_to_its_object(app: Flask) -> None:
    class Thing:
        some: dict[str, str] | None = None

    thing = Thing()
    with app.test_request_context():
        form = Needing(_sent(some_cs="Ano"), obj=thing)
        form.some.populate_obj(thing, "some")

    assert thing.some == {"cs": "Ano"}


def test_a_translated_text_ignores_what_is_no_language(app: Flask) -> None:
    with app.test_request_context():
        form = Needing(data={"some": {"en": "Yes", "de": "Ja", "meta": {"csrf": False}}})

        assert form.some.data == {"en": "Yes"}


def test_a_translated_text_refuses_a_rule_it_does_not_know(app: Flask) -> None:
    class Odd(Form):  # type: ignore[misc]
        text = TranslatedField("Text", needed="most")

    with app.test_request_context(), pytest.raises(ValueError, match="most"):
        Odd()


class Line(Form):  # type: ignore[misc]
    word = StringField(validators=[InputRequired("A word.")])


class Lines(Form):  # type: ignore[misc]
    lines = FieldList(FormField(Line), min_entries=2)


def test_faults_are_found_inside_lists_of_forms(app: Flask) -> None:
    with app.test_request_context():
        form = Lines(MultiDict({"lines-0-word": "yes", "lines-1-word": ""}))
        form.validate()

        assert [(link.target, link.message) for link in error_links(form)] == [
            ("lines-1-word", "A word.")
        ]

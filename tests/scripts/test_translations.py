from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from flask import Flask
from flask_babel import force_locale, ngettext

from scripts import translations

SINGULAR = "One thing needs another look. What you typed is kept."
PLURAL = "%(num)d things need another look. What you typed is kept."


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small product with three messages, its catalogues up to date and translated."""
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "FOLDER", tmp_path / "translations")
    (tmp_path / "babel.cfg").write_text("[python: **.py]\n[jinja2: **.html]\n", encoding="utf-8")
    (tmp_path / "words.py").write_text(
        '_("Save")\nngettext("%(num)d answer", "%(num)d answers", 2)\n', encoding="utf-8"
    )
    (tmp_path / "page.html").write_text('{{ _("Hello %(name)s", name=x) }}', encoding="utf-8")
    translations.update()
    for language in translations.LANGUAGES:
        catalog = translations.read_catalog(language)
        _say(catalog, "Save", "Uložit")
        _say(catalog, "Hello %(name)s", "Ahoj %(name)s")
        _say(catalog, "%(num)d answer", tuple(f"%(num)d {n}" for n in range(catalog.num_plurals)))
        _write(language, catalog)
    return tmp_path


def _say(catalog: Catalog, message: str, words: str | tuple[str, ...]) -> None:
    found = catalog.get(message)
    assert found is not None
    found.string = words


def _write(language: str, catalog: Catalog) -> None:
    translations.po_path(language).write_bytes(translations.po_bytes(catalog))
    kept = translations.read_catalog(language)
    translations.mo_path(language).write_bytes(translations.mo_bytes(kept))


def test_complete_catalogues_have_no_faults(product: Path) -> None:
    assert translations.check() == []
    assert translations.main(["check"]) == 0


def test_a_new_message_is_missed_in_each_language(product: Path) -> None:
    with (product / "words.py").open("a", encoding="utf-8") as file:
        file.write('lazy_gettext("Leave")\n')

    assert len(translations.check()) == 3

    translations.update()
    assert translations.check() == [
        f"{language}: not translated: 'Leave'" for language in translations.LANGUAGES
    ]
    assert translations.main(["check"]) == 1


def test_collecting_words_keeps_what_was_translated_and_drops_what_is_gone(product: Path) -> None:
    (product / "page.html").write_text("", encoding="utf-8")
    before = translations.po_path("cs").read_text(encoding="utf-8")

    translations.update()

    after = translations.po_path("cs").read_text(encoding="utf-8")
    assert "Ahoj" in before
    assert "Ahoj" not in after
    assert 'msgstr "Uložit"' in after
    assert translations.check() == []


def test_collecting_words_twice_changes_no_file(product: Path) -> None:
    before = {path: path.read_bytes() for path in product.rglob("*.?o")}

    translations.update()

    assert len(before) == 6
    assert {path: path.read_bytes() for path in product.rglob("*.?o")} == before


@pytest.mark.parametrize(
    ("message", "words", "fault"),
    [
        ("Save", "", "cs: not translated: 'Save'"),
        ("%(num)d answer", ("a", "", "c"), "cs: not translated: ("),
        ("Hello %(name)s", "Ahoj %(jmeno)s", "cs: "),
    ],
)
def test_half_a_translation_is_a_fault(
    product: Path, message: str, words: str | tuple[str, ...], fault: str
) -> None:
    catalog = translations.read_catalog("cs")
    _say(catalog, message, words)
    _write("cs", catalog)

    faults = translations.check()

    assert len(faults) == 1
    assert faults[0].startswith(fault)


def test_a_translation_that_is_marked_as_unsure_is_a_fault(product: Path) -> None:
    catalog = translations.read_catalog("pl")
    message = catalog.get("Save")
    assert message is not None
    message.flags.add("fuzzy")
    _write("pl", catalog)

    assert "pl: marked as unsure: 'Save'" in translations.check()


def test_a_catalogue_that_was_not_compiled_is_a_fault(product: Path) -> None:
    translations.mo_path("ru").unlink()
    catalog = translations.read_catalog("cs")
    _say(catalog, "Save", "Zapsat")
    translations.po_path("cs").write_bytes(translations.po_bytes(catalog))

    assert [fault[:2] for fault in translations.check()] == ["cs", "ru"]
    assert all("compiled" in fault for fault in translations.check())


def test_the_tool_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert translations.main([]) == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "one", "few", "many"),
    [
        ("cs", (1,), (2, 3, 4), (0, 5, 11, 21, 22, 100)),
        ("pl", (1,), (2, 3, 4, 22, 104), (0, 5, 11, 12, 21, 112)),
        ("ru", (1, 21, 101), (2, 3, 4, 22, 104), (0, 5, 11, 12, 112)),
    ],
)
def test_each_language_counts_in_its_own_way(
    app: Flask, language: str, one: tuple[int, ...], few: tuple[int, ...], many: tuple[int, ...]
) -> None:
    def form(number: int) -> str:
        with app.test_request_context(), force_locale(language):
            return str(ngettext(SINGULAR, PLURAL, number)).replace(str(number), "N")

    forms = [{form(number) for number in numbers} for numbers in (one, few, many)]

    assert [len(found) for found in forms] == [1, 1, 1]
    assert len(set.union(*forms)) == 3

"""Keep the catalogues of words complete: `python -m scripts.translations update|check`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "cjm_feedback" / "translations"
LANGUAGES = ("cs", "pl", "ru")
"""English needs no catalogue: it is what the messages are written in."""

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "lazy_gettext": None,
    "_n": (1, 2),
    "lazy_ngettext": (1, 2),
}


def main(arguments: list[str]) -> int:
    if arguments == ["update"]:
        update()
        return 0
    if arguments == ["check"]:
        faults = check()
        sys.stdout.writelines(f"{fault}\n" for fault in faults)
        return 1 if faults else 0
    sys.stderr.write("usage: python -m scripts.translations update|check\n")
    return 2


def words_of_the_product() -> Catalog:
    """Every message that the code and the templates ask for."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalog = Catalog(project="CJM Feedback", charset="utf-8")
    found = extract_from_dir(
        ROOT, methods, options, KEYWORDS, comment_tags=("L10N:",), strip_comment_tags=True
    )
    for filename, _, message, comments, context in sorted(found, key=lambda row: (row[0], row[1])):
        catalog.add(message, locations=[(filename, 0)], auto_comments=comments, context=context)
    return catalog


def update() -> None:
    """Add new messages to each catalogue, drop those nobody asks for, compile."""
    template = words_of_the_product()
    for language in LANGUAGES:
        catalog = read_catalog(language)
        template.creation_date = catalog.creation_date
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        po_path(language).parent.mkdir(parents=True, exist_ok=True)
        po_path(language).write_bytes(po_bytes(catalog))
        mo_path(language).write_bytes(mo_bytes(read_catalog(language)))
        missing = sum(1 for message in catalog if message.id and not is_translated(message))
        sys.stdout.write(f"{language}: {len(catalog)} messages, {missing} to translate\n")


def check() -> list[str]:
    """What stands between the catalogues and a complete product, one line each."""
    template = words_of_the_product()
    return [fault for language in LANGUAGES for fault in _faults(language, template)]


def _faults(language: str, template: Catalog) -> Iterator[str]:
    if not po_path(language).exists():
        yield f"{language}: there is no catalogue; run: make translations"
        return
    catalog = read_catalog(language)
    for asked in template:
        if not asked.id:
            continue
        known = catalog.get(_key(asked), asked.context)
        if known is None:
            yield f"{language}: not in the catalogue, run make translations: {asked.id!r}"
        elif not is_translated(known):
            yield f"{language}: not translated: {asked.id!r}"
        elif known.fuzzy:
            yield f"{language}: marked as unsure: {asked.id!r}"
    for message, errors in catalog.check():
        yield from (f"{language}: {error}: {message.id!r}" for error in errors)
    mo = mo_path(language)
    if not mo.exists() or mo.read_bytes() != mo_bytes(catalog):
        yield f"{language}: the compiled catalogue is not up to date, run: make translations"


def is_translated(message: Message) -> bool:
    """Whether there are words for every plural form."""
    words = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(words) and all(words)


def _key(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else message.id


def po_path(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def mo_path(language: str) -> Path:
    return po_path(language).with_suffix(".mo")


def read_catalog(language: str) -> Catalog:
    """The catalogue of `language`; an empty one where there is none yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(
            locale=language,
            header_comment="# The words of CJM Feedback in this language.",
            project="CJM Feedback",
            version="1",
            msgid_bugs_address="none",
            last_translator="CJM Feedback contributors",
            language_team="CJM Feedback contributors",
            charset="utf-8",
            fuzzy=False,
        )
    with path.open("rb") as file:
        return read_po(file, locale=language)


def po_bytes(catalog: Catalog) -> bytes:
    """The catalogue as a file; without line numbers, which change with every edit."""
    buffer = BytesIO()
    write_po(buffer, catalog, width=100, include_lineno=False, sort_by_file=True)
    return buffer.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

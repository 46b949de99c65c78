"""What is written about the product, held to the code."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
from flask import Flask

from cjm_feedback.content.texts import LANGUAGES
from cjm_feedback.jobs import registry
from config import Config

ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PICTURE = "docs/images/map.png"


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Config)])
def test_every_setting_is_in_the_operators_guide(field: str) -> None:
    assert f"`{field}`" in OPERATIONS


def section(title: str) -> str:
    return OPERATIONS.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_variable_that_is_read_stands_in_the_table_of_settings_and_no_other() -> None:
    tree = ast.parse((ROOT / "config.py").read_text(encoding="utf-8"))
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    read = {text for text in texts if re.fullmatch(r"CJM_[A-Z_]+|PORT", text)}

    assert set(re.findall(r"^\| `([A-Z_]+)`", section("Settings"), re.MULTILINE)) == read


def commands_of(group: click.Group, path: str = "flask") -> Iterator[str]:
    """The product's own commands; those that libraries bring are described by them."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands_of(command, f"{path} {name}")
        elif (command.callback.__module__ if command.callback else "").startswith("cjm_feedback"):
            yield f"{path} {name}"


def test_every_command_stands_in_a_table_of_commands_and_no_other(app: Flask) -> None:
    described = re.findall(r"^\| `(flask(?: [a-z]+)+)", section("Commands"), re.MULTILINE)

    assert sorted(described) == sorted(commands_of(app.cli))


def options_of(group: click.Group, path: str = "flask") -> Iterator[tuple[str, click.Option]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from options_of(command, f"{path} {name}")
        elif (command.callback.__module__ if command.callback else "").startswith("cjm_feedback"):
            for option in command.params:
                if isinstance(option, click.Option) and not option.hidden:
                    yield f"{path} {name}", option


def as_written(option: click.Option) -> str:
    """How a line names the option: with its choices, or with an ellipsis where they are many."""
    choices = option.type.choices if isinstance(option.type, click.Choice) else ()
    return rf"{option.opts[0]}\b" + (rf" (?:{'[|]'.join(choices)}|…)(?![|\w])" if choices else "")


def test_every_option_of_a_command_stands_beside_it(app: Flask) -> None:
    lines = {
        found[1]: line.replace("\\|", "|")
        for line in section("Commands").splitlines()
        if (found := re.match(r"\| `(flask(?: [a-z]+)+)", line))
    }
    missing = [
        (command, option.opts[0])
        for command, option in options_of(app.cli)
        if not re.search(as_written(option), lines.get(command, ""))
    ]

    assert missing == []


@pytest.mark.usefixtures("app")  # which imports whoever does work
def test_every_kind_of_work_stands_in_the_operators_guide_with_its_time_limit() -> None:
    limits = {
        kind: str(work.seconds)
        for kind, work in registry._works.items()
        if getattr(work.handler, "__module__", "").startswith("cjm_feedback.")
    }
    rows = re.findall(
        r"^\| `([a-z_]+)` .* (\d+) s \|$", section("Schedules and jobs"), re.MULTILINE
    )

    assert limits
    assert dict(rows) == limits


def test_the_readme_names_the_two_commands_and_only_targets_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named_targets = set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE))

    assert {"run", "test"} <= named_targets
    assert named_targets == targets


def test_the_readme_can_be_read_in_one_go() -> None:
    assert len(README.splitlines()) <= 150


def test_every_decision_is_in_the_index_once_and_under_its_title() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (\d+) \| \[(.+)\]\((\S+)\) \|$", index, re.MULTILINE)
    decisions = []
    for path in sorted((ROOT / "docs" / "adr").glob("[0-9]*.md")):
        heading = path.read_text(encoding="utf-8").splitlines()[0]
        number, title = re.fullmatch(r"# (\d+)\. (.+)", heading).groups()  # type: ignore[union-attr]
        assert path.name.startswith(f"{int(number):04}-")
        decisions.append((number, title, path.name))

    assert listed == decisions


def test_a_decision_says_why_what_and_what_follows_on_one_page() -> None:
    for path in sorted((ROOT / "docs" / "adr").glob("[0-9]*.md")):
        lines = path.read_text(encoding="utf-8").splitlines()
        headings = [line for line in lines if line.startswith("## ")]
        assert headings == ["## Context", "## Decision", "## Consequences"], path.name
        assert len(lines) <= 45, path.name


def glossary_rows() -> list[list[str]]:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    table = text.partition("\n## ")[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("|") and not line.startswith(("|---", "| in code"))
    ]


def test_every_term_of_the_glossary_has_its_word_in_every_language() -> None:
    rows = glossary_rows()

    assert len(rows) > 20
    for row in rows:
        assert len(row) == 6, row
        term, meaning, *words, _avoided = row
        assert meaning, term
        assert len(words) == len(LANGUAGES) - 1  # English is the word in code
        assert all(words), term


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_what_a_page_links_to_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    for link in links:
        if link.startswith(("http://", "https://")):
            continue
        file, _, anchor = unquote(link).partition("#")
        target = (path.parent / file).resolve() if file else path
        if named(target) == PICTURE:
            continue  # has a test of its own
        assert target.exists(), link
        if anchor:
            assert anchor in anchors_of(target), link


def anchors_of(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_picture_of_the_map_is_there() -> None:
    assert PICTURE in README
    assert (ROOT / PICTURE).read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_the_layers_of_the_overview_are_those_that_are_checked() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    rows = re.findall(r'^    "([a-z |]+)",$', project.partition("layers = [")[2], re.MULTILINE)
    checked = [set(row.split(" | ")) for row in rows]
    overview = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawn = [
        set(re.findall(r"`([a-z]+)`", cells))
        for cells in re.findall(r"^\| \d+ \| (`[^|]+) \|", overview, re.MULTILINE)
    ]

    assert checked
    assert drawn == checked


def test_files_that_pages_speak_of_exist() -> None:
    folders = (ROOT, ROOT / "cjm_feedback", ROOT / "docs")
    for page in (
        "docs/architecture.md",
        "docs/accessibility.md",
        "docs/operations.md",
        "README.md",
    ):
        text = (ROOT / page).read_text(encoding="utf-8")
        for name in re.findall(r"`([a-z_]+/[\w./-]*\w\.(?:py|md|css|json))`", text):
            assert any((folder / name).exists() for folder in folders), f"{page}: {name}"

"""House rules that no other tool checks."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "cjm_feedback").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
STYLES_AND_SCRIPTS = sorted(
    path
    for path in (ROOT / "cjm_feedback" / "static").rglob("*.*")
    if path.suffix in (".css", ".js", ".svg", ".html")
)

OTHER_EDGES = {
    "accounts/sign_in.py": "stands in for a page of Flask-Security",
    "jobs/runner.py": "each job is one transaction",
    "scheduling/clock_process.py": "each firing and each sweep is one",
    "scheduling/serve.py": "a sign of life is one",
    "scheduling/supervisor.py": "a sign of life is one",
    "scheduling/worker.py": "a sign of life is one",
}
"""Modules without a route or command of their own that end transactions, and why."""

SAFE_MARKUP: dict[str, str] = {}
"""Templates that may print markup unescaped, with who made it."""

FRAMES = {"base.html", "bare.html", "respondent.html"}
NAMES_OF_FORMATS = ("http://www.w3.org/",)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_only_edges_commit() -> None:
    """Where a page, a call or a command ends, its transaction ends; nowhere else."""
    committing = {
        path.relative_to(ROOT / "cjm_feedback").as_posix()
        for path in MODULES
        if _calls(path, "commit") and not _answers_somebody(path)
    }
    assert committing - set(OTHER_EDGES) == set()


def _answers_somebody(path: Path) -> bool:
    """Whether the module holds pages, calls of the API or commands."""
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in ("get", "post", "put", "delete", "command")
        for node in ast.walk(_parsed(path))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
    )


def _calls(path: Path, method: str) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
        for node in ast.walk(_parsed(path))
    )


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_a_package_opens_with_one_docstring_and_nothing_else() -> None:
    for path in MODULES:
        if path.name == "__init__.py" and path.parent.name != "cjm_feedback":
            body = _parsed(path).body
            assert len(body) == 1, relative(path)
            assert isinstance(body[0], ast.Expr), relative(path)
            assert isinstance(body[0].value, ast.Constant), relative(path)


def test_only_the_configuration_reads_the_environment() -> None:
    reading = [
        relative(path)
        for path in MODULES
        for node in ast.walk(_parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "putenv")
    ]
    assert reading == []


def test_nothing_is_left_to_be_done_later() -> None:
    mark = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
    for path in (*MODULES, *TESTS, *TEMPLATES, *STYLES_AND_SCRIPTS):
        assert not mark.search(path.read_text(encoding="utf-8")), relative(path)


def test_templates_print_nothing_unescaped() -> None:
    unescaped = {
        path.relative_to(ROOT / "templates").as_posix()
        for path in TEMPLATES
        if re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text(encoding="utf-8"))
    }
    assert unescaped == set(SAFE_MARKUP)


def test_s35_templates_hold_no_inline_script_or_style() -> None:
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), relative(path)
        assert not re.search(r"\sstyle=[\"']", text), relative(path)
        assert not re.search(r"\son[a-z]+=[\"']", text), relative(path)
        assert "javascript:" not in text, relative(path)


@pytest.mark.parametrize("path", [*TEMPLATES, *STYLES_AND_SCRIPTS], ids=relative)
def test_s37_a_page_names_no_other_origin(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name in NAMES_OF_FORMATS:
        text = text.replace(name, "")

    assert not re.search(r"\b(?:https?|wss?)://", text)
    assert not re.search(r"(?:src|href|action)=[\"']//|url\([\"']?//", text)


def test_every_page_stands_in_a_frame() -> None:
    for path in TEMPLATES:
        name = path.relative_to(ROOT / "templates").as_posix()
        partial = path.name.startswith("_") or name.startswith("macros/") or name in FRAMES
        if path.suffix == ".html" and not partial:
            extended = re.search(r"{%-?\s*extends\s+\"([^\"]+)\"", path.read_text(encoding="utf-8"))
            assert extended, name
            assert extended[1] in FRAMES, name

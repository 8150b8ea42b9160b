"""docs/examples.md lists every example, each has a README of its own, and none guards what is always sent."""

from __future__ import annotations

import ast
import re

import pytest

from docs_support.pages import ROOT
from tests.examples.conftest import EXAMPLES, shown_in_readme

pytestmark = pytest.mark.pages

PAGE = (ROOT / "docs" / "examples.md").read_text("utf-8")
FOLDERS = sorted(path.parent.name for path in EXAMPLES.glob("*/__main__.py"))
FILES = sorted(path.name for path in EXAMPLES.iterdir() if path.is_file())
SOURCES = sorted(EXAMPLES.rglob("*.py"))
# The types say what is always sent, so a program asks about nothing of it.
ALWAYS_SENT = {"id", "tracking_number", "tag", "checkpoints", "created_at", "updated_at", "slug"}
MOST_LINES = 40


def test_every_example_is_listed_and_nothing_else() -> None:
    assert len(FOLDERS) == 5
    assert sorted(re.findall(r"\(\.\./examples/(\w+)/README\.md\)", PAGE)) == FOLDERS
    assert sorted(re.findall(r"\(\.\./examples/([\w.]+)\)", PAGE)) == FILES
    for name in FOLDERS:
        assert f"`python -m examples.{name}`" in PAGE


@pytest.mark.parametrize("name", FOLDERS)
def test_a_readme_is_short_and_shows_the_one_command(name: str) -> None:
    text = (EXAMPLES / name / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert shown_in_readme(name)
    # Every module is named in it, and nothing that is not there.
    named = set(re.findall(r"`(\w+\.(?:py|html|toml))`", text))
    present = {path.name for path in (EXAMPLES / name).iterdir() if path.suffix in (".py", ".html", ".toml")}
    assert named <= present
    if "| file |" in text:
        assert named == present - {"__init__.py"}


def guards(tree: ast.AST) -> list[int]:
    """Lines that compare with None, or assert, what is always sent, or use something else in its stead."""
    found: list[int] = []
    for node in ast.walk(tree):
        checked: list[ast.expr] = []
        match node:
            case ast.Compare(left=left, comparators=[ast.Constant(value=None)]):
                checked = [left]
            case ast.Assert(test=test) | ast.If(test=test) | ast.IfExp(test=test):
                checked = [test]
            case ast.BoolOp(values=values):
                checked = values
        names = {one.attr for one in checked if isinstance(one, ast.Attribute)}
        if names & ALWAYS_SENT:
            found.append(node.lineno)
    return found


def test_no_guard_for_what_is_always_sent() -> None:
    assert len(SOURCES) > 25
    assert {
        str(path): found for path in SOURCES if (found := guards(ast.parse(path.read_text("utf-8"))))
    } == {}


def test_planted_guards_are_found() -> None:
    planted = "assert t.id\nif t.checkpoints: ...\nx = t.tag or ''\nt.created_at is not None\nt.title is None"
    assert sorted(guards(ast.parse(planted))) == [1, 2, 3, 4]

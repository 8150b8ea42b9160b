"""CONTRIBUTING.md, SECURITY.md and the templates: forms that can be shown, links that lead somewhere,
and commands that exist.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.main import get_command

from aftership_tracking.cli.application import application
from generator.cli import app as generator
from maintainer_support.projects import REPOSITORY

GITHUB = REPOSITORY / ".github"
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")
PAGES = [
    REPOSITORY / "CONTRIBUTING.md",
    REPOSITORY / "SECURITY.md",
    REPOSITORY / "docs" / "supply-chain.md",
    GITHUB / "pull_request_template.md",
    *FORMS,
]
TARGETS = set(re.findall(r"^([\w-]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE))
KINDS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}


def commands_of(app: typer.Typer) -> set[str]:
    command: Any = get_command(app)
    return set(command.list_commands(command.make_context("x", [], resilient_parsing=True)))


CODE = re.compile(r"`([^`\n]+)`|^(?:\$ )?((?:make|aftership|\.venv).*)$", re.MULTILINE)
CALLS = (
    (re.compile(r"^make ([\w-]+)"), lambda: TARGETS),
    (re.compile(r"^aftership ([\w-]+)"), lambda: commands_of(application)),
    (re.compile(r"-m generator ([\w-]+)"), lambda: commands_of(generator)),
)


def calls(text: str) -> list[tuple[str, bool]]:
    """What a page calls, in spans and blocks of code, and whether it exists."""
    return [
        (call[0], call[1] in known())
        for span, line in CODE.findall(text)
        for pattern, known in CALLS
        for call in pattern.finditer(span or line)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_exists(page: Path) -> None:
    assert [call for call, exists in calls(page.read_text("utf-8")) if not exists] == []


def test_commands_are_found_and_missing_ones_too() -> None:
    assert len(calls((REPOSITORY / "CONTRIBUTING.md").read_text("utf-8"))) > 12
    text = "`make tea` and\n$ aftership fly\n$ .venv/bin/python -m generator sing\n`make test`"
    assert [exists for _, exists in calls(text)] == [False, False, False, True]


@pytest.mark.parametrize("page", [page for page in PAGES if page.suffix == ".md"], ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)[^):]*\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_a_form_can_be_shown(form: Path) -> None:
    """It has the keys of the forms of issues, and their values."""
    read = yaml.safe_load(form.read_text("utf-8"))
    assert (
        {"name", "description", "body"} <= read.keys() <= {"name", "description", "body", "labels", "title"}
    )
    elements = read["body"]
    assert {element["type"] for element in elements} <= KINDS
    fields = [element for element in elements if element["type"] != "markdown"]
    assert all(element["attributes"]["label"] for element in fields)
    assert len({element["id"] for element in fields}) == len(fields) > 1
    assert any(element.get("validations") == {"required": True} for element in fields)
    for element in elements:
        if element["type"] in ("dropdown", "checkboxes"):
            assert element["attributes"]["options"]


def test_which_forms_there_are() -> None:
    assert [form.stem for form in FORMS] == ["api-changed", "bug", "feature"]

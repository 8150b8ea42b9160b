"""The workflow that publishes: pinned, with no more permissions than it needs, and nothing stored."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml

from generator.release import command
from maintainer_support.pages import commands
from maintainer_support.projects import REPOSITORY

PATH = REPOSITORY / ".github" / "workflows" / "publish.yml"
TEXT = PATH.read_text("utf-8")
JOBS: dict[str, Any] = yaml.safe_load(TEXT)["jobs"]


def test_every_action_is_pinned_to_a_commit_and_says_its_version() -> None:
    used = re.findall(r"uses: (.*)", TEXT)
    assert len(used) >= 4
    assert [
        line for line in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
    ] == []


def test_only_the_job_that_publishes_has_an_identity() -> None:
    assert yaml.safe_load(TEXT)["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "build": {"contents": "read"},
        "publish": {"id-token": "write"},
    }
    assert JOBS["publish"]["environment"] == "publish"
    # It runs nothing of the repository: two actions, no script.
    assert [set(step) - {"uses", "with"} for step in JOBS["publish"]["steps"]] == [set(), set()]


def test_nothing_is_stored_and_nothing_foreign_reaches_a_script() -> None:
    assert "secrets." not in TEXT
    assert "${{" not in TEXT


@pytest.mark.parametrize(("tag", "fits"), [("v{}", True), ("v9{}", False), ("v{}.dev1", False)])
def test_the_tag_must_name_the_version(tag: str, fits: bool) -> None:
    project = (REPOSITORY / "pyproject.toml").read_text("utf-8")
    version = tomllib.loads(project)["project"]["version"]
    line = f'version = "{tag.format(version).removeprefix("v")}"'
    assert (line in project.splitlines()) is fits
    assert 'grep --line-regexp "version = \\"${GITHUB_REF_NAME#v}\\"" pyproject.toml' in TEXT


def test_what_the_command_prints_is_what_the_page_says() -> None:
    printed = command._publishing_steps("1.2.3")
    assert "git tag v1.2.3" in printed
    assert ".github/workflows/publish.yml" in printed
    page = REPOSITORY / "docs" / "releasing.md"
    run = " ".join(step.get("run", "") for step in JOBS["build"]["steps"])
    assert "release --build-only" in run
    assert ".venv/bin/python -m generator release --build-only" in commands(page)

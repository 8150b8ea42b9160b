"""Promises of the project's own files: named commands exist, pins are exact, nothing of a machine leaks."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
BINARY = {".png", ".whl", ".gz"}
READERS = (
    "merchant-backend",
    "data-engineer",
    "qa",
    "partner-app",
    "fleet-operator",
    "tool-author",
    "maintainer",
)


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [ROOT / line for line in listed.stdout.splitlines()]
    return [path for path in paths if path.is_file() and path.suffix not in BINARY]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_make_targets_that_pages_name_exist(page: Path) -> None:
    code = re.findall(r"`([^`\n]+)`|^    (.+)$", page.read_text("utf-8"), re.MULTILINE)
    named = {target for pair in code for target in re.findall(r"\bmake ([a-z-]+)", " ".join(pair))}
    assert named <= make_targets()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    # A pattern in code can look like a link.
    text = re.sub(r"`[^`\n]+`", "", page.read_text("utf-8"))
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_readme_has_a_start_for_every_reader() -> None:
    """The site lists the pages, and fails for one that no list has."""
    text = (ROOT / "README.md").read_text("utf-8")
    linked = re.findall(r"\((docs/start/[^)]+\.md)\)", text)
    assert sorted(linked) == sorted(f"docs/start/{reader}.md" for reader in READERS)
    assert "(docs/index.md)" in text


def test_the_readme_lists_every_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    table = (ROOT / "README.md").read_text("utf-8").partition("| extra | what for |")[2].partition("\n\n")[0]
    listed = re.findall(r"^\| `([\w-]+)` \| .+ \|$", table, re.MULTILINE)
    assert sorted(listed) == sorted(project["optional-dependencies"].keys() - {"dev"})


def test_the_pictures_are_small() -> None:
    pictures = list((ROOT / "docs" / "images").iterdir())
    linked = re.findall(r"!\[.+?\]\((.+?)\)", (ROOT / "README.md").read_text("utf-8"))
    assert {ROOT / link for link in linked} <= set(pictures)
    assert len(linked) == 2
    assert sum(path.stat().st_size for path in pictures) < 400_000


def test_every_constraint_is_an_exact_version() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert len(pins) > 40
    assert [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9._+]+", line)] == []


def test_what_the_build_needs_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    pinned = [*project["build-system"]["requires"], *project["dependency-groups"]["dev"]]
    for name in ("hatchling", "openapi-python-client", "ruff", "mypy", "schemathesis", "python-jsonpath"):
        assert any(re.fullmatch(rf"{name}==[\d.]+", requirement) for requirement in pinned), name
    node = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]
    assert {name: version for name, version in node.items() if not re.fullmatch(r"[\d.]+", version)} == {}


def test_every_runtime_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    reasons = (ROOT / "docs" / "dependencies.md").read_text("utf-8").lower()
    extras = [name for group in project["optional-dependencies"].values() for name in group]
    names = {re.split(r"[\[<>=;~! ]", requirement)[0] for requirement in [*project["dependencies"], *extras]}
    assert {name for name in names - {project["name"]} if name.lower() not in reasons} == set()


def test_lock_files_record_no_addresses() -> None:
    lock = (ROOT / "package-lock.json").read_text("utf-8")
    assert '"lockfileVersion"' in lock
    assert '"resolved"' not in lock


def test_no_file_names_a_path_of_a_machine() -> None:
    machine_path = re.compile(r"(?<![\w.])/(?:root|home/\w+|Users/\w+|work)/")
    named = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in tracked_files()
        if path != Path(__file__)
        for found in machine_path.finditer(path.read_text("utf-8", errors="replace"))
    ]
    assert named == []


def test_ci_calls_the_readmes_test_command() -> None:
    readme, ci = (ROOT / "README.md").read_text("utf-8"), (ROOT / ".ci" / "run").read_text("utf-8")
    for command in ("make regenerate", "make test"):
        assert command in readme
        assert re.search(rf"^{command}$", ci, re.MULTILINE)

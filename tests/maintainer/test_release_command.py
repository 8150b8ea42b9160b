"""A release from beginning to end in a small repository; only the build is left out here."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator import cli
from generator.errors import RefusedError
from generator.regenerate import regenerate
from generator.release import artefacts
from maintainer_support.projects import add_later, commit, git, small_project

Call = Callable[..., tuple[int, str, str]]


def fresh(root: Path, message: str) -> None:
    assert regenerate(root, None, check=False, report=lambda _: None) == 0
    commit(root, message)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    small_project(tmp_path)
    fresh(tmp_path, "Begin")
    return tmp_path


@pytest.fixture
def call(root: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            cli.main(["release", *arguments, "--root", str(root)])
        printed = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, printed.out, printed.err

    return run


@pytest.fixture(autouse=True)
def built(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Instead of building, note what would have been built."""
    done: list[Path] = []

    def build(root: Path) -> Path:
        done.append(root)
        return root / "dist"

    monkeypatch.setattr(artefacts, "build", build)
    monkeypatch.setattr(artefacts, "check", lambda root, dist: "all is well")
    return done


def version(root: Path) -> str:
    found = re.search(r'^version = "(.*)"$', (root / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert found
    return found[1]


def state(root: Path) -> str:
    return git(root, "status", "--porcelain")


def test_the_first_and_the_second_release(root: Path, call: Call, built: list[Path]) -> None:
    code, out, err = call()
    assert (code, err) == (0, "")
    assert "all is well" in out
    for command in ('git commit --all --message "Release 0.1.0"', "git tag v0.1.0", "twine upload dist/*"):
        assert command in out
    assert version(root) == "0.1.0"
    log = (root / "CHANGELOG.md").read_text("utf-8")
    assert re.search(r"## Unreleased\n\n## 0\.1\.0 \(\d{4}-\d\d-\d\d\)\n\n- Parcels can be listed\.\n", log)
    commit(root, "Release 0.1.0")
    git(root, "tag", "v0.1.0")

    code, _, err = call()
    assert code == 1
    assert "There is nothing to release" in err

    add_later(root)
    fresh(root, "API 2031-08")
    code, out, _ = call()
    assert code == 0
    assert "API 2031-08 is new: 1 compatible." in out
    assert "Version: 0.1.1 after 0.1.0" in out
    assert version(root) == "0.1.1"
    log = (root / "CHANGELOG.md").read_text("utf-8")
    assert "- API 2031-08: [what changed](#api-2031-08)" in log
    assert len(built) == 2
    # What is released is fresh: the generated part of the changelog was not touched.
    assert regenerate(root, None, check=True, report=lambda _: None) == 0


def test_a_dry_run_changes_nothing(root: Path, call: Call, built: list[Path]) -> None:
    code, out, _ = call("--dry-run")
    assert code == 0
    assert "Version: 0.1.0" in out
    assert out.endswith("Nothing was written. Nothing prevents a release.\n")
    assert (state(root), built) == ("", [])
    (root / "note.txt").write_text("x", "utf-8")
    add_later(root)
    _, out, _ = call("--dry-run")
    assert (
        "These prevent a release: not committed: note.txt, spec/changes/; generated files are out of date."
        in out
    )


def test_a_dirty_tree_is_refused(root: Path, call: Call, built: list[Path]) -> None:
    for name in ("a", "b", "c", "d"):
        (root / name).write_text("x", "utf-8")
    code, out, err = call()
    assert (code, out) == (1, "")
    assert err == "Not committed: a, b, c and 1 more. Commit or stash first.\n"
    assert built == []


def test_stale_files_are_refused(root: Path, call: Call) -> None:
    add_later(root)
    commit(root, "Not regenerated")
    code, _, err = call()
    assert code == 1
    assert err == "Generated files are out of date. Run make regenerate, and commit.\n"
    assert state(root) == ""


def test_a_fault_after_the_change_takes_it_back(
    root: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(*_: Any) -> str:
        raise RefusedError("The artefacts have faults.", "The output was:\nwheel: x is missing")

    monkeypatch.setattr(artefacts, "check", check)
    code, _, err = call()
    assert code == 1
    assert err == "The artefacts have faults. The output was:\nwheel: x is missing\n"
    assert state(root) == ""


@pytest.mark.parametrize("tool", ["build", "twine"])
def test_a_missing_tool_is_named(call: Call, monkeypatch: pytest.MonkeyPatch, tool: str) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == tool else find(name))
    code, _, err = call()
    assert (code, err) == (1, f"Not installed: {tool}. Run make setup and use .venv/bin/python.\n")
    assert call("--dry-run")[0] == 0


def test_a_missing_tag_is_named(root: Path, call: Call) -> None:
    call()
    commit(root, "Release, and no tag")
    code, _, err = call()
    assert code == 1
    assert "The tag v0.1.0 of the last release is missing" in err
    assert "git fetch --tags" in err


def test_versions_that_differ_are_named(root: Path, call: Call) -> None:
    call()
    text = (root / "pyproject.toml").read_text("utf-8")
    (root / "pyproject.toml").write_text(text.replace("0.1.0", "0.7.0"), "utf-8")
    commit(root, "By hand")
    code, _, err = call()
    assert code == 1
    assert "pyproject.toml says 0.7.0, the last release in CHANGELOG.md is 0.1.0." in err


def test_outside_a_repository(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    root = small_project(tmp_path_factory.mktemp("bare"))
    with pytest.raises(SystemExit) as caught:
        cli.main(["release", "--dry-run", "--root", str(root)])
    assert caught.value.code == 1
    assert "A release is made from a git checkout." in capsys.readouterr().err


def test_build_only_decides_nothing(root: Path, call: Call, built: list[Path]) -> None:
    (root / "note.txt").write_text("x", "utf-8")
    code, out, _ = call("--build-only")
    assert (code, out) == (0, "all is well\n")
    assert len(built) == 1
    assert version(root) == "0.1.0"
    assert "## Unreleased\n\n- Parcels" in (root / "CHANGELOG.md").read_text("utf-8")

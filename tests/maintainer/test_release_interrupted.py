"""A release that ends half-way leaves both files byte for byte as they were, however it ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator import cli
from generator.errors import RefusedError
from generator.regenerate import regenerate
from generator.release import artefacts, command
from generator.release.written_files import with_version
from maintainer_support.projects import ADDRESS, commit, git, small_project

FILES = ("pyproject.toml", "CHANGELOG.md")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that can be released; build and surface are left out."""
    small_project(tmp_path)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "config", "core.autocrlf", "false")
    assert regenerate(tmp_path, None, check=False, report=lambda _: None) == 0
    for name in FILES:
        path = tmp_path / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    commit(tmp_path, "Begin, with line ends of Windows")
    monkeypatch.setattr(artefacts, "build", lambda root: root / "dist")
    monkeypatch.setattr(artefacts, "check", lambda root, dist: "all is well")
    monkeypatch.setattr(command, "check_surface", lambda *_, **__: 0)
    monkeypatch.setattr(command, "regenerate", lambda *_, **__: 0)
    return tmp_path


def contents(root: Path) -> list[bytes]:
    return [(root / name).read_bytes() for name in FILES]


def refuse() -> None:
    raise RefusedError("The artefacts have faults.", "None.")


def press_ctrl_c() -> None:
    raise KeyboardInterrupt


ENDS: dict[str, Callable[[], object]] = {
    "a fault": refuse,
    "Ctrl-C": press_ctrl_c,
    "SIGTERM": lambda: os.kill(os.getpid(), signal.SIGTERM),
    "SIGHUP": lambda: os.kill(os.getpid(), signal.SIGHUP),
}


@pytest.mark.parametrize("end", ENDS)
def test_files_are_as_they_were(root: Path, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    before = contents(root)
    seen: list[list[bytes]] = []

    def check(*_: Any) -> str:
        seen.append(contents(root))
        ENDS[end]()
        return "not reached"

    def survive(*_: Any) -> None:
        """What would have ended the process: the files would have stayed as they are now."""

    # In a test the process must survive what would end it.
    previous = {one: signal.signal(one, survive) for one in (signal.SIGTERM, signal.SIGHUP)}
    monkeypatch.setattr(artefacts, "check", check)
    try:
        with pytest.raises(BaseException) as caught:
            cli.main(["release", "--root", str(root)])
        assert {one: signal.getsignal(one) for one in previous} == dict.fromkeys(previous, survive)
    finally:
        for one, handler in previous.items():
            signal.signal(one, handler)
    assert getattr(caught.value, "code", 1) != 0
    assert seen != []
    assert seen[0] != before
    assert contents(root) == before


def test_a_changelog_that_cannot_be_written_changes_no_version(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(root)

    def fail(*_: Any) -> str:
        raise RefusedError("No section can be added.", "None.")

    monkeypatch.setattr(command, "add_release", fail)
    with pytest.raises(SystemExit):
        cli.main(["release", "--root", str(root)])
    assert contents(root) == before


def test_line_ends_stay(root: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["release", "--pre", "rc", "--root", str(root)])
    assert caught.value.code == 0
    for content in contents(root):
        assert b"0.1.0rc1" in content
        assert content.count(b"\n") == content.count(b"\r\n")


def test_a_version_in_another_form_is_written_too(root: Path) -> None:
    """Single quotes are TOML as well; a table before [project] can have a version of its own."""
    path = root / "pyproject.toml"
    path.write_text(
        f"[tool.aftership-tracking-client]\nversion = \"7\"\nrepository = '{ADDRESS}'\n\n"
        "[project]\nname = 'parcels'\nversion = '0.1.0'\n",
        "utf-8",
    )
    commit(root, "Another form")
    with pytest.raises(SystemExit) as caught:
        cli.main(["release", "--pre", "rc", "--root", str(root)])
    assert caught.value.code == 0
    assert b'version = "7"' in path.read_bytes()
    assert b'version = "0.1.0rc1"' in path.read_bytes()


@pytest.mark.parametrize(
    "text",
    ['project = {name = "p", version = "0.1.0"}', '[project]\nname = "p"\n"version" = "0.1.0"\n'],
)
def test_a_version_that_cannot_be_replaced_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match=r'Write version = "0\.1\.0" below'):
        with_version(text, "0.2.0")

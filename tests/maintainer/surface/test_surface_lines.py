"""The public surface is read from a wheel as lines: one for everything that a user may rely on."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from generator.errors import RefusedError
from generator.surface.comparison import find_unannounced, list_differences
from generator.surface.lines import name_of
from generator.surface.version_packages import describe_versions, read_versions, write_versions
from generator.surface.wheel import read_wheel
from maintainer_support.small_wheels import BASE, ERRORS, MODELS, OPTIONS, make_wheel


def test_everything_public_has_a_line_and_nothing_else(tmp_path: Path) -> None:
    surface = read_wheel(make_wheel(tmp_path))
    assert surface.package == (
        "Options.__enter__()",
        "Options.__init__(*, timeout: float | None = None, retries: int = 2, _secret: int = 0) -> None",
        "Options.get(name: int) -> int",
        "Options.get(name: str) -> str",
        "Options.inherited(one: int, /, *more: str, last: bool = True, **rest: object) -> None",
        "Options.is_quick: bool (property)",
        "Options.load(path: str) -> Options",
        "Options.make(size: int) -> Options",
        "Options.retries: int = 2",
        "Options.send() -> async None",
        "Options.timeout: float | None = None",
        "Options: class",
        "Problem.__init__(message: str) -> None",
        "Problem.code: int = 1",
        "Problem.message",
        "Problem: class(Exception)",
        "__version__: str",
        "bases.SyncClient.close() -> None",
        "bases.SyncClient: class",
        "errors.LIMIT = 5",
        "errors.Problem = Problem",
        "errors.SOURCES = ...",
        "testing.Problem = Problem",
    )
    assert surface.versions == {
        "v2024_01": (
            "AfterShip.API_VERSION = '2024-01'",
            "AfterShip.trackings: Trackings (property)",
            "AfterShip: class(SyncClient)",
            "Tracking.id: str",
            "Tracking.title: str | None = None",
            "Tracking: class(Model)",
        )
    }
    assert "v2024_01.Tracking.id: str" in surface.all_lines()


@pytest.mark.parametrize(
    ("module", "old", "new", "gone"),
    [
        ("runtime__options", "retries: int = 2", "retries: int", "Options.retries"),
        ("runtime__options", "def get(self, name: int)", "def get(self, key: int)", "Options.get"),
        ("runtime__options", "async def send", "def send", "Options.send"),
        ("errors", "class Problem(Exception)", "class Problem(ValueError)", "Problem"),
        ("errors", "self.message = message", "pass", "Problem.message"),
        ("errors", '"LIMIT", ', "", "errors.LIMIT"),
        ("runtime__base", "def close", "def shut", "bases.SyncClient.close"),
        ("v2024_01__models", "id: str", "id: int", "v2024_01.Tracking.id"),
    ],
)
def test_each_kind_of_change_is_seen(tmp_path: Path, module: str, old: str, new: str, gone: str) -> None:
    texts = {
        "runtime__options": OPTIONS,
        "errors": ERRORS,
        "runtime__base": BASE,
        "v2024_01__models": MODELS,
    }
    before = read_wheel(make_wheel(tmp_path)).all_lines()
    assert old in texts[module]
    after = read_wheel(make_wheel(tmp_path, **{module: texts[module].replace(old, new)})).all_lines()
    assert gone in [name_of(line) for line in before - after]
    assert list_differences(before, after)


def test_a_wheel_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other/__init__.py", "")
    with pytest.raises(RefusedError, match="does not hold aftership_tracking"):
        read_wheel(path)


def test_later_versions_are_stored_as_differences_and_read_whole() -> None:
    versions = {
        "v2024_01": ("A.x: int", "A: class", "B: class"),
        "v2024_04": ("A.x: str", "A: class", "C: class"),
        "v2024_07": ("A.x: str", "A: class", "C: class"),
    }
    files = write_versions(versions)
    assert files == {
        "v2024_01.txt": "A.x: int\nA: class\nB: class\n",
        "v2024_04.txt": "- A.x: int\n+ A.x: str\n- B: class\n+ C: class\n",
        "v2024_07.txt": "",
    }
    assert read_versions(files) == versions
    with pytest.raises(RefusedError, match="does not follow from the version before"):
        read_versions({**files, "v2024_07.txt": "- D: class\n"})


def test_resources_are_named_by_their_module() -> None:
    source = "GET = 1\nclass Trackings(Resource):\n    def get(self, id: str) -> Tracking: ...\n"
    assert describe_versions({"aftership_tracking/v2024_01/resources/trackings.py": source}) == {
        "v2024_01": (
            "resources.trackings.Trackings.get(id: str) -> Tracking",
            "resources.trackings.Trackings: class(Resource)",
        )
    }


OLD = {
    "Options.timeout: float",
    "Options: class",
    "v2024_01.resources.trackings.Trackings.list(a: int) -> Page",
}


@pytest.mark.parametrize(
    ("unreleased", "left"),
    [
        ("", 3),
        ("- ⚠️ `Options` is gone.", 1),
        ("- ⚠️ `aftership_tracking.Options.timeout` is gone.", 2),
        ("- ⚠️ `Options` is gone, and `Trackings.list(a)` too.", 0),
        ("- ⚠️ The old record is gone, which was called\n  `Options`.", 1),
        ("- `Options` is gone, said without the sign.", 3),
        ("- ⚠️ Options is gone, said without the marks of code.", 3),
        ("- ⚠️ `Option` is another name.", 3),
        ("- ⚠️ `timeout` is enough, in whatever class.\n- `Options`", 2),
    ],
)
def test_what_is_gone_must_be_announced_by_name(unreleased: str, left: int) -> None:
    assert len(find_unannounced(OLD, {"new: class"}, unreleased)) == left


def test_what_is_new_needs_no_announcement() -> None:
    assert find_unannounced(OLD, {*OLD, "new: class"}, "") == []

"""A release from beginning to end in a small repository; build and surface are left out here, and `make test`
is a line of its own. test_rehearsal_publish.py does the real ones.
"""

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
from generator.release import artefacts, command
from maintainer_support.projects import add_later, commit, git, replace_suite, small_project

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
def call(root: Path, capfd: pytest.CaptureFixture[str]) -> Call:
    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            cli.main(["release", *arguments, "--root", str(root)])
        printed = capfd.readouterr()  # the tests are another process
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
    monkeypatch.setattr(command, "check_surface", lambda *_, **__: 0)
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
    for line in (
        'git commit --all --message "Release 0.1.0"',
        "git tag v0.1.0",
        "twine upload dist/*",
    ):
        assert line in out
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
    assert out.endswith(
        "Nothing was written. Nothing prevents a release.\n"
        "The release itself also compares the public surface and runs make test pages first.\n"
    )
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


def test_new_files_are_seen_whatever_git_is_configured_to_show(root: Path, call: Call) -> None:
    git(root, "config", "status.showUntrackedFiles", "no")
    (root / "note.txt").write_text("x", "utf-8")
    code, _, err = call()
    assert (code, err) == (1, "Not committed: note.txt. Commit or stash first.\n")


def test_stale_files_are_refused(root: Path, call: Call) -> None:
    add_later(root)
    commit(root, "Not regenerated")
    code, _, err = call()
    assert code == 1
    assert err == "Generated files are out of date. Run make regenerate, and commit.\n"
    assert state(root) == ""


def test_texts_that_are_left_for_people_are_named(root: Path, call: Call, built: list[Path]) -> None:
    """Nothing of a draft is released unread, and the sentence says so, not that files are old."""
    add_later(root)
    path = root / "spec" / "changes" / "2031-08.yaml"
    path.write_text(path.read_text("utf-8").replace("Its phone.", "'TODO: describe phone.'"), "utf-8")
    commit(root, "A draft")
    code, _, err = call()
    assert (code, built, state(root)) == (1, [], "")
    assert err.startswith("The lint has 1 finding")
    assert "TODO: describe phone." in err
    assert "[text-left]" in err
    assert "TODO: describe phone." in call("--dry-run")[1]


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


def test_a_failing_test_stops_a_release_before_anything_is_written(
    root: Path, call: Call, built: list[Path]
) -> None:
    (root / "test_contract.py").write_text("def test_parcels():\n    assert 200 == 404\n", "utf-8")
    replace_suite(root, "import pytest; raise SystemExit(pytest.main(['-q', '-p', 'no:cacheprovider']))")
    commit(root, "A contract test fails")
    code, out, err = call()
    assert code == 1
    assert "assert 200 == 404" in out
    assert err.endswith(
        "The tests failed: make test pages ended with exit code 2. "
        "Nothing was written. Mend what its output names, and commit.\n"
    )
    assert (state(root), built) == ("", [])
    # A dry run needs no tests, and no word of it says that they pass.
    assert call("--dry-run")[0] == 0
    (root / "test_contract.py").write_text("def test_parcels():\n    assert 200 == 200\n", "utf-8")
    commit(root, "It passes")
    assert call()[0] == 0
    assert version(root) == "0.1.0"


def test_a_page_that_fails_stops_a_release(root: Path, call: Call, built: list[Path]) -> None:
    (root / "Makefile").write_text("test:\n\npages:\n\t@echo a sample fails; exit 1\n", "utf-8")
    commit(root, "A sample of a page fails")
    code, _, err = call()
    assert (code, state(root), built) == (1, "", [])
    assert "The tests failed: make test pages ended with exit code 2. " in err


@pytest.mark.parametrize("name", ["MAKEFLAGS", "GNUMAKEFLAGS", "PYTEST_ADDOPTS"])
def test_the_environment_cannot_weaken_the_tests(
    root: Path, call: Call, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    replace_suite(root, "import os; raise SystemExit(os.environ.get('PYTEST_ADDOPTS', '') == '')")
    commit(root, "Fails, unless the environment helps")
    monkeypatch.setenv(name, "--collect-only" if name == "PYTEST_ADDOPTS" else "-i")
    assert call()[0] == 1


@pytest.mark.parametrize("name", ["PYTHONOPTIMIZE", "CONTRACT_EXAMPLES", "DEPTH"])
def test_the_environment_cannot_make_the_tests_smaller(
    root: Path, call: Call, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Without assertions, or with fewer examples, the tests would pass more easily."""
    replace_suite(root, f"import os; raise SystemExit({name!r} in os.environ)")
    commit(root, "Fails with the variable")
    monkeypatch.setenv(name, "1")
    assert call()[0] == 0


def test_the_tests_and_the_release_see_the_same_tree(root: Path, call: Call, built: list[Path]) -> None:
    replace_suite(root, "open('left_behind', 'w')")
    commit(root, "A test leaves a file")
    code, _, err = call()
    assert (code, built) == (1, [])
    assert "The tree is not the one that was tested (changed: left_behind)." in err
    assert version(root) == "0.1.0"


def test_a_surface_that_differs_stops_a_release(
    root: Path, call: Call, built: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "check_surface", lambda *_, **__: 1)
    code, _, err = call()
    assert (code, built, state(root)) == (1, [], "")
    assert err.startswith("The public surface is not as it should be. Nothing was written.")


def released(root: Path) -> str:
    """Do what the command says at its end."""
    number = version(root)
    commit(root, f"Release {number}")
    git(root, "tag", f"v{number}")
    return number


def write_news(root: Path, line: str) -> None:
    path = root / "CHANGELOG.md"
    path.write_text(
        path.read_text("utf-8").replace("## Unreleased\n", f"## Unreleased\n\n{line}\n", 1), "utf-8"
    )
    commit(root, line)


def test_from_a_candidate_to_the_next_and_to_the_final_release(root: Path, call: Call) -> None:
    assert "Version: 0.1.0rc1\n" in call("--pre", "rc")[1]
    assert released(root) == "0.1.0rc1"
    # Again, with nothing new, there is nothing to do.
    code, _, err = call("--pre", "rc")
    assert (code, "or leave --pre out for the final release." in err) == (1, True)
    assert state(root) == ""

    write_news(root, "- ⚠️ Something else is gone.")
    out = call("--pre", "rc", "--dry-run")[1]
    assert "Version: 0.1.0rc2 after 0.1.0rc1\n" in out
    assert call("--pre", "rc")[0] == 0
    assert released(root) == "0.1.0rc2"

    code, out, _ = call()
    assert "It is the final release after 0.1.0rc2 and 0.1.0rc1." in out
    assert 'git commit --all --message "Release 0.1.0"' in out
    assert released(root) == "0.1.0"
    headings = re.findall(r"^## (\S+)", (root / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings == ["Unreleased", "0.1.0", "0.1.0rc2", "0.1.0rc1", "API"]
    assert call()[0] == call("--pre", "rc")[0] == 1  # nothing is new

    add_later(root)
    fresh(root, "API 2031-08")
    assert call("--pre", "rc")[0] == 0
    assert released(root) == "0.1.1rc1"
    write_news(root, "- ⚠️ Found on the way.")
    out = call("--pre", "rc")[1]
    assert "Since 0.1.0, with the pre-releases, this is a major step." in out
    assert released(root) == "0.2.0rc1"
    code, out, err = call("--pre", "b")
    assert code == 1  # nothing new; with news it would go back
    write_news(root, "- More.")
    code, _, err = call("--pre", "b")
    assert (code, err) == (
        2,
        "0.2.0b1 would come before 0.2.0rc1, which is out. "
        "Use --pre rc, or leave --pre out for the final release.\n",
    )
    assert call()[0] == 0
    assert released(root) == "0.2.0"
    log = (root / "CHANGELOG.md").read_text("utf-8")
    assert "- With everything of 0.2.0rc1 and 0.1.1rc1, below.\n\n- More.\n" in log
    assert regenerate(root, None, check=True, report=lambda _: None) == 0


def test_a_version_in_the_project_that_nothing_was_released_with(root: Path, call: Call) -> None:
    path = root / "pyproject.toml"
    for number, said in (
        ("1.0.0rc1", "Add --pre rc, or write 1.0.0 there."),
        ("1.0.0-rc.1", 'pyproject.toml says version "1.0.0-rc.1". Write three numbers'),
    ):
        path.write_text(re.sub('version = ".*"', f'version = "{number}"', path.read_text("utf-8")), "utf-8")
        commit(root, number)
        code, _, err = call("--dry-run")
        assert (code, said in err) == (1, True)


def test_a_tag_that_exists_is_not_made_again(root: Path, call: Call) -> None:
    git(root, "tag", "v0.1.0rc1")
    code, _, err = call("--pre", "rc")
    assert code == 1
    assert err.startswith("There is a tag v0.1.0rc1 already, but CHANGELOG.md does not know that release.")


def test_a_higher_tag_of_this_history_is_not_forgotten(root: Path, call: Call) -> None:
    """CHANGELOG.md lost its sections: the version would go back in silence."""
    git(root, "tag", "v0.5.0rc1")
    git(root, "tag", "vanished")
    code, _, err = call()
    assert (code, state(root)) == (1, "")
    assert err.startswith("0.1.0 would come after the tag v0.5.0rc1, which is higher.")
    git(root, "tag", "--delete", "v0.5.0rc1")
    # On another branch it is another line of releases.
    git(root, "checkout", "--quiet", "-b", "next")
    write_news(root, "- More.")
    git(root, "tag", "v2.0.0")
    git(root, "checkout", "--quiet", "main")
    assert call()[0] == 0


@pytest.mark.parametrize("more", [["--dry-run"], ["--pre", "rc"]])
def test_build_only_takes_no_decision_with_it(call: Call, built: list[Path], more: list[str]) -> None:
    code, _, err = call("--build-only", *more)
    assert (code, err) == (2, "--build-only builds, and decides nothing. Leave --dry-run and --pre out.\n")
    assert built == []


@pytest.mark.parametrize("tool", ["build", "twine", "cyclonedx_py"])
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
    assert "This needs a git checkout with a commit." in capsys.readouterr().err


def test_build_only_decides_nothing(root: Path, call: Call, built: list[Path]) -> None:
    (root / "note.txt").write_text("x", "utf-8")
    code, out, _ = call("--build-only")
    assert (code, out) == (0, "all is well\n")
    assert len(built) == 1
    assert version(root) == "0.1.0"
    assert "## Unreleased\n\n- Parcels" in (root / "CHANGELOG.md").read_text("utf-8")

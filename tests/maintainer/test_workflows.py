"""The workflows: pinned, with no more permissions than they need; their lines run here as a runner would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.regenerate import regenerate
from generator.release import command
from maintainer_support.pages import commands
from maintainer_support.projects import ADDRESS, REPOSITORY, add_later, commit, git, small_project

FOLDER = REPOSITORY / ".github" / "workflows"
TEXTS = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.y*ml"))}
WORKFLOWS: dict[str, Any] = {name: yaml.safe_load(text) for name, text in TEXTS.items()}
PUBLISH = WORKFLOWS["publish"]["jobs"]
PULL_REQUEST = WORKFLOWS["pull-request"]["jobs"]
SITE = WORKFLOWS["site"]["jobs"]
ON: Any = True
"""YAML 1.1 reads the key `on` as a boolean."""


def lines(job: dict[str, Any]) -> list[str]:
    """What the steps of a job run, in order; an action by its name."""
    return [step.get("run", "").strip() or step["uses"].partition("@")[0] for step in job["steps"]]


class TestAllOfThem:
    def test_which_there_are(self) -> None:
        assert list(WORKFLOWS) == ["publish", "pull-request", "site"]

    @pytest.mark.parametrize("name", WORKFLOWS)
    def test_every_action_is_pinned_to_a_commit_and_says_its_version(self, name: str) -> None:
        used = re.findall(r"uses: (.*)", TEXTS[name])
        assert len(used) >= 3
        pinned = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
        assert [line for line in used if not pinned.fullmatch(line)] == []

    def test_an_action_has_one_commit_everywhere(self) -> None:
        used = {line for text in TEXTS.values() for line in re.findall(r"uses: (.*)", text)}
        assert sorted(used) == sorted({line.partition("@")[0]: line for line in used}.values())

    @pytest.mark.parametrize("name", WORKFLOWS)
    def test_nothing_is_stored_and_nothing_foreign_reaches_a_script(self, name: str) -> None:
        assert "secrets." not in TEXTS[name]
        # The list of Pythons is ours, and it does not reach a script.
        assert "${{" not in TEXTS[name].replace("python-version: ${{ matrix.python }}", "")
        for job in WORKFLOWS[name]["jobs"].values():
            for step in job["steps"]:
                if step.get("uses", "").startswith("actions/checkout@"):
                    assert step["with"]["persist-credentials"] is False

    @pytest.mark.parametrize("name", WORKFLOWS)
    def test_no_job_has_a_permission_that_it_did_not_ask_for(self, name: str) -> None:
        assert WORKFLOWS[name]["permissions"] == {}
        assert all(job["timeout-minutes"] <= 240 for job in WORKFLOWS[name]["jobs"].values())


class TestSite:
    def test_it_is_built_for_the_repository_that_its_links_name(self) -> None:
        assert SITE["build"]["permissions"] == {"contents": "read"}
        [address] = [line for line in lines(PUBLISH["test"]) if "project_address" in line]
        assert lines(SITE["build"])[2:] == [address, "make site", "actions/upload-pages-artifact"]
        assert SITE["build"]["steps"][-1]["with"]["path"] == "build/site"

    def test_only_a_published_release_is_deployed_and_only_if_it_was_built(self) -> None:
        assert WORKFLOWS["site"][ON] == {"release": {"types": ["published"]}}
        assert list(SITE) == ["build", "deploy"]
        deploy = SITE["deploy"]
        assert (deploy["needs"], deploy["environment"]) == ("build", "github-pages")
        assert deploy["if"] == "github.event.release.prerelease == false"
        assert deploy["permissions"] == {"pages": "write", "id-token": "write"}
        # It runs nothing of the repository.
        assert lines(deploy) == ["actions/deploy-pages"]
        for step in (SITE["build"], *SITE["build"]["steps"], *deploy["steps"]):
            assert {"if", "continue-on-error"} & step.keys() == set()


class TestPublishing:
    def test_only_the_job_that_publishes_has_an_identity(self) -> None:
        assert {name: job["permissions"] for name, job in PUBLISH.items()} == {
            "test": {"contents": "read"},
            "build": {"contents": "read"},
            "publish": {"id-token": "write"},
        }
        assert PUBLISH["publish"]["environment"] == "publish"
        # It runs nothing of the repository: two actions, no script.
        assert [set(step) - {"uses", "with"} for step in PUBLISH["publish"]["steps"]] == [set(), set()]

    def test_nothing_is_published_before_it_was_tested_compared_and_checked(self) -> None:
        assert WORKFLOWS["publish"][ON] == {"push": {"tags": ["v[0-9]*"]}}
        assert (PUBLISH["publish"]["needs"], PUBLISH["build"]["needs"]) == ("build", "test")
        checkout, setup, tag, address, *tests = lines(PUBLISH["test"])
        assert (checkout, setup) == ("actions/checkout", "actions/setup-python")
        assert tag.count("GITHUB_REF_NAME") == 2
        assert address.startswith("python3 -m generator.release.project_address")
        assert tests == [".ci/run", "make contract"]
        assert lines(PUBLISH["build"])[2:] == [
            "make setup",
            ".venv/bin/python -m generator regenerate --check",
            ".venv/bin/python -m generator surface",
            ".venv/bin/python -m generator release --build-only",
            "actions/upload-artifact",
            "actions/upload-artifact",
            "actions/upload-artifact",
        ]
        assert lines(PUBLISH["publish"]) == ["actions/download-artifact", "pypa/gh-action-pypi-publish"]
        for job in PUBLISH.values():
            for step in (job, *job["steps"]):
                assert {"if", "continue-on-error"} & step.keys() == set()

    def test_only_the_two_files_of_the_package_are_published(self) -> None:
        steps = [
            step["with"] for step in PUBLISH["build"]["steps"] if "upload-artifact" in step.get("uses", "")
        ]
        stored = {each["name"]: each["path"].split() for each in steps}
        assert stored == {
            "dist": ["dist/*.whl", "dist/*.tar.gz"],
            "documents": ["build/exports/"],
            "sbom": ["build/sbom/"],
        }
        assert PUBLISH["publish"]["steps"][0]["with"]["name"] == "dist"

    def test_the_surface_can_be_compared_with_the_release_before(self) -> None:
        for name in ("test", "build"):
            assert PUBLISH[name]["steps"][0]["with"]["fetch-depth"] == 0

    def test_what_the_command_prints_is_what_the_page_says(self) -> None:
        printed = command._publishing_steps("1.2.3")
        assert "git tag v1.2.3" in printed
        assert ".github/workflows/publish.yml" in printed
        assert ".venv/bin/python -m generator release --build-only" in commands(
            REPOSITORY / "docs" / "releasing.md"
        )


class TestPullRequests:
    def test_the_code_of_a_fork_gets_nothing(self) -> None:
        assert WORKFLOWS["pull-request"][ON] == "pull_request"  # not pull_request_target
        assert {name: job["permissions"] for name, job in PULL_REQUEST.items()} == {
            "test": {"contents": "read"},
            "pythons": {"contents": "read"},
            "documents": {"contents": "read"},
        }

    def test_it_runs_what_ci_runs(self) -> None:
        assert lines(PULL_REQUEST["test"])[-1] == ".ci/run"

    def test_every_python_that_the_package_names_is_tested(self) -> None:
        project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
        named = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
        setup = PULL_REQUEST["test"]["steps"][1]["with"]["python-version"]
        assert [setup, *PULL_REQUEST["pythons"]["strategy"]["matrix"]["python"]] == named
        assert lines(PULL_REQUEST["pythons"])[-1] == "make test PYTHON=python3"


# The lines themselves, in a small repository with stand-ins for make and .ci/run.


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = small_project(tmp_path / "project")
    shutil.copytree(
        REPOSITORY / "generator", root / "generator", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(REPOSITORY / "overrides" / "templates", root / "overrides" / "templates")
    (root / "Makefile").write_text("setup contract:\n\techo make $@ >> ../ran\n", "utf-8")
    (root / ".ci").mkdir()
    script(root / ".ci" / "run", "echo .ci/run >> ../ran; exit ${CI_CODE:-0}")
    (root / ".venv" / "bin").mkdir(parents=True)
    script(root / ".venv" / "bin" / "python", f'exec "{sys.executable}" -B "$@"')
    assert regenerate(root, None, check=False, report=lambda _: None) == 0
    commit(root, "Begin")
    return root


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/usr/bin/env bash\n{text}\n", "utf-8")
    path.chmod(0o755)


server, _, repository = ADDRESS.partition(".example/")
HERE = {"GITHUB_SERVER_URL": f"{server}.example", "GITHUB_REPOSITORY": repository}


def follow(root: Path, job: dict[str, Any], **variables: str) -> str:
    """Run the scripts of a job as a runner does; return what failed, or nothing."""
    for step in job["steps"]:
        if "run" in step:
            done = subprocess.run(
                ["bash", "-e", "-c", step["run"]],
                cwd=root,
                env={**os.environ, "GITHUB_STEP_SUMMARY": str(root.parent / "summary"), **HERE, **variables},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                return f"{step['run']}\n{done.stderr}"
    return ""


def ran(root: Path) -> list[str]:
    path = root.parent / "ran"
    return path.read_text("utf-8").splitlines() if path.exists() else []


def add_section(root: Path, version: str) -> None:
    path = root / "CHANGELOG.md"
    text = path.read_text("utf-8")
    path.write_text(text.replace("## Unreleased\n", f"## Unreleased\n\n## {version} (2031-09-01)\n"), "utf-8")


def test_a_tag_is_tested(root: Path) -> None:
    add_section(root, "0.1.0")
    assert follow(root, PUBLISH["test"], GITHUB_REF_NAME="v0.1.0") == ""
    assert ran(root) == [".ci/run", "make contract"]


@pytest.mark.parametrize("tag", ["v0.1.1", "v0.1.0rc1", "v0a1.0", "v90.1.0", "v"])
def test_a_tag_must_name_the_version(root: Path, tag: str) -> None:
    add_section(root, "0.1.0")
    assert follow(root, PUBLISH["test"], GITHUB_REF_NAME=tag).startswith("grep --fixed-strings --line-regexp")
    assert ran(root) == []


def test_a_version_that_the_changelog_does_not_know_is_not_published(root: Path) -> None:
    add_section(root, "0.1.0rc1")
    assert follow(root, PUBLISH["test"], GITHUB_REF_NAME="v0.1.0") != ""
    assert ran(root) == []


def test_a_tag_in_another_repository_is_not_published(root: Path) -> None:
    add_section(root, "0.1.0")
    failed = follow(root, PUBLISH["test"], GITHUB_REF_NAME="v0.1.0", GITHUB_REPOSITORY="fork/client")
    assert "is not https://git.example/fork/client, where this runs." in failed
    assert ran(root) == []


def test_a_site_is_only_built_where_the_address_is_set_and_right(root: Path) -> None:
    (root / "Makefile").write_text("site:\n\techo make $@ >> ../ran\n", "utf-8")
    assert follow(root, SITE["build"]) == ""
    assert ran(root) == ["make site"]
    assert "where this runs." in follow(root, SITE["build"], GITHUB_REPOSITORY="fork/client")
    settings = (root / "pyproject.toml").read_text("utf-8")
    (root / "pyproject.toml").write_text(settings.replace(f'"{ADDRESS}"', '""'), "utf-8")
    assert "is empty, so the links of the package would lead nowhere." in follow(root, SITE["build"])
    assert ran(root) == ["make site"]


def test_a_tag_whose_tests_fail_ends_there(root: Path) -> None:
    add_section(root, "0.1.0")
    assert follow(root, PUBLISH["test"], GITHUB_REF_NAME="v0.1.0", CI_CODE="1").startswith(".ci/run")
    assert ran(root) == [".ci/run"]


def test_a_pull_request_shows_what_it_changes(root: Path) -> None:
    git(root, "checkout", "--quiet", "-b", "change")
    add_later(root)
    commit(root, "API 2031-08")
    git(root, "checkout", "--quiet", "main")
    git(root, "merge", "--quiet", "--no-ff", "--message", "Merge", "change")
    assert follow(root, PULL_REQUEST["documents"]) == ""
    summary = (root.parent / "summary").read_text("utf-8")
    assert summary.startswith(
        "# API documents\n\nAPI 2031-08 is new.\n\n## From 2031-05 to 2031-08\n\n1 compatible"
    )
    assert "- `Depot.phone` was added (string)." in summary
    assert (root / "documents.md").read_text("utf-8") == summary
    assert ran(root) == ["make setup"]

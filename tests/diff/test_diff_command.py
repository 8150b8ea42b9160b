"""`python -m generator diff`: verdicts as exit codes, and other codes for mistakes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from patience import PATIENCE

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

OVERLAY = """
overlay: 1.1.0
info: {{title: Changes of {version}, version: "{version}", x-released: "{version}-11"}}
actions:
  - target: $.paths['/parcels'].get.responses['200'].headers['as-api-version'].schema.const
    x-change: version-name
    description: Responses and webhooks name the version.
    update: "{version}"
  - target: $.webhooks.parcel_update.post.parameters[?@.name=='as-webhook-version'].schema.const
    x-change: version-name
    update: "{version}"
  - target: {target}
    x-change: one
    description: One thing changed.
    {action}
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "generator", "diff", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with three versions: a field comes, then a parameter becomes required."""
    changes = tmp_path / "spec" / "changes"
    changes.mkdir(parents=True)
    shutil.copy(HERE / "parcels.yaml", tmp_path / "spec" / "openapi.yaml")
    added = OVERLAY.format(
        version="2024-04",
        target="$.components.schemas.Event.properties",
        action="update: {hour: {type: string, description: The hour.}}",
    )
    required = OVERLAY.format(
        version="2024-07",
        target="$.paths['/parcels'].get.parameters[?@.name=='page']",
        action="update: {required: true}",
    )
    (changes / "2024-04.yaml").write_text(added, "utf-8")
    (changes / "2024-07.yaml").write_text(required, "utf-8")
    return tmp_path


def test_nothing_is_zero(project: Path) -> None:
    done = run("2024-04", "2024-04", "--root", str(project))
    assert (done.returncode, done.stdout) == (0, "2024-04 -> 2024-04: no changes\n")


def test_compatible_is_one(project: Path) -> None:
    done = run("2024-01", "2024-04", "--root", str(project))
    assert done.returncode == 1
    assert "`Event.hour` was added (string)." in done.stdout
    assert "2024-04.yaml:" in done.stdout


def test_breaking_is_two(project: Path) -> None:
    done = run("2024-01", "2024-07", "--root", str(project), "--format", "json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["counts"]["breaking"] == 1


def test_backwards_works_too(project: Path) -> None:
    done = run("2024-04", "2024-01", "--root", str(project), "--format", "markdown")
    assert done.returncode == 2
    assert "`Event.hour` was removed." in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["2024-01"],
        ["2024-01", "2024-01", "--format", "xml"],
        ["2024-01", "2024-01", "--wrong"],
        ["a", "b", "c"],
    ],
)
def test_a_wrong_call_is_not_a_verdict(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 64
    assert "Error" in done.stderr


def test_an_unknown_version_is_a_wrong_call(project: Path) -> None:
    done = run("2024-01", "2031-01", "--root", str(project))
    assert done.returncode == 64
    assert "2031-01" in done.stderr
    assert done.stdout == ""


def test_a_faulty_document_is_not_a_verdict(project: Path) -> None:
    (project / "spec" / "changes" / "2024-07.yaml").write_text("overlay: [", "utf-8")
    done = run("2024-01", "2024-07", "--root", str(project))
    assert done.returncode == 65
    assert "2024-07.yaml" in done.stderr


def test_help_lists_the_codes() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert all(f" {code} " in " ".join(done.stdout.split()) for code in (0, 1, 2, 64, 65))

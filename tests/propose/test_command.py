"""`python -m generator propose`: where it writes, what it says, what it refuses."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generator import cli
from generator.document.compose import compose
from propose_support.foreign import foreign
from propose_support.steps import draft
from spec_support import SPEC, document

VERSION = "2026-01"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose newest version is the one before, and a document of the next beside it."""
    shutil.copytree(SPEC, tmp_path / "spec")
    for path in (tmp_path / "spec" / "changes").glob("*.yaml"):
        if path.stem >= VERSION:
            path.unlink()
    (tmp_path / "given.json").write_text(json.dumps(foreign(document(VERSION).raw)), "utf-8")
    return tmp_path


def call(root: Path, *arguments: str, version: str = VERSION) -> int:
    given = ["propose", version, "--from", str(root / "given.json"), "--root", str(root), *arguments]
    with pytest.raises(SystemExit) as caught:
        cli.main(given)
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_it_writes_an_overlay_that_applies(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = root / "spec" / "changes" / f"{VERSION}.yaml"
    assert call(root, "--complete") == 0
    assert path.read_text("utf-8") == draft(VERSION).text
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"{VERSION}.yaml was written." in printed.err
    assert (
        "Guess: rename zip -> postal_code in Checkpoint: same type; the names mean the same." in printed.err
    )
    assert "Texts to write: " in printed.err
    assert compose(root / "spec", VERSION).version == VERSION
    # What people wrote since is theirs.
    path.write_text("written by hand", "utf-8")
    assert call(root) == 2
    assert "exists already. Give --force to write it anew." in capsys.readouterr().err
    assert path.read_text("utf-8") == "written by hand"
    assert call(root, "--complete", "--force") == 0
    assert path.read_text("utf-8") == draft(VERSION).text


def test_other_outputs_leave_the_project_alone(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted((root / "spec").rglob("*"))
    assert call(root, "--complete", "--stdout") == 0
    assert capsys.readouterr().out == draft(VERSION).text
    assert call(root, "--complete", "--output", str(root / "new" / "draft.yaml")) == 0
    assert (root / "new" / "draft.yaml").read_text("utf-8") == draft(VERSION).text
    assert call(root, "--dry-run", "--provenance", "documented") == 0
    capsys.readouterr()
    assert call(root, "--dry-run", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert sorted((root / "spec").rglob("*")) == before
    assert report["version"] == VERSION
    assert report["problem"] == ""
    assert report["textsLeft"] > 0
    assert {"on": "Checkpoint", "from": "zip", "to": "postal_code", "sure": True,
            "reason": "same type; the names mean the same"} in report["guesses"]  # fmt: skip
    assert "last_mile_tracking_supported of Tracking" in report["missing"]


def test_the_mark_of_what_is_new_is_given(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(root, "--stdout", "--provenance", "documented") == 0
    text = capsys.readouterr().out
    assert "x-provenance: documented" in text
    assert "x-provenance: inferred" not in text
    assert call(root, "--provenance", "rumour") == 2


@pytest.mark.parametrize(
    ("arguments", "version", "code", "sentence"),
    [
        ((), "2025-07", 2, "2025-07 is not newer than 2025-04"),
        ((), "2025-04", 2, "2025-04 is not newer than 2025-07, the newest version."),
        ((), "next", 2, '"next" is not an API version.'),
        (("--stdout", "--json"), VERSION, 2, "--stdout and --json both write to standard output."),
    ],
)
def test_a_wrong_call_is_refused(
    root: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    version: str,
    code: int,
    sentence: str,
) -> None:
    if version == "2025-07":  # the newest one there is drafted again, only with --force
        sentence = "exists already."
    assert call(root, *arguments, version=version) == code
    assert sentence in capsys.readouterr().err


def test_a_document_that_cannot_be_read_is_one_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "given.json").write_text('{"openapi": "3.1.0", "paths": 7}', "utf-8")
    assert call(root) == 1
    assert capsys.readouterr().err.count("\n") == 1
    (root / "given.json").unlink()
    assert call(root) == 1
    assert "The file does not exist." in capsys.readouterr().err


def test_a_document_with_nothing_new_is_said_to_be_one(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "given.json").write_text(json.dumps(foreign(compose(root / "spec", "2025-07").raw)), "utf-8")
    assert call(root, "--dry-run") == 0
    assert "The draft is empty: " in capsys.readouterr().err
    (root / "given.json").write_text(json.dumps(foreign(document(VERSION).raw)), "utf-8")
    assert call(root, "--dry-run") == 0
    assert "empty" not in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only some systems have a full device")
@pytest.mark.parametrize(
    "arguments",
    [["compose", "2025-07"], ["export", "2025-07", "--to", "openapi"], ["propose", VERSION, "--stdout"]],
    ids=lambda arguments: arguments[0],
)
def test_a_full_output_is_said_in_a_sentence(root: Path, arguments: list[str]) -> None:
    more = ["--from", str(root / "given.json")] if arguments[0] == "propose" else []
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "generator", *arguments, *more, "--root", str(root)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        1,
        "The output cannot be written: No space left on device.",
    )
    assert "Traceback" not in done.stderr

"""`python -m generator export`: the same bytes each time, or one sentence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from export_support.exported import NEWEST, OLDEST, ROOT, SPEC, VERSIONS, text
from generator import cli
from generator.document.compose import versions
from generator.export.documents import Target, file_name, write_all
from generator.release import artefacts
from generator_support.documents import GOLDEN
from version_sample import sample


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        cli.main(["export", *arguments])
    return (int(left.value.code or 0), *capsys.readouterr())


def test_it_prints_or_writes_one_document(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, printed, _ = run(capsys, NEWEST, "--to", "asyncapi")
    assert (code, printed) == (0, text(NEWEST, Target.ASYNCAPI))
    file = tmp_path / "new" / "openapi.json"
    assert run(capsys, OLDEST, "--to", "openapi", "--output", str(file)) == (0, "", "")
    assert file.read_text("utf-8") == text(OLDEST, Target.OPENAPI)


def test_it_writes_all_versions_into_a_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    code, printed, _ = run(capsys, "--all", "--output", str(folder))
    assert (code, printed) == (0, f"{len(VERSIONS) * len(Target)} files were written to {folder}.\n")
    names = {file_name(version, target) for version in VERSIONS for target in Target}
    assert {path.name for path in folder.iterdir()} == names
    for version in sample(VERSIONS):
        for target in Target:
            assert (folder / file_name(version, target)).read_text("utf-8") == text(version, target)


def test_it_writes_all_versions_for_one_kind_of_tool(tmp_path: Path) -> None:
    assert write_all(SPEC, tmp_path, [Target.POSTMAN]) == len(VERSIONS)
    assert {path.name for path in tmp_path.iterdir()} == {file_name(one, Target.POSTMAN) for one in VERSIONS}


def test_a_release_has_them_beside_its_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artefacts, "_run", lambda *_: "")
    shutil.copytree(GOLDEN / "parcels" / "spec", tmp_path / "spec")
    stale = tmp_path / artefacts.EXPORTS / "2020-01.openapi.json"
    stale.parent.mkdir(parents=True)
    stale.write_text("{}")
    assert artefacts.build(tmp_path) == tmp_path / "dist"
    (version,) = versions(tmp_path / "spec")
    assert {path.name for path in stale.parent.iterdir()} == {file_name(version, one) for one in Target}


def test_the_bytes_do_not_depend_on_the_process() -> None:
    program = "from export_support.exported import *; [print(text(NEWEST, one), end='') for one in Target]"
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support")]),
    }
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    assert done.stdout.decode() == "".join(text(NEWEST, target) for target in Target)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "No version was given. Write a version and --to openapi|asyncapi|postman|jsonschema, or --all"),
        ([NEWEST], "What to export to was not given. Write a version and --to openapi|"),
        (["--to", "openapi"], "No version was given."),
        (["2020-01", "--to", "openapi"], 'The API version "2020-01" is unknown. Known are 2024-01, '),
        (
            ["--all"],
            "With --all, every version goes into a folder. Give --all and --output FOLDER, and no version.",
        ),
        ([NEWEST, "--all", "--output", "exports"], "With --all, every version goes into a folder."),
        (
            [NEWEST, "--to", "openapi", "--output", "taken/a.json"],
            "taken/a.json cannot be written: a folder on its way is a file. Write another path after ",
        ),
        (
            [NEWEST, "--to", "openapi", "--output", "."],
            ". cannot be written: Is a directory. Write ",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence(
    arguments: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("a file")
    code, printed, said = run(capsys, *arguments)
    assert (code, printed) == (2, "")
    assert sentence in said
    assert said.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_document_with_findings_is_not_exported(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    spec = tmp_path / "spec"
    spec.mkdir()
    (spec / "openapi.yaml").write_text(
        json.dumps({"openapi": "3.1.1", "info": {"title": "T", "version": "2024-01"}})
    )
    for arguments in (["2024-01", "--to", "postman"], ["--all", "--output", str(tmp_path / "out")]):
        code, printed, said = run(capsys, *arguments, "--root", str(tmp_path))
        assert (code, printed) == (cli.FAULTY, "")
        assert "openapi.yaml:1: #: The document does not name a server." in said
    assert not (tmp_path / "out").exists()

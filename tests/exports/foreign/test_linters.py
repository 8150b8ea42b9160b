"""Redocly and Spectral find nothing, under the rules that our own document has to pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from export_support.exported import NEWEST, SPEC, VERSIONS, exported, text
from export_support.tools import NODE, output, run
from generator.export.documents import Target
from version_sample import sample

RULES = Path(__file__).parent / "spectral-asyncapi.yaml"
LINTERS = {
    "redocly": (Target.OPENAPI, ["lint", "--config", SPEC / "redocly.yaml"]),
    "spectral": (Target.OPENAPI, ["lint", "--ruleset", SPEC / ".spectral.yaml", "--fail-severity=hint"]),
    "spectral-asyncapi": (Target.ASYNCAPI, ["lint", "--ruleset", RULES, "--fail-severity=hint"]),
}


def lint(name: str, folder: Path, files: dict[str, str]) -> tuple[int, str]:
    for file, content in files.items():
        (folder / file).write_text(content, "utf-8")
    done = run(NODE / name.partition("-")[0], *LINTERS[name][1], *files, folder=folder)
    return done.returncode, output(done)


@pytest.mark.parametrize("name", LINTERS)
def test_it_finds_nothing(name: str, tmp_path: Path) -> None:
    target = LINTERS[name][0]
    # Spectral is slow. `make check` has it read our own documents of all versions.
    chosen = VERSIONS if name == "redocly" else sample(VERSIONS)
    code, said = lint(name, tmp_path, {f"{version}.json": text(version, target) for version in chosen})
    assert code == 0, said
    # Spectral names no files where it finds nothing.
    assert all(f"{version}.json" in said for version in chosen) or "No results" in said


@pytest.mark.parametrize("name", LINTERS)
def test_it_finds_what_is_planted(name: str, tmp_path: Path) -> None:
    target = LINTERS[name][0]
    document = exported(NEWEST, target)
    document["components"]["schemas"].pop("KnownDeliveryStatus")
    code, said = lint(name, tmp_path, {"planted.json": json.dumps(document)})
    assert (code, "DeliveryStatus" in said) == (1, True), said

"""What the inspection of built artefacts would find; the rehearsals run it on real ones."""

from __future__ import annotations

from email.message import Message
from typing import Any

import pytest

from generator.release import inspection

FILES = {
    "aftership_tracking/py.typed",
    "aftership_tracking/__init__.py",
    "aftership_tracking/v2031_05/models.py",
}
INFO = {"aftership_tracking_client-1.0.0.dist-info/METADATA"}
ROOTS = {name: "generated" if "v2031" in name else "overrides" for name in FILES}
TOP = "aftership_tracking_client-1.0.0"


def sdist(*more: str, without: str = "") -> set[str]:
    needed = {
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "pyproject.toml",
        "spec/openapi.yaml",
        "generator/cli.py",
    }
    names = {f"{ROOTS[name]}/{name}" for name in FILES} | needed | set(more)
    return {f"{TOP}/{name}" for name in names - {without}}


def test_a_good_wheel_and_a_good_sdist() -> None:
    assert list(inspection.wheel_faults(FILES | INFO, FILES)) == []
    assert list(inspection.sdist_faults(sdist(), TOP, FILES, ROOTS)) == []


@pytest.mark.parametrize(
    ("names", "fault"),
    [
        (FILES | {"tests/test_x.py"}, "tests/test_x.py lies outside the package"),
        (
            FILES - {"aftership_tracking/v2031_05/models.py"},
            "aftership_tracking/v2031_05/models.py is missing",
        ),
        (FILES - {"aftership_tracking/py.typed"}, "py.typed is missing, so type checkers"),
        (FILES | {"aftership_tracking/old.py"}, "aftership_tracking/old.py is not in the checkout"),
        (FILES | {"aftership_tracking/notes.txt"}, "aftership_tracking/notes.txt is a stray file"),
    ],
)
def test_faults_of_a_wheel(names: set[str], fault: str) -> None:
    assert any(found.startswith(fault) for found in inspection.wheel_faults(names | INFO, FILES))


@pytest.mark.parametrize(
    ("names", "fault"),
    [
        (sdist(without="LICENSE"), "LICENSE is missing"),
        (sdist(without="spec/openapi.yaml"), "spec/openapi.yaml is missing"),
        (
            sdist(without="overrides/aftership_tracking/__init__.py"),
            "aftership_tracking/__init__.py is missing",
        ),
        (sdist("generator/__pycache__/cli.pyc"), "generator/__pycache__/cli.pyc is a stray file"),
        (sdist("node_modules/x/index.js"), "node_modules/x/index.js is a stray file"),
        # What programs write, and secrets: hatchling packs whatever git does not ignore.
        (sdist("tokens.db"), "tokens.db is a stray file"),
        (sdist("examples/.env"), "examples/.env is a stray file"),
        (sdist("tests/private.pem"), "tests/private.pem is a stray file"),
        (sdist() | {"elsewhere.py"}, "elsewhere.py lies outside"),
    ],
)
def test_faults_of_an_sdist(names: set[str], fault: str) -> None:
    assert any(found.startswith(fault) for found in inspection.sdist_faults(names, TOP, FILES, ROOTS))


class Metadata(Message):
    """As importlib.metadata gives it: headers, and everything as a dict."""

    @property
    def json(self) -> dict[str, Any]:
        return {"description": self.get("Description")}


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("Version", "0.9.0", "the version is 0.9.0, not 1.0.0"),
        ("License-Expression", "Apache-2.0", "the licence is Apache-2.0"),
        ("Summary", "The official client.", "the summary does not say"),
        ("Description", "", "the description is missing"),
    ],
)
def test_faults_of_the_metadata(key: str, value: str, fault: str) -> None:
    good = {
        "Version": "1.0.0",
        "License-Expression": "MIT",
        "Summary": "An unofficial client.",
        "Description": "D",
    }

    def found(facts: dict[str, str]) -> list[str]:
        metadata = Metadata()
        for name, fact in facts.items():
            metadata[name] = fact
        return list(inspection.metadata_faults(metadata, "1.0.0"))  # type: ignore[arg-type]

    assert found(good) == []
    [line] = found({**good, key: value})
    assert line.startswith(fault)

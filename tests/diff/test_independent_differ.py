"""Our diff against one with rules of its own: api-smart-diff, from npm.

`docs/diff.md` lists where the two disagree on what breaks, and why. Whatever is not there is a fault.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from diff_support.history import VERSIONS, changes, documents
from diff_support.opinions import SILENT, Opinion, disagreements, ours, theirs
from diff_support.plain import Spot, plain

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "node_modules" / "api-smart-diff"
SCRIPT = Path(__file__).parent / "independent_differ.mjs"


def rows() -> dict[tuple[str, str], set[str]]:
    """The table of the page: what both say, and the versions in which they do."""
    found: dict[tuple[str, str], set[str]] = {}
    for line in (ROOT / "docs" / "diff.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| `") and len(cells) == 4:
            one, other, pairs, _ = cells
            verdict = one.rpartition(": ")[2]
            for rule in re.findall(r"`([^`]+)`", one):
                key = (f"{rule}, {verdict}", other.replace(": ", ", "))
                found.setdefault(key, set()).update(pairs.split(", "))
    return found


def independent(documents: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """What the other differ finds between each two neighbours."""
    missing = "node is missing" if shutil.which("node") is None else ""
    if not missing and not PACKAGE.exists():
        missing = "npm packages are missing: make node_modules/.ready"
    if missing and os.environ.get("CI"):
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    pairs = json.dumps(list(pairwise(documents)))
    run = subprocess.run(
        ["node", str(SCRIPT)], input=pairs, capture_output=True, text=True, check=True, cwd=ROOT
    )
    found: list[list[dict[str, Any]]] = json.loads(run.stdout)
    return found


def test_the_two_disagree_only_as_written_down() -> None:
    plains = [plain(documents()[version]) for version in VERSIONS]
    met: dict[tuple[str, str], set[str]] = {}
    findings = independent([one.raw for one in plains])
    for version, old, new, found in zip(VERSIONS[1:], plains, plains[1:], findings, strict=False):
        own = [opinion for change in changes(version) for opinion in ours(change, old, new)]
        other = [theirs(finding, old, new) for finding in found]
        assert bool(other) == (version != "2025-07"), "2025-07 changed no schema, all others did"
        for _, mine, its in disagreements(own, other):
            met.setdefault((mine, its), set()).add(version)
    assert met == rows()


def test_a_finding_that_we_lack_is_a_disagreement() -> None:
    spot = Spot("GET /parcels", "response", "data.id")
    assert list(disagreements([], [Opinion(spot, False, "response property added")])) == [
        (spot, SILENT, "response property added, not breaking")
    ]


def test_an_opinion_on_the_whole_holds_for_its_parts() -> None:
    whole, part = (Spot("GET /parcels", "response", path) for path in ("data", "data.parcels[].id"))
    opinion = Opinion(whole, True, "ours")
    assert list(disagreements([opinion], [Opinion(part, True, "theirs")])) == []
    assert list(disagreements([opinion], [Opinion(part, False, "theirs")])) == [
        (whole, "ours, breaking", "theirs, not breaking")
    ]

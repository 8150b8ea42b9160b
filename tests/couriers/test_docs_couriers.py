"""The samples of docs/couriers.md run, in order, as one program, and its figures are those of the data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aftership_tracking.couriers import Directory
from aftership_tracking.mock import Mock
from docs_support.pages import ROOT, module_text, read_samples
from reading_support.server import serve_mock

PAGE = ROOT / "docs" / "couriers.md"


def test_samples_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AFTERSHIP_API_KEY", "k")
    samples = read_samples(PAGE)
    assert len(samples) == 3
    with serve_mock(Mock(), lambda: None) as url:
        monkeypatch.setenv("AFTERSHIP_BASE_URL", url)
        exec(compile(module_text(samples), "docs/couriers.md", "exec"), {"__name__": "sample"})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("dhl DHL Express")
    assert "('destination_postal_code',)" in lines
    assert "2020-02-25 recorded ('tracking_key',) ()" in lines
    assert "Source(seen='20" in "".join(lines)
    assert lines[-2] == "['usps', 'ups', 'fedex']"
    assert lines[-1] == "dhl True the digits before the last one, mod 7"


def test_the_figures_of_the_page(directory: Directory) -> None:
    text = PAGE.read_text("utf-8")
    own = {
        slug
        for each in directory._formats
        if len(each.slugs) == 1 and "S10" not in each.check
        for slug in each.slugs
    }
    assert f"{len(own)} couriers have forms of their own here" in text
    postal = {slug for each in directory._formats if "S10" in each.check for slug in each.slugs}
    assert f"{len(postal)} have the international form" in text
    recorded = next(each for each in directory._formats if len(each.slugs) > 2)
    assert f"{len(recorded.slugs)} had a number of 10 digits" in text
    documented = [group for group in directory.groups.values() if group.confidence == "documented"]
    assert len(documented) == 10
    assert "members of ten slug groups" in text
    assert re.findall(r"`(\w+-group)`", text) == [
        group.name for group in directory.groups.values() if group.confidence == "inferred"
    ]

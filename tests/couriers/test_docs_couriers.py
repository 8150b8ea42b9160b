"""The figures of docs/couriers.md are those of the data."""

from __future__ import annotations

import re

from aftership_tracking.couriers import Directory
from docs_support.pages import ROOT

PAGE = ROOT / "docs" / "couriers.md"


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

"""docs/oauth.md has the ten steps, and its file is one that the mock reads."""

from __future__ import annotations

import re
from pathlib import Path

from aftership_tracking.mock.control.oauth.oauth_file import read_oauth_file
from docs_support.pages import ROOT

PAGE = ROOT / "docs" / "oauth.md"


def test_the_file_is_one(tmp_path: Path) -> None:
    [text] = re.findall(r"^```toml\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    path = tmp_path / "apps.toml"
    path.write_text(text, "utf-8")
    found = read_oauth_file(path)
    assert list(found.apps) == ["parcel-pages"]
    assert [each.account for each in found.merchants.values()] == [
        "Anna's Antiques", "the-api-key-whose-parcels-he-sees",
    ]  # fmt: skip


def test_the_ten_steps_are_there() -> None:
    text = PAGE.read_text("utf-8")
    steps = re.findall(r"^\*\*(\d+)\.(?: (?:to|and) (\d+)\.)? ", text, re.MULTILINE)
    numbers = [n for first, last in steps for n in range(int(first), int(last or first) + 1)]
    assert numbers == list(range(1, 11))

"""The tables of docs/calls.md name what a call takes, and what the environment gives a client."""

from __future__ import annotations

import re

from aftership_tracking import CallOptions
from aftership_tracking.runtime.environment import OFFICIAL_PREFIX
from docs_support.pages import ROOT

PAGE = (ROOT / "docs" / "calls.md").read_text("utf-8")


def test_the_table_names_every_keyword() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert [name for name in rows if name in CallOptions.__annotations__] == [*CallOptions.__annotations__]


def test_the_table_names_every_variable_that_clients_read() -> None:
    read: set[str] = set()
    for module in (ROOT / "overrides" / "aftership_tracking" / "runtime").rglob("*.py"):
        code = module.read_text("utf-8").replace("{OFFICIAL_PREFIX}", OFFICIAL_PREFIX)
        for arguments in re.findall(r"read_environment\(([^)]*)\)", code):
            read |= set(re.findall(r"\"(\w+)\"", arguments))
    assert len(read) >= 10
    section = PAGE.partition("## Variables of the environment")[2].partition("\n## ")[0]
    assert set(re.findall(r"`(AFTERSHIP_\w+)`", section)) == read

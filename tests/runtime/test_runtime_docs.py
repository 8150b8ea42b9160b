"""The table of docs/calls.md names what a call takes."""

from __future__ import annotations

import re

from aftership_tracking import CallOptions
from docs_support.pages import ROOT

PAGE = (ROOT / "docs" / "calls.md").read_text("utf-8")


def test_the_table_names_every_keyword() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert [name for name in rows if name in CallOptions.__annotations__] == [*CallOptions.__annotations__]

"""docs/other-tools.md names every kind of document. Its commands are run by `foreign/test_page.py`."""

from __future__ import annotations

from export_support.exported import ROOT
from generator.export.documents import Target


def test_every_kind_of_document_is_on_the_page() -> None:
    page = (ROOT / "docs" / "other-tools.md").read_text("utf-8")
    for target in Target:
        assert f"| `{target}` |" in page
        assert f"--to {target}" in page

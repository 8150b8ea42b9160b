"""docs/other-tools.md: its sample of a validator runs. Its commands are run by `foreign/test_page.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs_support.pages import module_text, read_programs
from export_support.exported import NEWEST, ROOT, text
from generator.export.documents import Target

PAGE = ROOT / "docs" / "other-tools.md"


def test_the_sample_of_a_validator_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (samples,) = read_programs(PAGE).values()
    code = compile(module_text(samples), str(PAGE), "exec")
    (tmp_path / "models.json").write_text(text(NEWEST, Target.JSONSCHEMA), "utf-8")
    exec(code, {})
    (tmp_path / "models.json").write_text('{"$defs": {"Tracking": true}}')
    with pytest.raises(AssertionError):
        exec(code, {})


def test_every_kind_of_document_is_on_the_page() -> None:
    page = PAGE.read_text("utf-8")
    for target in Target:
        assert f"| `{target}` |" in page
        assert f"--to {target}" in page

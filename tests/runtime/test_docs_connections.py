"""Every sample of docs/connections.md runs, in order, as one program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "connections.md"


@pytest.mark.filterwarnings("error")
def test_samples_run(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    samples = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(samples) == 8
    names: dict[str, object] = {"__name__": "sample"}
    for sample in samples:
        exec(compile(sample, "sample of docs/connections.md", "exec"), names)

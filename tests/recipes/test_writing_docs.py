"""The samples of docs/writing.md do what the page says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

import aftership_tracking
from aftership_tracking import AfterShip
from aftership_tracking.runtime.clocks import use_clocks
from writing_support.callers import FakeClock
from writing_support.wire import new_mock

PAGE = Path(__file__).resolve().parents[2] / "docs" / "writing.md"
SAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def test_the_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    clock = FakeClock()
    with httpx.Client(transport=new_mock().transport()) as http:

        def client(api_key: str) -> Any:
            with use_clocks(clock.clocks()):
                return AfterShip(api_key=api_key, http_client=http, limiter=None)

        monkeypatch.setattr(aftership_tracking, "AfterShip", client, raising=False)
        names: dict[str, Any] = {}
        assert len(SAMPLES) == 6
        for sample in SAMPLES:
            exec(compile(sample, str(PAGE), "exec"), names)  # the page is ours
        assert len(list(names["client"].trackings.list())) == 103
    assert (tmp_path / "create.journal").is_file()
    assert clock.passed >= 3600

"""The samples of docs/observing.md run one after the other, against the mock."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

import aftership_tracking
from aftership_tracking import AfterShip
from aftership_tracking.mock import Mock

PAGE = Path(__file__).resolve().parents[3] / "docs" / "observing.md"


def test_the_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(samples) == 4
    logger = logging.getLogger("aftership_tracking")
    handlers, level = logger.handlers[:], logger.level
    names: dict[str, Any] = {}
    with httpx.Client(transport=Mock().transport()) as http:
        monkeypatch.setattr(
            aftership_tracking,
            "AfterShip",
            lambda **settings: AfterShip(**settings, http_client=http),
            raising=False,
        )
        try:
            for sample in samples:
                exec(compile(sample, str(PAGE), "exec"), names)  # the page is ours
        finally:
            logger.handlers[:] = handlers
            logger.setLevel(level)
    assert sum(names["clock"].slept) >= 60
    assert names["seconds"].keys() == {"get-couriers"}

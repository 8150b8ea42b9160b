"""The directory without a live list. No test sees the files of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from aftership_tracking import couriers


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder for the live list. Returns the path of the default file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "aftership" / "couriers-default.json"


@pytest.fixture(scope="session")
def directory() -> couriers.Directory:
    return couriers.load(use_live=False)

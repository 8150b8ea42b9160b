"""The limiter that a client is configured with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.clocks import Clocks
from aftership_tracking.runtime.limits import MemoryLimiter, RedisLimiter, SqliteLimiter, choose_limiter


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("memory", MemoryLimiter),
        ("limits.db", SqliteLimiter),
        ("limits.sqlite", SqliteLimiter),
        ("limits.sqlite3", SqliteLimiter),
        ("sqlite:///limits", SqliteLimiter),
        (Path("any name"), SqliteLimiter),
        ("redis://localhost", RedisLimiter),
        ("rediss://localhost:6380/1", RedisLimiter),
        ("unix:///run/redis.sock", RedisLimiter),
    ],
)
def test_each_name_path_and_url_makes_its_limiter(given, kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    limiter = choose_limiter(given, Clocks())
    assert type(limiter) is kind
    assert limiter.blocking is (kind is not MemoryLimiter)
    if kind is SqliteLimiter:
        assert [file.name for file in tmp_path.glob("*") if not file.name.endswith(("-wal", "-shm"))] == [
            str(given).removeprefix("sqlite:///")
        ]
    if kind is not MemoryLimiter:
        limiter.close()


def test_none_and_a_custom_limiter_are_used_as_they_are():
    class Custom:
        def acquire(self, slot_request): ...
        def learn(self, slot_request, status, headers): ...

    custom = Custom()
    assert choose_limiter(None, Clocks()) is None
    assert choose_limiter(custom, Clocks()) is custom
    for wrong in ("", "redis", "limits.txt", "http://x/limits.db", 5, object(), Custom):
        with pytest.raises(UsageError, match="limiter must be"):
            choose_limiter(wrong, Clocks())


def test_only_needed_modules_are_imported():
    code = (
        "import sys; from aftership_tracking import AfterShip; AfterShip(api_key='k');"
        "print([name for name in ('redis', 'sqlite3', 'email.utils', 'asyncio') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"

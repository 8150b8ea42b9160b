"""The command in this process, against a mock on loopback. No test sees the settings of the machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from aftership_tracking.cli.application import application
from aftership_tracking.mock import ManualClock, Mock
from aftership_tracking.mock.wire.http_server import build_server
from patience import wait_until

Run = Callable[..., Result]
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Sandbox:
    """A mock that is served, and its URL."""

    mock: Mock
    url: str


@pytest.fixture(scope="session")
def server() -> Iterator[Sandbox]:
    # Today: the commands have the clock of the machine, and lists end after 120 days.
    with serve(datetime.now(UTC).replace(microsecond=0)) as sandbox:
        yield sandbox


@contextmanager
def serve(start: datetime = NOW) -> Iterator[Sandbox]:
    """A mock with the same ids in each run, and at the same time unless a test needs that of today."""
    mock = Mock(seed=1, clock=ManualClock(start))
    listener = socket.create_server(("127.0.0.1", 0))
    served = build_server(mock)
    thread = threading.Thread(target=lambda: served.run(sockets=[listener]), daemon=True)
    thread.start()
    wait_until(lambda: served.started, "the mock serves")
    yield Sandbox(mock, f"http://127.0.0.1:{listener.getsockname()[1]}")
    served.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    """The mock, without anything in it."""
    server.mock.reset()
    return server


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No variables, and empty folders for config file and cache. Returns the path of the config file."""
    for name in ("API_KEY", "API_SECRET", "BASE_URL", "CONFIG"):
        monkeypatch.delenv(f"AFTERSHIP_{name}", raising=False)
    for name in ("API_KEY", "API_SECRET", "DOMAIN", "AUTHENTICATION_TYPE"):
        monkeypatch.delenv(f"AFTERSHIP_TRACKING_SDK_{name}", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # What else decides how a terminal looks.
    for name in ("LINES", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path / "config" / "aftership" / "config.toml"


@pytest.fixture
def run() -> Run:
    """Runs the command in this process, with the input, if there is one."""

    def invoke(*arguments: object, text: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(application, [*map(str, arguments)], input=text, prog_name="aftership")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    return invoke


@pytest.fixture
def call(run: Run, sandbox: Sandbox) -> Run:
    """The same, with a key of the mock and its address."""

    def invoke(*arguments: object, **options: Any) -> Result:
        return run(*arguments, "--base-url", sandbox.url, "--api-key", "test-key", **options)

    return invoke

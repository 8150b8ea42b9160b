"""Runs printed code against a mock that listens on this machine, and says what the mock received."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from typer.testing import CliRunner

from aftership_tracking.cli.application import application
from aftership_tracking.errors import AfterShipError
from aftership_tracking.mock import Mock, MockRequest
from aftership_tracking.mock.wire.message import MockResponse
from patience import PATIENCE

KEY = "a-key-of-the-tests"
SERVICE = "https://api.aftership.com"


@dataclass(frozen=True)
class Received:
    """A request as the mock understands it, however it was written."""

    method: str
    path: tuple[bytes, ...]
    query: tuple[tuple[str, str], ...]
    body: Any

    @classmethod
    def of(cls, request: MockRequest, *, is_exact: bool) -> Received:
        """Read a request. `is_exact`: the bytes of the body count, and not only its JSON value."""
        body: Any = request.body
        if not is_exact and body:
            body = json.loads(body)
        return cls(
            request.method,
            tuple(unquote_to_bytes(part) for part in request.path.split(b"/")),
            tuple(sorted(parse_qsl(request.query.decode("ascii"), keep_blank_values=True, errors="strict"))),
            body,
        )


class Recorder(Mock):
    """A mock that keeps the requests as they came, unmasked."""

    received: list[MockRequest]

    def handle(self, request: MockRequest) -> MockResponse:
        if not request.is_control:
            self.__dict__.setdefault("received", []).append(request)
        return super().handle(request)

    def take(self) -> MockRequest:
        """Return the only request that came since the last time."""
        found = self.__dict__.setdefault("received", [])
        assert len(found) == 1, found
        return found.pop()  # type: ignore[no-any-return]


def run_curl(code: str, url: str) -> str:
    """Run a printed command in a POSIX shell, as it is but for the host."""
    assert code.count(SERVICE) >= 1
    finished = subprocess.run(
        ["sh", "-c", code.replace(SERVICE, url, 1)],
        env={**os.environ, "AFTERSHIP_API_KEY": KEY},
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    return finished.stdout.decode()


def run_command(code: str, url: str, monkeypatch: Any) -> None:
    """Let a POSIX shell read a printed line, and run the command in this process with what it got."""
    # The shell calls this function instead of the command: a process of Python for each line is slow.
    script = """aftership() { printf '%s\\0' "$#" "$@"; cat; }\n""" + code
    finished = subprocess.run(
        ["sh", "-c", script], stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=True
    )
    count, _, rest = finished.stdout.partition(b"\0")
    *arguments, given = rest.split(b"\0", int(count))
    assert arguments[0] == b"api"
    monkeypatch.setenv("AFTERSHIP_API_KEY", KEY)
    monkeypatch.setenv("AFTERSHIP_BASE_URL", url)
    words = [each.decode() for each in arguments]
    result = CliRunner().invoke(application, words, input=given, prog_name="aftership")
    # The codes of what the API responds with: 2 is a wrong line, and 6 no response.
    assert result.exit_code in (0, 1, 3, 4, 5), result.output


def run_command_in_a_shell(code: str, url: str) -> str:
    """Run a printed line in a POSIX shell, as it is, with the installed command."""
    finished = subprocess.run(
        ["sh", "-c", code],
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUTF8": "1",
            "AFTERSHIP_API_KEY": KEY,
            "AFTERSHIP_BASE_URL": url,
        },
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    return finished.stdout.decode()


def run_python(code: str, url: str, monkeypatch: Any) -> None:
    """Run a printed program as it is. Errors that the mock responds with are fine."""
    monkeypatch.setenv("AFTERSHIP_API_KEY", KEY)
    monkeypatch.setenv("AFTERSHIP_BASE_URL", url)
    program = compile(code, "<printed>", "exec")
    space: dict[str, Any] = {}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            exec(program, space)
        except AfterShipError as error:
            if not hasattr(error, "status"):
                raise
        finally:
            if "client" in space:
                space["client"].close()

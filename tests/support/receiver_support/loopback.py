"""Raw HTTP over loopback, and processes that serve it."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from patience import PATIENCE, wait_until

ROOT = Path(__file__).resolve().parents[3]


class Response(NamedTuple):
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


def post(port: int, path: str, body: bytes, headers: Mapping[str, str], *, method: str = "POST") -> Response:
    """Send one request and read its response."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Response(response.status, headers, response.read())
    finally:
        connection.close()


def child_environment(**more: str) -> dict[str, str]:
    """An environment in which children find this checkout and warn about nothing."""
    found = [str(ROOT / "tests" / "support"), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, found)), **more}


@contextmanager
def serving(script: Path, port: int, log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a script that serves on `port`, until it listens. What it prints goes to `log`."""
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, str(script)],
            env=child_environment(PORT=str(port), **environment),
            stdout=output,
            stderr=output,
        ) as process,
    ):
        try:
            wait_until_it_listens(port, process, log)
            yield process
        finally:
            process.kill()


def wait_until_it_listens(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    def listens() -> bool:
        assert process.poll() is None, log.read_text("utf-8", "replace")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
        except OSError:
            return False
        return True

    wait_until(listens, f"port {port} listens")

"""A real redis-server on a free port of the loopback interface."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from patience import wait_until


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """Start a server that writes nothing to disk, and yield its URL. Skip the test if none is installed."""
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("redis-server is not installed")
        pytest.skip("redis-server is not installed")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            url = f"redis://127.0.0.1:{port}/0"
            wait_until_it_responds(url)
            yield url
        finally:
            process.terminate()


def wait_until_it_responds(url: str) -> None:
    with redis.Redis.from_url(url) as client:

        def responds() -> bool:
            try:
                client.ping()
            except redis.ConnectionError:
                return False
            return True

        wait_until(responds, "redis-server responds")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

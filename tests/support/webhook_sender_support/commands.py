"""The commands of `aftership webhook`: run in this process, and a listener as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from typer.testing import CliRunner, Result

from aftership_tracking.cli.application import application
from patience import PATIENCE

SECRET = "a-secret-for-the-command"
COMMAND = [sys.executable, "-m", "aftership_tracking.cli"]
ENVIRONMENT = {**os.environ, "AFTERSHIP_WEBHOOK_SECRET": SECRET}


def run(*arguments: object, secret: str | None = SECRET) -> Result:
    environment = {"AFTERSHIP_WEBHOOK_SECRET": secret}
    result = CliRunner().invoke(application, ["webhook", *map(str, arguments)], env=environment)
    assert SECRET not in result.output
    return result


def send(url: str, *arguments: object) -> list[dict[str, Any]]:
    return lines(run("send", "--url", url, "--json", "--timeout", PATIENCE, *arguments))


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@contextmanager
def listening(*options: object) -> Iterator[tuple[subprocess.Popen[str], str, IO[str]]]:
    """A running listener on a free port: the process, its URL, and its lines."""
    command = [*COMMAND, "webhook", "listen", "--port", "0", *map(str, options)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stdout is not None
        try:
            first = process.stdout.readline()
            url = json.loads(first)["url"] if first.startswith("{") else first.split()[2].rstrip(".")
            yield process, url, process.stdout
        finally:
            process.kill()

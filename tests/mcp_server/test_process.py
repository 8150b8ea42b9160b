"""`aftership mcp` as a client starts it: a process, over standard input and output."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import anyio
from mcp import Client, StdioServerParameters, stdio_client
from typer.testing import CliRunner

from aftership_tracking.cli.application import application
from patience import PATIENCE


def test_the_sandbox_over_standard_input_and_output(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "PYTHONWARNINGS": "error"}
    environment.pop("AFTERSHIP_API_KEY", None)
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "aftership_tracking.cli", "mcp", "--sandbox", "--allow-write"],
        env=environment,
    )

    async def main() -> None:
        with anyio.fail_after(PATIENCE):
            async with Client(stdio_client(server)) as client:
                assert "sandbox" in (client.instructions or "")
                names = [tool.name for tool in (await client.list_tools()).tools]
                assert len(names) == 6
                late = (await client.call_tool("list_late_parcels", {})).structured_content
                assert late["source"] == "sandbox"
                assert {each["tracking_number"]["untrusted_text"] for each in late["parcels"]} == {
                    "SANDBOX0002",
                    "SANDBOX0004",
                }
                failure = await client.call_tool("explain", {"subject": "nothing"})
                assert failure.structured_content["source"] == "sandbox"

    anyio.run(main)


def test_it_ends_with_its_input_and_writes_nothing_else(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "aftership_tracking.cli", "mcp", "--sandbox"],
        input=b"",
        capture_output=True,
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path)},
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_it_ends_at_once_when_it_is_interrupted(tmp_path: Path) -> None:
    """The input stays open, as at a terminal. Before, it waited for the next line."""
    command = [sys.executable, "-m", "aftership_tracking.cli", "mcp", "--sandbox"]
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
        process.stdin.flush()
        assert b"jsonrpc" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130


def test_what_cannot_work_is_said_before_it_serves(monkeypatch: object, tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path), "AFTERSHIP_API_KEY": ""}

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(application, ["mcp", *arguments], env=environment)
        return result.exit_code, result.stderr

    assert run() == (3, run()[1])
    assert "There is no API key." in run()[1]
    code, text = run("--sandbox", "--api-key", "x")
    assert code == 2
    assert "--sandbox" in text
    code, text = run("--api-key", "real-key")
    assert code == 2
    assert "real-key" not in text

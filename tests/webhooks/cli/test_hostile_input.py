"""The webhook commands with hostile requests, and with arguments and files that cannot be used."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aftership_tracking.cli.application import application
from aftership_tracking.cli.webhook import server as listen_server
from aftership_tracking.cli.webhook.recording import ReceivedRequest
from aftership_tracking.testing import signed_event
from patience import PATIENCE

SECRET = "a-secret-for-the-command"


@contextmanager
def serving() -> Iterator[tuple[str, int]]:
    server = listen_server.Server("127.0.0.1", 0, _accept)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield "127.0.0.1", server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _accept(_: ReceivedRequest) -> int:
    return 200


def status_of(address: tuple[str, int], text: str) -> str:
    with socket.create_connection(address, timeout=PATIENCE) as client:
        client.sendall(text.encode())
        return client.recv(12).decode()


def test_a_length_of_very_many_digits_is_too_large() -> None:
    with serving() as address:
        head = f"POST / HTTP/1.1\r\ncontent-length: {'9' * 5000}\r\n\r\n"
        assert status_of(address, head) == "HTTP/1.1 413"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_get_405(method: str) -> None:
    with serving() as address:
        assert status_of(address, f"{method} / HTTP/1.1\r\nhost: x\r\n\r\n") == "HTTP/1.1 405"


def test_headers_that_come_byte_by_byte_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen_server, "REQUEST_TIMEOUT", 0.2)
    with serving() as address, socket.create_connection(address, timeout=0.05) as client:
        client.sendall(b"POST / HTTP/1.1\r\n")
        for _ in range(round(PATIENCE / 0.05)):
            try:
                client.sendall(b"x")
                if not client.recv(1):
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break
        else:
            pytest.fail("the connection is open after many times the timeout")


def test_listen_ends_when_nobody_reads_its_lines() -> None:
    command = [sys.executable, "-m", "aftership_tracking.cli", "webhook", "listen", "--port", "0"]
    environment = {**os.environ, "AFTERSHIP_WEBHOOK_SECRET": SECRET}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().split()[2].rstrip(".").rpartition(":")[2])
        process.stdout.close()
        request = signed_event(SECRET)
        head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        text = f"POST / HTTP/1.1\r\n{head}content-length: {len(request.body)}\r\n\r\n{request.body.decode()}"
        try:
            assert status_of(("127.0.0.1", port), text) == "HTTP/1.1 200"
            process.wait(PATIENCE)
        finally:
            process.kill()


@pytest.mark.parametrize("url", ["http://[::1", "http://", "http://h:99999", "ftp://h"])
@pytest.mark.parametrize("before", [["listen", "--port", "0", "--forward"], ["send", "--url"]])
def test_an_invalid_url_is_a_mistake_of_the_call(before: list[str], url: str) -> None:
    result = run(*before, url)
    assert result == 2


def test_json_that_is_nested_too_deeply_is_reported(tmp_path: Path) -> None:
    deep = tmp_path / "deep.json"
    deep.write_text("[" * 100_000)
    assert run("listen", "--replay", str(deep), "--to", "http://127.0.0.1:1") == 1
    assert run("doctor", "--headers-file", str(deep), str(deep)) == 2


@pytest.mark.parametrize("command", [["doctor", "-"], ["send", "--url", "http://127.0.0.1:1"]])
def test_a_secret_of_other_bytes_is_a_mistake_of_the_call(command: list[str]) -> None:
    assert run(*command, secret="a\udcff") == 2


def run(*arguments: str, secret: str = SECRET) -> int:
    result = CliRunner().invoke(
        application, ["webhook", *arguments], env={"AFTERSHIP_WEBHOOK_SECRET": secret}
    )
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code

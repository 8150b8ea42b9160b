"""The examples, each with its framework, as processes of their own over loopback HTTP."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from patience import PATIENCE
from receiver_support.events import SECRET, event_body, signed_headers
from receiver_support.loopback import ROOT, Response, post, serving
from receiver_support.redis_server import free_port

PATH = "/webhooks/aftership"


class Running(NamedTuple):
    name: str
    port: int
    log: Path

    def deliver(self, body: bytes, **headers: str) -> Response:
        return post(self.port, PATH, body, signed_headers(body, **headers))

    def printed(self) -> str:
        return self.log.read_text("utf-8")


@pytest.fixture(scope="module", params=["starlette", "fastapi", "flask", "django"])
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp(request.param)
    port, log = free_port(), folder / "log"
    script = ROOT / "examples" / f"webhooks_{request.param}.py"
    environment = {"AFTERSHIP_WEBHOOK_SECRET": SECRET, "EVENTS": str(folder / "events.db")}
    with serving(script, port, log, **environment):
        yield Running(request.param, port, log)


def test_an_example_is_short() -> None:
    for script in (ROOT / "examples").glob("webhooks_*.py"):
        assert len(script.read_text("utf-8").splitlines()) <= 60, script.name


def test_an_event_is_handled_once(example: Running) -> None:
    body = event_body(1, tag="Delivered")
    assert example.deliver(body)[::2] == (200, b"handled\n")
    assert example.deliver(body)[::2] == (200, b"handled before\n")
    assert example.printed().count("delivered: ZX1\n") == 1


def test_bytes_arrive_as_they_were_sent(example: Running) -> None:
    odd = b' {"event": "tracking_update", "event_id": "a-2", "ts": 1783670400, "is_tracking_first_tag": true,'
    odd += (
        b'"msg": {"tag": "Delivered", "title": "Z\\u00fcrich \xe2\x86\x92 \\/", "tracking_number": "ZX2"}}\n'
    )
    assert example.deliver(odd).status == 200
    assert "delivered: ZX2\n" in example.printed()


def test_an_event_of_tomorrow_is_accepted(example: Running) -> None:
    body = event_body(3, event="code_of_tomorrow")
    assert example.deliver(body, as_webhook_version="2031-01").status == 200
    assert "nothing to do for code_of_tomorrow (new to this program)\n" in example.printed()


def test_forged_deliveries_are_refused(example: Running) -> None:
    body = event_body(4)
    unsigned = {"content-type": "application/json"}
    assert post(example.port, PATH, body, unsigned).status == 401
    assert post(example.port, PATH, body, signed_headers(body, "another secret")).status == 401
    assert post(example.port, PATH, body + b" ", signed_headers(body)).status == 401
    assert example.deliver(b"[]").status == 400
    assert example.deliver(body, content_type="text/plain").status == 415
    refused = post(example.port, PATH, b"", {}, method="GET")
    assert (refused.status, refused.headers["allow"]) == (
        405,
        "POST",
    )


def test_a_body_that_is_announced_as_too_large_is_not_read(example: Running) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in signed_headers(b"{}").items())
    with socket.create_connection(("127.0.0.1", example.port), timeout=PATIENCE) as connection:
        text = f"POST {PATH} HTTP/1.1\r\nHost: t\r\nContent-Length: 5000001\r\n{head}\r\n"
        connection.sendall(text.encode())
        assert b" 413 " in connection.recv(1000)


def test_slow_clients_keep_nobody_waiting(example: Running) -> None:
    """Clients that never finish their bodies do not block others."""
    head = "".join(f"{name}: {value}\r\n" for name, value in signed_headers(b"{}").items())
    text = f"POST {PATH} HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n{head}\r\nx"
    with ExitStack() as slow:
        for _ in range(50):
            connection = socket.create_connection(("127.0.0.1", example.port), timeout=PATIENCE)
            slow.enter_context(connection).sendall(text.encode())
        assert example.deliver(event_body(5)).status == 200


def test_events_outlive_a_restart(tmp_path: Path) -> None:
    script = ROOT / "examples" / "webhooks_flask.py"
    environment = {"AFTERSHIP_WEBHOOK_SECRET": SECRET, "EVENTS": str(tmp_path / "events.db")}
    bodies = []
    for turn in range(2):
        port = free_port()
        with serving(script, port, tmp_path / f"log {turn}", **environment):
            bodies.append(post(port, PATH, event_body(), signed_headers(event_body())).body)
    assert bodies == [b"handled\n", b"handled before\n"]

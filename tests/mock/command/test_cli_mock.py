"""`aftership mock` as a process: it starts, says where, serves, and stops without noise."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from aftership_tracking import documents
from aftership_tracking.cli import main
from aftership_tracking.cli.mock import DEFAULT_PORT, DEFAULT_READ_TIMEOUT, TOKEN_VARIABLE
from aftership_tracking.mock.serving import start
from aftership_tracking.mock.wire.asgi import READ_TIMEOUT
from patience import PATIENCE, wait_until

COMMAND = [sys.executable, "-m", "aftership_tracking.cli"]


@contextmanager
def start_mock(*options: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """A running mock on a free port: the process, its URL and the curl line that it printed."""
    command = [*COMMAND, "mock", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            greeting, curl = process.stdout.readline(), process.stdout.readline()
            yield process, next(word for word in greeting.split() if word.startswith("http://")), curl
        finally:
            process.kill()


def test_it_serves_and_stops_on_ctrl_c() -> None:
    with start_mock("--speed", "6000", "--key", "good-key") as (process, url, curl):
        assert f"{url}/tracking/{documents.versions()[-1]}/" in curl
        assert "good-key" not in curl
        with httpx.Client(
            base_url=f"{url}/tracking/2024-01", headers={"as-api-key": "good-key"}, timeout=PATIENCE
        ) as client:
            body = {"tracking": {"tracking_number": "ITD-20-1"}}
            assert client.post("/trackings", json=body).status_code == 201
            assert client.get("/trackings/testing-courier/ITD-20-1").headers["as-api-version"] == "2024-01"
            assert client.get("/trackings/a%2Fb").json()["meta"]["code"] == 4004
            assert client.get("/couriers", headers={"as-api-key": "bad-key"}).status_code == 401
            assert _wait_until_delivered(client)["active"] is False
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        # What was refused, and nothing else: no log of the server.
        assert [line[:8] for line in process.stderr] == ["404 GET ", "404 GET ", "401 GET "]


def test_what_the_command_repeats_is_what_the_mock_has() -> None:
    """`--help` does not import the mock."""
    assert (DEFAULT_PORT, TOKEN_VARIABLE) == (start.DEFAULT_PORT, start.TOKEN_VARIABLE)
    assert DEFAULT_READ_TIMEOUT == READ_TIMEOUT


def test_a_request_may_take_as_long_as_was_said() -> None:
    with start_mock("--read-timeout", "0.5") as (_, url, _curl):
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=PATIENCE) as caller:
            caller.sendall(
                b"POST /tracking/2026-07/trackings HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{"
            )
            assert caller.recv(100).startswith(b"HTTP/1.1 408 ")


def _wait_until_delivered(client: httpx.Client) -> dict[str, Any]:
    """An hour of the parcel's life is 0.6 seconds here."""

    def read() -> dict[str, Any]:
        tracking: dict[str, Any] = client.get("/trackings/testing-courier/ITD-20-1").json()["data"][
            "tracking"
        ]
        return tracking

    wait_until(lambda: read()["tag"] == "Delivered", "the parcel arrives", pause=0.05)
    return read()


def test_ids_of_two_runs_differ_unless_a_seed_is_given() -> None:
    def first_id(*options: str) -> tuple[str, str]:
        with start_mock(*options) as (process, url, _curl):
            response = httpx.post(
                f"{url}/tracking/2026-07/trackings",
                headers={"as-api-key": "k"},
                json={"tracking_number": "ITD-20-1"},
                timeout=PATIENCE,
            )
            assert process.stdout is not None
            assert process.stdout.readline() == f"Console: {url}/_mock/\n"
            seed = "" if options else process.stdout.readline().split()[-1]
            return response.json()["data"]["id"], seed

    one, seed = first_id()
    assert first_id("--seed", seed)[0] == one
    assert first_id()[0] != one


def test_a_lifecycle_file_moves_parcels(tmp_path: Path) -> None:
    file = tmp_path / "lives.toml"
    file.write_text('[[choose]]\njourney = "signed"')
    with start_mock("--speed", "1000000", "--lifecycle", str(file)) as (_, url, _curl):
        client = httpx.Client(
            base_url=f"{url}/tracking/2026-07", headers={"as-api-key": "k"}, timeout=PATIENCE
        )
        body = {"tracking_number": "1234567890", "slug": "dhl"}
        identifier = client.post("/trackings", json=body).json()["data"]["id"]
        wait_until(lambda: client.get(f"/trackings/{identifier}").json()["data"]["signed_by"], pause=0.05)
        client.close()


def test_couriers_can_be_chosen() -> None:
    with start_mock("--courier", "royal-mail, new-courier", "--courier", "own") as (_, url, _curl):
        response = httpx.get(
            f"{url}/tracking/2026-07/couriers?active=true", headers={"as-api-key": "k"}, timeout=PATIENCE
        )
    found = [courier["slug"] for courier in response.json()["data"]["couriers"]]
    assert found == ["royal-mail", "new-courier", "own", "testing-courier"]


def test_a_mistake_in_a_lifecycle_file_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "lives.toml"
    file.write_text('[[choose]]\njourney = "singed"')
    done = subprocess.run(
        [*COMMAND, "mock", "--port", "0", "--lifecycle", str(file)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"The mock cannot start: {file}: line 2, column 1: choose 1, journey: there is no journey 'singed'; "
        "did you mean 'signed'?\n"
    )


def test_a_large_body_over_the_wire() -> None:
    with start_mock("--seed", "7") as (_, url, _curl):
        response = httpx.post(
            f"{url}/tracking/2024-01/trackings",
            headers={"as-api-key": "k"},
            content=b" " * (3 * 1024 * 1024),
            timeout=PATIENCE,
        )
        assert response.status_code == 400


def test_a_taken_port_is_reported_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*COMMAND, "mock", "--port", port], capture_output=True, text=True, timeout=PATIENCE
        )
    assert done.returncode == 1
    assert done.stdout == ""
    reason = os.strerror(errno.EADDRINUSE)
    assert done.stderr == f"Port {port} of 127.0.0.1 cannot be used: {reason}. Try --port 0 for a free one.\n"


@pytest.mark.parametrize("missing", ["typer", "uvicorn", "jsonschema_rs"])
def test_a_missing_package_is_reported_in_one_sentence(missing: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None; import aftership_tracking.cli as a; a.main(['mock'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 2
    assert "aftership-tracking-client[cli,mock]" in done.stderr
    assert "Traceback" not in done.stderr


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("aftership-tracking-client ")


@pytest.mark.parametrize(
    "options",
    [["--speed", "0"], ["--speed", "inf"], ["--read-timeout", "0"], ["--port", "70000"], ["--no-such"]],
)
def test_wrong_options(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["mock", *options])
    assert caught.value.code == 2

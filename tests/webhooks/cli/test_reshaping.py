"""`aftership webhook listen` passes events on in another version, signed again; one spelling of versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from aftership_tracking.cli.application import application
from aftership_tracking.runtime.surprise import Surprise
from aftership_tracking.webhooks import HEADER, VERSION_HEADER, Verifier
from webhook_sender_support import receiver
from webhook_sender_support.commands import SECRET, lines, listening, run, send

ONWARD = "the-secret-for-the-way-on"


@pytest.fixture
def onward(tmp_path: Path) -> Path:
    file = tmp_path / "onward"
    file.write_text(f"{ONWARD}\n")
    return file


def accept(headers: dict[str, str], body: bytes) -> int:
    """Take what is signed with the secret for the way on, and is as the document of its version says."""
    surprises: list[Surprise] = []
    Verifier(ONWARD, on_surprise=surprises.append).parse(body, headers)
    # What the newer version does not have, nobody can make up.
    assert {surprise.got for surprise in surprises} <= {"nothing"}
    return 202


def test_events_are_forwarded_in_another_version_and_signed_again(onward: Path) -> None:
    options = ["--api-version", "2024-01", "--forward-secret-file", onward, "--json"]
    with receiver(accept) as (target, got), listening("--forward", target, *options) as (_, url, output):
        (sent,) = send(url, "--tag", "Delivered", "--header", "x-own: 1")
        assert sent["status"] == 202
        (forged,) = send(url, "--secret", "another")
        assert forged["status"] == 401
        first, second = (json.loads(output.readline()) for _ in range(2))
    assert len(got) == 1
    _, headers, body = got[0]
    assert headers[VERSION_HEADER] == "2024-01"
    assert headers["x-own"] == "1"
    assert headers["content-length"] == str(len(body))
    event = json.loads(body)
    assert (event["event_id"], event["msg"]["tag"]) == (sent["event_id"], "Delivered")
    assert "first_mile" not in event["msg"]
    # What the old version cannot hold is said.
    assert first["lost"]
    assert (second["forwarded"], second["lost"]) == (False, [])
    assert ONWARD not in str(first) + str(headers)


def test_with_a_secret_alone_the_bytes_stay(onward: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONWARD", ONWARD)
    with (
        receiver(accept) as (target, got),
        listening("--forward", target, "--forward-secret-file", onward) as (_, url, _output),
    ):
        (sent,) = lines(run("send", "--url", url, "--json", "--show-body"))
    assert sent["status"] == 202
    assert got[0][2].decode() == sent["body"]


def test_a_replay_keeps_signatures_or_makes_new_ones(
    tmp_path: Path, onward: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "recording.ndjson"
    with listening("--record", file) as (_, url, _output):
        assert send(url)[0]["status"] == 200
        assert send(url, "--secret", "another")[0]["status"] == 401
    monkeypatch.setenv("ONWARD", ONWARD)
    replay: list[Any] = ["listen", "--replay", file, "--json", "--to"]
    with receiver(lambda headers, body: Verifier(SECRET).verify(body, headers) and 200) as (target, got):
        # As they came: the signature of the first one is still valid. The second one is refused there.
        replayed = lines(run(*replay, target))
        assert replayed[0]["status"] == 200
    with receiver(accept) as (target, got):
        result = run(*replay, target, "--api-version", "2025-01", "--forward-secret-env", "ONWARD")
        assert result.exit_code == 1
        first, second = lines(result)
        assert (first["status"], first["error"]) == (202, None)
        # A forged one never gets a genuine signature.
        assert second["error"].startswith("not sent: ")
        assert [headers[VERSION_HEADER] for _, headers, _ in got] == ["2025-01"]
        assert got[0][1][HEADER]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--api-version", "2024-01"], "have to be signed again"),
        (["--api-version", "2024-02", "--forward-secret-env", "ONWARD"], "must be one of"),
        (["--forward-secret-env", "NO_SUCH"], "NO_SUCH is not set"),
        (["--forward-secret-env", "BLANK"], "blank"),
        (["--forward-secret-env", "ONWARD", "--forward-secret-file", "f"], "one of"),
        (["--forward-secret-env", "ONWARD", "--forward-all"], "genuine signature"),
        (["--forward-secret-env", "ONWARD", "--unchecked"], "genuine signature"),
    ],
)
def test_what_cannot_work_is_refused(options: list[str], why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONWARD", ONWARD)
    monkeypatch.setenv("BLANK", " ")
    result = run("listen", "--forward", "http://127.0.0.1:1", *options)
    assert (result.exit_code, why in " ".join(result.stderr.split())) == (2, True), result.stderr
    assert ONWARD not in result.output
    if "--forward-all" not in options and "--unchecked" not in options and "one of" not in why:
        return
    alone = run("listen", "--forward-secret-env", "ONWARD")
    assert "needs --forward" in alone.stderr


@pytest.mark.parametrize(
    ("command", "old"),
    [
        (["webhook", "send", "--url", "http://127.0.0.1:1"], "--version"),
        (["mock", "--port", "0"], "--webhook-version"),
    ],
)
def test_an_old_spelling_of_versions_names_the_new_one(command: list[str], old: str) -> None:
    environment = {"AFTERSHIP_WEBHOOK_SECRET": SECRET}
    result = CliRunner().invoke(application, [*command, old, "2024-01"], env=environment)
    assert result.exit_code == 2
    assert f"{old}: is now --api-version" in result.stderr

"""`aftership webhook send` and `listen`, and the mock that sends, as processes over loopback."""

from __future__ import annotations

import base64
import json
import re
import signal
import socket
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from aftership_tracking import documents
from aftership_tracking.cli.application import application
from aftership_tracking.cli.webhook.delivery_plan import CHAOS, SendSettings, plan_deliveries
from aftership_tracking.testing import signed_event
from aftership_tracking.webhooks import HEADER, VerificationError, Verifier, sign
from aftership_tracking.webhooks.sending.body_styles import ODD
from patience import PATIENCE, wait_until
from webhook_sender_support import receiver
from webhook_sender_support.commands import COMMAND, ENVIRONMENT, SECRET, lines, listening, run, send

VERSIONS = documents.versions()
FORGED = ("changed", "missing", "empty", "cut", "case-flipped", "not-ascii", "other-body")


def verify(headers: dict[str, str], body: bytes) -> int:
    try:
        Verifier(SECRET).verify(body, headers)
    except VerificationError:
        return 401
    return 200


def status_for_head(url: str, line: str) -> int:
    """The status that a request gets for its headers alone."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as client:
        client.sendall(f"POST / HTTP/1.1\r\n{line}\r\n\r\n".encode())
        return int(client.recv(100).split()[1])


def test_send_and_listen_understand_each_other() -> None:
    with listening() as (process, url, output):
        result = run(
            "send", "--url", f"{url}/hook?token=hunter2", "--tag", "Delivered", "--field", "order_id=A-1"
        )
        assert result.exit_code == 0
        assert "1 sent: all as it should be" in result.stdout
        line = output.readline()
        assert all(part in line for part in ("200", "genuine", "tracking_update", "Delivered", VERSIONS[-1]))
        forged = run("send", "--url", url, "--secret", "another")
        assert forged.exit_code == 1
        assert "not accepted" in forged.stdout
        assert "another" not in forged.output
        assert "refused" in output.readline()
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            assert client.get("/").status_code == 405
            noise = replace(signed_event(SECRET), body=b"no event")
            assert client.post("/", content=noise.body, headers=noise.headers).status_code == 401
        assert status_for_head(url, "transfer-encoding: chunked") == 411
        assert status_for_head(url, "content-length: -1") == 411
        assert status_for_head(url, "content-length: 6000000") == 413
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert "hunter2" not in output.read()


def test_listen_writes_json_and_stops_after_a_number() -> None:
    with listening("--json", "--count", 2, "--answer", 503, "--show-body") as (process, url, output):
        (first,) = send(url, "--api-version", "legacy", "--event", "edd_revise")
        (second,) = send(url, "--event", "x\x1b[2J")
        assert (first["status"], first["as_it_should_be"]) == (503, False)
        assert process.wait(PATIENCE) == 0
        shown = [json.loads(line) for line in output]
    assert [each["event"] for each in shown] == ["edd_revise", "x\x1b[2J"]
    assert [each["event_id"] for each in shown] == [first["event_id"], second["event_id"]]
    assert (shown[0]["version"], shown[0]["verdict"], shown[0]["status"]) == (None, "genuine", 503)
    assert json.loads(shown[0]["body"])["msg"]["tag"] == shown[0]["tag"]


def test_listen_forwards_records_and_replays(tmp_path: Path) -> None:
    file = tmp_path / "recording.ndjson"
    with receiver(verify) as (target, got):
        with listening("--forward", f"{target}/in", "--record", file, "--json") as (_, url, output):
            sent = send(url, "--count", 3, "--header", "x-own: 1")
            assert [each["status"] for each in sent] == [200] * 3
            forged = send(url, "--secret", "another")
            assert forged[0]["status"] == 401
            shown = [json.loads(output.readline()) for _ in range(4)]
        assert [each["verdict"] for each in shown] == ["genuine"] * 3 + ["refused"]
        assert [each["forwarded"] for each in shown] == [True] * 3 + [False]
        assert {path for path, _, _ in got} == {"/in"}
        assert {headers["x-own"] for _, headers, _ in got[:3]} == {"1"}
        assert got[0][1]["host"] == target.removeprefix("http://")
        forwarded = [body for _, _, body in got]
        replayed = run("listen", "--replay", file, "--to", f"{target}/again", "--json")
        assert replayed.exit_code == 1  # the forged one is refused again
        assert [each["status"] for each in lines(replayed)] == [200, 200, 200, 401]
        assert [body for path, _, body in got if path == "/again"][:3] == forwarded


CREDENTIALS = {
    "authorization": "Bearer hunter2",
    "proxy-authorization": "Basic hunter2",
    "cookie": "a=hunter2",
}


def deliver(url: str, secret: str = SECRET, **headers: str) -> int:
    request = signed_event(secret)
    found = httpx.post(
        url, content=request.body, headers={**request.headers, **CREDENTIALS, **headers}, timeout=PATIENCE
    )
    return found.status_code


def test_only_genuine_deliveries_are_forwarded_and_without_credentials() -> None:
    with receiver(lambda *_: 202) as (target, got):
        with listening("--forward", target) as (_, url, output):
            assert deliver(url, "another") == 401
            assert deliver(url, **{HEADER: ""}) == 401
            assert "not forwarded" in output.readline()
            assert got == []
            assert deliver(url, **{"x-own": "1"}) == 202
        assert len(got) == 1
        assert "hunter2" not in str(got)
        assert got[0][1]["x-own"] == "1"
        # Genuine, and not an event: only the receiver can decide what to do with it.
        with listening("--forward", target) as (_, url, _output):
            noise = b"{}"
            headers = {HEADER: sign(noise, SECRET), "content-type": "application/json"}
            found = httpx.post(url, content=noise, headers=headers, timeout=PATIENCE)
            assert found.status_code == 202
        with listening("--forward", target, "--forward-all") as (_, url, _output):
            assert deliver(url, "another") == 202
        assert "hunter2" not in str(got)
        with listening("--forward", target, "--forward-credentials") as (_, url, _output):
            assert deliver(url) == 202
            assert deliver(url, "another") == 401
    assert len(got) == 4
    assert str(got[-1]).count("hunter2") == 3


def test_a_recording_masks_what_may_be_secret(tmp_path: Path) -> None:
    file = tmp_path / "recording.ndjson"
    with listening("--record", file) as (_, url, _output):
        query = "?token=hunter2&hunter2&b=&hunter2=hunter2"
        assert deliver(f"{url}/hook{query}", **{"x-own": "hunter2", "x-forwarded-for": "hunter2"}) == 200
    text = file.read_text()
    # The name of a value is not masked.
    assert text.count("hunter2") == 1
    assert json.loads(text)["path"] == "/hook?token=[masked]&[masked]&b=[masked]&hunter2=[masked]"
    headers = dict(json.loads(text)["headers"])
    assert headers["x-own"] == "[masked]"
    assert headers[HEADER] != "[masked]"
    with receiver(verify) as (target, got):
        assert run("listen", "--replay", file, "--to", target).exit_code == 0
    assert "masked" not in str(got)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_recording_that_cannot_be_written_fails_the_delivery() -> None:
    with (
        receiver(verify) as (target, got),
        listening("--record", "/dev/full", "--forward", target, "--count", 2) as (process, url, output),
    ):
        for _ in range(2):
            assert send(url)[0]["status"] == 500
            line = output.readline()
            assert "500" in line
            assert "not recorded: No space left on device" in line
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert got == []


def test_listen_reports_a_forward_url_that_does_not_respond() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with listening("--forward", f"http://127.0.0.1:{port}", "--unchecked", "--forward-all", "--json") as (
        _,
        url,
        output,
    ):
        assert send(url)[0]["status"] == 502
        shown = json.loads(output.readline())
    assert (shown["verdict"], shown["forward_error"]) == ("not checked", "ConnectError")


def test_a_silent_client_does_not_block_listen() -> None:
    with listening("--json") as (_, url, _output):
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as silent:
            silent.sendall(b"POST / HTTP/1.1\r\ncontent-length: 100\r\n\r\nx")
            assert send(url)[0]["status"] == 200


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["listen", "--replay", "x"], 2, "used together"),
        (["listen", "--replay", "no-such-file", "--to", "http://127.0.0.1"], 1, "no-such-file"),
        (["listen", "--record", "no/such/folder"], 1, "cannot be written"),
        (["listen", "--forward", "127.0.0.1"], 2, "http://"),
        (["listen", "--answer", "99"], 2, "--answer"),
        (["listen", "--unchecked", "--forward", "http://127.0.0.1"], 2, "--forward-all"),
        (["listen", "--forward-all"], 2, "--forward"),
        (["listen", "--forward-credentials"], 2, "--forward"),
        (["send", "--url", "127.0.0.1"], 2, "http://"),
        (["send", "--url", "http://127.0.0.1", "--api-version", "newer"], 2, "YYYY-MM"),
        (["send", "--url", "http://127.0.0.1", "--field", "statuss=1"], 2, "statuss"),
        (["send", "--url", "http://127.0.0.1", "--field", "ts=1"], 2, "ts"),
        (["send", "--url", "http://127.0.0.1", "--field", "=1"], 2, "name=value"),
        (["send", "--url", "http://127.0.0.1", "--chaos", "fire"], 2, "odd-body"),
        (["send", "--url", "http://127.0.0.1", *["--header", "a: b"] * 6], 2, "5 headers"),
        (["send", "--url", "http://127.0.0.1", *["--secret", "a"] * 2], 2, "one secret"),
    ],
)
def test_mistakes_get_a_message_of_one_sentence(arguments: list[str], code: int, message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == code
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_a_taken_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("listen", "--port", taken.getsockname()[1])
    assert result.exit_code == 1
    assert "--port 0" in result.stderr


@pytest.mark.parametrize("command", ["listen", "verify", "send"])
def test_without_a_secret_nothing_is_trusted(command: str) -> None:
    more = {"listen": [], "verify": ["-"], "send": ["--url", "http://127.0.0.1"]}[command]
    result = run(command, *more, secret=None)
    assert result.exit_code == 2
    assert "AFTERSHIP_WEBHOOK_SECRET" in result.stderr


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    result = run("send", "--url", f"http://127.0.0.1:{port}/?token=hunter2", "--count", 3)
    assert result.exit_code == 6
    assert result.stderr == f"No response from http://127.0.0.1:{port}/. Is the receiver running?\n"
    assert "hunter2" not in result.output


def test_all_chaos_against_a_receiver_that_verifies() -> None:
    with receiver(verify) as (url, got):
        sent = send(url, "--chaos", "all", "--duplicate", "--count", 2)
    assert all(each["as_it_should_be"] for each in sent)
    assert len(sent) == len(got) > 30
    assert {each["version"] for each in sent} == {None, *VERSIONS}


def test_a_receiver_that_accepts_everything_is_reported() -> None:
    with receiver(lambda *_: 200) as (url, _):
        result = run("send", "--url", url, "--chaos", "wrong-signature")
    assert result.exit_code == 1
    assert "forged, and accepted!" in result.stdout
    assert "NOT all as it should be" in result.stdout


def _sign_again(body: bytes, **how: Any) -> str:
    return sign(json.dumps(json.loads(body), **how).encode(), SECRET)


REWRITING: dict[str, Any] = {
    "compact": {"separators": (",", ":"), "ensure_ascii": False},
    "compact, in ASCII": {"separators": (",", ":")},
    "sorted": {"separators": (",", ":"), "ensure_ascii": False, "sort_keys": True},
}


@pytest.mark.parametrize("how", REWRITING)
@pytest.mark.parametrize("count", [1, 20])
def test_odd_bodies_find_a_receiver_that_verifies_json_written_again(how: str, count: int) -> None:
    def verify_again(headers: dict[str, str], body: bytes) -> int:
        return 200 if headers[HEADER] == _sign_again(body, **REWRITING[how]) else 401

    with receiver(verify_again) as (url, got):
        result = run("send", "--url", url, "--chaos", "odd-body", "--count", count, "--json")
    assert result.exit_code == 1
    sent = lines(result)
    assert {each["note"].removeprefix("written: ") for each in sent} == set(ODD)
    assert len(sent) == max(count, len(ODD))
    for _, _, body in got:
        Verifier(SECRET, strict=True).parse(
            body, {HEADER: sign(body, SECRET), "as-webhook-version": VERSIONS[-1]}
        )
        text = json.dumps(json.loads(body), ensure_ascii=False)
        assert "/" in text
        assert not text.isascii()
        assert re.search(r": ?1\.0\b", text)
    if how != "sorted":
        assert [each["status"] for each in sent] == [401] * len(sent)


def test_a_receiver_that_reads_other_spellings_is_right_too() -> None:
    """The digest is that of the body and the secret, so whoever accepts it accepts no forgery."""

    def verify_all(headers: dict[str, str], body: bytes) -> int:
        digest = base64.b64decode(sign(body, SECRET))
        given = headers.get(HEADER) or headers.get("as-signature-hmac-sha256") or ""
        given = given.removeprefix("hmac-sha256=")
        spelled = {base64.b64encode(digest).decode(), digest.hex()}
        spelled.add(base64.urlsafe_b64encode(digest).decode().rstrip("="))
        return 200 if given in spelled else 401

    with receiver(verify_all) as (url, _):
        result = run("send", "--url", url, "--chaos", "wrong-signature", "--json")
    assert result.exit_code == 0, result.stdout
    found = {each["note"]: each["status"] for each in lines(result)}
    accepted = {note for note, status in found.items() if status == 200}
    assert accepted >= {
        "",
        *(f"right digest, other spelling: {how}" for how in ("hex", "url-safe", "prefixed", "other-header")),
    }
    assert {note for note in found if note.startswith("forged: ")} == {f"forged: {how}" for how in FORGED}
    assert not any(note.startswith("forged") for note in accepted)


@pytest.mark.parametrize(("is_accepted", "code"), [(True, 1), (False, 0)])
def test_a_receiver_that_ignores_case(is_accepted: bool, code: int) -> None:
    def verify_loosely(headers: dict[str, str], body: bytes) -> int:
        given, right = headers.get(HEADER, ""), sign(body, SECRET)
        return 200 if given == right or (is_accepted and given.lower() == right.lower()) else 401

    with receiver(verify_loosely) as (url, _):
        result = run("send", "--url", url, "--chaos", "wrong-signature", "--json")
    assert result.exit_code == code
    wrong = [each["note"] for each in lines(result) if not each["as_it_should_be"]]
    assert wrong == (["forged: case-flipped"] if is_accepted else [])


@pytest.mark.parametrize("more", [(), ("--duplicate",)])
def test_reordering_always_lets_a_later_event_overtake(more: tuple[str, ...]) -> None:
    with receiver(verify) as (url, got):
        for seed in range(8):
            got.clear()
            send(url, "--chaos", "reorder", "--seed", seed, *more)
            times = [json.loads(body)["ts"] for _, _, body in got]
            assert times != sorted(times)


@pytest.mark.parametrize("chaos", ["old-version", "no-version"])
def test_a_chaos_that_would_change_nothing_is_refused(chaos: str) -> None:
    with receiver(verify) as (url, got):
        result = run("send", "--url", url, "--api-version", "legacy", "--chaos", chaos)
        assert result.exit_code == 2
        assert f"{chaos} would change nothing" in " ".join(result.stderr.split())
        assert got == []
        everything = run("send", "--url", url, "--api-version", "legacy", "--chaos", "all")
    assert everything.exit_code == 0
    assert "old-version, no-version" in everything.stderr


def test_bodies_are_printed_only_on_request() -> None:
    with receiver(verify) as (url, _):
        assert "Ada Example" not in run("send", "--url", url).stdout
        assert "Ada Example" in run("send", "--url", url, "--show-body").stdout


def test_equal_settings_give_equal_deliveries() -> None:
    settings = SendSettings(SECRET, chaos=frozenset(CHAOS), duplicate=True, count=3, seed=5)
    assert plan_deliveries(settings) == plan_deliveries(settings)
    assert SECRET not in repr(settings)
    ids = {each.event["event_id"] for each in plan_deliveries(settings)}
    assert ids.isdisjoint(each.event["event_id"] for each in plan_deliveries(SendSettings(SECRET, seed=6)))


def test_the_mock_sends_to_a_url() -> None:
    options = ["--speed", "6000", "--api-version", "2024-01", "--port", "0"]
    with receiver(verify) as (url, got):
        command = [*COMMAND, "mock", *options, "--webhook", f"{url}/hook?token=hunter2"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
            assert process.stdout is not None
            try:
                greeting = [process.stdout.readline() for _ in range(3)]
                mock = next(word for word in greeting[0].split() if word.startswith("http://"))
                assert greeting[2] == f"Webhooks go to {url}/hook in version 2024-01.\n"
                body = {"tracking_number": "ITOD-20-1"}
                sent = httpx.post(
                    f"{mock}/tracking/2026-07/trackings",
                    json=body,
                    headers={"as-api-key": "k"},
                    timeout=PATIENCE,
                )
                assert sent.status_code == 201
                wait_until(lambda: len(got) >= 5, "five webhooks have come")
                process.send_signal(signal.SIGINT)
                assert process.wait(PATIENCE) == 0
            finally:
                process.kill()
    assert {headers["as-webhook-version"] for _, headers, _ in got} == {"2024-01"}
    assert all(verify(headers, body) == 200 for _, headers, body in got)
    assert [path for path, _, _ in got] == ["/hook?token=hunter2"] * 5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--webhook", "nowhere"], "http"),
        (["--webhook", "http://a.test", "--api-version", "x"], "YYYY-MM"),
    ],
)
def test_wrong_settings_of_the_mock(options: list[str], message: str) -> None:
    result = CliRunner().invoke(application, ["mock", *options], env={"AFTERSHIP_WEBHOOK_SECRET": SECRET})
    assert result.exit_code == 2
    assert message in result.stderr
    alone = CliRunner().invoke(application, ["mock", *options], env={"AFTERSHIP_WEBHOOK_SECRET": None})
    assert alone.exit_code == 2
    assert "AFTERSHIP_WEBHOOK_SECRET" in alone.stderr

"""`aftership webhook verify` and `doctor`, and where the commands get secrets, headers and bodies from."""

from __future__ import annotations

import base64
import errno
import hmac
import json
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from aftership_tracking.cli.application import application
from aftership_tracking.cli.webhook.recording import ReceivedRequest, Recording, read_recording
from aftership_tracking.testing import (
    SignedRequest,
    bad_signatures,
    other_spellings,
    signed_event,
    signed_request,
)
from aftership_tracking.webhooks import HEADER, sign

SECRET = "a-secret-for-the-command"


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AFTERSHIP_WEBHOOK_SECRET", raising=False)


def run(*arguments: object, text: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(application, ["webhook", *map(str, arguments)], input=text)
    assert SECRET not in result.output
    return result


class Files:
    """The secret, the headers and the body of a delivery, as files."""

    def __init__(self, folder: Path, request: SignedRequest) -> None:
        self.secret, self.headers, self.body = folder / "secret", folder / "headers", folder / "body"
        self.secret.write_text(SECRET + "\n")
        self.headers.write_text("".join(f"{name}: {value}\r\n" for name, value in request.pairs), "latin-1")
        self.body.write_bytes(request.body)

    def run(self, command: str, *more: object, text: str | bytes | None = None) -> Result:
        given = ("--secret-file", self.secret, "--headers-file", self.headers, self.body)
        return run(command, *given, *more, text=text)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path, signed_event(SECRET, tag="Delivered"))


def test_a_genuine_delivery(files: Files) -> None:
    result = files.run("verify")
    assert result.exit_code == 0
    assert "genuine" in result.stdout
    assert "tag: Delivered" in result.stdout
    found = json.loads(files.run("verify", "--json").stdout)
    assert (found["valid"], found["secret_index"], found["event"]) == (True, 0, "tracking_update")


def test_every_forged_delivery_is_refused(tmp_path: Path) -> None:
    genuine = signed_event(SECRET)
    for how, request in (*bad_signatures(genuine), *other_spellings(genuine)):
        files = Files(tmp_path, request)
        assert files.run("verify").exit_code == 1, how
        found = json.loads(files.run("verify", "--json").stdout)
        assert found["valid"] is False
        assert found["error"].endswith("Error")
        assert files.run("doctor").exit_code == 1, how


def test_the_second_of_two_secrets(files: Files, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.write_text("the-new-one")
    given = ("--headers-file", files.headers, files.body)
    result = run("verify", "--secret-file", new, "--secret-file", files.secret, *given)
    assert "secret 2 of 2" in result.stdout


@pytest.mark.parametrize("how", ["option", "variable", "known variable", "text", "prompt"])
def test_where_a_secret_comes_from(files: Files, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given: tuple[object, ...] = ()
    if how == "option":
        given = ("--secret-file", files.secret)
    elif how == "variable":
        monkeypatch.setenv("MY_SECRET", SECRET)
        given = ("--secret-env", "MY_SECRET")
    elif how == "known variable":
        monkeypatch.setenv("AFTERSHIP_WEBHOOK_SECRET", SECRET)
    elif how == "text":
        given = ("--secret", SECRET)
    else:
        monkeypatch.setattr("aftership_tracking.cli.webhook.inputs._can_prompt", lambda: True)
    result = run("verify", *given, "--headers-file", files.headers, files.body, text=SECRET + "\n")
    assert result.exit_code == 0
    assert ("command line" in result.stderr) is (how == "text")


def test_headers_one_by_one_and_the_body_from_standard_input() -> None:
    body = '{"ü": 1}\n'.encode()
    header = f"Aftership-Hmac-Sha256:  {sign(body, SECRET)}"
    result = run("verify", "--secret", SECRET, "--header", header, "-", text=body)
    assert result.exit_code == 0


@pytest.mark.parametrize(
    "shape",
    [
        lambda pairs: json.dumps(dict(pairs)),
        lambda pairs: json.dumps({name: [value] for name, value in pairs}),
        lambda pairs: json.dumps(pairs),
        lambda pairs: (
            "POST /hook HTTP/1.1\n" + "\n".join(f"{name}: {value}" for name, value in pairs) + "\n\n"
        ),
    ],
)
def test_shapes_of_a_header_file(files: Files, shape: Any) -> None:
    files.headers.write_text(shape(signed_event(SECRET, tag="Delivered").pairs))
    assert files.run("verify").exit_code == 0


def test_the_doctor_names_the_cause(files: Files) -> None:
    files.body.write_text(json.dumps(json.loads(files.body.read_bytes())))
    result = files.run("doctor")
    assert result.exit_code == 1
    assert "parsed and written again" in result.stdout
    found = json.loads(files.run("doctor", "--json").stdout)
    assert found["valid"] is False
    assert found["findings"][0]["code"] == "body-reserialised"
    assert set(found["findings"][0]) == {"code", "text", "cure", "is_certain"}


def test_the_doctor_finds_a_healthy_delivery(files: Files) -> None:
    result = files.run("doctor")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "The delivery is genuine.")


def _computed(raw: bytes, secret: str = SECRET, how: str = "sha256") -> str:
    return base64.b64encode(hmac.digest(secret.encode(), raw, how)).decode()


COMPUTED: dict[str, Callable[[bytes], str]] = {
    "right": _computed,
    "hex": lambda raw: base64.b64decode(_computed(raw)).hex(),
    "spelling": lambda raw: f"hmac-sha256={_computed(raw)}",
    "case": lambda raw: _computed(raw).lower(),
    "body-reserialised": lambda raw: _computed(json.dumps(json.loads(raw)).encode()),
    "body-charset": lambda raw: _computed(raw.decode("latin-1").encode()),
    "body-printed": lambda raw: _computed(str(raw).encode()),
    "body-empty": lambda _: _computed(b""),
    "secret-has-spaces": lambda raw: _computed(raw, SECRET + "\n"),
    "algorithm": lambda raw: _computed(raw, how="sha1"),
    "other-secret": lambda raw: _computed(raw, "another"),
    "unreadable": lambda _: "no digest!",
    "unreadable: nothing": lambda _: "",
    "hex: in base64": lambda raw: base64.b64encode(base64.b64decode(_computed(raw)).hex().encode()).decode(),
    "body-reserialised: as JavaScript does": lambda raw: _computed(
        json.dumps(json.loads(raw), ensure_ascii=False, separators=(",", ":")).replace("1.0", "1").encode()
    ),
    "secret-empty": lambda raw: _computed(raw, ""),
}


@pytest.mark.parametrize("what", COMPUTED)
def test_the_doctor_names_what_a_program_computed(tmp_path: Path, what: str) -> None:
    """The delivery is genuine, and the handler of its owner responds 401."""
    weight = {"unit": "kg", "value": 1.0}
    files = Files(tmp_path, signed_event(SECRET, title="Zürich/東京", shipment_weight=weight))
    computed = COMPUTED[what](files.body.read_bytes())
    result = files.run("doctor", "--computed", computed, "--json")
    # The exit code is about the delivery.
    assert result.exit_code == 0
    assert [each["code"] for each in json.loads(result.stdout)["findings"]] == [
        f"computed-{what.partition(':')[0]}"
    ]
    shown = files.run("doctor", "--computed", computed).stdout
    assert "your program" in shown
    assert not computed or computed not in shown
    if what == "hex":
        assert "in your receiver" in shown
        assert "sender" not in shown


def test_the_doctor_names_a_header_that_is_missing_and_skipped(files: Files) -> None:
    computed = _computed(files.body.read_bytes())
    files.headers.write_text("content-type: application/json")
    found = json.loads(files.run("doctor", "--computed", computed, "--json").stdout)
    assert {each["code"] for each in found["findings"]} == {"signature-missing", "computed-without-header"}


def test_the_doctor_says_what_to_do_with_a_genuine_delivery(files: Files) -> None:
    assert "--computed" in files.run("doctor").stdout


def test_control_characters_of_a_body_do_not_reach_the_terminal(tmp_path: Path) -> None:
    request = signed_request(b'{"event": "\\u001b[2Jx\\ny", "event_id": 5, "msg": []}', SECRET)
    result = Files(tmp_path, request).run("verify")
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    assert "event: \\x1b[2Jx\\ny" in result.stdout
    assert "event_id" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--header", "x: y"], "AFTERSHIP_WEBHOOK_SECRET"),
        (["--secret-file", "no-such-file"], "no-such-file"),
        (["--secret-env", "NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE"),
        (["--secret", " "], "blank"),
        (["--secret", "s", "--header", "no colon hunter2"], "Name: value"),
        (["--secret", "s", "--headers-file", "no-such-file"], "no-such-file"),
    ],
)
def test_mistakes_get_a_message_of_one_sentence(arguments: list[str], message: str, files: Files) -> None:
    result = run("verify", *arguments, files.body)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "hunter2" not in result.stderr
    assert "Traceback" not in result.stderr


def test_files_that_cannot_be_used(files: Files) -> None:
    assert files.run("verify", text="").exit_code == 0
    files.headers.write_text('{"a": 1}')
    assert files.run("verify").exit_code == 2
    files.headers.write_text("")
    files.secret.write_bytes(b"\xff\xfe")
    assert "not UTF-8" in files.run("verify").stderr
    files.secret.write_text(SECRET)
    files.body.unlink()
    assert "cannot be read" in files.run("doctor").stderr


def received(**changes: Any) -> ReceivedRequest:
    request = signed_event(SECRET)
    values = {
        "at": datetime(2024, 1, 1, tzinfo=UTC),
        "method": "POST",
        "path": "/hook",
        "headers": request.pairs,
    }
    return ReceivedRequest(**{**values, "body": request.body, **changes})


def test_a_recording_returns_the_bytes_and_leaves_out_credentials(tmp_path: Path) -> None:
    file = tmp_path / "recording.ndjson"
    first = received(body=b"\xff\x00 binary")
    secret = received(headers=(("Authorization", "Bearer t"), ("cookie", "c"), ("Accept", "1")))
    for part in ([first], [secret]):  # a second run adds to the first
        recording = Recording(file)
        for each in part:
            recording.add(each)
        recording.close()
    found = list(read_recording(file))
    assert found == [first, secret._replace(headers=(("Accept", "1"),))]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 or os.name == "nt"
    assert "Bearer" not in repr(secret)


def test_a_line_that_was_not_written_to_its_end_is_removed(tmp_path: Path) -> None:
    file = tmp_path / "recording.ndjson"
    recording = Recording(file)
    recording.add(received())
    whole = recording._stream

    class Full:
        """Has room for some bytes."""

        room = 10

        def write(self, data: bytes) -> int:
            if not self.room:
                raise OSError(errno.ENOSPC, "No space left on device")
            written = whole.write(data[: self.room])
            self.room -= written
            return written

        def __getattr__(self, name: str) -> Any:
            return getattr(whole, name)

    recording._stream = Full()  # type: ignore[assignment]
    with pytest.raises(OSError, match="No space"):
        recording.add(received())
    recording._stream = whole
    recording.add(received())
    recording.close()
    assert len(list(read_recording(file))) == 2


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "{}", json.dumps({"at": "x", "method": "POST", "path": "/", "headers": [], "body": ""})],
)
def test_a_line_that_is_not_a_delivery_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "recording.ndjson"
    recording = Recording(file)
    recording.add(received())
    recording.close()
    with file.open("a") as stream:
        stream.write(f"\n{line}\n")
    with pytest.raises(ValueError, match="line 3 is not"):
        list(read_recording(file))


def test_help_names_the_commands() -> None:
    result = run("--help")
    assert all(name in result.stdout for name in ("listen", "send", "verify", "doctor"))
    assert HEADER in run("verify", "--help").stdout


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Three deliveries; the second is genuine, the others are signed with another secret."""
    file = tmp_path / "deliveries.ndjson"
    recording = Recording(file)
    for number, secret in enumerate(("other", SECRET, "other"), start=1):
        request = signed_event(secret, serial=number)
        at = datetime(2026, 11, 30, 12, number, tzinfo=UTC)
        recording.add(ReceivedRequest(at, "POST", "/hook", request.pairs, request.body))
    recording.close()
    return file


def test_the_doctor_reads_a_recording(recording: Path) -> None:
    last = run("doctor", "--secret", SECRET, recording)
    assert last.exit_code == 1
    assert "Delivery 3 of 3, received 2026-11-30 12:03:00." in last.stderr
    assert "header is missing" not in last.stdout
    assert "neither this body" in last.stdout
    for command in ("doctor", "verify"):
        second = run(command, "--secret", SECRET, "--number", 2, "--json", recording)
        assert second.exit_code == 0
        assert json.loads(second.stdout)["valid"] is True


def test_files_that_are_neither_a_recording_nor_a_delivery(files: Files, recording: Path) -> None:
    torn = recording.with_name("torn.ndjson")
    torn.write_text(recording.read_text() + "{}\n")
    empty = recording.with_name("empty.ndjson")
    empty.touch()
    for arguments, message in (
        ((files.body,), "give its headers with --headers-file or --header"),
        (("--headers-file", files.headers, "--number", 1, files.body), "is not a recording of"),
        (("--headers-file", files.headers, recording), "leave these options out"),
        (("--number", 4, recording), "has 3, not 4"),
        ((empty,), "is empty"),
        ((torn,), "line 4 is not a recorded delivery"),
    ):
        result = run("doctor", "--secret", SECRET, *arguments)
        assert result.exit_code == 2, arguments
        assert message in " ".join(result.stderr.replace("│", " ").split()), arguments


def test_a_removed_line_break_is_said(files: Files, tmp_path: Path) -> None:
    for command in ("doctor", "verify"):
        result = files.run(command)
        assert result.exit_code == 0
        assert f"the line break at the end of {files.secret} was removed here" in result.stderr
    files.secret.write_text(SECRET)
    assert "line break" not in files.run("doctor").stderr

"""`aftership ping`, `versions`, `explain` and `sign`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re

import pytest

from aftership_tracking import documents
from tests.cli.conftest import Run, Sandbox

DATE = "Tue, 01 Sep 2026 12:00:00 GMT"


def test_ping(call: Run) -> None:
    found = json.loads(call("ping", "--json").stdout)
    assert (found["key"], found["version"], found["reads_trackings"]) == ("valid", "2026-07", True)
    assert found["limit"] - found["limit_left"] == 1
    assert found["scopes"].startswith("unknown")
    old = json.loads(call("ping", "--json", "--api-version", "2024-01").stdout)
    assert old["requested_version"] == "2024-01"


def test_a_ping_says_to_people_when_the_limit_starts_again(call: Run) -> None:
    shown = call("ping").stdout
    line = next(line for line in shown.splitlines() if line.startswith("limit_reset"))
    assert re.fullmatch(r"limit_reset +20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC, in \d+ s", line), shown
    assert isinstance(json.loads(call("ping", "--json").stdout)["limit_reset"], int)


def test_a_forbidden_ping_still_has_a_valid_key(call: Run, sandbox: Sandbox) -> None:
    sandbox.mock.faults.add(status=403, code=403)
    result = call("ping", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["key"], found["reads_trackings"]) == ("valid", False)
    assert result.stderr == "The key is valid, and may not read trackings.\n"


@pytest.mark.parametrize(("status", "code"), [(401, 3), (429, 5), (500, 6)])
def test_a_ping_that_fails(call: Run, sandbox: Sandbox, status: int, code: int) -> None:
    sandbox.mock.faults.add(status=status, code=status, times=None)
    result = call("ping")
    assert (result.exit_code, result.stdout) == (code, "")


def test_versions(run: Run) -> None:
    rows = json.loads(run("versions", "--json").stdout)
    assert [row["version"] for row in rows] == list(documents.versions())
    assert [row["version"] for row in rows if row["used"]] == ["2026-07"]
    assert rows[0]["supported_until"] == "2025-07-09"


def test_explain(run: Run) -> None:
    code = json.loads(run("explain", "4004", "--json").stdout)
    assert (code["status"], "trackings.get" in code["calls"]) == (404, True)
    for name in ("TRACKING_NOT_FOUND", "tracking_not_found", "ErrorCode.TRACKING_NOT_FOUND"):
        assert json.loads(run("explain", name, "--json").stdout) == code
    by_name = {
        run("explain", name, "--json").stdout for name in ("edd.predict", "estimated_delivery_dates.predict")
    }
    assert len(by_name) == 1
    call = json.loads(run("explain", "trackings.create", "--json").stdout)
    assert (call["request"], call["needs"], call["command"]) == (
        "POST /trackings",
        ["tracking_number"],
        "aftership trackings create",
    )
    unknown = run("explain", "4999")
    assert (unknown.exit_code, "has no code 4999" in unknown.stderr) == (1, True)
    assert "did you mean 'trackings.create'?" in run("explain", "trackings.creat").stderr
    old = run("explain", "notifications.add", "--api-version", "2024-01", "--json")
    assert json.loads(old.stdout)["request"] == "POST /notifications/{tracking_id}/add"


def test_the_signature_is_that_of_the_documentation(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Computed here by hand, from the recipe of the service."""
    monkeypatch.setenv("AFTERSHIP_API_KEY", "a-key-of-the-account")
    monkeypatch.setenv("AFTERSHIP_API_SECRET", "the-secret")
    body = '{"tracking_number":"ITD-20-1"}'
    options = ("--input", "-", "--date", DATE, "-q", "b=2", "-q", "a=1 x", "--json")
    result = run("sign", "POST", "/trackings", *options, text=body)
    found = json.loads(result.stdout)
    text = "\n".join(
        [
            "POST",
            hashlib.md5(body.encode()).hexdigest().upper(),
            "application/json",
            DATE,
            "as-api-key:a-key-of-the-account",
            "/tracking/2026-07/trackings?a=1+x&b=2",
        ]
    )
    digest = hmac.digest(b"the-secret", text.encode(), "sha256")
    assert found["signature"] == base64.b64encode(digest).decode()
    assert found["header"] == "as-signature-hmac-sha256"
    assert found["sign_string"] == text.replace("a-key-of-the-account", "...ount")
    assert "a-key-of-the-account" not in result.output
    assert "the-secret" not in result.output
    people = run("sign", "POST", "/trackings", *options[:-1], text=body)
    assert f"as-signature-hmac-sha256: {found['signature']}" in people.stdout


def test_sign_needs_a_secret(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERSHIP_API_KEY", "key")
    result = run("sign", "GET", "/couriers")
    assert (result.exit_code, "There is no API secret." in result.stderr) == (3, True)
    assert run("sign", "GET", "/couriers", "--date", "yesterday").exit_code != 0


@pytest.mark.parametrize(
    ("line", "proposed"),
    [
        ("aftership tr", ["trackings"]),
        ("aftership trackings up", ["update", "upsert"]),
        ("aftership notifications --api-version 2024-01 add", ["add", "add-by-number"]),
        ("aftership trackings list --tag In", ["InTransit", "InfoReceived"]),
        ("aftership trackings create --slug dhl-pol", ["dhl-poland"]),
        ("aftership trackings create --tracking-n", ["--tracking-number"]),
        ("aftership trackings list --api-version 1999-01 --ta", ["--tag"]),
        ("aftership webhook l", ["listen"]),
    ],
)
def test_a_shell_completes(run: Run, monkeypatch: pytest.MonkeyPatch, line: str, proposed: list[str]) -> None:
    monkeypatch.setenv("_AFTERSHIP_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split()) - 1))
    assert sorted(run().stdout.split()) == sorted(proposed)


@pytest.mark.parametrize("option", [(), ("--json",)])
def test_a_number_as_an_id_gets_the_command(call: Run, option: tuple[str, ...]) -> None:
    """The hint of the client is a line of Python, which nobody can type at a prompt."""
    result = call("trackings", "get", "PARCEL0001", *option)
    assert result.exit_code == 4
    assert "find the tracking with aftership trackings list --tracking-numbers PARCEL0001." in result.stderr
    assert "client." not in result.stderr

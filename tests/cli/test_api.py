"""`aftership api`: any call, sent strictly, to the address of the settings only."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, Sandbox

ODD = ["a b", 'say "hi"', "it's", "ü, ß & 100%", "a=b=c", "$HOME `x`", "-x", "{}", "null", "", "#1?", "\\n"]


def sent(result: Any) -> Any:
    """The request that a dry run printed."""
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    "path", ["/couriers", "couriers", "/tracking/2026-07/couriers", "/couriers?slug=usps"]
)
def test_a_path_with_or_without_its_version(call: Run, path: str) -> None:
    result = call("api", "GET", path)
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["meta"]["code"] == 200


def test_the_version_of_a_path_is_the_version_of_the_call(call: Run) -> None:
    assert (
        "/tracking/2024-01/couriers"
        in sent(call("api", "GET", "/tracking/2024-01/couriers", "--dry-run", "--json"))["url"]
    )
    assert (
        "/tracking/2024-01/couriers"
        in sent(call("api", "get", "/couriers", "--api-version", "2024-01", "--dry-run", "--json"))["url"]
    )
    both = call("api", "GET", "/tracking/2024-01/couriers", "--api-version", "2026-07")
    assert both.exit_code == 2
    assert "The path says 2024-01, and --api-version 2026-07." in both.stderr


@pytest.mark.parametrize("value", ODD)
def test_odd_values_arrive_as_they_are(call: Run, value: str) -> None:
    arguments = [
        "POST",
        "/trackings",
        "-f",
        f"note={value}",
        "-F",
        f"title={json.dumps(value)}",
        "-q",
        f"x={value}",
    ]
    # As a shell would pass the line that somebody prints with `shlex.join`.
    printed = shlex.split(shlex.join(["api", *arguments, "--dry-run", "--json"]))
    request = sent(call(*printed))
    assert request["body"] == {"note": value, "title": value}


def test_segments_are_encoded_once(call: Run) -> None:
    request = sent(call("api", "GET", "/trackings/a%2Fb c", "--dry-run", "--json"))
    assert request["url"].endswith("/trackings/a%2Fb%20c")


def test_fields_in_json_and_a_file_below_them(call: Run, tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    file.write_text('{"note": "of the file", "title": "t"}')
    options = ["-F", 'shipment_tags=["a", "b"]', "-f", "note=of the line", "--dry-run", "--json"]
    request = sent(call("api", "PUT", "/trackings/1", "--input", file, *options))
    assert request["body"] == {"note": "of the line", "title": "t", "shipment_tags": ["a", "b"]}
    piped = sent(
        call("api", "PUT", "/trackings/1", "--input", "-", "--dry-run", "--json", text='{"note": "n"}')
    )
    assert piped["body"] == {"note": "n"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["GET", "/trackingss"], "has no path /trackingss; did you mean '/trackings'?"),
        (["PATCH", "/trackings"], "/trackings takes GET and POST in 2026-07, not PATCH."),
        (["GET", "/couriers", "-f", "a=b"], "GET has no body."),
        (["POST", "/trackings", "-F", "note=text"], "note is not JSON"),
        (["POST", "/trackings", "-f", "note"], "must be NAME=VALUE"),
        (["POST", "/trackings", "-f", "note=a", "-f", "note=b"], "note is given twice"),
        (["BREW", "/trackings"], "must be one of GET"),
        (["GET", "/couriers", "--paginate"], "is not a list with pages"),
        (["GET", "/trackings//x"], "has an empty segment"),
        (["GET", "https://evil.example/couriers"], "the key is not sent there"),
        (["GET", "/couriers", "-H", "x-secret-abc"], "a header is written 'Name: value'"),
        (["GET", "/couriers", "-H", "as-api-key: k"], "set by the client itself"),
        (["POST", "/trackings", "--input", "/no/such/file"], "cannot be read"),
        (["GET", "/couriers", "--json", "--ndjson"], "give one of --json and --ndjson"),
        (["GET", "/couriers", "--fields", "a,,b"], "must be names with commas between"),
    ],
)
def test_mistakes_are_refused_before_anything_is_sent(
    call: Run, sandbox: Sandbox, arguments: list[str], sentence: str
) -> None:
    result = call("api", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert "x-secret-abc" not in result.output
    assert len(sandbox.mock.journal) == 0


@pytest.mark.parametrize("content", ["[1]", "{", "\xff"])
def test_a_body_must_be_an_object(call: Run, content: str) -> None:
    result = call("api", "POST", "/trackings", "--input", "-", text=content.encode("latin-1"))
    assert result.exit_code == 2
    assert "Standard input" in result.stderr


def test_force_sends_what_the_document_does_not_have(call: Run) -> None:
    result = call("api", "GET", "/proofs", "--force")
    assert result.exit_code == 4
    assert "404" in result.stderr


def test_every_page_of_a_list(call: Run) -> None:
    for number in range(5):
        done = call(
            "api",
            "POST",
            "/trackings",
            "-f",
            f"tracking_number=ITD-20-{number}",
            "-f",
            "slug=testing-courier",
        )
        assert done.exit_code == 0, done.stderr
    for version, query in (("2026-07", []), ("2024-01", [])):
        listed = call(
            *("api", "GET", "/trackings", "-q", "limit=2", *query, "--paginate", "--ndjson"),
            *("--fields", "tracking_number", "--api-version", version),
        )
        numbers = {json.loads(line)["tracking_number"] for line in listed.stdout.splitlines()}
        assert numbers == {f"ITD-20-{number}" for number in range(5)}
    as_array = call("api", "GET", "/trackings", "-q", "limit=2", "--paginate", "--fields", "slug")
    assert json.loads(as_array.stdout) == [{"slug": "testing-courier"}] * 5


def test_include_prints_the_head_apart_from_the_data(call: Run) -> None:
    result = call("api", "GET", "/couriers", "--include")
    assert json.loads(result.stdout)
    assert result.stderr.startswith("HTTP 200\n")
    assert "as-api-version: 2026-07" in result.stderr


def test_a_dry_run_masks_the_key_and_sends_nothing(call: Run, sandbox: Sandbox) -> None:
    result = call("api", "POST", "/trackings", "-f", "tracking_number=ITD-20-1", "--dry-run")
    assert "as-api-key: ***" in result.stdout
    assert "test-key" not in result.output
    assert result.stderr == "Nothing was sent.\n"
    assert len(sandbox.mock.journal) == 0

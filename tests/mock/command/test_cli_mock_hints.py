"""`aftership mock` prints hints, and takes what decides about them."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from aftership_tracking import AfterShip, AuthenticationError
from aftership_tracking.cli import main
from aftership_tracking.mock.serving.hint_lines import HintLines

COMMAND = [sys.executable, "-m", "aftership_tracking.cli", "mock", "--port", "0"]


def get(url: str, header: str = "as-api-key", body: bytes | None = None) -> tuple[int, Any]:
    headers = {header: "k", "content-type": "text/xml"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_hints_are_printed_once_and_options_reach_the_mock() -> None:
    options = [
        "--hints-in-body",
        "--legacy",
        "v4",
        "--assumed-code",
        "content-type=415",
        "--mode",
        "documented",
    ]
    with subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            url = next(word for word in process.stdout.readline().split() if word.startswith("http://"))
            for _ in range(3):
                status, body = get(f"{url}/tracking/2026-07/trackings?page=2")
                assert (status, body["mock_hints"][0]["id"]) == (200, "unknown-parameter")
            assert get(f"{url}/v4/couriers", "aftership-api-key")[0] == 200
            assert get(f"{url}/tracking/2026-07/trackings", body=b"<xml/>")[0] == 415
        finally:
            process.terminate()
        lines = process.stderr.read().splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "200 GET 2026-07 /trackings",
        "200 GET 2024-01 /couriers",
        "415 POST 2026-07 /trackings",
    ]
    assert "send cursor with the next_cursor of the last response" in lines[0]


def test_a_line_that_repeats_comes_back_with_its_count() -> None:
    lines = HintLines()
    passed = []
    for _ in range(1000):
        record = logging.LogRecord("x", logging.INFO, "", 0, "page: %s", ("ignored",), None)
        if lines.filter(record):
            passed.append(record.getMessage())
    ends = ["", " (10 times so far)", " (100 times so far)", " (1000 times so far)"]
    assert passed == [f"page: ignored{end}" for end in ends]


def test_an_rsa_key_can_be_given(tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public, private = (
        tmp_path / "public.pem",
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    public.write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    command = [*COMMAND, "--key", "k", "--public-key", str(public)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            greeting = process.stdout.readline()
            url = next(word for word in greeting.split() if word.startswith("http://"))
            with AfterShip("k", api_secret=private.decode(), auth="rsa", base_url=url) as client:
                assert client.couriers.list() is not None
            with AfterShip("k", base_url=url) as client, pytest.raises(AuthenticationError):
                client.couriers.list()
            assert "auth='rsa'" in greeting
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--public-key", "{file}"], "--public-key"),
        (["--key", "a", "--secret", "s", "--public-key", "{file}"], "--public-key"),
        (["--key", "a", "--public-key", "{file}"], "not an RSA public key"),
        (["--assumed-code", "content-type"], "NAME=CODE"),
        (["--assumed-code", "weather=400"], "no code is assumed"),
        (["--mode", "lax"], "documented"),
        (["--legacy", "v3"], "the only legacy API is"),
    ],
)
def test_a_wrong_option_is_refused(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "key.pem"
    file.write_text("no key")
    with pytest.raises(SystemExit) as caught:
        main(["mock", *(option.format(file=file) for option in options)])
    assert caught.value.code not in (0, None)
    assert words in capsys.readouterr().err

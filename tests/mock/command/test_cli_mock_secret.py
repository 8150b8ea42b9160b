"""`aftership mock --key K --secret S`: a mock on a port that checks signatures."""

from __future__ import annotations

import subprocess
import sys

import pytest

from aftership_tracking import AfterShip, AuthenticationError
from aftership_tracking.cli import main

COMMAND = [sys.executable, "-m", "aftership_tracking.cli", "mock", "--port", "0"]
KEY, SECRET = "asat_00000000000000000000000000000001", "asek_of_the_mock"


def test_signed_requests_are_served_and_others_are_not() -> None:
    command = [*COMMAND, "--key", KEY, "--secret", SECRET]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            greeting = process.stdout.readline()
            url = next(word for word in greeting.split() if word.startswith("http://"))
            with AfterShip(KEY, api_secret=SECRET, auth="aes", base_url=url) as client:
                assert client.couriers.list() is not None
            for settings in ({}, {"api_secret": "another", "auth": "aes"}):
                with AfterShip(KEY, base_url=url, **settings) as client, pytest.raises(AuthenticationError):
                    client.couriers.list()
            assert "auth='aes'" in greeting
            assert SECRET not in greeting
        finally:
            process.kill()


@pytest.mark.parametrize(
    "options",
    [["--secret", "s"], ["--key", "a", "--key", "b", "--secret", "s"], ["--key", "a", "--secret", ""]],
)
def test_secret_goes_with_one_key(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["mock", *options])
    assert caught.value.code == 2
    assert "--secret" in capsys.readouterr().err

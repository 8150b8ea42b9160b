"""A call that Ctrl-C ended leaves no thread behind once the client is closed, whatever its timeouts are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fault_support.server import Act, HostileServer, Talk

SCRIPT = Path(__file__).with_name("interrupted.py")
NO_PROXY = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


def say_nothing(talk: Talk) -> bool:
    talk.wait_for_the_end()
    return False


@pytest.mark.parametrize("proxied", [False, True])
def test_closing_ends_the_thread_of_an_interrupted_call(proxied: bool) -> None:
    with HostileServer([Act(say_nothing)]) as server:
        address = "http://api.aftership.invalid" if proxied else server.address
        done = subprocess.run(
            [sys.executable, str(SCRIPT), address],
            env={**NO_PROXY, **({"HTTP_PROXY": server.address} if proxied else {})},
            capture_output=True,
            text=True,
            timeout=200,
        )
    assert (done.stdout, done.stderr) == ("1 0", "")

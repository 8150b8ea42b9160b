"""A parent that has made a call forks, and all send at once: every response belongs to its request."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fault_support.case_player import VARIANTS
from fault_support.responses import good
from fault_support.server import Act, HostileServer, Talk
from patience import PATIENCE

SCRIPT = Path(__file__).with_name("forking.py")
PROCESSES = 5
CALLS = 60


def echo(talk: Talk) -> bool:
    """Respond with the requested id."""
    assert talk.request is not None
    talk.send(good(talk.request.target.rsplit("/", 1)[1]))
    return True


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("when", ["before", "new"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_response_belongs_to_its_request(variant: str, when: str) -> None:
    """`before`: a client made before the fork. `new`: one made in each child."""
    with HostileServer([Act(echo)]) as server:
        done = subprocess.run(
            [sys.executable, "-W", "error::DeprecationWarning", str(SCRIPT), server.address, variant, when],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert (done.stdout.split(), done.stderr) == (["0"] * PROCESSES, "")
        assert len(server.requests) == PROCESSES * CALLS + 1
        owners: dict[int, set[str | None]] = {}
        for request in server.requests:
            owners.setdefault(request.connection, set()).add(request.header("x-process"))
    assert all(len(processes) == 1 for processes in owners.values()), "processes share a connection"
    assert len(set().union(*owners.values())) == PROCESSES

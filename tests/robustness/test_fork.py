"""A parent that has made a call forks, and all ask at once: every answer belongs to its question."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fault_support.answers import good
from fault_support.judge import COLOURS
from fault_support.server import Act, HostileServer, Talk

SCRIPT = Path(__file__).with_name("forking.py")
PROCESSES = 5
CALLS = 60


def echo(talk: Talk) -> bool:
    """Answer with the id that was asked for."""
    assert talk.seen is not None
    talk.send(good(talk.seen.target.rsplit("/", 1)[1]))
    return True


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("when", ["before", "new"])
@pytest.mark.parametrize("colour", COLOURS)
def test_every_answer_belongs_to_its_question(colour: str, when: str) -> None:
    """`before`: a client made before the fork. `new`: one made in each child."""
    with HostileServer([Act(echo)]) as server:
        done = subprocess.run(
            [sys.executable, "-W", "error::DeprecationWarning", str(SCRIPT), server.address, colour, when],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.stdout.split(), done.stderr) == (["0"] * PROCESSES, "")
        assert len(server.seen) == PROCESSES * CALLS + 1
        owners: dict[int, set[str | None]] = {}
        for seen in server.seen:
            owners.setdefault(seen.connection, set()).add(seen.header("x-process"))
    assert all(len(processes) == 1 for processes in owners.values()), "processes share a connection"
    assert len(set().union(*owners.values())) == PROCESSES

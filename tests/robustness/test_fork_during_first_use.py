"""A child that is forked while another thread makes the first use of a client can use the client."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fault_support.responses import envelope, reply, response, tracking
from fault_support.server import HostileServer
from version_sample import some

CHILDREN = int(os.environ.get("FORKED_CHILDREN", "3"))
QUIET = ("-W", "ignore::DeprecationWarning")
SCRIPT = Path(__file__).with_name("first_use.py")
CLIENT = (
    "get",
    "deadline",
    "list",
    "get async",
    "upsert",
    "error",
    "prepare",
    "name",
    "explain",
    "meaning",
    "mistake",
)
FUNCTIONS = (
    "migrate",
    "phone",
    "email",
    "customers",
    "webhook",
    "webhook of another version",
    "receiver",
    "async receiver",
    "store",
    "limiter",
)
# The uses of a client import nearly the same.
USES = ["get", *some(CLIENT[1:], 3), *FUNCTIONS]
PAGE = {"trackings": [tracking()], "pagination": {"has_next_page": False}}
RESPONSES = {
    **dict.fromkeys(("list", "mistake"), response(envelope(PAGE))),
    "error": response(envelope({}, 4004), 404),
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("use", USES)
def test_no_child_hangs(use: str) -> None:
    with HostileServer([reply(RESPONSES.get(use, response(envelope(tracking()))))]) as server:
        done = subprocess.run(
            [sys.executable, *QUIET, str(SCRIPT), server.address, use, str(CHILDREN)],
            capture_output=True,
            text=True,
            timeout=300,
        )
    # The standard library may complain on stderr of a lock that was made while the fork waited.
    assert done.stdout.split() == ["0"] * CHILDREN, done.stderr

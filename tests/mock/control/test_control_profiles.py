"""The named faults over HTTP. What the client makes of each: `tests/faults/test_fault_profiles.py`."""

from __future__ import annotations

from typing import Any

import httpx
import pytest


def test_a_lost_create_is_there(sandbox: Any) -> None:
    sandbox.post("faults", {"profile": "lost-create"}, 201)
    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.create("PARCEL01")
    assert len(sandbox.trackings()) == 1


def test_a_profile_of_one_key(sandbox: Any) -> None:
    sandbox.post("faults", {"profile": "outage", "key": "other-key"}, 201)
    assert sandbox.call("GET", "/couriers").status_code == 200
    assert sandbox.call("GET", "/couriers", headers={"as-api-key": "other-key"}).status_code == 503


def test_what_is_refused(sandbox: Any) -> None:
    code, message = sandbox.refused("faults", {"profile": "storm"})
    assert (code, "rate-limit-storm" in message) == ("unknown-profile", True)
    assert sandbox.refused("faults", {"profile": "outage", "status": 500})[0] == "contradiction"

"""The named faults: each does what it says, and the client comes through or says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aftership_tracking import AfterShip, errors
from aftership_tracking.mock.control.actions import read_profiles
from aftership_tracking.testing import ClientClock

PROFILES = read_profiles()


def list_all(client: Any) -> int:
    return len(list(client.trackings.list(limit=2)))


def create(client: Any) -> str:
    tag: str = client.trackings.create(tracking_number="PARCEL99", slug="usps").tag
    return tag


# Profile -> what the client does, and what comes of it: a result, or the class of the error.
OUTCOMES: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "rate-limit-storm": (list_all, errors.RateLimitError),
    "outage": (list_all, errors.ServerError),
    "gateway-page": (list_all, 3),
    "expired-cursor": (list_all, errors.ValidationError),
    "lost-create": (create, errors.TransportError),
    "lost-connection": (list_all, 3),
    "half-response": (list_all, 3),
    "broken-json": (list_all, errors.DecodeError),
    "new-status": (list_all, 3),
    "new-field": (list_all, 3),
}


def test_every_profile_has_its_outcome() -> None:
    assert list(OUTCOMES) == list(PROFILES)


@pytest.mark.parametrize("name", PROFILES)
def test_what_the_client_makes_of_it(sandbox: Any, name: str) -> None:
    sandbox.mock.seed(count=3, template={"slug": "dhl"}, key="test-key")
    planned = sandbox.post("faults", {"profile": name}, 201)
    assert len(planned["ids"]) == len(PROFILES[name]["rules"])
    act, expected = OUTCOMES[name]
    with ClientClock(moves=sandbox.clock):
        http_client = httpx.Client(transport=sandbox.mock.transport())
        client = AfterShip(api_key="test-key", http_client=http_client)
    if isinstance(expected, type):
        with pytest.raises(expected):
            act(client)
    else:
        assert act(client) == expected
    fired = [record.rule for record in sandbox.mock.journal if record.rule is not None]
    assert set(fired) == set(planned["ids"])


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

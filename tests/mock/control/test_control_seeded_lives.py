"""Seeds with a whole life, and seeds of couriers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest


def days_ago(sandbox: Any, days: float) -> str:
    text: str = (sandbox.clock.now() - timedelta(days=days)).isoformat()
    return text


def seed(sandbox: Any, **body: Any) -> list[str]:
    ids: list[str] = sandbox.post("seed", {"key": "test-key", **body}, 201)["ids"]
    return ids


def test_a_journey_begins_at_the_creation_and_goes_on(sandbox: Any) -> None:
    template = {"slug": "dhl", "journey": "OutForDelivery_001", "created_at": days_ago(sandbox, 1.5)}
    ids = seed(sandbox, count=2, template=template)
    before = [sandbox.tracking(each) for each in ids]
    assert [each["tag"] for each in before] == ["InfoReceived"] * 2
    sandbox.post("clock", {"advance": "30d"})
    # The same as a life that begins by hand, and with checkpoints of its own.
    after = [sandbox.tracking(each) for each in ids]
    assert [each["subtag"] for each in after] == ["OutForDelivery_001"] * 2
    assert [each["tag"] for each in after[0]["checkpoints"]] == [
        "InfoReceived",
        "InTransit",
        "OutForDelivery",
    ]


def test_a_journey_of_the_past_is_over(sandbox: Any) -> None:
    (identifier,) = seed(
        sandbox,
        trackings=[
            {"slug": "dhl", "journey": "Delivered_003", "created_at": days_ago(sandbox, 60), "title": "T"}
        ],
    )
    found = sandbox.tracking(identifier)
    assert (found["subtag"], found["active"], found["title"]) == ("Delivered_003", False, "T")


@pytest.mark.parametrize(
    ("tracking", "code", "words"),
    [
        ({"journey": "custom"}, "unknown-journey", "did you mean"),
        ({"journey": 1}, "wrong-type", "trackings[0].journey"),
        ({"journey": "customs", "tag": "Delivered"}, "contradiction", "decides the tag too"),
        ({"journey": "customs", "checkpoints": []}, "contradiction", "decides the checkpoints too"),
        ({"journy": "customs"}, "unknown-field", "did you mean journey?"),
    ],
)
def test_what_cannot_be_is_refused(sandbox: Any, tracking: dict[str, Any], code: str, words: str) -> None:
    found, message = sandbox.refused("seed", {"key": "test-key", "trackings": [tracking]})
    assert found == code
    assert words in message
    assert sandbox.trackings() == []


def couriers(sandbox: Any, version: str = "2026-07", query: str = "active=true") -> dict[str, Any]:
    data = sandbox.call("GET", f"/couriers?{query}", version=version).json()["data"]
    return {each["slug"]: each for each in data["couriers"]}


def test_seeded_couriers_are_activated_for_all_until_a_reset(sandbox: Any) -> None:
    before = couriers(sandbox)
    own = {"slug": "own-vans", "name": "Own vans", "phone": "+12025550143"}
    sandbox.post("seed", {"couriers": [own, {"slug": "dhl", "name": "Other"}]}, 201)
    after = couriers(sandbox)
    assert list(after) == [*before, "own-vans"]
    assert after["own-vans"]["name"] == "Own vans"
    # What is said of a known one replaces only that.
    assert after["dhl"] == {**before["dhl"], "name": "Other"}
    ids = seed(sandbox, trackings=[{"slug": "own-vans", "tracking_number": "V1"}])
    assert sandbox.tracking(ids[0])["slug"] == "own-vans"
    assert sandbox.create("VAN0000002", slug="own-vans")["slug"] == "own-vans"
    sandbox.post("reset", {})
    assert couriers(sandbox) == before
    assert sandbox.refused("seed", {"key": "k", "trackings": [{"slug": "own-vans"}]})[0] == "unknown-courier"


def test_couriers_have_the_names_of_their_version(sandbox: Any) -> None:
    body = {"version": "2024-01", "couriers": [{"slug": "own-vans", "web_url": "https://vans.example/"}]}
    sandbox.post("seed", body, 201)
    assert couriers(sandbox, "2024-01", "")["own-vans"]["web_url"] == "https://vans.example/"


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ({"couriers": [{"name": "x"}]}, "wrong-value", "couriers[0].slug"),
        ({"couriers": [{"slug": "Own Vans"}]}, "wrong-value", "small letters"),
        ({"couriers": [{"slug": "a", "nam": "x"}]}, "unknown-field", "did you mean name?"),
        ({"couriers": [{"slug": "a", "name": 5}]}, "wrong-value", "couriers[0].name"),
        ({"couriers": ["a"]}, "wrong-type", "couriers"),
        ({"couriers": [{"slug": "a"}], "trackings": [{"slug": "b-b"}]}, "unknown-courier", "b-b"),
        ({"couriers": [{"slug": "a"}], "count": 1, "trackings": [{}]}, "nothing-to-do", "either"),
    ],
)
def test_couriers_that_cannot_be_are_refused_and_nothing_is_added(
    sandbox: Any, body: dict[str, Any], code: str, words: str
) -> None:
    before = couriers(sandbox)
    found, message = sandbox.refused("seed", {"key": "test-key", **body})
    assert found == code
    assert words in message
    assert couriers(sandbox) == before

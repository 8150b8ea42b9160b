"""A request is done as a whole or not at all: what fails while the response is written leaves nothing."""

from __future__ import annotations

from typing import Any

import pytest

import webhook_sender_support
from aftership_tracking.mock.documents.api import Api

CREDENTIALS = {"courier_slug": "fedex", "credentials": {"account": "1"}}


def everything(world: Any) -> tuple[Any, ...]:
    return (
        world.list_trackings("limit=200"),
        world.data("GET", "/courier-connections")["courier_connections"],
        [world.get(each["id"]) for each in world.list_trackings()],
    )


def requests(world: Any) -> dict[str, tuple[str, str, Any]]:
    """What changes something, by name: in the middle of a list of three, so that the order counts too."""
    ids = [each["id"] for each in world.list_trackings()]
    connection = world.data("GET", "/courier-connections")["courier_connections"][1]["id"]
    middle = f"/trackings/{ids[1]}"
    return {
        "create": ("POST", "/trackings", {"tracking_number": "PARCEL0009", "slug": "usps"}),
        "update": ("PUT", middle, {"note": "n", "slug": "fedex"}),
        "delete": ("DELETE", middle, None),
        "complete": ("POST", f"{middle}/mark-as-completed", {"reason": "LOST"}),
        "create connection": ("POST", "/courier-connections", CREDENTIALS),
        "update connection": ("PATCH", f"/courier-connections/{connection}", {"credentials": {"a": "2"}}),
        "delete connection": ("DELETE", f"/courier-connections/{connection}", None),
    }


@pytest.fixture
def full(world: Any) -> Any:
    world = world.in_version("2026-07")
    for index in range(3):
        world.create(f"PARCEL000{index}")
        world.data("POST", "/courier-connections", json=CREDENTIALS)
    return world


@pytest.mark.parametrize(
    "name",
    ["create", "update", "delete", "complete", "create connection", "update connection", "delete connection"],
)
def test_a_request_that_fails_leaves_nothing(full: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(full)
    method, path, body = requests(full)[name]
    parts = {} if body is None else {"json": body}

    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Api, "shape", fail)
        assert full.call(method, path, **parts).status == 500
    assert everything(full) == before
    assert full.call(method, path, **parts).status in (200, 201)
    assert everything(full) != before


def test_a_response_that_breaks_its_document_leaves_nothing(edited: Any, new_world: Any) -> None:
    def change(document: dict[str, Any]) -> None:
        document["components"]["schemas"]["Tracking"]["properties"]["note"] = {"type": "integer"}

    world = new_world(options={"documents": edited(change)})
    body = {"tracking": {"tracking_number": "PARCEL0001", "slug": "usps", "note": "n"}}
    assert world.call("POST", "/trackings", json=body).status == 500
    assert world.list_trackings() == []


def test_what_failed_sends_no_webhook(monkeypatch: pytest.MonkeyPatch) -> None:
    sender = webhook_sender_support.World()
    sender.add()

    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Api, "shape", fail)
        with pytest.raises(AssertionError):
            sender.create()
    sender.clock.advance(days=3)
    assert sender.sent == []
    sender.create()
    sender.clock.advance(days=3)
    assert sender.sent

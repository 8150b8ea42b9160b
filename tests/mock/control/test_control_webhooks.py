"""Webhooks over HTTP: URLs, what was sent, replay, chaos."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
import pytest

from aftership_tracking.mock.control.bodies import ChaosBody
from aftership_tracking.mock.control.durations import read_duration
from aftership_tracking.mock.webhooks.chaos import Chaos
from aftership_tracking.webhooks.sending.sender import Outgoing


@pytest.fixture
def sent(sandbox: Any) -> list[Outgoing]:
    found: list[Outgoing] = []

    def take(request: Outgoing) -> int:
        found.append(request)
        return 200 if "good" in request.url else 500

    sandbox.mock.webhooks.transport = take
    return found


def add(sandbox: Any, url: str = "http://127.0.0.1:8080/good", **more: Any) -> int:
    number: int = sandbox.post("webhooks", {"url": url, "secret": "s", **more}, 201)["id"]
    return number


def deliver(sandbox: Any, tag: str = "Delivered") -> str:
    """Let one event be sent, and return its id."""
    parcel = sandbox.create(f"PARCEL{len(sandbox.trackings()):04d}")
    sandbox.post(f"trackings/{parcel['id']}", {"tag": tag})
    event_id: str = sandbox.get(f"webhooks/deliveries?tag={tag}")["deliveries"][-1]["event_id"]
    return event_id


def test_urls_are_added_listed_and_removed(sandbox: Any, sent: list[Outgoing]) -> None:
    number = add(sandbox, version="2024-01", tags=["Delivered"], pending_after="1h", headers={"x-own": "v"})
    (shown,) = sandbox.get("webhooks")["webhooks"]
    assert (shown["id"], shown["version"], shown["tags"]) == (number, "2024-01", ["Delivered"])
    assert (shown["pending_after"], shown["headers"], shown["secret"]) == (3600.0, {"x-own": "***"}, "***")
    deliver(sandbox)
    assert len(sent) == 1
    assert sandbox.client.delete(f"/_mock/webhooks/{number}").json() == {"removed": 1}
    assert sandbox.client.delete(f"/_mock/webhooks/{number}").status_code == 404
    parcel = sandbox.create("PARCEL0009")
    sandbox.post(f"trackings/{parcel['id']}", {"tag": "Delivered"})
    assert len(sent) == 1


def test_the_log_of_attempts(sandbox: Any, sent: list[Outgoing]) -> None:
    add(sandbox), add(sandbox, "http://127.0.0.1:8080/bad")
    event_id = deliver(sandbox)
    found = sandbox.get(f"webhooks/deliveries?event_id={event_id}")
    assert [(each["webhook"], each["status"], each["outcome"]) for each in found["deliveries"]] == [
        (1, 200, "taken"),
        (2, 500, "again"),
    ]
    assert (found["count"], found["waiting"]) == (2, 1)
    assert sandbox.get("webhooks/deliveries?outcome=taken&event=tracking_update")["count"] == 1
    everything = sandbox.get("webhooks/deliveries")["count"]
    assert sandbox.get("webhooks/deliveries?event_id=&event=&tag=&outcome=")["count"] == everything > 0
    assert sandbox.client.get("/_mock/webhooks/deliveries?outcom=x").status_code == 400


def test_replay_sends_the_same_bytes(sandbox: Any, sent: list[Outgoing]) -> None:
    add(sandbox), add(sandbox, "http://127.0.0.1:8080/good-too")
    event_id = deliver(sandbox)
    assert sandbox.post("webhooks/replay", {"event_id": event_id}, 202) == {"sent": 2}
    assert sent[2:] == sent[:2]
    assert sandbox.post("webhooks/replay", {"event_id": event_id, "webhook": 2}, 202) == {"sent": 1}
    assert sent[4] == sent[1]
    kinds = [each["kind"] for each in sandbox.get("webhooks/deliveries")["deliveries"]]
    assert kinds == ["genuine"] * 2 + ["duplicate"] * 3
    assert sandbox.refused("webhooks/replay", {"event_id": "none"}, 404)[0] == "unknown-event"
    assert (
        sandbox.refused("webhooks/replay", {"event_id": event_id, "webhook": 9}, 404)[0] == "unknown-webhook"
    )


def test_chaos(sandbox: Any, sent: list[Outgoing]) -> None:
    add(sandbox)
    sandbox.post("webhooks/chaos", {"duplicates": 1})
    deliver(sandbox)
    assert len(sent) == 2
    assert sandbox.refused("webhooks/chaos", {"duplicates": 2})[0] == "wrong-value"
    sandbox.post("webhooks/chaos", {})
    deliver(sandbox)
    assert len(sent) == 3


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "http://127.0.0.1/"}, "missing-field"),
        ({"url": "ftp://x", "secret": "s"}, "wrong-value"),
        ({"url": "http://127.0.0.1/", "secret": "s", "version": "2020"}, "wrong-value"),
        ({"url": "http://127.0.0.1/", "secret": "s", "events": ["x"]}, "wrong-value"),
        ({"url": "http://127.0.0.1/", "secret": "s", "pending_after": "x"}, "not-a-duration"),
        ({"url": "http://127.0.0.1/", "secret": "s", "secrets": "x"}, "unknown-field"),
        ({"url": "http://127.0.0.1/", "secret": "s", "oauth": {"token_url": "x"}}, "missing-field"),
    ],
)
def test_a_url_that_cannot_work_is_refused(sandbox: Any, body: dict[str, Any], code: str) -> None:
    found, message = sandbox.refused("webhooks", body)
    assert (found, '"s"' in message) == (code, False)
    assert sandbox.get("webhooks") == {"webhooks": []}


def test_the_body_of_chaos_has_its_fields_and_defaults() -> None:
    fields = {each.name: each.default for each in msgspec.structs.fields(ChaosBody)}
    fields["held_back"] = read_duration(fields["held_back"], "held_back")
    assert fields == {each.name: each.default for each in dataclasses.fields(Chaos)}

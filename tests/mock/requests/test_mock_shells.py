"""The ASGI application and the transports: they give the same responses as the mock itself."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from aftership_tracking.mock.wire.message import MAX_BODY_BYTES

BASE = "https://api.aftership.com/tracking/2024-01"
KEY = {"as-api-key": "test-key"}
BODY = {"tracking": {"tracking_number": "A/B-1", "slug": "usps"}}


def scope(path: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(b"As-Api-Key", b"test-key")],
        **more,
    }


def converse(
    application: Any, scope: dict[str, Any], *messages: dict[str, Any]
) -> tuple[list[dict[str, Any]], int]:
    """Run one ASGI connection; return what was sent and how many messages were received."""
    sent: list[dict[str, Any]] = []
    waiting = list(messages)

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(application(scope, receive, send))
    return sent, len(messages) - len(waiting)


def complete_body(body: bytes = b"") -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": False}


def test_transport_for_a_client(world: Any) -> None:
    with httpx.Client(transport=world.mock.transport(), headers=KEY) as client:
        created = client.post(f"{BASE}/trackings", json=BODY)
        assert created.status_code == 201
        assert client.get(f"{BASE}/trackings/usps/A%2FB-1").json()["data"] == created.json()["data"]
        assert client.get(f"{BASE}/trackings", params={"slug": "usps,ups"}).json()["data"]["count"] == 1
        head = client.head(f"{BASE}/trackings")
        assert (head.status_code, head.content) == (405, b"")


def test_transport_for_an_async_client(world: Any) -> None:
    async def work() -> int:
        async with httpx.AsyncClient(transport=world.mock.async_transport(), headers=KEY) as client:
            responses = await asyncio.gather(*(client.post(f"{BASE}/trackings", json=BODY) for _ in range(5)))
            return sum(response.status_code == 201 for response in responses)

    assert asyncio.run(work()) == 1


@pytest.mark.parametrize("root_path", ["", "/sandbox"])
def test_asgi_through_httpx(world: Any, root_path: str) -> None:
    async def work() -> None:
        transport = httpx.ASGITransport(app=world.mock, root_path=root_path)
        async with httpx.AsyncClient(transport=transport, headers=KEY, base_url="http://mock") as client:
            prefix = f"{root_path}/tracking/2024-01"
            assert (await client.post(f"{prefix}/trackings", json=BODY)).status_code == 201
            found = await client.get(f"{prefix}/trackings/usps/A%2FB-1?fields=tag")
            assert found.json()["data"]["tracking"]["tracking_number"] == "A/B-1"
            assert (await client.get(f"{prefix}/trackings/%00")).json()["meta"]["code"] == 4004

    asyncio.run(work())


def test_asgi_joins_the_parts_of_a_body(world: Any) -> None:
    import json

    parts = [bytes([byte]) for byte in json.dumps(BODY).encode()]
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    sent, _ = converse(
        world.mock, scope("/tracking/2024-01/trackings", "POST"), *messages, {"type": "http.request"}
    )
    assert sent[0]["status"] == 201
    assert sent[1]["type"] == "http.response.body"


def test_asgi_stops_reading_a_body_that_is_too_large(world: Any) -> None:
    parts = [{"type": "http.request", "body": b" " * (MAX_BODY_BYTES // 2), "more_body": True}] * 100
    sent, taken = converse(world.mock, scope("/tracking/2024-01/trackings", "POST"), *parts)
    assert sent[0]["status"] == 400
    assert (b"connection", b"close") in sent[0]["headers"]
    # It drops what is more than its limit, because who is still sending reads no response, but not for ever.
    assert taken == 33


def test_asgi_gives_up_a_body_that_does_not_come(new_world: Any) -> None:
    world = new_world(options={"read_timeout": 0.01})
    headers = [(b"as-api-key", b"k"), (b"content-length", b"5")]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(world.mock(scope("/tracking/2025-07/trackings", "POST", headers=headers), receive, send))
    assert sent[0]["status"] == 408
    assert (b"as-api-version", b"2025-07") in sent[0]["headers"]
    assert (b"connection", b"close") in sent[0]["headers"]
    assert b'"code":408' in sent[1]["body"]
    with pytest.raises(ValueError, match="above 0"):
        new_world(options={"read_timeout": 0})


def test_headers_have_a_limit_together(world: Any) -> None:
    assert (
        world.call("GET", "/trackings", headers={f"x-{index}": "a" * 100 for index in range(300)}).status
        == 200
    )
    for headers in ({f"x-{index}": "a" * 100 for index in range(700)}, {"x": "a" * 70_000}):
        response = world.call("GET", "/trackings", headers=headers)
        assert (response.status, response.json["meta"]["code"]) == (431, 431)


def test_asgi_says_nothing_to_a_caller_who_went_away(world: Any) -> None:
    part = {"type": "http.request", "body": b"{", "more_body": True}
    sent, _ = converse(
        world.mock, scope("/tracking/2024-01/trackings", "POST"), part, {"type": "http.disconnect"}
    )
    assert sent == []
    assert len(world.mock.journal) == 0


def test_asgi_without_a_raw_path(world: Any) -> None:
    sent, _ = converse(world.mock, scope("/tracking/2024-01/trackings/ü x", root_path=""), complete_body())
    assert sent[0]["status"] == 404
    assert world.mock.journal[-1].path == "/tracking/2024-01/trackings/%C3%BC%20x"


def test_asgi_head_has_no_body(world: Any) -> None:
    sent, _ = converse(world.mock, scope("/tracking/2024-01/trackings", "HEAD"), complete_body())
    assert (sent[0]["status"], sent[1]["body"]) == (405, b"")


def test_asgi_headers_that_are_not_ascii(world: Any) -> None:
    headers = [(b"as-api-key", b"\xff\xfe"), (b"x-\xe9", b"\xe9")]
    sent, _ = converse(world.mock, scope("/tracking/2024-01/couriers", headers=headers), complete_body())
    assert sent[0]["status"] == 200


def test_asgi_lifespan(world: Any) -> None:
    sent, _ = converse(
        world.mock, {"type": "lifespan"}, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}
    )
    assert [message["type"] for message in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


def test_asgi_closes_websockets_and_refuses_the_unknown(world: Any) -> None:
    assert converse(world.mock, {"type": "websocket"})[0] == [{"type": "websocket.close", "code": 1008}]
    with pytest.raises(ValueError, match="carrier-pigeon"):
        converse(world.mock, {"type": "carrier-pigeon"})

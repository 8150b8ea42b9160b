"""`with_response`: status, headers, bytes and attempts of any call, without a second class per resource."""

from __future__ import annotations

import asyncio
import threading

import httpx
import pytest
import runtime_sample as sample

from aftership_tracking import CallResult
from aftership_tracking.errors import NotFoundError, UsageError

KEY = "asat_0123456789abcdef0123456789abcdef"


def test_result_holds_value_status_headers_bytes_and_attempts(service, make):
    service.fail(httpx.ConnectError("refused"))
    service.reply_parcel(status="new")
    client = make()
    result = client.with_response(client.parcels.get, "p1")
    assert result.value.id == "p1"
    assert result.status == 200
    assert result.headers["AS-Trace-Id"] == "0123456789abcdef0123456789abcdef"
    assert result.trace_id == "0123456789abcdef0123456789abcdef"
    assert result.body.startswith(b'{"meta"')
    first, second = result.attempts
    assert (first.error, first.why) == ("ConnectError", "ConnectError")
    assert (second.status, second.why) == (200, "the response is final")


def test_result_shows_no_body_and_no_header(service, make):
    service.reply_parcel(status="SECRET")
    client = make()
    result = client.with_response(client.parcels.get, "p1")
    assert "SECRET" not in repr(result)
    assert "SECRET" not in repr(result.exchanges)


def test_errors_are_raised_and_nothing_is_recorded_afterwards(service, make):
    service.reply({"meta": {"code": 4004, "message": "gone"}, "data": {}}, status=404)
    service.reply_parcel()
    service.reply_parcel()
    client = make()
    with pytest.raises(NotFoundError) as caught:
        client.with_response(client.parcels.get, "p1")
    assert [attempt.why for attempt in caught.value.attempts] == ["the response is final"]
    client.parcels.get("p1")
    assert len(client.with_response(client.parcels.get, "p1").exchanges) == 1


def test_threads_record_their_own_exchanges(service, make):
    service.respond = lambda request: httpx.Response(
        200, json=sample.envelope({"tracking": {"id": request.url.path.rsplit("/", 1)[1]}})
    )
    found: dict[str, CallResult[sample.Parcel]] = {}
    client = make(limiter=None)

    def get(name: str) -> None:
        for _ in range(20):
            found[name] = client.with_response(client.parcels.get, name)
            assert len(found[name].exchanges) == 1
            assert f'"{name}"'.encode() in found[name].body

    threads = [threading.Thread(target=get, args=(f"p{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: result.value.id for name, result in found.items()} == {f"p{n}": f"p{n}" for n in range(4)}


def test_tasks_record_their_own_exchanges(service):
    async def respond(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        name = request.url.path.rsplit("/", 1)[1]
        return httpx.Response(200, json=sample.envelope({"tracking": {"id": name}}))

    async def run() -> list[CallResult[sample.Parcel]]:
        given = httpx.AsyncClient(transport=httpx.MockTransport(respond))
        async with given, sample.AsyncSample(KEY, http_client=given, limiter=None) as client:
            return await asyncio.gather(
                *(client.with_response(client.parcels.get, f"p{number}") for number in range(5))
            )

    results = asyncio.run(run())
    assert [(result.value.id, len(result.exchanges)) for result in results] == [
        (f"p{number}", 1) for number in range(5)
    ]


def test_method_that_sends_nothing_by_itself_has_no_exchange_yet(make):
    client = make()
    result = client.with_response(lambda: iter(client.parcels.list, None))
    assert result.exchanges == ()
    with pytest.raises(UsageError, match="before it sent anything"):
        _ = result.status

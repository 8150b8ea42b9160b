"""Raw access: status, headers, bytes and attempts of any call, without another class for each resource."""

from __future__ import annotations

import asyncio
import threading

import httpx
import pytest
import runtime_sample as sample

from aftership_tracking import CallResult
from aftership_tracking.errors import NotFoundError, UsageError

KEY = "asat_0123456789abcdef0123456789abcdef"


def test_answer_holds_value_status_headers_bytes_and_attempts(service, make):
    service.fail(httpx.ConnectError("refused"))
    service.reply_parcel(status="new")
    client = make()
    answer = client.with_response(client.parcels.get, "p1")
    assert answer.value.id == "p1"
    assert answer.status == 200
    assert answer.headers["AS-Trace-Id"] == "0123456789abcdef0123456789abcdef"
    assert answer.trace_id == "0123456789abcdef0123456789abcdef"
    assert answer.body.startswith(b'{"meta"')
    first, second = answer.attempts
    assert (first.error, first.why) == ("ConnectError", "ConnectError")
    assert (second.status, second.why) == (200, "the answer is final")


def test_answer_shows_no_body_and_no_header(service, make):
    service.reply_parcel(status="SECRET")
    client = make()
    answer = client.with_response(client.parcels.get, "p1")
    assert "SECRET" not in repr(answer)
    assert "SECRET" not in repr(answer.exchanges)


def test_errors_come_through_and_nothing_is_noted_afterwards(service, make):
    service.reply({"meta": {"code": 4004, "message": "gone"}, "data": {}}, status=404)
    service.reply_parcel()
    service.reply_parcel()
    client = make()
    with pytest.raises(NotFoundError) as caught:
        client.with_response(client.parcels.get, "p1")
    assert [attempt.why for attempt in caught.value.history] == ["the answer is final"]
    client.parcels.get("p1")
    assert len(client.with_response(client.parcels.get, "p1").exchanges) == 1


def test_threads_note_their_own(service, make):
    service.answer = lambda request: httpx.Response(
        200, json=sample.envelope({"tracking": {"id": request.url.path.rsplit("/", 1)[1]}})
    )
    found: dict[str, CallResult[sample.Parcel]] = {}
    client = make(limiter=None)

    def ask(name: str) -> None:
        for _ in range(20):
            found[name] = client.with_response(client.parcels.get, name)
            assert len(found[name].exchanges) == 1
            assert f'"{name}"'.encode() in found[name].body

    threads = [threading.Thread(target=ask, args=(f"p{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: answer.value.id for name, answer in found.items()} == {f"p{n}": f"p{n}" for n in range(4)}


def test_tasks_note_their_own(service):
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

    answers = asyncio.run(run())
    assert [(answer.value.id, len(answer.exchanges)) for answer in answers] == [
        (f"p{number}", 1) for number in range(5)
    ]


def test_method_that_sends_nothing_by_itself_has_no_answer_yet(make):
    client = make()
    answer = client.with_response(lambda: iter(client.parcels.list, None))
    assert answer.exchanges == ()
    with pytest.raises(UsageError, match="before it sent anything"):
        _ = answer.status

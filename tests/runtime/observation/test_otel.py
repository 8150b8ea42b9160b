"""The hook of OpenTelemetry, seen by the exporter of its SDK."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from aftership_tracking.errors import ApiError, NotFoundError, TransportError
from aftership_tracking.otel import TracingHook

NUMBER = "1Z999AA10123456784"
KEY = "asat_0123456789abcdef0123456789abcdef"


class Tracing:
    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))

    def hook(self, **settings: Any) -> TracingHook:
        return TracingHook(self.provider, **settings)

    def spans(self) -> list[ReadableSpan]:
        return list(self.exporter.get_finished_spans())

    def calls(self) -> list[ReadableSpan]:
        return [span for span in self.spans() if span.kind is SpanKind.INTERNAL]

    def attempts(self) -> list[ReadableSpan]:
        return [span for span in self.spans() if span.kind is SpanKind.CLIENT]


@pytest.fixture
def tracing() -> Tracing:
    return Tracing()


def check_one_retry(tracing: Tracing) -> None:
    [call] = tracing.calls()
    first, second = tracing.attempts()
    assert call.name == "get-parcel"
    assert first.name == second.name == "GET /tracking/2024-01/trackings/{id}"
    assert first.parent is not None
    assert first.parent.span_id == second.parent.span_id == call.context.span_id  # type: ignore[union-attr]
    common = {
        "aftership.operation": "get-parcel",
        "aftership.api_version": "2024-01",
        "http.request.method": "GET",
        "server.address": "api.aftership.com",
        "server.port": 443,
        "url.scheme": "https",
        "url.template": "/tracking/2024-01/trackings/{id}",
        "url.full": "https://api.aftership.com/tracking/2024-01/trackings/REDACTED",
        "aftership.trace_id": "0123456789abcdef0123456789abcdef",
    }
    assert dict(first.attributes or {}) == {
        **common,
        "http.response.status_code": 503,
        "error.type": "503",
        "aftership.retry.wait": 0.25,
        "aftership.retry.reason": "status 503",
    }
    assert first.status.status_code is StatusCode.ERROR
    assert dict(second.attributes or {}) == {
        **common,
        "http.response.status_code": 200,
        "http.request.resend_count": 1,
    }
    assert second.status.status_code is StatusCode.UNSET
    assert dict(call.attributes or {}) == {
        "aftership.operation": "get-parcel",
        "aftership.api_version": "2024-01",
        "aftership.attempts": 2,
    }
    assert call.status.status_code is StatusCode.UNSET


def test_a_retry_is_a_second_span(service, make, tracing):
    service.reply({}, 503)
    service.reply_parcel()
    make(hooks=[tracing.hook()]).parcels.get(NUMBER)
    check_one_retry(tracing)


def test_a_retry_is_a_second_span_async(service, make_async, tracing):
    service.reply({}, 503)
    service.reply_parcel()
    asyncio.run(make_async(hooks=[tracing.hook()]).parcels.get(NUMBER))
    check_one_retry(tracing)


def test_a_call_is_below_the_span_of_the_caller(service, make, tracing):
    service.reply_parcel()
    tracer = tracing.provider.get_tracer("test")
    with tracer.start_as_current_span("outer") as outer:
        make(hooks=[tracing.hook()]).parcels.get("p1")
    [call] = [span for span in tracing.calls() if span.name == "get-parcel"]
    assert call.parent is not None
    assert call.parent.span_id == outer.get_span_context().span_id


def test_an_error_response(service, make, tracing):
    service.reply({"meta": {"code": 4004, "message": f"{NUMBER} does not exist"}}, 404)
    with pytest.raises(NotFoundError):
        make(hooks=[tracing.hook()]).parcels.get(NUMBER)
    for span in tracing.spans():
        assert span.attributes is not None
        assert span.attributes["error.type"] == "404"
        assert span.status.status_code is StatusCode.ERROR
        assert span.status.description is None


def test_no_response(service, make, tracing):
    service.fail(httpx.ConnectError("nobody listens"))
    with pytest.raises(TransportError):
        make(hooks=[tracing.hook()], max_retries=0, base_url="http://127.0.0.1:4010/proxy").parcels.get("p1")
    [attempt], [call] = tracing.attempts(), tracing.calls()
    assert attempt.attributes is not None
    assert attempt.attributes["error.type"] == "aftership_tracking.errors.ConnectError"
    assert "http.response.status_code" not in attempt.attributes
    assert (attempt.attributes["server.address"], attempt.attributes["server.port"]) == ("127.0.0.1", 4010)
    assert attempt.attributes["url.template"] == "/proxy/tracking/2024-01/trackings/{id}"
    assert call.attributes is not None
    assert call.attributes["error.type"] == "aftership_tracking.errors.ConnectError"


def test_an_interrupted_call_leaves_no_span_open(service, make_async, tracing):
    begun, hook = asyncio.Event(), tracing.hook()

    async def wait(request: httpx.Request) -> httpx.Response:
        begun.set()
        await asyncio.sleep(60)
        raise AssertionError

    async def run() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(wait)) as http:
            task = asyncio.ensure_future(make_async(hooks=[hook], http_client=http).parcels.get("p1"))
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(run())
    assert [span.attributes["error.type"] for span in tracing.spans() if span.attributes] == [
        "asyncio.exceptions.CancelledError"
    ] * 2
    assert hook._calls == hook._attempts == {}


def test_calls_at_the_same_time_are_distinguished_by_their_record(service, make_async, tracing):
    service.respond = lambda _: httpx.Response(
        200, json={"meta": {"code": 200}, "data": {"tracking": {"id": "p"}}}
    )

    async def run() -> None:
        client = make_async(hooks=[tracing.hook()], limiter=None)
        await asyncio.gather(*(client.parcels.get(f"p{number}") for number in range(20)))

    asyncio.run(run())
    calls = {span.context.span_id for span in tracing.calls()}
    assert len(calls) == 20
    assert {span.parent.span_id for span in tracing.attempts() if span.parent} == calls


def test_the_trace_is_continued_in_the_service_only_on_request(service, make, tracing):
    service.reply({}, 503)
    for _ in range(2):
        service.reply_parcel()
    make(hooks=[tracing.hook(propagate=True)]).parcels.get("p1")
    sent = [request.headers["traceparent"] for request in service.requests]
    assert sent == [
        f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-{span.context.trace_flags:02x}"
        for span in tracing.attempts()
    ]
    make(hooks=[tracing.hook()]).parcels.get("p1")
    assert "traceparent" not in service.requests[-1].headers


def test_spans_hold_no_key_id_number_query_or_body(service, make, tracing):
    service.reply_parcel(tracking_number=NUMBER)
    service.reply({"meta": {"code": 4003, "message": NUMBER}}, 400)
    client = make(hooks=[tracing.hook()], max_retries=0)
    client.parcels.get(NUMBER)
    with pytest.raises(ApiError):
        client.parcels.get(NUMBER)
    everything = "".join(span.to_json() for span in tracing.spans())
    assert json.loads(tracing.spans()[0].to_json())["name"]
    for hidden in (NUMBER, KEY, "as-api-key"):
        assert hidden not in everything

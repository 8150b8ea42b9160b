"""Spans of OpenTelemetry for calls and attempts. It needs the extra `otel`.

    from aftership_tracking import AfterShip
    from aftership_tracking.otel import TracingHook

    client = AfterShip(hooks=[TracingHook()])

A call is an internal span with the id of its operation as name. Below it is one client span for each attempt,
by the stable HTTP conventions of OpenTelemetry: a retry is a second span, with `http.request.resend_count`.
No span holds a key, a header, a body, a query, an id or a tracking number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aftership_tracking.hooks import (
    AttemptEnded,
    AttemptStarted,
    Call,
    CallEnded,
    CallStarted,
    Event,
    Response,
)

try:
    from opentelemetry import context, trace
    from opentelemetry.trace import Span, SpanKind, Status, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
except ImportError as error:
    raise ImportError(
        "aftership_tracking.otel needs the extra `otel`: pip install 'aftership-tracking-client[otel]'"
    ) from error

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider

__all__ = ["TracingHook"]

_DEFAULT_PORTS = {"https": 443, "http": 80}


class TracingHook:
    """A hook that records spans. One may serve many clients, sync and async, in threads and in tasks.

    `tracer_provider`: where spans go; None for the global provider.
    `propagate`: whether each attempt carries the header `traceparent`. Off by default: the header goes to
    AfterShip, which is a third party.
    """

    def __init__(self, tracer_provider: TracerProvider | None = None, *, propagate: bool = False) -> None:
        self._tracer = trace.get_tracer("aftership_tracking", tracer_provider=tracer_provider)
        self._propagates = propagate
        self._calls: dict[Call, Span] = {}
        self._attempts: dict[Call, Span] = {}

    def __call__(self, event: Event, /) -> None:
        """Begin or end a span."""
        match event:
            case CallStarted():
                self._calls[event.call] = self._tracer.start_span(
                    event.call.operation, kind=SpanKind.INTERNAL, attributes=_describe_call(event.call)
                )
            case AttemptStarted():
                self._begin_attempt(event.call, event.attempt)
            case AttemptEnded():
                self._end_attempt(event)
            case CallEnded():
                self._end_call(event)

    def request_headers(self, call: Call, attempt: int) -> Mapping[str, str]:
        """Return the headers that continue the trace in the service; none unless `propagate` is set."""
        if not self._propagates:
            return {}
        headers: dict[str, str] = {}
        # The span of the attempt begins a little earlier than the request is sent: the header names it.
        span = self._begin_attempt(call, attempt)
        TraceContextTextMapPropagator().inject(headers, trace.set_span_in_context(span))
        return headers

    def _begin_attempt(self, call: Call, attempt: int) -> Span:
        begun = self._attempts.get(call)
        if begun is not None:
            return begun
        parent = self._calls.get(call)
        span = self._tracer.start_span(
            f"{call.method} {call.path_template}",
            context=context.get_current() if parent is None else trace.set_span_in_context(parent),
            kind=SpanKind.CLIENT,
            attributes=_describe_call(call) | _describe_attempt(call, attempt),
        )
        self._attempts[call] = span
        return span

    def _end_attempt(self, event: AttemptEnded) -> None:
        span = self._attempts.pop(event.call, None)
        if span is None:
            return
        outcome, decision = event.outcome, event.decision
        if isinstance(outcome, Response):
            span.set_attribute("http.response.status_code", outcome.status)
            trace_id = outcome.headers.get("as-trace-id")
            if trace_id is not None:
                span.set_attribute("aftership.trace_id", trace_id)
            if outcome.status >= 400:
                _mark_failed(span, str(outcome.status))
        else:
            _mark_failed(span, _name_of(outcome))
        if decision.again:
            span.set_attribute("aftership.retry.wait", decision.after)
            span.set_attribute("aftership.retry.reason", decision.why)
        span.end()

    def _end_call(self, event: CallEnded) -> None:
        # An attempt that was interrupted has no end of its own.
        attempt = self._attempts.pop(event.call, None)
        if attempt is not None:
            _mark_failed(attempt, "interrupted" if event.error is None else _name_of(event.error))
            attempt.end()
        span = self._calls.pop(event.call, None)
        if span is None:
            return
        span.set_attribute("aftership.attempts", event.attempt_count)
        if event.error is not None:
            _mark_failed(span, _name_of(event.error))
        elif event.status is not None and event.status >= 400:
            _mark_failed(span, str(event.status))
        span.end()


def _describe_call(call: Call) -> dict[str, str | int]:
    return {"aftership.operation": call.operation, "aftership.api_version": call.api_version}


def _describe_attempt(call: Call, attempt: int) -> dict[str, str | int]:
    parts = urlsplit(call.base_url)
    attributes: dict[str, str | int] = {
        "http.request.method": call.method,
        "server.address": parts.hostname or "",
        "server.port": parts.port or _DEFAULT_PORTS[parts.scheme],
        "url.scheme": parts.scheme,
        "url.template": f"{parts.path}{call.path_template}",
        # Required by the conventions, which also ask to scrub what is sensitive: every parameter of the path
        # and the query, since they hold ids, tracking numbers and addresses.
        "url.full": f"{call.base_url}{_scrub(call.path_template)}",
    }
    if attempt > 1:
        attributes["http.request.resend_count"] = attempt - 1
    return attributes


def _scrub(path_template: str) -> str:
    return "/".join(
        "REDACTED" if segment.startswith("{") else segment for segment in path_template.split("/")
    )


def _mark_failed(span: Span, error_type: str) -> None:
    # No description: messages of errors name paths, and paths hold ids.
    span.set_attribute("error.type", error_type)
    span.set_status(Status(StatusCode.ERROR))


def _name_of(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"

"""Writes body and headers of the response, and the journal."""

from __future__ import annotations

from dataclasses import replace

from aftership_tracking.mock.clock import Clock
from aftership_tracking.mock.documents.deprecation import OPERATION
from aftership_tracking.mock.error_codes import SERVER_ERROR
from aftership_tracking.mock.exchange import Allowance, Exchange
from aftership_tracking.mock.pipeline.journal import Journal, Record, mask_key
from aftership_tracking.mock.pipeline.limits import RequestCounts
from aftership_tracking.mock.refusal import Refusal, refuse
from aftership_tracking.mock.wire.json_body import write_json
from aftership_tracking.mock.wire.message import MockResponse

HINT = "as-mock-hint"
# HTTP forbids a content-length with this status.
NO_CONTENT = 204
TOO_MANY = 429


class Finish:
    """The last handler. Unlike the others it returns something: the response."""

    def __init__(self, counts: RequestCounts, clock: Clock, journal: Journal) -> None:
        self._counts = counts
        self._clock = clock
        self._journal = journal

    def __call__(self, exchange: Exchange) -> MockResponse:
        exchange.hint = _with_deprecations(exchange)
        headers = self._headers(exchange)
        missing = _missing_headers(exchange, headers)
        if missing:
            hint = f"response: the document requires the header {missing[0]}"
            refuse(exchange, Refusal((SERVER_ERROR,), hint))
            headers = self._headers(exchange)
        body = _write_body(exchange)
        if exchange.status != NO_CONTENT:
            headers["content-length"] = str(len(body))
        self._journal.add(
            Record(
                at=self._clock.now(),
                method=exchange.request.method,
                path=exchange.request.path.decode("ascii", "replace"),
                version=exchange.api.version,
                operation_id=exchange.operation.id if exchange.operation else None,
                api_key=mask_key(exchange.api_key),
                status=exchange.status,
                code=exchange.code,
                hint=exchange.hint,
                trace_id=exchange.trace_id,
            )
        )
        return MockResponse(exchange.status, headers, body)

    def _headers(self, exchange: Exchange) -> dict[str, str]:
        allowance = exchange.allowance or self._full_allowance(exchange)
        if exchange.status == TOO_MANY:
            # Also a planned one: a client reads how long it has to wait from these headers.
            allowance = replace(allowance, remaining=0)
        headers = {
            **({} if exchange.content is None else {"content-type": exchange.content.header}),
            "as-api-version": exchange.api.version,
            "x-ratelimit-limit": str(allowance.limit),
            "x-ratelimit-remaining": str(allowance.remaining),
            "x-ratelimit-reset": str(allowance.reset),
            "as-trace-id": exchange.trace_id,
            **exchange.headers,
        }
        if exchange.hint is not None:
            headers[HINT] = exchange.hint.encode("ascii", "backslashreplace").decode("ascii")
        return headers

    def _full_allowance(self, exchange: Exchange) -> Allowance:
        operation = exchange.operation or exchange.api.operations[0]
        return self._counts.full(operation.limit, self._clock.wall())


def _with_deprecations(exchange: Exchange) -> str | None:
    """Return the hint, with what the request used and the document calls deprecated."""
    deprecated = exchange.operation.deprecated if exchange.operation else {}
    if not deprecated:
        return exchange.hint
    fields = exchange.body if isinstance(exchange.body, dict) else {}
    used = [OPERATION, *(f"query {name}" for name in exchange.query), *(f"body {name}" for name in fields)]
    found = [f"{name}: {deprecated[name]}" for name in used if name in deprecated]
    return "; ".join([*([exchange.hint] if exchange.hint else []), *found]) or None


def _write_body(exchange: Exchange) -> bytes:
    """Write what the response holds as its content says."""
    value, content = exchange.envelope, exchange.content
    if content is None:
        return b""
    if content.kind == "json":
        return write_json(value)
    return value if isinstance(value, bytes) else str(value).encode()


def _missing_headers(exchange: Exchange, headers: dict[str, str]) -> list[str]:
    response = exchange.operation.response_for(exchange.status) if exchange.operation else None
    if response is None:
        return []
    return sorted(response.required_headers - headers.keys())

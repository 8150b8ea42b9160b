"""Writes body and headers of the response, and the journal."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from typing import Any

from aftership_tracking.mock.clock import Clock
from aftership_tracking.mock.documents.checked import CheckedEnvelope, CheckedList, fill, with_written
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.pointers import look_up
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.documents.small_value import small_value
from aftership_tracking.mock.exchange import Allowance, Exchange
from aftership_tracking.mock.hints.hint import Hint, as_header, write_hints
from aftership_tracking.mock.pipeline.journal import Journal, Record
from aftership_tracking.mock.pipeline.limits import RequestCounts
from aftership_tracking.mock.pipeline.masking import mask_key
from aftership_tracking.mock.wire.json_body import write_json
from aftership_tracking.mock.wire.message import MockRequest, MockResponse

HINT = "as-mock-hint"
BODY_HINTS = "mock_hints"
"""The key of the hints in the body, where a caller wants them there."""
# HTTP forbids a content-length with this status.
NO_CONTENT = 204
TOO_MANY = 429
# What `aftership mock` prints: one record for each request with a hint.
_logger = logging.getLogger("aftership_tracking.mock.hints")


class Finish:
    """The last handler. Unlike the others it returns something: the response.

    Args:
        hints_in_body: write the hints into JSON bodies too, under a key that no document declares.
    """

    def __init__(
        self, counts: RequestCounts, clock: Clock, journal: Journal, *, hints_in_body: bool = False
    ) -> None:
        self._hints_in_body = hints_in_body
        self._counts = counts
        self._clock = clock
        self._journal = journal

    def __call__(self, exchange: Exchange) -> MockResponse:
        headers = self._headers(exchange)
        for name in _missing_headers(exchange, headers):
            headers[name] = _documented_header(exchange, name)
        if self._hints_in_body:
            _add_hints(exchange)
        body = _write_body(exchange)
        if exchange.status != NO_CONTENT:
            headers["content-length"] = str(len(body))
        response = MockResponse(exchange.status, headers, body)
        if exchange.fault is not None:
            response = _spoil(exchange, response)
        size = len(exchange.arrived.body) + len(response.body)
        self._journal.append(self._record(exchange, response), exchange.api_key, size)
        if exchange.hints:
            _log(exchange)
        return response

    def _record(self, exchange: Exchange, response: MockResponse) -> Callable[..., Record]:
        """Return what writes the record, with all that may change after the response."""
        return partial(
            _write_record,
            exchange.now or self._clock.now(),
            exchange.wall or self._clock.wall(),
            time.perf_counter() - exchange.begun + response.delay,
            exchange.arrived,
            response,
            exchange.api.version,
            exchange.operation,
            exchange.api_key,
            exchange.status,
            exchange.code,
            exchange.trace_id,
            tuple(exchange.hints),
            exchange.fault.rule if exchange.fault else None,
        )

    def _headers(self, exchange: Exchange) -> dict[str, str]:
        allowance = exchange.allowance or self._full_allowance(exchange)
        if exchange.status == TOO_MANY:
            # Also a planned one: a client reads how long it has to wait from these headers.
            allowance = allowance._replace(remaining=0)
        headers = {
            **({} if exchange.content is None else {"content-type": exchange.content.header}),
            "as-api-version": exchange.api.version,
            "x-ratelimit-limit": str(allowance.limit),
            "x-ratelimit-remaining": str(allowance.remaining),
            "x-ratelimit-reset": str(allowance.reset),
            "as-trace-id": exchange.trace_id,
            **exchange.headers,
        }
        if exchange.hints:
            headers[HINT] = as_header(exchange.hint or "")
        if exchange.legacy_request is not None:
            # Its API has no versions.
            del headers["as-api-version"]
        return headers

    def _full_allowance(self, exchange: Exchange) -> Allowance:
        operation = exchange.operation or exchange.api.operations[0]
        return self._counts.full(operation.limit, self._clock.wall())


def _write_record(
    at: datetime,
    real_at: datetime,
    seconds: float,
    request: MockRequest,
    response: MockResponse,
    version: str,
    operation: ApiOperation | None,
    api_key: str | None,
    status: int,
    code: int,
    trace_id: str,
    hints: tuple[Hint, ...],
    rule: int | None,
    *,
    number: int,
    caller: str | None,
) -> Record:
    return Record(
        at=at,
        method=request.method,
        path=request.path.decode("ascii", "replace"),
        version=version,
        operation_id=operation.id if operation else None,
        api_key=mask_key(api_key),
        status=status,
        code=code,
        hint=write_hints(hints),
        trace_id=trace_id,
        hints=hints,
        operation=f"{operation.resource}.{operation.action}" if operation else None,
        rule=rule,
        caller=caller,
        number=number,
        real_at=real_at,
        seconds=seconds,
        _request=request,
        _response=response,
    )


def _add_hints(exchange: Exchange) -> None:
    if exchange.hints and exchange.content is not None and isinstance(exchange.envelope, dict):
        exchange.envelope = {**exchange.envelope, BODY_HINTS: [asdict(hint) for hint in exchange.hints]}


def _log(exchange: Exchange) -> None:
    template = exchange.operation.template if exchange.operation else "an unknown path"
    for hint in exchange.hints:
        _logger.info(
            "%d %s %s: %s",
            exchange.status,
            exchange.arrived.method,
            f"{exchange.api.version} {template}",
            as_header(str(hint)),
            extra={"aftership_hint": hint.id},
        )


def _spoil(exchange: Exchange, response: MockResponse) -> MockResponse:
    """Do to a response what a planned fault says."""
    if exchange.fault is None:
        return response
    changed, hint = exchange.fault.change(response)
    if hint is None:
        return changed
    # It does not say any more that the response is spoiled.
    exchange.hints = [each for each in exchange.hints if each.id != "fault"]
    exchange.hint = hint
    return replace(changed, headers={**changed.headers, HINT: as_header(exchange.hint or "")})


def _write_body(exchange: Exchange) -> bytes:
    """Write what the response holds as its content says."""
    value, content = exchange.envelope, exchange.content
    if content is None:
        return b""
    if value.__class__ is CheckedEnvelope:
        if value.written is None:
            value.written = _write_json(dict(value))
        return value.written
    if content.kind == "json":
        return _write_json(value)
    return value if isinstance(value, bytes) else str(value).encode()


def _write_json(value: Any) -> bytes:
    lists: list[CheckedList] = []
    frame = write_json(with_written(value, lists))
    return fill(frame, lists) if lists else frame


def _missing_headers(exchange: Exchange, headers: dict[str, str]) -> list[str]:
    response = exchange.operation.response_for(exchange.status) if exchange.operation else None
    if response is None or exchange.legacy_request is not None:
        return []
    required = response.required_headers
    return [] if required <= headers.keys() else sorted(required - headers.keys())


def _documented_header(exchange: Exchange, name: str) -> str:
    """The value of a required header that the mock has no code for: its example, or one that fits."""
    document = exchange.api.document
    response = exchange.operation.response_for(exchange.status) if exchange.operation else None
    schema = "" if response is None else response.headers[name]
    header = look_up(document, schema.removesuffix("/schema"))
    if "example" in header:
        value = header["example"]
    else:
        value = next(
            (each["value"] for each in header.get("examples", {}).values() if "value" in each),
            None,
        )
        value = small_value(SchemaNode(document, schema)) if value is None else value
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)

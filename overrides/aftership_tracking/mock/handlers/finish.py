"""Writes body and headers of the answer, and the journal."""

from __future__ import annotations

from aftership_tracking.mock.body import write_json
from aftership_tracking.mock.clock import Clock
from aftership_tracking.mock.envelope import refuse
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.journal import Journal, Record, masked
from aftership_tracking.mock.limits import Allowance, Limits
from aftership_tracking.mock.message import MockResponse
from aftership_tracking.mock.refusal import Refusal

HINT = "as-mock-hint"


class Finish:
    """The last handler. Unlike the others it gives the answer back."""

    def __init__(self, limits: Limits, clock: Clock, journal: Journal) -> None:
        self._limits = limits
        self._clock = clock
        self._journal = journal

    def __call__(self, exchange: Exchange) -> MockResponse:
        headers = self._headers(exchange)
        missing = _missing_headers(exchange, headers)
        if missing:
            refuse(exchange, Refusal((500,), f"answer: the document requires the header {missing[0]}"))
            headers = self._headers(exchange)
        body = write_json(exchange.envelope)
        headers["content-length"] = str(len(body))
        self._journal.add(
            Record(
                at=self._clock.now(),
                method=exchange.request.method,
                path=exchange.request.path.decode("ascii", "replace"),
                version=exchange.api.version,
                operation_id=exchange.operation.id if exchange.operation else None,
                api_key=masked(exchange.api_key),
                status=exchange.status,
                code=exchange.code,
                hint=exchange.hint,
                trace_id=exchange.trace_id,
            )
        )
        return MockResponse(exchange.status, headers, body)

    def _headers(self, exchange: Exchange) -> dict[str, str]:
        allowance = exchange.allowance or self._unused(exchange)
        headers = {
            "content-type": "application/json",
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

    def _unused(self, exchange: Exchange) -> Allowance:
        operation = exchange.operation or exchange.api.operations[0]
        return self._limits.untouched(operation.limit, self._clock.wall())


def _missing_headers(exchange: Exchange, headers: dict[str, str]) -> list[str]:
    answer = exchange.operation.answer_for(exchange.status) if exchange.operation else None
    if answer is None:
        return []
    return sorted(answer.required_headers - headers.keys())

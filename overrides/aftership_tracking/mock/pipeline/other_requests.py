"""Records requests that no handler of the API sees: for a token, of a browser, for a host of another name."""

from __future__ import annotations

import time
from collections.abc import Callable

from aftership_tracking.mock.clock import Clock
from aftership_tracking.mock.pipeline.journal import Journal, Record, RecordKind
from aftership_tracking.mock.wire.message import MockRequest, MockResponse

_HINT = "as-mock-hint"


class OtherRequests:
    """Responds to a request by a function, and adds both to the journal."""

    def __init__(self, clock: Clock, journal: Journal) -> None:
        self._clock = clock
        self._journal = journal

    def __call__(
        self, kind: RecordKind, request: MockRequest, respond: Callable[[], MockResponse]
    ) -> MockResponse:
        begun = time.perf_counter()
        response = respond()
        record = Record(
            at=self._clock.now(),
            method=request.method,
            path=request.path.decode("ascii", "replace"),
            version="",
            operation_id=None,
            api_key=None,
            status=response.status,
            code=0,
            hint=response.headers.get(_HINT),
            trace_id="",
            real_at=self._clock.wall(),
            kind=kind,
            seconds=time.perf_counter() - begun,
            _request=request,
            _response=response,
        )
        self._journal.add(record)
        return response

"""The journal of requests: one frozen record each, the newest last. The oldest are dropped."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Literal

from aftership_tracking.mock.clock import Clock
from aftership_tracking.mock.hints.hint import Hint
from aftership_tracking.mock.pipeline.masking import FORM, mask_body, mask_headers, mask_key, mask_query
from aftership_tracking.mock.wire.message import Drop, MockRequest, MockResponse

__all__ = ["CAPACITY", "Journal", "OtherRequests", "Record", "RecordKind", "mask_key"]

CAPACITY = 1000
MOST_BYTES = 16 * 1024 * 1024
"""Of all bodies together, as they came."""
_MOST_CALLERS = 10_000

RecordKind = Literal["api", "token", "preflight", "refused-host"]
"""What a request was for: a call of the API, an access token, the question of a browser whether it may call,
or a mock of another name."""
_HINT_HEADER = "as-mock-hint"
_BESIDE_THE_API = ("token", "preflight")

_NO_REQUEST = MockRequest("", b"")
_NO_RESPONSE = MockResponse(0, {}, b"")


@dataclass(frozen=True, slots=True)
class Record:
    """One request and its response. Keys, signatures and credentials are masked; the repr shows no values.

    Attributes:
        at: when it came, by the clock of the mock.
        method: the HTTP method.
        path: the path as it was sent, without the query.
        version: the API version that it was for.
        operation_id: the id of the operation; None if no operation has the path.
        api_key: the key, masked; None if it had none.
        status: the HTTP status of the response.
        code: `meta.code` of the response.
        hint: what the mock says about the request; None if there is nothing to say.
        trace_id: `as-trace-id` of the response.
        operation: the name that is the same in all versions, such as `trackings.list`.
        rule: the number of the fault that fired.
        caller: which key it was, without the key: `key-1` is the first one that came.
        number: counts the requests since the last reset, from 1.
        real_at: by the clock of the machine.
        kind: what the request was for.
        seconds: what the mock took, with the delay of a fault.
    """

    at: datetime
    method: str
    path: str
    version: str
    operation_id: str | None
    api_key: str | None
    status: int
    code: int
    hint: str | None
    trace_id: str
    hints: tuple[Hint, ...] = ()
    """What `hint` says, as records."""
    operation: str | None = None
    rule: int | None = None
    caller: str | None = None
    number: int = 0
    real_at: datetime | None = None
    kind: RecordKind = "api"
    seconds: float = 0.0
    # Masked when they are read, and not before: most records are never read.
    _request: MockRequest = field(default=_NO_REQUEST, repr=False)
    _response: MockResponse = field(default=_NO_RESPONSE, repr=False)

    @property
    def query(self) -> str:
        """As it was sent, still encoded."""
        return mask_query(self._request.query)

    @property
    def headers(self) -> dict[str, str]:
        """Those of the request, the names in lower case."""
        return mask_headers(self._request.headers)

    @property
    def body(self) -> Any:
        """The JSON value of the request, or else its text; None for no body."""
        # Many programs ask for a token without saying that they send a form.
        is_form = self.kind == "token"
        return mask_body(
            self._request.body, FORM if is_form else self._request.headers.get("content-type", "")
        )

    @property
    def response_headers(self) -> dict[str, str]:
        """Those of the response, the names in lower case."""
        return mask_headers(self._response.headers)

    @property
    def response_body(self) -> Any:
        """What was sent, also if a fault spoiled it."""
        return mask_body(self._response.body)

    @property
    def is_call(self) -> bool:
        """Whether a program meant to call the API. Clients and browsers send other requests by themselves."""
        return self.kind not in _BESIDE_THE_API

    @property
    def delay(self) -> float:
        """Seconds that a fault held the response back."""
        return self._response.delay

    @property
    def drop(self) -> Drop | None:
        """When a fault closed the connection."""
        return self._response.drop

    @property
    def body_size(self) -> int:
        """Bytes of the body of the request, as it came."""
        return len(self._request.body)

    @property
    def size(self) -> int:
        """Bytes of both bodies."""
        return len(self._request.body) + len(self._response.body)


class _Entry:
    """A request in the journal. Its record is written when somebody looks: most are never looked at."""

    __slots__ = ("_record", "_write", "caller", "number", "size")

    def __init__(self, write: Callable[..., Record], number: int, caller: str | None, size: int) -> None:
        self._write = write
        self._record: Record | None = None
        self.number = number
        self.caller = caller
        self.size = size

    @property
    def record(self) -> Record:
        if self._record is None:
            # Two threads may write it once each; both records are equal.
            self._record = self._write(number=self.number, caller=self.caller)
        return self._record


class Journal:
    """A bounded list of records.

    Args:
        capacity: how many records at most; the oldest ones go first.
        most_bytes: how many bytes of bodies at most; the newest record always stays.
    """

    def __init__(self, capacity: int = CAPACITY, most_bytes: int = MOST_BYTES) -> None:
        self._capacity = capacity
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._entries: deque[_Entry] = deque()
        self.clear()

    def add(self, record: Record, key: str | None = None) -> None:
        """Append a record, with its number and the name of its caller. `key` is the whole key of it."""
        self.append(partial(replace, record), key, record.size)

    def append(self, write: Callable[..., Record], key: str | None, size: int) -> None:
        """Append a record that is written when somebody looks.

        Args:
            write: returns it, given its `number` and the name of its `caller`. It knows all the rest, which
                must not change any more.
            key: the whole key of the caller.
            size: the bytes of both bodies.
        """
        with self._lock:
            self._last += 1
            entries = self._entries
            entries.append(_Entry(write, self._last, self._name(key), size))
            self._bytes += size
            while len(entries) > self._capacity or (self._bytes > self._most_bytes and len(entries) > 1):
                self._bytes -= entries.popleft().size

    def forget(self, key: str) -> None:
        """Remove the records of one key. Other records keep their numbers."""
        with self._lock:
            caller = self._callers.get(key)
            if caller is None:
                return
            before = len(self._entries)
            self._entries = deque(entry for entry in self._entries if entry.caller != caller)
            self._bytes = sum(entry.size for entry in self._entries)
            self._forgotten += before - len(self._entries)

    def clear(self) -> None:
        """Remove all records; the numbers begin at 1 again."""
        with self._lock:
            self._entries.clear()
            self._forgotten = 0
            self._callers: dict[str, str] = {}
            self._last = 0
            self._bytes = 0

    @property
    def dropped(self) -> int:
        """How many of the oldest records are gone."""
        return self._last - self._forgotten - len(self._entries)

    def name_of(self, key: str) -> str | None:
        """The name that the records have for a key; None if it never came."""
        return self._callers.get(key)

    def find(
        self,
        *,
        operation: str | None = None,
        key: str | None = None,
        status: int | None = None,
        since: datetime | int | None = None,
    ) -> list[Record]:
        """Return the records that fit, the oldest first.

        Args:
            operation: an operationId, or a name such as `trackings.list`.
            key: an API key, or the name that the journal has for it.
            since: from this time of the mock's clock on; or the records after that number.
        """
        caller = None if key is None else self._callers.get(key, key)
        return [
            record
            for record in self
            if operation in (None, record.operation_id, record.operation)
            and caller in (None, record.caller)
            and status in (None, record.status)
            and (since is None or _is_since(record, since))
        ]

    def _name(self, key: str | None) -> str | None:
        if key is None:
            return None
        name = self._callers.get(key)
        if name is None:
            if len(self._callers) >= _MOST_CALLERS:
                return "another key"
            name = self._callers[key] = f"key-{len(self._callers) + 1}"
        return name

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Record]:
        with self._lock:
            entries = tuple(self._entries)
        return (entry.record for entry in entries)

    def __getitem__(self, index: int) -> Record:
        return self._entries[index].record


def _is_since(record: Record, since: datetime | int) -> bool:
    return record.number > since if isinstance(since, int) else record.at >= since


class OtherRequests:
    """Adds what no handler of the API sees: requests for a token, of a browser, for another host."""

    def __init__(self, clock: Clock, journal: Journal) -> None:
        self._clock = clock
        self._journal = journal

    def __call__(
        self, kind: RecordKind, request: MockRequest, respond: Callable[[], MockResponse]
    ) -> MockResponse:
        """Respond to a request by a function, and add both to the journal."""
        begun = time.perf_counter()
        response = respond()
        write = partial(
            Record,
            at=self._clock.now(),
            method=request.method,
            path=request.path.decode("ascii", "replace"),
            version="",
            operation_id=None,
            api_key=None,
            status=response.status,
            code=0,
            hint=response.headers.get(_HINT_HEADER),
            trace_id="",
            real_at=self._clock.wall(),
            kind=kind,
            seconds=time.perf_counter() - begun,
            _request=request,
            _response=response,
        )
        self._journal.append(write, None, len(request.body) + len(response.body))
        return response

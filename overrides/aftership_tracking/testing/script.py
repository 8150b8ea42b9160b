"""A client against a script: these calls, in this order, with these responses. Whatever else happens fails.

    from aftership_tracking import AfterShip
    from aftership_tracking.testing.factories import tracking
    from aftership_tracking.testing.script import Script

    script = Script()
    script.expect("trackings.create", body={"slug": "ups"}).respond(tracking(slug="ups"))
    script.expect("trackings.get").fail(4004)
    with script:
        run_program(AfterShip("any-key", http_client=script.transport()))

It needs the extra `mock`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from aftership_tracking.errors import UsageError
from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.pipeline.parameters import decode_segment, read_query
from aftership_tracking.mock.wire.message import MockRequest, MockResponse
from aftership_tracking.runtime.keywords import nearest
from aftership_tracking.runtime.models.json_writer import encode_values
from aftership_tracking.testing.events import NEWEST
from aftership_tracking.testing.script_diff import differences
from aftership_tracking.testing.script_responses import error_response, raw_response, success_response
from aftership_tracking.testing.traffic.judge_call import judge, load_version, split_url
from aftership_tracking.testing.traffic.records import TrafficRequest

if TYPE_CHECKING:
    from aftership_tracking.mock import AsyncMockTransport, MockTransport

__all__ = ["Expectation", "Script", "ScriptError"]


class ScriptError(AssertionError):
    """A call does not fit the script, or an expected call did not come."""


@dataclass(frozen=True, slots=True)
class _Call:
    """A call as it is compared."""

    operation: ApiOperation
    path: Mapping[str, str | None]
    query: Mapping[str, str | None]
    body: Any


class Expectation:
    """An expected call; `Script.expect` makes it. Without `respond` or `fail` it gets the example of the
    document.
    """

    def __init__(
        self, _api: Api, _operation: ApiOperation, _parts: Mapping[str, Any], _times: int, _is_exact: bool
    ) -> None:
        self._api = _api
        self._operation = _operation
        self._parts = _parts
        self._times = _times
        self._is_exact = _is_exact
        self._came = 0
        self._response: MockResponse | None = None
        self._error: Exception | None = None

    @property
    def name(self) -> str:
        """The resource and method of the client, such as `trackings.create`."""
        return _name(self._operation)

    def respond(self, data: Any = None, *, headers: Mapping[str, str] | None = None) -> Self:
        """Respond with success.

        Args:
            data: what the method of the client returns: a model, or JSON; a list where that is a page. By
                default the example of the document.
            headers: more headers.

        Raises:
            UsageError: the document has no such response.
        """
        self._response = success_response(self._api, self._operation, data, headers or {})
        return self

    def fail(self, code: int, *, headers: Mapping[str, str] | None = None) -> Self:
        """Respond with a documented error, such as 4004 or 429.

        Raises:
            UsageError: the document does not know the code.
        """
        self._response = error_response(self._api, self._operation, code, headers or {})
        return self

    def respond_raw(
        self, status: int, body: bytes | str = b"", *, headers: Mapping[str, str] | None = None
    ) -> Self:
        """Respond with anything, also with what the document forbids.

        Raises:
            UsageError: the status is not one of HTTP.
        """
        self._response = raw_response(status, body, headers or {})
        return self

    def raise_error(self, error: Exception) -> Self:
        """Raise an error instead of a response, such as `httpx.ConnectError("no route")`."""
        self._error = error
        return self

    def _perform(self) -> MockResponse:
        """Return the response, or raise the error."""
        if self._error is not None:
            raise self._error
        if self._response is None:
            self.respond()
        assert self._response is not None  # noqa: S101 - for type checkers
        return self._response


class Script:
    """Calls that are expected of a program, and their responses.

    Used with `with`, the end of the block complains about calls that did not come, and about a failure that
    the program caught.

    Args:
        version: the version that the program uses; by default the newest one.
        in_order: whether the calls have to come in the order of the expectations.
        judge_requests: also refuse calls that break the document.

    Raises:
        UsageError: there is no document of that version.
    """

    def __init__(self, version: str = NEWEST, *, in_order: bool = True, judge_requests: bool = True) -> None:
        self._api, self._router = load_version(version)
        self._in_order = in_order
        self._judge_requests = judge_requests
        self._expected: list[Expectation] = []
        self._failure: ScriptError | None = None
        self._count = 0
        self._lock = threading.Lock()

    def expect(
        self,
        operation: str,
        *,
        path: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        times: int = 1,
        exact: bool = False,
    ) -> Expectation:
        """Expect a call next. What is not given is not compared.

        Args:
            operation: the method of the client, such as `trackings.create`, or the id of the operation.
            path: parameters of the path, such as `{"id": "5b74"}`.
            query: parameters of the query. A value is compared as it is written in the URL.
            body: the fields of the body, without the object that some versions wrap around them.
            times: how often the call comes.
            exact: whether parameters of the query and fields of the body that are not given are refused.

        Raises:
            UsageError: the version has no such operation, or `times` is below 1.
        """
        found = self._find(operation)
        if times < 1:
            raise UsageError(f"times must be at least 1; this is {times}")
        parts: dict[str, Any] = {}
        for name, texts in (("path", path), ("query", query)):
            if texts is not None:
                parts[name] = {key: _as_text(value) for key, value in texts.items()}
        if body is not None:
            parts["body"] = json.loads(encode_values({"body": body}))["body"]
        expectation = Expectation(self._api, found, parts, times, exact)
        self._expected.append(expectation)
        return expectation

    def transport(self) -> MockTransport:
        """Return what `AfterShip(http_client=...)` takes."""
        from aftership_tracking.mock import MockTransport

        return MockTransport(self.handle)

    def async_transport(self) -> AsyncMockTransport:
        """Return what `AsyncAfterShip(http_client=...)` takes."""
        from aftership_tracking.mock import AsyncMockTransport

        return AsyncMockTransport(self.handle)

    def handle(self, request: MockRequest) -> MockResponse:
        """Respond to one request. Several threads may call this.

        Raises:
            ScriptError: the call does not fit the script.
        """
        with self._lock:
            self._count += 1
            try:
                expectation = self._choose(request)
            except ScriptError as failure:
                self._failure = self._failure or failure
                raise
            expectation._came += 1
        return expectation._perform()

    def verify(self) -> None:
        """Complain about the first call that did not fit, or about calls that did not come.

        Raises:
            ScriptError: there is something to complain about.
        """
        if self._failure is not None:
            raise self._failure
        missing = [each for each in self._expected if each._came < each._times]
        if missing:
            lines = [f"  {each.name}: {each._came} of {each._times}" for each in missing]
            raise ScriptError("\n".join([f"{_calls(len(missing), 'expected ')} did not come", *lines]))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.verify()
        elif self._failure is not None and error is not self._failure:
            # The program may have turned the failure into an error of its own.
            error.add_note(f"Before that: {self._failure}")

    def _find(self, name: str) -> ApiOperation:
        known = {}
        for operation in self._api.operations:
            known[operation.id] = known[_name(operation)] = operation
        if name not in known:
            meant = nearest(name, known)
            hint = f"Did you mean {meant}?" if meant else f"There are: {', '.join(sorted(known))}."
            raise UsageError(f"{self._api.version} has no operation {name}", hint=hint)
        return known[name]

    def _choose(self, request: MockRequest) -> Expectation:
        call = self._read(request)
        waiting = [each for each in self._expected if each._came < each._times]
        if not waiting:
            end = f"after {_calls(self._count - 1)}" if self._count > 1 else "and expects no call"
            raise ScriptError(
                f"call {self._count} was not expected: the script has ended {end}\n{_show(call)}"
            )
        candidates = waiting[:1] if self._in_order else waiting
        compared = [(each, _compare(each, call)) for each in candidates]
        nearest_one, lines = min(
            compared, key=lambda pair: (pair[0]._operation.id != call.operation.id, len(pair[1]))
        )
        if lines:
            number = self._expected.index(nearest_one) + 1
            title = f"call {self._count} does not fit the script"
            which = f"expectation {number} of {len(self._expected)}: {nearest_one.name}"
            if not self._in_order and len(waiting) > 1:
                which += f" (the nearest of {len(waiting)})"
            raise ScriptError("\n".join([title, which, *lines]))
        if self._judge_requests:
            self._refuse_broken(request, nearest_one)
        return nearest_one

    def _read(self, request: MockRequest) -> _Call:
        version, segments, _ = split_url(request.path.decode("ascii", "replace"))
        match = self._router.find(request.method, segments)
        if version != self._api.version or match is None or match.operation is None:
            found = judge(_as_traffic(request), None, self._api.version)
            reasons = [f"  {each.reason}" for each in found.findings]
            raise ScriptError(
                "\n".join([f"call {self._count} is not a call of {self._api.version}", *reasons])
            )
        operation = match.operation
        try:
            body = json.loads(request.body) if request.body else {}
        except (ValueError, RecursionError):
            body = request.body.decode("utf-8", "replace")
        if operation.body_wrapper is not None and isinstance(body, dict):
            body = body.get(operation.body_wrapper, body)
        return _Call(
            operation,
            {name: decode_segment(raw) for name, raw in match.path_values.items()},
            {name: texts[-1] for name, texts in (read_query(request.query) or {}).items()},
            body,
        )

    def _refuse_broken(self, request: MockRequest, expectation: Expectation) -> None:
        breaks = judge(_as_traffic(request), None, self._api.version).breaks
        if breaks:
            title = f"call {self._count} ({expectation.name}) breaks the document of {self._api.version}"
            lines = [f"  {each.location}: {each.reason}" for each in breaks]
            raise ScriptError("\n".join([title, *lines]))


def _compare(expectation: Expectation, call: _Call) -> list[str]:
    if expectation._operation.id != call.operation.id:
        return [f"  expected: {expectation.name}", _show(call, "  received: ")]
    lines: list[str] = []
    for name, expected in expectation._parts.items():
        received = getattr(call, name)
        lines += differences(expected, received, name, is_exact=expectation._is_exact)
    return lines


def _show(call: _Call, start: str = "  ") -> str:
    parts = [f"{name}={value}" for name, value in {**call.path, **call.query}.items()]
    return f"{start}{_name(call.operation)} {' '.join(parts)}".rstrip()


def _name(operation: ApiOperation) -> str:
    return f"{operation.resource}.{operation.action}"


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(map(_as_text, value))
    return str(value)


def _as_traffic(request: MockRequest) -> TrafficRequest:
    target = (request.path + (b"?" + request.query if request.query else b"")).decode("ascii", "replace")
    return TrafficRequest(method=request.method, url=target, headers=request.headers, body=request.body)


def _calls(count: int, kind: str = "") -> str:
    return f"{count} {kind}call{'' if count == 1 else 's'}"

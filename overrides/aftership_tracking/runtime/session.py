"""The part of a client that has no colour: it plans calls and reads their results."""

from __future__ import annotations

import random
import re
import sys
import time
import warnings
from collections.abc import Callable, Generator, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeVar

from aftership_tracking.errors import CallError, DecodeError, UsageError, VersionWarning
from aftership_tracking.runtime.answer import KEPT_BYTES, failure, find, masked
from aftership_tracking.runtime.calls import flow
from aftership_tracking.runtime.calls.log import log_surprises
from aftership_tracking.runtime.calls.retry import RetryPolicy
from aftership_tracking.runtime.capture import SEEN, Exchange
from aftership_tracking.runtime.limits import Ask, Limiter
from aftership_tracking.runtime.operation import Operation, Retry
from aftership_tracking.runtime.options import Default, Options
from aftership_tracking.runtime.page import Found
from aftership_tracking.runtime.settings import (
    Credentials,
    Settings,
    read_deadline,
    read_retries,
    read_timeout,
)
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request, build_path, check_headers

__all__ = ["Clocks", "Session"]

T = TypeVar("T")


class Clocks(NamedTuple):
    """Time and chance, so that tests can bring their own."""

    monotonic: Callable[[], float] = time.monotonic
    clock: Callable[[], float] = time.time
    random: Callable[[], float] = random.random


class Reading(NamedTuple):
    """An answer as models, and the declaration that belongs to the version that gave it."""

    envelope: Any
    operation: Operation[Any]

    def __repr__(self) -> str:
        return f"<Reading of {self.operation.id}>"


class Session:
    """Everything a client knows. It never changes; `replace` makes another one."""

    __slots__ = (
        "_headers",
        "_policy",
        "_tools",
        "clocks",
        "credentials",
        "limiter",
        "models",
        "settings",
        "version",
        "warned",
    )

    def __init__(
        self,
        version: str,
        models: str,
        settings: Settings,
        credentials: Credentials,
        limiter: Limiter | None,
        clocks: Clocks,
        warned: set[str],
    ) -> None:
        self.version = version
        self.models = models
        self.settings = settings
        self.credentials = credentials
        self.limiter = limiter
        self.clocks = clocks
        self.warned = warned
        """Versions that were warned about. Copies of a client share it."""
        self._headers: Headers | None = None
        self._policy = RetryPolicy(settings.max_retries)
        self._tools = flow.Tools(
            credentials.authenticator, settings.hooks, clocks.monotonic, clocks.clock, clocks.random
        )

    def replace(self, settings: Settings, credentials: Credentials) -> Session:
        """Return a session that differs in these."""
        return Session(
            self.version, self.models, settings, credentials, self.limiter, self.clocks, self.warned
        )

    def plan(
        self,
        operation: Operation[Any],
        path: tuple[str, ...],
        query: Mapping[str, object] | None,
        body: Mapping[str, object] | None,
        options: Options | None,
    ) -> flow.Call:
        """Make the request of a call. Raises UsageError before anything is sent."""
        settings, options = self.settings, options or _NO_OPTIONS
        url = f"{settings.base_url}/tracking/{self.version}{build_path(operation.path, path)}"
        if query:
            # Late: it needs msgspec's UNSET, and building a client must not load msgspec.
            from aftership_tracking.runtime.wire.query import build_query

            text = build_query(query)
            url = f"{url}?{text}" if text else url
        content = b""
        headers = self._headers or self._common_headers()
        if options.headers:
            headers = headers.with_values(check_headers(options.headers))
        if body is not None:
            from aftership_tracking.runtime.models.codec import encode_body

            content = encode_body(body, operation.body_wrapper)
            headers = headers.with_values({"content-type": "application/json"})
        timeout = settings.timeout if isinstance(options.timeout, Default) else read_timeout(options.timeout)
        return flow.Call(
            operation=operation.id,
            request=Request(
                operation.method, url, headers, content, timeout, None, settings.max_response_bytes
            ),
            retry=Retry.SAFE if options.resend else operation.retry,
            policy=self._policy
            if isinstance(options.max_retries, Default)
            else RetryPolicy(read_retries(options.max_retries, 0)),
            deadline=settings.deadline
            if isinstance(options.deadline, Default)
            else read_deadline(options.deadline),
            ask=self._ask(operation, options.priority),
        )

    def _common_headers(self) -> Headers:
        """Return the headers of every request. Made at the first one: the version of this package is looked
        up for it.
        """
        # A value that hides its content, from the start: crash reporters show the locals of a frame.
        headers = Headers((("accept", "application/json"), ("user-agent", _user_agent(self.version))))
        self._headers = headers.with_values(self.settings.headers)
        return self._headers

    def _ask(self, operation: Operation[Any], priority: int) -> Ask | None:
        if self.limiter is None:
            return None
        bucket = "organization" if operation.limit.shared else operation.id
        return Ask(f"{self.credentials.account}/{bucket}", operation.limit, None, priority)

    def steps(self, plan: flow.Call) -> Generator[flow.Step, flow.Answer, flow.Done]:
        """Return the steps of a planned call."""
        return flow.call(plan, self._tools)

    def value(self, operation: Operation[T], plan: flow.Call, done: flow.Done) -> T:
        """Return what a method returns. Raises ApiError or DecodeError."""
        reading = self._read(operation, plan, done)
        try:
            found: T = find(reading.envelope, reading.operation.unwrap)
        except DecodeError as error:
            raise self._described(error, plan, done) from None
        return found

    def found(
        self, operation: Operation[Any], query: Mapping[str, object], plan: flow.Call, done: flow.Done
    ) -> Found:
        """Return one page of a list. Raises ApiError or DecodeError."""
        reading = self._read(operation, plan, done)
        pagination = reading.operation.pagination
        if pagination is None:
            raise UsageError(f"{operation.id} is not a list that has pages")
        try:
            data = find(reading.envelope, reading.operation.unwrap)
            items = find(reading.envelope, pagination.items)
        except DecodeError as error:
            raise self._described(error, plan, done) from None
        wrong = pagination.check(query, reading.envelope)
        if wrong is not None or not isinstance(items, list):
            message = wrong or f"{'.'.join(pagination.items)} of the answer is not a list"
            raise self._described(DecodeError(message), plan, done)
        following = pagination.next_query(query, reading.envelope, len(items))
        asked = pagination.bookmark(query)
        if following is None:
            return Found(items, data, asked)
        return Found(
            items, data, asked, following, pagination.bookmark(following), pagination.position(following)
        )

    def _read(self, operation: Operation[Any], plan: flow.Call, done: flow.Done) -> Reading:
        from aftership_tracking.runtime.models.codec import decode

        response, settings = done.response, self.settings
        seen = SEEN.get()
        if seen is not None:
            seen.append(
                Exchange(operation.id, response.status, response.headers, response.body, done.history)
            )
        if not 200 <= response.status <= 299:
            raise self._failed(plan, done)
        models, spoken = self._spoken(operation, response.headers.get("as-api-version"))
        thorough = settings.strict or settings.on_surprise is not None
        try:
            decoded = decode(response.body, models, spoken.returns, thorough=thorough, operation=operation.id)
        except DecodeError as error:
            raise self._described(error, plan, done) from None
        code = getattr(getattr(decoded.value, "meta", None), "code", None)
        if isinstance(code, int) and code >= 300:
            # An error that came with the status of a success.
            raise self._failed(plan, done)
        if decoded.surprises:
            if settings.strict:
                from aftership_tracking.runtime.models.surprise import describe

                message = f"the answer differs from the document: {describe(decoded.surprises)}"
                raise self._described(DecodeError(message, surprises=decoded.surprises), plan, done)
            if settings.on_surprise is None:
                log_surprises(operation.id, decoded.surprises)
            else:
                for surprise in decoded.surprises:
                    settings.on_surprise(surprise)
        return Reading(decoded.value, spoken)

    def _spoken(self, operation: Operation[Any], served: str | None) -> tuple[str, Operation[Any]]:
        """Return the models and the declaration of the version that answered, if they are there."""
        if served is None or served == self.version or not _VERSION.fullmatch(served):
            return self.models, operation
        if served not in self.warned:
            self.warned.add(served)
            warnings.warn(
                f"this client speaks version {self.version} of the API and {served} answered; "
                f"{self.version} may no longer be supported",
                VersionWarning,
                stacklevel=2,
            )
        from aftership_tracking.runtime import registry

        twin = registry.twin(operation, served)
        return (self.models, operation) if twin is None else (registry.models(served), twin)

    def _failed(self, plan: flow.Call, done: flow.Done) -> CallError:
        error = failure(masked(done.response, self.credentials.erase), self.clocks.clock())
        return flow.describe_call(error, plan, done.history)

    def _described(self, error: DecodeError, plan: flow.Call, done: flow.Done) -> CallError:
        response = masked(done.response, self.credentials.erase)
        error.status = response.status
        error.trace_id = response.headers.get("as-trace-id")
        error.body = response.body[:KEPT_BYTES]
        # The frames where it was found hold the answer itself.
        return flow.describe_call(error.with_traceback(None), plan, done.history)


_NO_OPTIONS = Options()
_VERSION = re.compile(r"\d{4}-\d{2}")


@cache
def _user_agent(version: str) -> str:
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as release

    try:
        number = release("aftership-tracking-client")
    except PackageNotFoundError:
        number = "unknown"
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return f"aftership-tracking-client/{number} (api {version}; python {python})"

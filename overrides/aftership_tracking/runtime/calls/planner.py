"""Turns the arguments of a method into the plan of a call: URL, headers, body, limits, retries."""

from __future__ import annotations

import sys
from collections.abc import Generator, Mapping
from functools import cache
from typing import Any

from aftership_tracking.runtime.calls import flow
from aftership_tracking.runtime.calls.retry import RetryPolicy
from aftership_tracking.runtime.limits.protocol import SlotRequest
from aftership_tracking.runtime.operation import Operation, Retry
from aftership_tracking.runtime.options import Default, Options
from aftership_tracking.runtime.settings import ClientSetup, read_deadline, read_retries, read_timeout
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request, build_path, check_headers

__all__ = ["CallPlanner"]


class CallPlanner:
    """Plans the calls of one client. It never changes: a copy of a client has one of its own."""

    __slots__ = (
        "_account",
        "_dependencies",
        "_headers",
        "_limits_calls",
        "_models",
        "_policy",
        "_settings",
        "_version",
    )

    def __init__(self, setup: ClientSetup) -> None:
        self._version = setup.version
        self._models = setup.models
        self._settings = setup.settings
        self._limits_calls = setup.limiter is not None
        self._account = setup.credentials.account
        self._headers: Headers | None = None
        self._policy = RetryPolicy(setup.settings.max_retries)
        clocks = setup.clocks
        self._dependencies = flow.CallDependencies(
            setup.credentials.authenticator,
            setup.settings.hooks,
            clocks.monotonic,
            clocks.clock,
            clocks.random,
        )

    def plan(
        self,
        operation: Operation[Any],
        path: tuple[str, ...],
        query: Mapping[str, object] | None,
        body: Mapping[str, object] | None,
        options: Options | None,
    ) -> flow.CallPlan:
        """Plan a call. Raises UsageError before anything is sent."""
        settings, options = self._settings, options or _NO_OPTIONS
        url = f"{settings.base_url}/tracking/{self._version}{build_path(operation.path, path)}"
        if query:
            # Imported lazily: it needs msgspec's UNSET, and building a client must not import msgspec.
            from aftership_tracking.runtime.wire.query import build_query

            encoded = build_query(query)
            url = f"{url}?{encoded}" if encoded else url
        content = b""
        headers = self._headers or self._common_headers()
        if options.headers:
            headers = headers.with_values(check_headers(options.headers))
        if body is not None:
            from aftership_tracking.runtime.models.codec import encode_body

            content = encode_body(body, operation.body_wrapper)
            headers = headers.with_values({"content-type": "application/json"})
        if (query and operation.query_values) or (body and operation.body_values):
            # Imported lazily: few calls send such values.
            from aftership_tracking.runtime.likely_mistakes import report_mistakes

            report_mistakes(operation, self._models, query, body)
        timeout = settings.timeout if isinstance(options.timeout, Default) else read_timeout(options.timeout)
        return flow.CallPlan(
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
            slot_request=self._slot_request(operation, options.priority),
        )

    def _common_headers(self) -> Headers:
        """Return the headers of every request. They are made at the first request, because that looks up the
        version of this package.
        """
        # `Headers` hides its values. It is used from the start, because crash reporters show local variables.
        headers = Headers((("accept", "application/json"), ("user-agent", _user_agent(self._version))))
        self._headers = headers.with_values(self._settings.headers)
        return self._headers

    def _slot_request(self, operation: Operation[Any], priority: int) -> SlotRequest | None:
        if not self._limits_calls:
            return None
        bucket = "organization" if operation.limit.shared else operation.id
        return SlotRequest(f"{self._account}/{bucket}", operation.limit, None, priority)

    def steps(self, plan: flow.CallPlan) -> Generator[flow.Step, flow.StepResult, flow.CompletedCall]:
        """Return the steps of a planned call."""
        return flow.call(plan, self._dependencies)


_NO_OPTIONS = Options()


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

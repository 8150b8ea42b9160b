"""Turns the arguments of a method into the plan of a call: URL, headers, body, limits, retries."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.calls import flow
from aftership_tracking.runtime.calls.retry import decide
from aftership_tracking.runtime.lazy_imports import loading
from aftership_tracking.runtime.limits.protocol import SlotRequest
from aftership_tracking.runtime.operation import Operation, Retry, find_argument
from aftership_tracking.runtime.options import Default, Options
from aftership_tracking.runtime.settings import ClientSetup, read_deadline, read_retries, read_timeout
from aftership_tracking.runtime.wire.headers import Headers, describe_agent
from aftership_tracking.runtime.wire.request import Request, build_path, check_headers

if TYPE_CHECKING:
    from aftership_tracking.runtime.hooks import Call

__all__ = ["CallPlanner"]


class CallPlanner:
    """Plans the calls of one client. It never changes: a copy of a client has one of its own."""

    __slots__ = (
        "_account",
        "_credentials",
        "_dependencies",
        "_headers",
        "_limits_calls",
        "_models",
        "_settings",
        "_version",
    )

    def __init__(self, setup: ClientSetup) -> None:
        self._version = setup.version
        self._models = setup.models
        self._settings = setup.settings
        self._limits_calls = setup.limiter is not None
        self._account = setup.credentials.account
        self._credentials = setup.credentials
        self._headers: Headers | None = None
        if setup.settings.hooks:
            # Now, so that no call has to import it.
            import aftership_tracking.runtime.hooks  # noqa: F401 - loading it is the point
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
        path: tuple[object, ...],
        query: Mapping[str, object] | None,
        body: Mapping[str, object] | None,
        options: Options,
    ) -> flow.CallPlan:
        """Plan a call. Arguments that are None are left out, except those that null clears.

        Raises UsageError before anything is sent.
        """
        settings = self._settings
        url = f"{settings.base_url}/tracking/{self._version}{build_path(operation.path, path)}"
        if operation.required or operation.times:
            from aftership_tracking.runtime.calls.argument_checks import check_arguments

            check_arguments(operation, query or {}, body or {})
        given = {name: value for name, value in query.items() if value is not None} if query else None
        if given or options.query:
            # Imported lazily: it needs msgspec's UNSET, and building a client must not import msgspec.
            from aftership_tracking.runtime.wire.query import build_query

            encoded = build_query(
                _add_query(operation, query or {}, options.query) if options.query else given or {},
                operation.query_styles,
            )
            url = f"{url}?{encoded}" if encoded else url
        content = b""
        headers = self._headers or self._common_headers()
        if options.headers:
            headers = headers.with_values(check_headers(options.headers))
        if operation.response is not None and operation.response.kind != "empty":
            headers = headers.with_values({"accept": operation.response.media_type})
        if body is not None and operation.body is not None:
            # Imported lazily: few operations have such bodies.
            with loading:
                from aftership_tracking.runtime.calls.request_bodies import write_body

            content, media_type = write_body(operation, operation.body, body)
            headers = headers.with_values({"content-type": media_type} if media_type else {})
        elif body is not None:
            from aftership_tracking.runtime.models.codec import encode_body

            clears = operation.clears
            sent = {name: value for name, value in body.items() if value is not None or name in clears}
            content = encode_body(sent, operation.body_wrapper)
            headers = headers.with_values({"content-type": "application/json"})
        if (given and operation.query_values) or (body and operation.body_values) or operation.deprecated:
            # Imported lazily: few calls need it.
            from aftership_tracking.runtime.calls.likely_mistakes import report_mistakes

            report_mistakes(operation, self._models, given, body)
        deadline = (
            settings.deadline if isinstance(options.deadline, Default) else read_deadline(options.deadline)
        )
        timeout = settings.timeout if isinstance(options.timeout, Default) else read_timeout(options.timeout)
        return flow.CallPlan(
            operation=operation.id,
            request=Request(
                operation.method, url, headers, content, timeout, None, settings.max_response_bytes
            ),
            retry=Retry.SAFE if options.resend else operation.retry,
            retry_function=settings.retry or decide,
            max_retries=settings.max_retries
            if isinstance(options.max_retries, Default)
            else read_retries(options.max_retries, 0),
            deadline=deadline,
            ends_at=None if deadline is None else self._dependencies.monotonic() + deadline,
            slot_request=self._slot_request(operation, options.priority),
            call=self._describe_call(operation) if settings.hooks else None,
            authenticator=self._credentials.authenticator_for(operation.auth) if operation.auth else None,
            scopes=operation.scopes,
        )

    def _describe_call(self, operation: Operation[Any]) -> Call:
        from aftership_tracking.runtime.hooks import Call

        segments = (
            segment if isinstance(segment, str) else f"{{{segment.name}}}" for segment in operation.path
        )
        return Call(
            operation=operation.id,
            method=operation.method,
            api_version=self._version,
            base_url=self._settings.base_url,
            path_template=f"/tracking/{self._version}/{'/'.join(segments)}",
        )

    def _common_headers(self) -> Headers:
        """Return the headers of every request. They are made at the first request, because that looks up the
        version of this package.
        """
        agent = describe_agent(self._version, self._settings.user_agent)
        # `Headers` hides its values. It is used from the start, because crash reporters show local variables.
        headers = Headers((("accept", "application/json"), ("user-agent", agent)))
        self._headers = headers.with_values(self._settings.headers)
        return self._headers

    def _slot_request(self, operation: Operation[Any], priority: int) -> SlotRequest | None:
        if not self._limits_calls:
            return None
        bucket = "organization" if operation.limit.shared else operation.id
        return SlotRequest(bucket=f"{self._account}/{bucket}", limit=operation.limit, priority=priority)

    def steps(self, plan: flow.CallPlan) -> Generator[flow.Step, flow.StepResult, flow.CompletedCall]:
        """Return the steps of a planned call."""
        if plan.authenticator is not None:
            return flow.call(plan, self._dependencies._replace(authenticator=plan.authenticator))
        return flow.call(plan, self._dependencies)


def _add_query(
    operation: Operation[Any], query: Mapping[str, object], extra: Mapping[str, object]
) -> dict[str, object]:
    """Return the query of a call with additional parameters."""
    # The first page of a list is requested without its cursor.
    own = {*query, getattr(operation.pagination, "cursor", None)}
    for wire in extra:
        if wire in own:
            name = find_argument(operation, operation.query_names, wire)
            raise UsageError(
                f"query gives {wire}, which is an argument of this method", hint=f"Write {name}=... instead."
            )
    return {**query, **extra}

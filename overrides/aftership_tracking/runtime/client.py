"""The sync and the async client that generated packages build on. They differ in the loop that runs a call,
and in how they are closed.
"""

from __future__ import annotations

import warnings
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from aftership_tracking.runtime.base_client import Client
from aftership_tracking.runtime.call_result import RECORDED_EXCHANGES, CallResult, Exchange
from aftership_tracking.runtime.calls import flow
from aftership_tracking.runtime.calls.call_options import read_options
from aftership_tracking.runtime.calls.dry_run import DRY_RUN, DryRunStop
from aftership_tracking.runtime.calls.notify import observe_call, observe_call_async
from aftership_tracking.runtime.calls.step_loops import run_steps, run_steps_async
from aftership_tracking.runtime.keywords import guarded
from aftership_tracking.runtime.operation import Operation
from aftership_tracking.runtime.options import Options
from aftership_tracking.runtime.page import AsyncPages, Page, PageContent
from aftership_tracking.runtime.settings import read_proxy
from aftership_tracking.runtime.wire.connections import DefaultAsyncTransport, DefaultTransport
from aftership_tracking.runtime.wire.transport import choose_async_transport, choose_transport

if TYPE_CHECKING:
    from typing import Unpack

    from aftership_tracking.runtime.options import CallOptions

__all__ = ["AsyncClient", "SyncClient"]

T = TypeVar("T")
P = ParamSpec("P")


class SyncClient(Client):
    """The sync client of every API version. Threads may share it, and it may be used after a fork."""

    def _open(self, http_client: object) -> None:
        self._transport = choose_transport(http_client, read_proxy())
        self._owns = isinstance(self._transport, DefaultTransport)

    def _borrow(self, other: Any) -> None:
        self._transport, self._owns = other._transport, False
        # Keeps the owner alive as long as its copies, so that it is not reported as left open while they
        # work.
        self._owner = other

    def _exchange(self, plan: flow.CallPlan) -> flow.CompletedCall:
        setup = self._setup
        if DRY_RUN.get():
            raise DryRunStop(plan, setup)
        if plan.call is None:
            return self._run(plan)
        return observe_call(plan.call, setup.settings.hooks, setup.clocks.monotonic, lambda: self._run(plan))

    def _run(self, plan: flow.CallPlan) -> flow.CompletedCall:
        setup = self._setup
        return run_steps(self._planner.steps(plan), self._transport, setup.limiter, setup.clocks.sleep)

    def _send(
        self,
        operation: Operation[T],
        path: tuple[object, ...],
        query: Mapping[str, object] | None,
        body: Mapping[str, object] | None,
        options: Options | None,
        call: Mapping[str, object] | None = None,
    ) -> T:
        if not self._imported:
            self._import()
        plan = self._planner.plan(operation, path, query, body, read_options(options, call))
        return self._reader.read_value(operation, plan, self._exchange(plan))

    def _pages(
        self,
        operation: Operation[T],
        path: tuple[object, ...],
        query: Mapping[str, object] | None,
        options: Options | None,
        call: Mapping[str, object] | None = None,
    ) -> Page[T]:
        if not self._imported:
            self._import()
        first_query, settings = self._prepare_list(query, read_options(options, call))

        def fetch(query: Mapping[str, object]) -> PageContent:
            plan = self._planner.plan(operation, path, query, None, settings)
            return self._reader.read_page(operation, query, plan, self._exchange(plan))

        return Page(fetch(first_query), fetch)

    @guarded
    def request(
        self,
        method: str,
        path: str | Sequence[str],
        *,
        body: Mapping[str, object] | None = None,
        options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> CallResult[Any]:
        """Send a request that has no method of its own yet, and return the parsed JSON.

            result = client.request("GET", ("trackings", id, "proof"), query={"lang": "de"})
            print(result.value["data"])

        It is signed, limited, repeated and timed like every call, and raises the same errors.

        `method`: GET, HEAD, POST, PUT, PATCH or DELETE. Only GET and HEAD are repeated after they may have
        been carried out; `resend=True` allows it for the others.
        `path`: what follows /tracking/VERSION/, as a sequence of segments, or as one string with slashes
        between them. Each segment is encoded, so a segment that contains a slash needs the sequence.
        `body`: the JSON object to send. Nothing is wrapped or left out here: None is sent as null.
        `options` and keywords: as for every call; `query` holds the query parameters.
        Returns: the whole JSON of the response as `value`, None if the response is empty, and the response.
        Raises: UsageError, the ApiError of the response, TransportError, DecodeError if it is not JSON.
        """
        from aftership_tracking.runtime.calls.other_requests import make_operation

        operation, segments = make_operation(self._setup.version, method, path, body)
        plan = self._planner.plan(operation, segments, None, body, read_options(options, call))
        return self._reader.read_json(operation, plan, self._exchange(plan))

    def with_response(self, method: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> CallResult[T]:
        """Call a method of this client. Return its value together with the responses it came from: status,
        headers, bytes, attempts.

            result = client.with_response(client.trackings.get, "5b7658cec7c33c0e007de3c5")

        Raises what the method raises.
        """
        exchanges: list[Exchange] = []
        token = RECORDED_EXCHANGES.set(exchanges)
        try:
            return CallResult(value=method(*args, **kwargs), exchanges=tuple(exchanges))
        finally:
            RECORDED_EXCHANGES.reset(token)

    def close(self) -> None:
        """Close what this client opened. An `http_client` or limiter that the caller passed stays open."""
        if self._owns and isinstance(self._transport, DefaultTransport):
            self._transport.close()
        self._close_limiter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        _warn_if_open(self)


class AsyncClient(Client):
    """The async client of every API version. Tasks may share it, and it may be used after a fork."""

    _IS_ASYNC = True

    def _open(self, http_client: object) -> None:
        self._transport = choose_async_transport(http_client, read_proxy())
        self._owns = isinstance(self._transport, DefaultAsyncTransport)

    def _borrow(self, other: Any) -> None:
        self._transport, self._owns = other._transport, False
        self._owner = other

    async def _exchange(self, plan: flow.CallPlan) -> flow.CompletedCall:
        setup = self._setup
        if DRY_RUN.get():
            raise DryRunStop(plan, setup)
        if plan.call is None:
            return await self._run(plan)
        return await observe_call_async(
            plan.call, setup.settings.hooks, setup.clocks.monotonic, lambda: self._run(plan)
        )

    def _run(self, plan: flow.CallPlan) -> Awaitable[flow.CompletedCall]:
        setup = self._setup
        return run_steps_async(
            self._planner.steps(plan), self._transport, setup.limiter, setup.clocks.sleep_async
        )

    async def _send(
        self,
        operation: Operation[T],
        path: tuple[object, ...],
        query: Mapping[str, object] | None,
        body: Mapping[str, object] | None,
        options: Options | None,
        call: Mapping[str, object] | None = None,
    ) -> T:
        if not self._imported:
            self._import()
        plan = self._planner.plan(operation, path, query, body, read_options(options, call))
        return self._reader.read_value(operation, plan, await self._exchange(plan))

    def _pages(
        self,
        operation: Operation[T],
        path: tuple[object, ...],
        query: Mapping[str, object] | None,
        options: Options | None,
        call: Mapping[str, object] | None = None,
    ) -> AsyncPages[T]:
        if not self._imported:
            self._import()
        first_query, settings = self._prepare_list(query, read_options(options, call))

        async def fetch(query: Mapping[str, object]) -> PageContent:
            plan = self._planner.plan(operation, path, query, None, settings)
            return self._reader.read_page(operation, query, plan, await self._exchange(plan))

        return AsyncPages(first_query, fetch)

    @guarded
    async def request(
        self,
        method: str,
        path: str | Sequence[str],
        *,
        body: Mapping[str, object] | None = None,
        options: Options | None = None,
        **call: Unpack[CallOptions],
    ) -> CallResult[Any]:
        """Send a request that has no method of its own yet, and return the parsed JSON.

            result = await client.request("GET", ("trackings", id, "proof"), query={"lang": "de"})
            print(result.value["data"])

        It is signed, limited, repeated and timed like every call, and raises the same errors.

        `method`: GET, HEAD, POST, PUT, PATCH or DELETE. Only GET and HEAD are repeated after they may have
        been carried out; `resend=True` allows it for the others.
        `path`: what follows /tracking/VERSION/, as a sequence of segments, or as one string with slashes
        between them. Each segment is encoded, so a segment that contains a slash needs the sequence.
        `body`: the JSON object to send. Nothing is wrapped or left out here: None is sent as null.
        `options` and keywords: as for every call; `query` holds the query parameters.
        Returns: the whole JSON of the response as `value`, None if the response is empty, and the response.
        Raises: UsageError, the ApiError of the response, TransportError, DecodeError if it is not JSON.
        """
        from aftership_tracking.runtime.calls.other_requests import make_operation

        operation, segments = make_operation(self._setup.version, method, path, body)
        plan = self._planner.plan(operation, segments, None, body, read_options(options, call))
        return self._reader.read_json(operation, plan, await self._exchange(plan))

    async def with_response(
        self, method: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> CallResult[T]:
        """Call a method of this client. Return its value together with the responses it came from: status,
        headers, bytes, attempts. Of a list it reads the first page.

            result = await client.with_response(client.trackings.get, "5b7658cec7c33c0e007de3c5")

        Raises what the method raises.
        """
        exchanges: list[Exchange] = []
        token = RECORDED_EXCHANGES.set(exchanges)
        try:
            return CallResult(value=await method(*args, **kwargs), exchanges=tuple(exchanges))
        finally:
            RECORDED_EXCHANGES.reset(token)

    async def aclose(self) -> None:
        """Close what this client opened. An `http_client` or limiter that the caller passed stays open."""
        if self._owns and isinstance(self._transport, DefaultAsyncTransport):
            await self._transport.aclose()
        self._close_limiter()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __del__(self) -> None:
        _warn_if_open(self)


def _warn_if_open(client: Any) -> None:
    # An object whose constructor failed does not have these attributes.
    if getattr(client, "_owns", False) and client._transport.is_open:
        closing = (
            "`await client.aclose()` or `async with`"
            if isinstance(client, AsyncClient)
            else "`client.close()` or `with`"
        )
        warnings.warn(
            f"{client!r} was left open: use {closing}", ResourceWarning, stacklevel=2, source=client
        )

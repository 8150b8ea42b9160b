"""The two clients that generated packages build on. They differ in their loop and in how they are closed."""

from __future__ import annotations

import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, TypeVar

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime import flow
from aftership_tracking.runtime.hooks import Hook
from aftership_tracking.runtime.limits import Limiter, MemoryLimiter
from aftership_tracking.runtime.operation import Operation
from aftership_tracking.runtime.options import DEFAULT, Default, Options, TimeoutInput
from aftership_tracking.runtime.page import AsyncPages, Found, Page
from aftership_tracking.runtime.request import check_headers
from aftership_tracking.runtime.session import Clocks, Session
from aftership_tracking.runtime.settings import (
    AuthInput,
    Credentials,
    Settings,
    choose_credentials,
    read_base_url,
    read_deadline,
    read_proxy,
    read_retries,
    read_timeout,
)
from aftership_tracking.runtime.transport import (
    OwnAsyncTransport,
    OwnTransport,
    choose_async_transport,
    choose_transport,
)

if TYPE_CHECKING:
    from aftership_tracking.runtime.surprise import Surprise

__all__ = ["AsyncClient", "SyncClient"]

T = TypeVar("T")


class Client(ABC):
    """What both clients share. Nothing lives on the class but what the version package says about itself."""

    API_VERSION: ClassVar[str]
    """Version of the API, such as "2024-01"."""
    MODELS: ClassVar[str]
    """Dotted name of the module with the models."""

    def __init__(
        self,
        api_key: str | None = None,
        *,
        api_secret: str | None = None,
        auth: AuthInput | Default = DEFAULT,
        base_url: str | None = None,
        timeout: TimeoutInput | Default = DEFAULT,
        deadline: float | None = None,
        max_retries: int | Default = DEFAULT,
        headers: Mapping[str, str] | None = None,
        limiter: Limiter | Literal["memory"] | None = "memory",
        http_client: object = None,
        strict: bool = False,
        on_surprise: Callable[[Surprise], None] | None = None,
        hooks: Sequence[Hook] = (),
        clocks: Clocks | None = None,
    ) -> None:
        """Make a client. Nothing is sent and no connection is opened. All times are seconds.

        `api_key`: the key; if None, AFTERSHIP_API_KEY or AFTERSHIP_TRACKING_SDK_API_KEY of the environment.
        `api_secret`: the secret of a key that signs, for "rsa" the private key as PEM text; if None,
        AFTERSHIP_API_SECRET (or ..._SDK_API_SECRET).
        `auth`: "api_key" (the default), "aes" (HMAC-SHA256 signature), "rsa" (RSA signature, needs the extra
        `rsa`), or an object with a method `sign`.
        `base_url`: where the service is; a path in it goes before /tracking. If None, AFTERSHIP_BASE_URL (or
        ..._SDK_DOMAIN), else https://api.aftership.com.
        `timeout`: of one attempt: seconds, a `Timeout`, or None for no limit. By default 5 to connect, 10 to
        read.
        `deadline`: of a whole call with its retries and waits. None for no limit.
        `max_retries`: how often a failed attempt is repeated, 2 by default. What may have been carried out
        and is not safe to repeat is never repeated.
        `headers`: further headers of every request.
        `limiter`: "memory" keeps to the rate limits of the API within this client and its copies; None turns
        that off; an object with `acquire` and `learn` may share the limits among more.
        `http_client`: an httpx client of the same colour, or a transport of your own. It stays yours to
        close.
        `strict`: raise DecodeError for everything in an answer that the document does not say.
        `on_surprise`: called with each such thing instead. With either of the two, every answer is read by
        the thorough reader, which takes about six times as long as the fast one. With neither, only what the
        fast reader cannot type is noticed, and logged.
        `hooks`: callables that see each attempt.
        `clocks`: time and chance, for tests.

        Raises UsageError for a missing key and for settings that cannot work.
        """
        clocks = clocks or Clocks()
        credentials = choose_credentials(api_key, api_secret, auth, clocks.clock)
        # Nothing below needs them, and errors may be reported together with the variables of this function.
        del api_key, api_secret
        settings = Settings(
            base_url=read_base_url(base_url),
            timeout=read_timeout(timeout),
            deadline=read_deadline(deadline),
            max_retries=read_retries(max_retries, 2),
            headers=check_headers(headers or {}),
            strict=strict,
            on_surprise=on_surprise,
            hooks=tuple(hooks),
        )
        self._session = Session(
            self.API_VERSION,
            self.MODELS,
            settings,
            credentials,
            _choose_limiter(limiter, clocks),
            clocks,
            set(),
        )
        self._open(http_client)

    @abstractmethod
    def _open(self, http_client: object) -> None:
        """Choose the transport."""

    @abstractmethod
    def _borrow(self, other: Any) -> None:
        """Take the transport of another client of the same class, without owning it."""

    def with_options(
        self,
        *,
        api_key: str | Default = DEFAULT,
        api_secret: str | None = None,
        auth: AuthInput | Default = DEFAULT,
        timeout: TimeoutInput | Default = DEFAULT,
        deadline: float | Default | None = DEFAULT,
        max_retries: int | Default = DEFAULT,
        headers: Mapping[str, str] | Default = DEFAULT,
        strict: bool | Default = DEFAULT,
        on_surprise: Callable[[Surprise], None] | Default | None = DEFAULT,
        hooks: Sequence[Hook] | Default = DEFAULT,
    ) -> Self:
        """Return a copy that differs in what is given; see the constructor for each.

        The copy shares connections and limiter with this client, which stays as it is and stays the one to
        close. Headers and hooks replace those of this client. A new `api_key` makes a client of another
        account.
        """
        old = self._session
        settings = old.settings
        if not isinstance(timeout, Default):
            settings = settings._replace(timeout=read_timeout(timeout))
        if not isinstance(deadline, Default):
            settings = settings._replace(deadline=read_deadline(deadline))
        if not isinstance(max_retries, Default):
            settings = settings._replace(max_retries=read_retries(max_retries, 0))
        if not isinstance(headers, Default):
            settings = settings._replace(headers=check_headers(headers))
        if not isinstance(strict, Default):
            settings = settings._replace(strict=strict)
        if not isinstance(on_surprise, Default):
            settings = settings._replace(on_surprise=on_surprise)
        if not isinstance(hooks, Default):
            settings = settings._replace(hooks=tuple(hooks))
        credentials: Credentials = old.credentials
        if not isinstance(api_key, Default):
            if not api_key:
                # Never the key of the environment, which may be that of another account.
                raise UsageError(
                    "with_options(api_key=...) needs an API key; leave it out to keep this client's"
                )
            credentials = choose_credentials(api_key, api_secret, auth, old.clocks.clock)
        elif api_secret is not None or not isinstance(auth, Default):
            raise UsageError("auth and api_secret go with an api_key: give all of them")
        del api_key, api_secret
        copy = type(self).__new__(type(self))
        copy._session = old.replace(settings, credentials)
        copy._borrow(self)
        return copy

    def __repr__(self) -> str:
        # Asked by crash reporters too, when the constructor has failed.
        session: Session | None = getattr(self, "_session", None)
        where = "" if session is None else f" at {session.settings.base_url}"
        return f"<{type(self).__name__} {self.API_VERSION}{where}>"


def _choose_limiter(limiter: Limiter | str | None, clocks: Clocks) -> Limiter | None:
    if limiter is None:
        return None
    if limiter == "memory":
        return MemoryLimiter(clocks.monotonic, clocks.clock)
    if isinstance(limiter, str) or not (hasattr(limiter, "acquire") and hasattr(limiter, "learn")):
        raise UsageError("limiter must be 'memory', None, or an object with `acquire` and `learn`")
    return limiter


class SyncClient(Client):
    """Base of the blocking client of a version. Threads may share it; it may be used after a fork."""

    def _open(self, http_client: object) -> None:
        self._transport = choose_transport(http_client, read_proxy())
        self._owns = isinstance(self._transport, OwnTransport)
        self._sleep: Callable[[float], None] = time.sleep

    def _borrow(self, other: Any) -> None:
        self._transport, self._owns, self._sleep = other._transport, False, other._sleep
        # The owner lives as long as its copies, and so is not reported as left open while they are in use.
        self._owner = other

    def _exchange(self, plan: flow.Call) -> flow.Done:
        return flow.drive(self._session.steps(plan), self._transport, self._session.limiter, self._sleep)

    def _send(
        self,
        operation: Operation[T],
        path: tuple[str, ...],
        query: Mapping[str, object] | None,
        body: Mapping[str, object] | None,
        options: Options | None,
    ) -> T:
        plan = self._session.plan(operation, path, query, body, options)
        return self._session.value(operation, plan, self._exchange(plan))

    def _pages(
        self,
        operation: Operation[T],
        path: tuple[str, ...],
        query: Mapping[str, object] | None,
        options: Options | None,
    ) -> Page[T]:
        from aftership_tracking.runtime.query import kept

        asked = kept(query or {})

        def turn(query: Mapping[str, object]) -> Found:
            plan = self._session.plan(operation, path, query, None, options)
            return self._session.found(operation, query, plan, self._exchange(plan))

        return Page(turn(asked), turn)

    def close(self) -> None:
        """Close the connections that this client opened. An `http_client` that was given stays open."""
        if self._owns and isinstance(self._transport, OwnTransport):
            self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        _warn_if_open(self)


class AsyncClient(Client):
    """Base of the asynchronous client of a version. Tasks may share it; it may be used after a fork."""

    def _open(self, http_client: object) -> None:
        self._transport = choose_async_transport(http_client, read_proxy())
        self._owns = isinstance(self._transport, OwnAsyncTransport)

    def _borrow(self, other: Any) -> None:
        self._transport, self._owns = other._transport, False
        self._owner = other

    async def _exchange(self, plan: flow.Call) -> flow.Done:
        return await flow.drive_async(
            self._session.steps(plan), self._transport, self._session.limiter, _sleep_anywhere
        )

    async def _send(
        self,
        operation: Operation[T],
        path: tuple[str, ...],
        query: Mapping[str, object] | None,
        body: Mapping[str, object] | None,
        options: Options | None,
    ) -> T:
        plan = self._session.plan(operation, path, query, body, options)
        return self._session.value(operation, plan, await self._exchange(plan))

    def _pages(
        self,
        operation: Operation[T],
        path: tuple[str, ...],
        query: Mapping[str, object] | None,
        options: Options | None,
    ) -> AsyncPages[T]:
        from aftership_tracking.runtime.query import kept

        asked = kept(query or {})

        async def turn(query: Mapping[str, object]) -> Found:
            plan = self._session.plan(operation, path, query, None, options)
            return self._session.found(operation, query, plan, await self._exchange(plan))

        return AsyncPages(asked, turn)

    async def aclose(self) -> None:
        """Close the connections that this client opened. An `http_client` that was given stays open."""
        if self._owns and isinstance(self._transport, OwnAsyncTransport):
            await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __del__(self) -> None:
        _warn_if_open(self)


async def _sleep_anywhere(seconds: float) -> None:
    # anyio comes with httpx and sleeps under asyncio and under trio.
    import anyio

    await anyio.sleep(seconds)


def _warn_if_open(client: Any) -> None:
    # A constructor that failed leaves an object without these.
    if getattr(client, "_owns", False) and client._transport.is_open:
        closing = (
            "`await client.aclose()` or `async with`"
            if isinstance(client, AsyncClient)
            else "`client.close()` or `with`"
        )
        warnings.warn(
            f"{client!r} was left open: use {closing}", ResourceWarning, stacklevel=2, source=client
        )

"""What both clients share: their settings, their copies and their repr."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.auth.credentials import AuthInput, Credentials, choose_credentials
from aftership_tracking.runtime.auth.secret_sources import SecretInput
from aftership_tracking.runtime.calls.planner import CallPlanner
from aftership_tracking.runtime.calls.preparation import import_for_calls
from aftership_tracking.runtime.calls.response_reader import ResponseReader
from aftership_tracking.runtime.clocks import Clocks
from aftership_tracking.runtime.hooks import Hook
from aftership_tracking.runtime.limits.choose import LimiterInput, choose_limiter
from aftership_tracking.runtime.options import DEFAULT, Default, TimeoutInput
from aftership_tracking.runtime.settings import (
    ClientSetup,
    Settings,
    read_base_url,
    read_deadline,
    read_retries,
    read_size,
    read_timeout,
)
from aftership_tracking.runtime.wire.connections import DefaultAsyncTransport, DefaultTransport
from aftership_tracking.runtime.wire.request import check_headers

if TYPE_CHECKING:
    from aftership_tracking.runtime.surprise import Surprise

__all__ = ["Client"]


class Client(ABC):
    """What both clients share. The class holds only what the version package declares about itself."""

    API_VERSION: ClassVar[str]
    """Version of the API, such as "2024-01"."""
    MODELS: ClassVar[str]
    """Dotted name of the module with the models."""

    # Copies do not call the constructor, and close nothing.
    _own_limiter: object = None

    _IS_ASYNC: ClassVar[bool] = False
    _imported = False
    _transport: Any

    def __init__(
        self,
        api_key: SecretInput | None = None,
        *,
        api_secret: SecretInput | None = None,
        auth: AuthInput | Default = DEFAULT,
        base_url: str | None = None,
        timeout: TimeoutInput | Default = DEFAULT,
        deadline: float | None = None,
        max_retries: int | Default = DEFAULT,
        max_response_bytes: int = 64 * 1024 * 1024,
        headers: Mapping[str, str] | None = None,
        limiter: LimiterInput = "memory",
        http_client: object = None,
        strict: bool = False,
        on_surprise: Callable[[Surprise], None] | None = None,
        hooks: Sequence[Hook] = (),
        clocks: Clocks | None = None,
    ) -> None:
        """Make a client. Nothing is sent and no connection is opened. All times are seconds.

        `api_key`: the key. If None, AFTERSHIP_API_KEY or AFTERSHIP_TRACKING_SDK_API_KEY of the environment.
        `api_secret`: the secret of a key that signs; for "rsa" the private key in PEM format. If None,
        AFTERSHIP_API_SECRET (or ..._SDK_API_SECRET).
        Both take a string, a `pathlib.Path` of a file (read once, now), or a callable without arguments that
        returns the string. It is called now and for each attempt, so that a new secret is picked up; it must
        be quick.
        `auth`: "api_key" (the default), "aes" or "hmac" (two names of the HMAC-SHA256 signature), "rsa" (RSA
        signature, needs the extra `rsa`), an `OAuthToken`, or another object with a method `sign`.
        `base_url`: the URL of the service; its path goes before /tracking. If None, AFTERSHIP_BASE_URL (or
        ..._SDK_DOMAIN), else https://api.aftership.com.
        `timeout`: the limit of one attempt: seconds, a `Timeout`, or None for no limit. By default 5 to
        connect, 10 to read.
        `deadline`: the limit of a whole call with its retries and waits, a day at most. None for no limit.
        `max_retries`: how often a failed attempt is repeated, 2 by default. A request that may have been
        carried out and is not safe to repeat is never repeated.
        `max_response_bytes`: reading a response that is larger, unpacked, stops with DecodeError. 64 MiB by
        default.
        `headers`: additional headers of every request.
        `limiter`: "memory" respects the rate limits of the API within this client and its copies. The path of
        an SQLite file (.db, .sqlite, .sqlite3) shares them among processes of this machine, the URL of a
        Redis (redis://, rediss://, unix://) among machines. None turns limits off. An object with `acquire`
        and `learn` is a limiter of your own.
        `http_client`: an httpx client, sync for a sync client and async for an async one, or a transport of
        your own. You close it yourself.
        `strict`: raise DecodeError for everything in a response that the document does not declare.
        `on_surprise`: called with each such difference instead. With either of the two, every response is
        read by the thorough reader, which takes about six times as long as the fast one. With neither, only
        what the fast reader cannot type is noticed, and logged.
        `hooks`: callables that receive an event before and after each attempt.
        `clocks`: time and random numbers, for tests, and to correct a wrong clock.

        Raises UsageError for a missing key and for settings that cannot work.
        """
        clocks = clocks or Clocks()
        credentials = choose_credentials(api_key, api_secret, auth, clocks.clock)
        # Nothing below needs them, and error reports may show the variables of this function.
        del api_key, api_secret
        settings = Settings(
            base_url=read_base_url(base_url),
            timeout=read_timeout(timeout),
            deadline=read_deadline(deadline),
            max_retries=read_retries(max_retries, 2),
            max_response_bytes=read_size(max_response_bytes),
            headers=check_headers(headers or {}),
            strict=strict,
            on_surprise=on_surprise,
            hooks=tuple(hooks),
        )
        chosen = choose_limiter(limiter, clocks)
        self._apply_setup(
            ClientSetup(self.API_VERSION, self.MODELS, settings, credentials, chosen, clocks, warned=set())
        )
        # A limiter that was made here, from a path or a URL, is closed with this client.
        self._own_limiter = chosen if chosen is not limiter else None
        self._open(http_client)

    def _apply_setup(self, setup: ClientSetup) -> None:
        self._setup = setup
        self._planner = CallPlanner(setup)
        self._reader = ResponseReader(setup)

    def prepare(self) -> None:
        """Do now what the first call does otherwise: import, and read proxy and certificates from the
        environment. Nothing is sent and no connection is opened.

        It takes some tenths of a second, once in a process. Call it before a server accepts requests, or
        before it forks, so that its children share the memory. A client may be used without it, and in a
        child that was forked at any time.

        Raises UsageError if the environment names a proxy or certificates that cannot be used, and if the
        client is closed.
        """
        self._import()
        if self._uses_httpx():
            self._transport.prepare(self._setup.settings.base_url)

    def _import(self) -> None:
        import_for_calls(self.MODELS, use_httpx=self._uses_httpx(), use_async=self._IS_ASYNC)
        self._imported = True

    def _uses_httpx(self) -> bool:
        return isinstance(self._transport, DefaultTransport | DefaultAsyncTransport)

    def __copy__(self) -> Self:
        """The same as `with_options()`: the copy shares the connections, and closing it closes nothing."""
        return self.with_options()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.with_options()

    def _close_limiter(self) -> None:
        close = getattr(self._own_limiter, "close", None)
        if close is not None:
            close()

    @abstractmethod
    def _open(self, http_client: object) -> None:
        """Choose the transport."""

    @abstractmethod
    def _borrow(self, other: Any) -> None:
        """Take the transport of another client of the same class, without owning it."""

    def with_options(
        self,
        *,
        api_key: SecretInput | Default = DEFAULT,
        api_secret: SecretInput | None = None,
        auth: AuthInput | Default = DEFAULT,
        timeout: TimeoutInput | Default = DEFAULT,
        deadline: float | Default | None = DEFAULT,
        max_retries: int | Default = DEFAULT,
        max_response_bytes: int | Default = DEFAULT,
        headers: Mapping[str, str] | Default = DEFAULT,
        strict: bool | Default = DEFAULT,
        on_surprise: Callable[[Surprise], None] | Default | None = DEFAULT,
        hooks: Sequence[Hook] | Default = DEFAULT,
    ) -> Self:
        """Return a copy that differs in the given options; see the constructor for each.

        The copy shares connections and limiter with this client. This client does not change, and remains the
        one to close. Headers and hooks replace those of this client. A new `api_key`, or an `auth` that is an
        object, makes a client of another account.
        """
        old = self._setup
        settings = old.settings
        if not isinstance(timeout, Default):
            settings = settings._replace(timeout=read_timeout(timeout))
        if not isinstance(deadline, Default):
            settings = settings._replace(deadline=read_deadline(deadline))
        if not isinstance(max_retries, Default):
            settings = settings._replace(max_retries=read_retries(max_retries, 0))
        if not isinstance(max_response_bytes, Default):
            settings = settings._replace(max_response_bytes=read_size(max_response_bytes))
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
                # The key of the environment is never used here: it may belong to another account.
                raise UsageError(
                    "with_options(api_key=...) needs an API key; leave it out to keep this client's"
                )
            credentials = choose_credentials(api_key, api_secret, auth, old.clocks.clock)
        elif api_secret is None and not isinstance(auth, Default | str):
            credentials = choose_credentials(None, None, auth, old.clocks.clock)
        elif api_secret is not None or not isinstance(auth, Default):
            raise UsageError("auth and api_secret go with an api_key: give all of them")
        del api_key, api_secret
        copy = type(self).__new__(type(self))
        copy._apply_setup(old._replace(settings=settings, credentials=credentials))
        copy._borrow(self)
        return copy

    def __repr__(self) -> str:
        # Crash reporters call this too, when the constructor has failed.
        setup: ClientSetup | None = getattr(self, "_setup", None)
        where = "" if setup is None else f" at {setup.settings.base_url}"
        return f"<{type(self).__name__} {self.API_VERSION}{where}>"

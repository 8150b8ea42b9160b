"""What both clients share: their settings, their copies and their repr."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.auth.credentials import AuthInput, Credentials, choose_credentials
from aftership_tracking.runtime.auth.secret_sources import SecretInput
from aftership_tracking.runtime.calls.planner import CallPlanner
from aftership_tracking.runtime.calls.preparation import import_for_calls
from aftership_tracking.runtime.calls.response_reader import ResponseReader
from aftership_tracking.runtime.calls.version_warnings import warn_of_support_end
from aftership_tracking.runtime.clocks import Clocks, current_clocks
from aftership_tracking.runtime.keywords import guarded
from aftership_tracking.runtime.limits.choose import LimiterInput, choose_limiter
from aftership_tracking.runtime.options import DEFAULT, Default, Options, TimeoutInput
from aftership_tracking.runtime.settings import (
    ClientSetup,
    Settings,
    read_base_url,
    read_deadline,
    read_flag,
    read_hooks,
    read_listener,
    read_retries,
    read_retry,
    read_size,
    read_timeout,
    shift_clock,
)
from aftership_tracking.runtime.wire.connections import DefaultAsyncTransport, DefaultTransport
from aftership_tracking.runtime.wire.headers import check_user_agent
from aftership_tracking.runtime.wire.request import check_headers

if TYPE_CHECKING:
    from aftership_tracking.runtime.calls.retry import RetryFunction
    from aftership_tracking.runtime.hooks import Hook
    from aftership_tracking.runtime.limits.usage import BucketUsage
    from aftership_tracking.runtime.surprise import Surprise

__all__ = ["Client"]


class Client(ABC):
    """What both clients share. The class holds only what the version package declares about itself."""

    API_VERSION: ClassVar[str]
    """Version of the API, such as "2024-01"."""
    MODELS: ClassVar[str]
    """Dotted name of the module with the models."""
    SUPPORTED_UNTIL: ClassVar[str | None] = None
    """The last day on which the service supports the version, such as "2025-07-09"; None if it is not known.
    """

    # Copies do not call the constructor, and close nothing.
    _own_limiter: object = None

    _IS_ASYNC: ClassVar[bool] = False
    _imported = False
    _transport: Any

    @guarded
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
        retry: RetryFunction | None = None,
        user_agent: str | None = None,
        clock_offset: float = 0.0,
    ) -> None:
        """Make a client. Nothing is sent and no connection is opened. All times are seconds.

        `api_key`: the key: a string, a `pathlib.Path` of a file (read once, now), or a callable without
        arguments that returns the string. It is called now and for each attempt, so that a new key is picked
        up; it must be quick. If None, AFTERSHIP_API_KEY or AFTERSHIP_TRACKING_SDK_API_KEY of the environment.
        `api_secret`: the secret of a key that signs, given like the key; for "rsa" the private key in PEM
        format. If None, AFTERSHIP_API_SECRET or AFTERSHIP_TRACKING_SDK_API_SECRET of the environment.
        `auth`: "api_key" (the default), "aes" or "hmac" (two names of the HMAC-SHA256 signature), "rsa" (RSA
        signature, needs the extra `rsa`), an `OAuthToken`, or another object with a method `sign`.
        `base_url`: the URL of the service; its path goes before /tracking. If None, AFTERSHIP_BASE_URL or
        AFTERSHIP_TRACKING_SDK_DOMAIN of the environment, else https://api.aftership.com.
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
        `on_surprise`: called with each such difference instead. With either of the two, each time in a
        response is checked too, which about doubles the time of reading; a slower reader runs only when there
        is something to tell. With neither, what has another type is logged, and the rest is only preserved:
        unknown fields (in `extra`), values that an enum does not know, and times that cannot be read.
        `hooks`: callables that receive an event before and after each call and each of its attempts; see
        `aftership_tracking.hooks`. Those of an async client may be `async def`.
        `retry`: decides what is repeated, and when: a function from `retries.AttemptOutcome` to
        `retries.Decision`, such as `retries.RetryPolicy(first_wait=1.0)`. None for the rule of the client.
        `user_agent`: how your application names itself to the service: products with their versions and
        comments, as in "my-shop/1.2 (ops@example.com)". It is sent after the name of this package.
        `clock_offset`: seconds to add to the clock of this machine, if it is wrong and cannot be set: a
        signature whose date is wrong by more than three minutes is refused.

        Raises UsageError for a missing key and for settings that cannot work. Warns with VersionWarning, once
        per process, if the support of this version has ended.
        """
        clocks = shift_clock(current_clocks(), clock_offset)
        warn_of_support_end(self.API_VERSION, self.SUPPORTED_UNTIL, clocks.clock())
        credentials = choose_credentials(api_key, api_secret, auth, clocks.clock)
        # Nothing below needs them, and error reports may show the variables of this function.
        del api_key, api_secret
        settings = Settings(
            base_url=read_base_url(base_url),
            timeout=read_timeout(timeout),
            deadline=read_deadline(deadline),
            max_retries=read_retries(max_retries, 2),
            max_response_bytes=read_size(max_response_bytes),
            headers={} if headers is None else check_headers(headers),
            strict=read_flag("strict", strict),
            on_surprise=read_listener(on_surprise),
            hooks=read_hooks(hooks, may_await=self._IS_ASYNC),
            retry=read_retry(retry),
            user_agent=check_user_agent(user_agent),
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
        """Choose the transport. An own one belongs to this client."""

    @abstractmethod
    def _borrow(self, other: Any) -> None:
        """Take the transport of another client of the same class, without owning it."""

    def _prepare_list(
        self, query: Mapping[str, object] | None, options: Options
    ) -> tuple[dict[str, object], Options]:
        """Return what is requested with every page, as it is now: lists of the caller may change later."""
        from aftership_tracking.runtime.wire.query import copy_lists

        if options.query:
            options = replace(options, query=copy_lists(options.query))
        return copy_lists(query or {}), options

    @guarded
    def with_options(
        self,
        *,
        api_key: SecretInput | Default = DEFAULT,
        api_secret: SecretInput | None = None,
        auth: AuthInput | Default = DEFAULT,
        base_url: str | Default = DEFAULT,
        timeout: TimeoutInput | Default = DEFAULT,
        deadline: float | Default | None = DEFAULT,
        max_retries: int | Default = DEFAULT,
        max_response_bytes: int | Default = DEFAULT,
        headers: Mapping[str, str] | Default = DEFAULT,
        limiter: LimiterInput | Default = DEFAULT,
        http_client: object = DEFAULT,
        strict: bool | Default = DEFAULT,
        on_surprise: Callable[[Surprise], None] | Default | None = DEFAULT,
        hooks: Sequence[Hook] | Default = DEFAULT,
        retry: RetryFunction | Default | None = DEFAULT,
        user_agent: str | Default | None = DEFAULT,
        clock_offset: float | Default = DEFAULT,
    ) -> Self:
        """Return a copy that differs in the given options; see the constructor for each. This client does
        not change.

        The copy shares connections and limiter with this client, which remains the one to close, unless it is
        given others: an `http_client` of None gives it connections of its own, and a `limiter` that is made
        here from a name, a path or a URL is its own too. `close()` of the copy closes what is its own, and
        nothing of this client.

        `headers` are added to those of this client, and win over them. `hooks` replace those of this client.
        A new `api_key`, or an `auth` that is an object, makes a client of another account. An `api_secret`,
        or an `auth` with an `api_secret`, goes with the key that this client has. A `clock_offset` replaces
        that of this client: it counts from the clock of the machine. A limiter that is shared with this
        client, and an `auth` that is an object, keep their clocks.

        Raises UsageError for settings that cannot work.
        """
        old = self._setup
        clocks = old.clocks if isinstance(clock_offset, Default) else shift_clock(old.clocks, clock_offset)
        credentials = _change_credentials(old.credentials, api_key, api_secret, auth, clocks)
        if credentials is old.credentials and clocks is not old.clocks:
            credentials = credentials.with_clock(clocks.clock)
        del api_key, api_secret
        changed: dict[str, Any] = {}
        if not isinstance(base_url, Default):
            changed["base_url"] = read_base_url(base_url)
        if not isinstance(timeout, Default):
            changed["timeout"] = read_timeout(timeout)
        if not isinstance(deadline, Default):
            changed["deadline"] = read_deadline(deadline)
        if not isinstance(max_retries, Default):
            changed["max_retries"] = read_retries(max_retries, 0)
        if not isinstance(max_response_bytes, Default):
            changed["max_response_bytes"] = read_size(max_response_bytes)
        if not isinstance(headers, Default):
            changed["headers"] = {**old.settings.headers, **check_headers(headers)}
        if not isinstance(strict, Default):
            changed["strict"] = read_flag("strict", strict)
        if not isinstance(on_surprise, Default):
            changed["on_surprise"] = read_listener(on_surprise)
        if not isinstance(hooks, Default):
            changed["hooks"] = read_hooks(hooks, may_await=self._IS_ASYNC)
        if not isinstance(retry, Default):
            changed["retry"] = read_retry(retry)
        if not isinstance(user_agent, Default):
            changed["user_agent"] = check_user_agent(user_agent)
        copy = type(self).__new__(type(self))
        if http_client is DEFAULT:
            copy._borrow(self)
        else:
            copy._open(http_client)
        chosen = old.limiter
        if not isinstance(limiter, Default):
            chosen = choose_limiter(limiter, clocks)
            copy._own_limiter = chosen if chosen is not limiter else None
        copy._apply_setup(
            old._replace(
                settings=old.settings._replace(**changed),
                credentials=credentials,
                limiter=chosen,
                clocks=clocks,
            )
        )
        return copy

    @property
    def limits(self) -> tuple[BucketUsage, ...]:
        """How much of each rate limit of this account is used now, for the limits that calls of this process
        have used. Empty without a limiter, or with one of your own that cannot tell.

        If the limiter is in a file or in Redis, this counts all processes and reads the store, for a second
        at most; use it in a thread if an event loop must not wait. Raises LimiterError if the store fails
        and the limiter is configured to raise.
        """
        usage = getattr(self._setup.limiter, "usage", None)
        if usage is None:
            return ()
        prefix = f"{self._setup.credentials.account}/"
        return tuple(replace(one, bucket=one.bucket.removeprefix(prefix)) for one in usage(prefix))

    def __reduce__(self) -> NoReturn:
        raise UsageError(
            "a client cannot be pickled: it has connections, and its secrets must not travel",
            hint="Make a client in each process, for instance in the initializer of a pool; with_options() "
            "makes a copy.",
        )

    def __repr__(self) -> str:
        # Crash reporters call this too, when the constructor has failed.
        setup: ClientSetup | None = getattr(self, "_setup", None)
        where = "" if setup is None else f" at {setup.settings.base_url}"
        return f"<{type(self).__name__} {self.API_VERSION}{where}>"


def _change_credentials(
    old: Credentials,
    api_key: SecretInput | Default,
    api_secret: SecretInput | None,
    auth: AuthInput | Default,
    clocks: Clocks,
) -> Credentials:
    """Return the credentials of a copy. Nothing is read from the environment: what is there may belong to
    another account.
    """
    if isinstance(api_key, Default) and api_secret is None and isinstance(auth, Default):
        return old
    if not isinstance(api_key, Default):
        if api_key in (None, ""):
            raise UsageError("with_options(api_key=...) needs an API key; leave it out to keep this client's")
        return choose_credentials(api_key, api_secret, auth, clocks.clock)
    if not isinstance(auth, Default | str):
        if api_secret is not None:
            raise UsageError("an auth that is an object takes no api_secret")
        return choose_credentials(None, None, auth, clocks.clock)
    kind = auth if isinstance(auth, str) else old.kind
    if old.key is None or kind is None:
        raise UsageError(
            "this client has no API key that the auth or api_secret could go with", hint="Give api_key too."
        )
    if (kind == "api_key") == (api_secret is not None):
        needs = "takes no" if kind == "api_key" else "needs an"
        raise UsageError(f"auth={kind!r} {needs} api_secret", hint="Give auth='aes' or 'rsa' with a secret.")
    return choose_credentials(old.key.reveal, api_secret, kind, clocks.clock)

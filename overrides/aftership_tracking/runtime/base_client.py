"""What both clients share: their settings, copies, and how they show themselves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.auth.credentials import AuthInput, Credentials, choose_credentials
from aftership_tracking.runtime.auth.secret_sources import SecretInput
from aftership_tracking.runtime.calls.planner import CallPlanner
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
from aftership_tracking.runtime.wire.request import check_headers

if TYPE_CHECKING:
    from aftership_tracking.runtime.surprise import Surprise

__all__ = ["Client"]


class Client(ABC):
    """What both clients share. Nothing lives on the class but what the version package says about itself."""

    API_VERSION: ClassVar[str]
    """Version of the API, such as "2024-01"."""
    MODELS: ClassVar[str]
    """Dotted name of the module with the models."""

    # Copies are made without the constructor, and close nothing.
    _own_limiter: object = None

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

        `api_key`: the key; if None, AFTERSHIP_API_KEY or AFTERSHIP_TRACKING_SDK_API_KEY of the environment.
        `api_secret`: the secret of a key that signs, for "rsa" the private key as PEM text; if None,
        AFTERSHIP_API_SECRET (or ..._SDK_API_SECRET).
        Both take a text, a `pathlib.Path` of a file (read once, now), or a callable without arguments that
        gives the text (asked now and for each attempt, so that a new secret is picked up; it must be quick).
        `auth`: "api_key" (the default), "aes" (HMAC-SHA256 signature), "rsa" (RSA signature, needs the extra
        `rsa`), an `OAuthToken`, or another object with a method `sign`.
        `base_url`: where the service is; a path in it goes before /tracking. If None, AFTERSHIP_BASE_URL (or
        ..._SDK_DOMAIN), else https://api.aftership.com.
        `timeout`: of one attempt: seconds, a `Timeout`, or None for no limit. By default 5 to connect, 10 to
        read.
        `deadline`: of a whole call with its retries and waits, a day at most. None for no limit.
        `max_retries`: how often a failed attempt is repeated, 2 by default. What may have been carried out
        and is not safe to repeat is never repeated.
        `max_response_bytes`: an answer that is larger, unpacked, is given up with DecodeError. 64 MiB by
        default.
        `headers`: further headers of every request.
        `limiter`: "memory" keeps to the rate limits of the API within this client and its copies; the path of
        an SQLite file (.db, .sqlite, .sqlite3) shares them among processes of this machine, the URL of a
        Redis (redis://, rediss://, unix://) among machines; None turns limits off; an object with `acquire`
        and `learn` does as it likes.
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
            max_response_bytes=read_size(max_response_bytes),
            headers=check_headers(headers or {}),
            strict=strict,
            on_surprise=on_surprise,
            hooks=tuple(hooks),
        )
        chosen = choose_limiter(limiter, clocks)
        self._use(
            ClientSetup(self.API_VERSION, self.MODELS, settings, credentials, chosen, clocks, warned=set())
        )
        # One that was made here, of a path or a URL, is ours to close.
        self._own_limiter = chosen if chosen is not limiter else None
        self._open(http_client)

    def _use(self, setup: ClientSetup) -> None:
        self._setup = setup
        self._planner = CallPlanner(setup)
        self._reader = ResponseReader(setup)

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
        """Return a copy that differs in what is given; see the constructor for each.

        The copy shares connections and limiter with this client, which stays as it is and stays the one to
        close. Headers and hooks replace those of this client. A new `api_key`, or an `auth` that is an
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
                # Never the key of the environment, which may be that of another account.
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
        copy._use(old._replace(settings=settings, credentials=credentials))
        copy._borrow(self)
        return copy

    def __repr__(self) -> str:
        # Asked by crash reporters too, when the constructor has failed.
        setup: ClientSetup | None = getattr(self, "_setup", None)
        where = "" if setup is None else f" at {setup.settings.base_url}"
        return f"<{type(self).__name__} {self.API_VERSION}{where}>"

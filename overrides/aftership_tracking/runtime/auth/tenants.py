"""A client for each merchant of a partner app: thousands in one process share connections and limiter."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Any, Generic, NamedTuple, Self, TypeVar

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.auth.oauth_app import OAuthApp
from aftership_tracking.runtime.auth.stored_token import StoredToken
from aftership_tracking.runtime.auth.token_stores.protocol import TokenStore, check_merchant
from aftership_tracking.runtime.auth.tokens import Tokens
from aftership_tracking.runtime.wire.request import Request

__all__ = ["Tenants"]

C = TypeVar("C")

_RECHECK_AFTER = 0.1
"""Seconds after which `disconnect` looks again whether a renewal has ended."""
_STORE_METHODS = ("get", "put", "delete", "lease", "release")


class _Taken(NamedTuple):
    """The tokens that were deleted, if there were any."""

    tokens: Tokens | None


class _NoMerchant:
    """Authenticates nothing: the client that all others are copies of is never used."""

    def sign(self, request: Request) -> Request:
        """Refuse."""
        raise UsageError(f"{request.method} {request.path} has no merchant", hint="Use tenants.client(...).")


class Tenants(Generic[C]):
    """Makes the clients of the merchants who connected an app.

        tenants = Tenants(app, SqliteTokenStore("tokens.db"), AfterShip, timeout=5)
        tenants.client("merchant-1").trackings.get("5b7658cec7c33c0e007de3c5")

    `app`: the partner app. `store`: holds the tokens of each merchant, by the id that you gave to `put`.
    `client_class`: `AfterShip` or `AsyncAfterShip` of any version.
    `leeway`: how many seconds before its end a token is renewed, 60 by default.
    `header`, `prefix`, `check_scopes`: see `OAuthToken`.
    `settings`: those of the client, except for credentials. All clients share the connections and the
    limiter; the rate limits of each merchant are counted apart.

    A merchant's tokens are read from the store when they are needed first, renewed when they expire, and
    stored again, by one process at a time. Tokens that another process put are found when the old ones
    expire, are refused, or lack a scope.

    Threads and tasks may share it, and it may be used after a fork. Close it, or use it in a `with`.
    Raises UsageError for settings that cannot work.
    """

    def __init__(
        self,
        app: OAuthApp,
        store: TokenStore,
        client_class: type[C],
        *,
        leeway: float = 60.0,
        header: str = "authorization",
        prefix: str = "Bearer",
        check_scopes: bool = True,
        **settings: Any,
    ) -> None:
        if not isinstance(app, OAuthApp):
            raise UsageError(f"Tenants needs an OAuthApp, not a {type(app).__name__}")
        if not all(callable(getattr(store, name, None)) for name in _STORE_METHODS):
            raise UsageError(
                f"Tenants needs a token store, not a {type(store).__name__}",
                hint="Give a SqliteTokenStore, or an object with the methods of TokenStore.",
            )
        given = next((name for name in ("auth", "api_key", "api_secret") if name in settings), None)
        if given is not None:
            raise UsageError(f"Tenants takes no {given}: the tokens of the store authenticate its clients")
        self._app = app
        self._store = store
        self._token_settings: dict[str, Any] = {
            "leeway": leeway,
            "header": header,
            "prefix": prefix,
            "check_scopes": check_scopes,
        }
        self._locks: dict[int, threading.Lock] = {}
        self._tokens: dict[str, StoredToken] = {}
        # Its connections and its limiter are those of all clients.
        self._base: Any = client_class(auth=_NoMerchant(), **settings)  # type: ignore[call-arg]
        # Settings of tokens that cannot work are found here, and not at the first client.
        self._make_token("a merchant")

    def __repr__(self) -> str:
        return f"<Tenants of {self._app.client_id}, {len(self._tokens)} in memory>"

    def client(self, merchant: str) -> C:
        """Return the client of a merchant. Nothing is read or sent before its first call, which raises
        NotConnectedError if the store has no tokens of this merchant.

        It is cheap: get it anew for each piece of work, or keep it, which takes 3 kB with the tokens.
        Closing it closes nothing. The tokens stay in memory until `disconnect` or the end of this object.
        """
        token = self._tokens.get(check_merchant(merchant))
        if token is None:
            # Of two threads both get the same object: one renewal at a time.
            token = self._tokens.setdefault(merchant, self._make_token(merchant))
        client: C = self._base.with_options(auth=token)
        return client

    def _make_token(self, merchant: str) -> StoredToken:
        return StoredToken(
            merchant,
            self._store,
            self._app,
            locks=self._locks,
            clock=self._base._setup.clocks.clock,
            **self._token_settings,
        )

    def disconnect(self, merchant: str) -> bool:
        """Forget a merchant who uninstalled the app: delete the tokens, and revoke them if the app has a
        `revoke_url`. Returns whether there were tokens.

        They are deleted first, and stay deleted if revoking fails. If they are to be revoked, a renewal that
        is under way is waited for, up to twice the `timeout` of the app: what it brings must not live on.
        Raises StorageError, and what `OAuthApp.revoke` raises. Clients of the merchant in other processes
        work until their access token ends or is refused.
        """
        end = time.monotonic() + self._lease_seconds
        while (taken := self._take(merchant, time.monotonic() >= end)) is None:
            time.sleep(_RECHECK_AFTER)
        if taken.tokens is not None and self._app.revoke_url is not None:
            self._app.revoke(taken.tokens, http_client=self._base._transport)
        return taken.tokens is not None

    async def adisconnect(self, merchant: str) -> bool:
        """Do the same as `disconnect`, for async clients."""
        import anyio

        blocking = getattr(self._store, "blocking", True)
        end = time.monotonic() + self._lease_seconds
        while True:
            is_last = time.monotonic() >= end
            taken = (
                await anyio.to_thread.run_sync(self._take, merchant, is_last)
                if blocking
                else self._take(merchant, is_last)
            )
            if taken is not None:
                break
            await anyio.sleep(_RECHECK_AFTER)
        if taken.tokens is not None and self._app.revoke_url is not None:
            await self._app.arevoke(taken.tokens, http_client=self._base._transport)
        return taken.tokens is not None

    @property
    def _lease_seconds(self) -> float:
        return 2 * self._app.timeout

    def _take(self, merchant: str, is_last: bool) -> _Taken | None:
        """Delete the tokens. Returns what they were; None if their renewal is under way, unless `is_last`."""
        tokens = self._store.get(check_merchant(merchant))
        if tokens is not None and self._app.revoke_url is not None:
            # The lease keeps others from renewing them until they are deleted.
            lease = self._store.lease(merchant, self._lease_seconds)
            if lease is None and not is_last:
                return None
            tokens = tokens if lease is None else lease.tokens
        self._store.delete(merchant)
        known = self._tokens.pop(merchant, None)
        if known is not None:
            known.forget()
        return _Taken(tokens)

    def close(self) -> None:
        """Close the connections of sync clients, and what they share. The store stays open. Raises UsageError
        if the clients are async.
        """
        if not hasattr(self._base, "close"):
            raise UsageError("these clients are async: use `await tenants.aclose()`, or `async with`")
        self._base.close()

    async def aclose(self) -> None:
        """Close the connections of async clients, and what they share. The store stays open. Raises
        UsageError if the clients are sync.
        """
        if not hasattr(self._base, "aclose"):
            raise UsageError("these clients are sync: use `tenants.close()`, or `with`")
        await self._base.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

"""A client for each merchant of a partner app: thousands in one process share connections and limiter."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from aftership_tracking.runtime.auth.oauth_app import OAuthApp
from aftership_tracking.runtime.auth.token_stores.protocol import TokenStore

__all__ = ["Tenants"]

C = TypeVar("C")


class Tenants(Generic[C]):
    """Makes the clients of the merchants who connected an app.

        tenants = Tenants(app, SqliteTokenStore("tokens.db"), AfterShip, timeout=5)
        tenants.client("merchant-1").trackings.get("5b7658cec7c33c0e007de3c5")

    `app`: the partner app. `store`: holds the tokens of each merchant, by the id that you gave to `put`.
    `client_class`: `AfterShip` or `AsyncAfterShip` of any version.
    `leeway`: how many seconds before its end a token is renewed, 60 by default.
    `header`, `prefix`: how a request carries the token; see `OAuthToken`.
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
        **settings: Any,
    ) -> None:
        raise NotImplementedError

    def client(self, merchant: str) -> C:
        """Return the client of a merchant. Nothing is read or sent before its first call, which raises
        AuthenticationError if the store has no tokens of this merchant.

        It is cheap: get it anew for each piece of work, or keep it. Closing it closes nothing.
        """
        raise NotImplementedError

    def disconnect(self, merchant: str, *, http_client: object = None) -> bool:
        """Forget a merchant who uninstalled the app: delete the tokens, and revoke them if the app has a
        `revoke_url`. Returns whether there were tokens.

        They are deleted first, and stay deleted if revoking fails. Raises StorageError, and what
        `OAuthApp.revoke` raises. Clients of the merchant in other processes work until their access token
        ends or is refused.
        """
        raise NotImplementedError

    async def adisconnect(self, merchant: str, *, http_client: object = None) -> bool:
        """Do the same as `disconnect`; `http_client` is an async one."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the connections of sync clients, and what they share. The store stays open."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Close the connections of async clients, and what they share. The store stays open."""
        raise NotImplementedError

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

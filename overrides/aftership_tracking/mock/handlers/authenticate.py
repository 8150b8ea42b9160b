"""Checks the API key, its permissions, and finds the account that it opens."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.store import Store

Keys = Collection[str] | Mapping[str, Collection[str]] | None

UNAUTHORIZED = 401
FORBIDDEN = 403


class Authenticate:
    """With `keys=None` any key is good and has an account of its own.

    A mapping of keys gives each its permissions, by the names that the documents have for OAuth. Otherwise a
    key may do everything.
    """

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = None if keys is None else frozenset(keys)
        self._permissions = keys if isinstance(keys, Mapping) else None

    def __call__(self, exchange: Exchange) -> None:
        name = exchange.api.key_header
        key = exchange.request.headers.get(name, "").strip()
        if not key:
            raise Refusal((UNAUTHORIZED,), f"header {name}: missing or empty")
        if self._keys is not None and key not in self._keys:
            raise Refusal((UNAUTHORIZED,), f"header {name}: not a key of this mock")
        if self._permissions is not None and exchange.operation is not None:
            missing = sorted(exchange.operation.scopes - set(self._permissions[key]))
            if missing:
                raise Refusal((FORBIDDEN,), f"permission: the key lacks {', '.join(missing)}")
        exchange.api_key = key
        exchange.account = self._store.account(key)

"""Checks the API key and finds the account that it opens."""

from __future__ import annotations

from collections.abc import Collection

from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.store import Store

UNAUTHORIZED = 401


class Authenticate:
    """With `keys=None` any key is good and has an account of its own."""

    def __init__(self, store: Store, keys: Collection[str] | None) -> None:
        self._store = store
        self._keys = None if keys is None else frozenset(keys)

    def __call__(self, exchange: Exchange) -> None:
        name = exchange.api.key_header
        key = exchange.request.headers.get(name, "").strip()
        if not key:
            raise Refusal((UNAUTHORIZED,), f"header {name}: missing or empty")
        if self._keys is not None and key not in self._keys:
            raise Refusal((UNAUTHORIZED,), f"header {name}: not a key of this mock")
        exchange.api_key = key
        exchange.account = self._store.account(key)

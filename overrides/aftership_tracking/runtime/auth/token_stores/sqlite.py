"""A token store in an SQLite file: for several processes on one machine. It outlives restarts."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from aftership_tracking.runtime.auth.token_stores.protocol import TokenLease
from aftership_tracking.runtime.auth.tokens import Tokens

__all__ = ["SqliteTokenStore"]


class SqliteTokenStore:
    """Stores tokens in a table, `aftership_tokens`, of the file at `path`."""

    blocking = True

    def __init__(
        self, path: str | os.PathLike[str], *, timeout: float = 5.0, clock: Callable[[], float] = time.time
    ) -> None:
        raise NotImplementedError

    def get(self, merchant: str) -> Tokens | None:
        raise NotImplementedError

    def put(self, merchant: str, tokens: Tokens, *, lease: TokenLease | None = None) -> bool:
        raise NotImplementedError

    def delete(self, merchant: str) -> bool:
        raise NotImplementedError

    def lease(self, merchant: str, seconds: float) -> TokenLease | None:
        raise NotImplementedError

    def release(self, lease: TokenLease) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

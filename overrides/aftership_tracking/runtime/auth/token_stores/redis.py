"""A token store in Redis: for processes on several machines. It needs the extra `redis`."""

from __future__ import annotations

from typing import Any

from aftership_tracking.runtime.auth.token_stores.protocol import TokenLease
from aftership_tracking.runtime.auth.tokens import Tokens

__all__ = ["RedisTokenStore"]


class RedisTokenStore:
    """Stores tokens in a Redis server."""

    blocking = True

    def __init__(self, server: str | Any, *, prefix: str = "aftership:token:", timeout: float = 5.0) -> None:
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

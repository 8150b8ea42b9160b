"""A token store in the memory of one process."""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from aftership_tracking.runtime.auth.token_stores.protocol import TokenLease, check_merchant
from aftership_tracking.runtime.auth.tokens import Tokens

__all__ = ["MemoryTokenStore"]


class _Row(NamedTuple):
    tokens: Tokens | None
    version: int
    holder: str = ""
    ends_at: float = 0.0


class MemoryTokenStore:
    """Stores tokens in this process: for tests, and for programs that load tokens from elsewhere.

    After a fork, parent and child have separate copies, and would both renew. `clock`: Unix time.
    """

    blocking = False

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._rows: dict[str, _Row] = {}
        self._locks = {os.getpid(): threading.Lock()}

    def __repr__(self) -> str:
        return f"MemoryTokenStore({sum(row.tokens is not None for row in self._rows.values())} merchants)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token store cannot be pickled")

    def get(self, merchant: str) -> Tokens | None:
        """Return the tokens of a merchant; None if there are none."""
        row = self._rows.get(check_merchant(merchant))
        return None if row is None else row.tokens

    def put(self, merchant: str, tokens: Tokens, *, lease: TokenLease | None = None) -> bool:
        """Store tokens; see `TokenStore`."""
        check_merchant(merchant)
        with self._lock:
            row = self._rows.get(merchant, _NO_ROW)
            if lease is not None and (row.tokens is None or row.version != lease.version):
                return False
            self._rows[merchant] = _Row(tokens, row.version + 1)
            return True

    def delete(self, merchant: str) -> bool:
        """Delete the tokens; see `TokenStore`."""
        check_merchant(merchant)
        with self._lock:
            row = self._rows.get(merchant, _NO_ROW)
            # The version stays, so that an older lease cannot put the tokens back.
            if row.tokens is not None:
                self._rows[merchant] = _Row(None, row.version + 1)
            return row.tokens is not None

    def lease(self, merchant: str, seconds: float) -> TokenLease | None:
        """Begin a lease; see `TokenStore`."""
        check_merchant(merchant)
        with self._lock:
            row, now = self._rows.get(merchant, _NO_ROW), self._clock()
            if row.tokens is None or (row.holder and now < row.ends_at):
                return None
            holder = secrets.token_hex(8)
            self._rows[merchant] = row._replace(holder=holder, ends_at=now + seconds)
            return TokenLease(merchant=merchant, tokens=row.tokens, holder=holder, version=row.version)

    def release(self, lease: TokenLease) -> None:
        """End a lease; see `TokenStore`."""
        with self._lock:
            row = self._rows.get(lease.merchant)
            if row is not None and row.holder == lease.holder:
                self._rows[lease.merchant] = row._replace(holder="", ends_at=0.0)

    @property
    def _lock(self) -> threading.Lock:
        # One for each process: a lock that is held at a fork is never released in the child.
        return self._locks.setdefault(os.getpid(), threading.Lock())


_NO_ROW = _Row(None, 0)

"""A store within one process: for a single worker, and for tests. A restart forgets everything."""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.logger import log_fields
from aftership_tracking.webhooks.stores.protocol import Claim, ClaimState

__all__ = ["MemoryStore"]

LOGGER = logging.getLogger("aftership_tracking.webhooks")


class _Entry(NamedTuple):
    token: str
    until: float
    attempt: int


class MemoryStore:
    """Remembers keys in a dictionary.

    Args:
        max_keys: the most keys to remember. Beyond that the keys that were done first are forgotten, even
            before their time is over. The first time, a warning is logged.
        clock: returns seconds that never run backwards.
    """

    def __init__(self, *, max_keys: int = 100_000, clock: Callable[[], float] = time.monotonic) -> None:
        # `not` and not `<`, so that NaN is refused too.
        if not 1 <= max_keys < float("inf"):
            raise UsageError("max_keys must be at least 1.")
        self._max_keys = max_keys
        self._clock = clock
        self._claimed: dict[str, _Entry] = {}
        # In the order of completion.
        self._done: OrderedDict[str, _Entry] = OrderedDict()
        self._locks = {os.getpid(): threading.Lock()}
        self._has_warned = False

    def claim(self, key: str, *, lease: float) -> Claim:
        """Claim a key for `lease` seconds."""
        with self._guard():
            now = self._clock()
            known = self._find(key)
            if known is not None and known.until > now:
                return Claim(state=ClaimState.DONE if key in self._done else ClaimState.BUSY, key=key)
            # A claim that was released or ran out was an attempt. What was done begins anew.
            attempt = 1 if known is None or key in self._done else known.attempt + 1
            self._done.pop(key, None)
            token = secrets.token_hex(16)
            self._claimed[key] = _Entry(token, now + lease, attempt)
            self._forget(now)
            return Claim(state=ClaimState.NEW, key=key, token=token, attempt=attempt)

    def complete(self, claim: Claim, *, keep: float) -> bool:
        """Remember for `keep` seconds that the key is done."""
        with self._guard():
            now = self._clock()
            known = self._find(claim.key)
            if known is not None and known.token != claim.token:
                return False
            self._claimed.pop(claim.key, None)
            self._done[claim.key] = _Entry(claim.token, now + keep, claim.attempt)
            self._forget(now)
            return True

    def release(self, claim: Claim) -> bool:
        """Forget the claim."""
        with self._guard():
            held = self._claimed.get(claim.key)
            if held is None or held.token != claim.token:
                return False
            self._claimed[claim.key] = _Entry("", self._clock(), held.attempt)
            return True

    def __len__(self) -> int:
        """Return how many keys are remembered, those with nothing but a number of attempts included."""
        return len(self._claimed) + len(self._done)

    def _find(self, key: str) -> _Entry | None:
        return self._done.get(key) or self._claimed.get(key)

    def _forget(self, now: float) -> None:
        while self._done:
            oldest = next(iter(self._done))
            if self._done[oldest].until > now and len(self._done) <= self._max_keys:
                break
            self._warn_if_early(self._done.pop(oldest), now)
        if len(self._claimed) > self._max_keys:
            # What is claimed now stays. Of the others, only their attempts are known.
            self._claimed = {key: entry for key, entry in self._claimed.items() if entry.until > now}

    def _warn_if_early(self, forgotten: _Entry, now: float) -> None:
        if forgotten.until <= now or self._has_warned:
            return
        self._has_warned = True
        LOGGER.warning(
            "MemoryStore forgets events before their time, because it holds %d: AfterShip delivers again for "
            "68 hours, and such a delivery is handled again. Raise max_keys, or use another store.",
            self._max_keys,
            extra=log_fields("store", max_keys=self._max_keys),
        )

    def _guard(self) -> threading.Lock:
        # A lock that another thread held during a fork stays locked in the child forever, so each process has
        # its own. `setdefault` gives two threads of a new process the same lock.
        process = os.getpid()
        known = self._locks.get(process)
        return self._locks.setdefault(process, threading.Lock()) if known is None else known

"""What tests of stores share: a clock that they set, and the state of a key."""

from __future__ import annotations

from aftership_tracking.webhooks.stores import ClaimState, Store

LAST_ATTEMPT = 245_730
"""Seconds after the first attempt, by AfterShip's retry table."""


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


def state(store: Store, key: str) -> ClaimState:
    """Return the state of a key, without leaving a claim."""
    claim = store.claim(key, lease=60)
    if claim.state is ClaimState.NEW:
        assert store.release(claim)
    return claim.state

"""Counts the request against the rate limit of its operation."""

from __future__ import annotations

from aftership_tracking.mock.clock import Clock
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.limits import Limits
from aftership_tracking.mock.refusal import Refusal

TOO_MANY_REQUESTS = 429


class Limit:
    """Always counts; refuses only when told to enforce the limit."""

    def __init__(self, limits: Limits, clock: Clock, *, enforce: bool) -> None:
        self._limits = limits
        self._clock = clock
        self._enforce = enforce

    def __call__(self, exchange: Exchange) -> None:
        limit = exchange.served.limit
        exchange.allowance = self._limits.count(exchange.api_key or "", limit, self._clock.wall())
        if self._enforce and exchange.allowance.exceeded:
            raise Refusal(
                (TOO_MANY_REQUESTS,),
                f"limit: {limit.requests} requests in {limit.seconds:g} s per {limit.bucket} are used up",
            )

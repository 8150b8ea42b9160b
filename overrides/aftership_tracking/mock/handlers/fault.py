"""Fails requests that were planned to fail."""

from __future__ import annotations

from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.faults import Faults
from aftership_tracking.mock.refusal import Refusal


class PlannedFault:
    """Takes the next planned fault, if one matches, and answers with it before anything is done."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def __call__(self, exchange: Exchange) -> None:
        fault = self._faults.take(exchange.served.id)
        if fault is not None:
            raise Refusal((fault.code,), f"fault: a planned {fault.status}", status=fault.status)

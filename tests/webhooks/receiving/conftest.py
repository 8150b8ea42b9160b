"""Sync and async receivers have the same results."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from aftership_tracking.webhooks import Delivery, Receiver, Reply


@pytest.fixture(params=["sync", "async"])
def respond(request: pytest.FixtureRequest) -> Callable[[Receiver, Delivery], Reply]:
    if request.param == "sync":
        return Receiver.receive
    return lambda receiver, given: asyncio.run(receiver.receive_async(given))

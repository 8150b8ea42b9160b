"""Fixtures for pytest. They are not registered by themselves; in a `conftest.py`:

pytest_plugins = ["aftership_tracking.testing.fixtures"]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from aftership_tracking.testing.client_clock import ClientClock
from aftership_tracking.testing.requests import SECRET, SignedRequest, signed_event

if TYPE_CHECKING:
    from aftership_tracking.mock import Mock

__all__ = ["aftership_clock", "aftership_mock", "aftership_webhook", "aftership_webhook_secret"]


@pytest.fixture
def aftership_webhook_secret() -> str:
    """The secret that the kit signs with."""
    return SECRET


@pytest.fixture
def aftership_webhook() -> Callable[..., SignedRequest]:
    """Makes a signed delivery: `aftership_webhook(tag="Delivered")`. It is the function `signed_event`."""
    return signed_event


@pytest.fixture
def aftership_mock() -> Mock:
    """A mock of the service with a manual clock. It needs the extra `mock`."""
    from aftership_tracking.mock import ManualClock, Mock

    return Mock(clock=ManualClock())


@pytest.fixture
def aftership_clock() -> Iterator[ClientClock]:
    """A clock that clients of the test use: they wait without waiting, wherever they are made."""
    with ClientClock() as clock:
        yield clock

"""A mock of the service, built from the same documents as the client.

    mock = Mock(clock=ManualClock())
    client = AfterShip(api_key="k", http_client=httpx.Client(transport=mock.transport()))

It needs the extra `mock` of this package.
"""

from __future__ import annotations

try:
    import jsonschema_rs as _needed  # noqa: F401
except ImportError as error:
    raise ImportError(
        "the mock needs more packages: python -m pip install 'aftership-tracking-client[mock]'"
    ) from error

from aftership_tracking.mock.clock import Clock, ManualClock, SystemClock
from aftership_tracking.mock.faults import Faults
from aftership_tracking.mock.journal import Journal, Record
from aftership_tracking.mock.keys import MockKey
from aftership_tracking.mock.message import MockRequest, MockResponse
from aftership_tracking.mock.oauth import MockOAuth, MockToken
from aftership_tracking.mock.server import Mock

__all__ = [
    "Clock",
    "Faults",
    "Journal",
    "ManualClock",
    "Mock",
    "MockKey",
    "MockOAuth",
    "MockRequest",
    "MockResponse",
    "MockToken",
    "Record",
    "SystemClock",
]

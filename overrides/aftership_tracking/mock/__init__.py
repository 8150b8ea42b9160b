"""A mock of the service, built from the same documents as the client.

    mock = Mock(clock=ManualClock())
    client = AfterShip(api_key="k", http_client=httpx.Client(transport=mock.transport()))

It needs the extra `mock` of this package.
"""

# A request comes in through `wire` and passes the handlers of `pipeline`. These check it by what
# `documents` declare, find its account in `accounts`, and call one of `services`. What a service knows about
# a parcel is in `parcels`; what the mock says about a request beside its response is in `hints`. `webhooks`
# sends what happens to parcels. `control` is what a test does besides calling the API, as methods and under
# `/_mock/`. `server` puts it all together.

from __future__ import annotations

from typing import TYPE_CHECKING

try:
    import jsonschema_rs as _needed  # noqa: F401
except ImportError as error:
    raise ImportError(
        "the mock needs more packages: python -m pip install 'aftership-tracking-client[mock]'"
    ) from error

from aftership_tracking.mock.accounts.keys import KeyKind, Keys, MockKey
from aftership_tracking.mock.accounts.oauth.apps import MockApp, MockMerchant
from aftership_tracking.mock.accounts.oauth.consents import Connection
from aftership_tracking.mock.accounts.oauth.mock_oauth import MockOAuth, MockToken
from aftership_tracking.mock.clock import Alarm, Clock, ManualClock, MovableClock, SystemClock
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.verification import (
    Expectation,
    NearMiss,
    Unexpected,
    Unmet,
    Verification,
)
from aftership_tracking.mock.documents.served_versions import DocumentSource
from aftership_tracking.mock.fault_effect import BodyKind, FaultBody
from aftership_tracking.mock.hints.hint import Hint, HintSource
from aftership_tracking.mock.parcels.lifecycle_reader import LifecycleError
from aftership_tracking.mock.pipeline.faults import FaultRule, Faults, FaultState
from aftership_tracking.mock.pipeline.journal import Journal, Record, RecordKind
from aftership_tracking.mock.server import Mock, MockMode
from aftership_tracking.mock.wire.message import Drop, MockRequest, MockResponse, Unreadable

if TYPE_CHECKING:
    from aftership_tracking.mock.wire.httpx_transport import AsyncMockTransport as AsyncMockTransport
    from aftership_tracking.mock.wire.httpx_transport import MockTransport as MockTransport

__all__ = [
    "Alarm",
    "AsyncMockTransport",
    "BodyKind",
    "Clock",
    "Connection",
    "ControlError",
    "DocumentSource",
    "Drop",
    "Expectation",
    "FaultBody",
    "FaultRule",
    "FaultState",
    "Faults",
    "Hint",
    "HintSource",
    "Journal",
    "KeyKind",
    "Keys",
    "LifecycleError",
    "ManualClock",
    "Mock",
    "MockApp",
    "MockKey",
    "MockMerchant",
    "MockMode",
    "MockOAuth",
    "MockRequest",
    "MockResponse",
    "MockToken",
    "MockTransport",
    "MovableClock",
    "NearMiss",
    "Record",
    "RecordKind",
    "SystemClock",
    "Unexpected",
    "Unmet",
    "Unreadable",
    "Verification",
]


def __getattr__(name: str) -> object:
    # Imported lazily: a mock on a port never needs httpx.
    if name not in ("AsyncMockTransport", "MockTransport"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from aftership_tracking.mock.wire import httpx_transport

    value: object = getattr(httpx_transport, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__

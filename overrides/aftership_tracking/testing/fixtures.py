"""Fixtures for pytest. They are there once the package is installed, as the plugin of this name.

Where plugins are not loaded by themselves (`PYTEST_DISABLE_PLUGIN_AUTOLOAD`), a `conftest.py` names it:

    pytest_plugins = ["aftership_tracking.testing.fixtures"]

Each test gets new ones. Nothing but pytest is imported before a test uses one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

try:
    import pytest
except ImportError as error:
    raise ImportError("the fixtures need one more package: python -m pip install pytest") from error

from aftership_tracking.testing.client_clock import ClientClock
from aftership_tracking.testing.events import NEWEST
from aftership_tracking.testing.requests import SECRET, SignedRequest, signed_event

if TYPE_CHECKING:
    from aftership_tracking.mock import Faults, Mock
    from aftership_tracking.newest import AfterShip, AsyncAfterShip
    from aftership_tracking.testing.captured_webhooks import CapturedWebhooks
    from aftership_tracking.testing.journal_assertions import JournalAssertions
    from aftership_tracking.testing.script import Script

__all__ = [
    "aftership_api_key",
    "aftership_async_client",
    "aftership_client",
    "aftership_clock",
    "aftership_faults",
    "aftership_mock",
    "aftership_mock_settings",
    "aftership_mock_url",
    "aftership_requests",
    "aftership_script",
    "aftership_version",
    "aftership_webhook",
    "aftership_webhook_secret",
    "aftership_webhooks",
]

_IN_PROCESS = "http://mock.invalid"
"""The address of a mock that is reached without a network; a name that no machine can have."""
_NOWHERE = "http://use-the-fixture-aftership-mock-url.invalid"
_SCRIPTS = pytest.StashKey[list["Script"]]()


@pytest.fixture
def aftership_webhook_secret() -> str:
    """The secret that the kit signs with."""
    return SECRET


@pytest.fixture
def aftership_webhook() -> Callable[..., SignedRequest]:
    """Makes a signed delivery: `aftership_webhook(tag="Delivered")`. It is the function `signed_event`."""
    return signed_event


@pytest.fixture(scope="session")
def aftership_version() -> str:
    """The API version of clients, scripts and webhooks: "newest". Define it anew to use another one."""
    return NEWEST


@pytest.fixture(scope="session")
def aftership_api_key() -> str:
    """The key that clients send, and that `AFTERSHIP_API_KEY` holds. The mock accepts any."""
    return "test-key"


@pytest.fixture(scope="session")
def aftership_mock_settings() -> dict[str, Any]:
    """Arguments for the `Mock` of each test. Define it anew: `return {"enforce_limits": True}`."""
    return {}


@pytest.fixture
def aftership_mock(request: pytest.FixtureRequest, aftership_mock_settings: dict[str, Any]) -> Iterator[Mock]:
    """A mock of the service. It needs the extra `mock`.

    Its clock is a `ManualClock`; if the test uses `aftership_mock_url` too, it is the real one, because other
    programs have that. Define it anew with another scope to share one between tests.

    A client that knows nothing of the mock does not reach the service: `AFTERSHIP_BASE_URL` names no machine.
    """
    from aftership_tracking.mock import ManualClock, Mock

    if "aftership_mock_url" in request.fixturenames:
        yield Mock(**aftership_mock_settings)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFTERSHIP_BASE_URL", _NOWHERE)
        yield Mock(**{"clock": ManualClock(), **aftership_mock_settings})


@pytest.fixture
def aftership_mock_url(aftership_mock: Mock, aftership_api_key: str) -> Iterator[str]:
    """The URL of `aftership_mock` on a free port of this machine, for any program in any language.

    `AFTERSHIP_BASE_URL` and `AFTERSHIP_API_KEY` are set during the test, so that clients find it. It needs
    the extra `mock`.
    """
    from aftership_tracking.testing.mock_on_port import MockOnPort

    with MockOnPort(aftership_mock) as served, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFTERSHIP_BASE_URL", served.url)
        patch.setenv("AFTERSHIP_API_KEY", aftership_api_key)
        yield served.url


@pytest.fixture
def aftership_clock(request: pytest.FixtureRequest) -> Iterator[ClientClock]:
    """A clock that clients of the test use: they wait without waiting, wherever they are made.

    If the test has a mock, the mock lives in the same time: its clock moves along.
    """
    # Only then, because the clock alone needs no extra.
    mock = (
        cast("Mock", request.getfixturevalue("aftership_mock"))
        if "aftership_mock" in request.fixturenames
        else None
    )
    with ClientClock(moves=None if mock is None else mock.clock) as clock:
        yield clock


@pytest.fixture
def aftership_client(
    aftership_mock: Mock, aftership_clock: ClientClock, aftership_version: str, aftership_api_key: str
) -> Iterator[AfterShip]:
    """A client of `aftership_mock`, in this process and without a network. Its waits take no time."""
    import httpx

    with aftership_clock, httpx.Client(transport=aftership_mock.transport()) as http_client:
        client = _client_class(aftership_version, "AfterShip")
        yield client(aftership_api_key, base_url=_IN_PROCESS, http_client=http_client)


@pytest.fixture
def aftership_async_client(
    aftership_mock: Mock, aftership_clock: ClientClock, aftership_version: str, aftership_api_key: str
) -> AsyncAfterShip:
    """The same for async tests, under asyncio and trio, with any plugin that runs them."""
    import httpx

    # Nothing of it has to be closed: the mock is reached without a connection.
    http_client = httpx.AsyncClient(transport=aftership_mock.async_transport())
    with aftership_clock:
        client = _client_class(aftership_version, "AsyncAfterShip")
        made = client(aftership_api_key, base_url=_IN_PROCESS, http_client=http_client)
    return cast("AsyncAfterShip", made)


@pytest.fixture
def aftership_faults(aftership_mock: Mock) -> Iterator[Faults]:
    """What goes wrong in this test: `aftership_faults.add(429, headers={"Retry-After": "2"})`.

    The rules are gone afterwards, also if the mock is shared between tests.
    """
    yield aftership_mock.faults
    aftership_mock.faults.clear()


@pytest.fixture
def aftership_requests(aftership_mock: Mock) -> JournalAssertions:
    """Assertions about what the mock received: `aftership_requests.assert_sent("trackings.create")`."""
    from aftership_tracking.testing.journal_assertions import JournalAssertions

    return JournalAssertions(aftership_mock)


@pytest.fixture
def aftership_webhooks(
    aftership_mock: Mock, aftership_version: str, aftership_webhook_secret: str
) -> Iterator[CapturedWebhooks]:
    """What the mock sends as webhooks, captured: `aftership_webhooks.expect(tag="Delivered")`."""
    from aftership_tracking.testing.captured_webhooks import CapturedWebhooks

    with CapturedWebhooks(
        aftership_mock, version=aftership_version, secret=aftership_webhook_secret
    ) as captured:
        yield captured


@pytest.fixture
def aftership_script(request: pytest.FixtureRequest, aftership_version: str) -> Script:
    """A `Script` of expected calls. What did not come, or did not fit, fails the test at its end.

    It needs the extra `mock`.
    """
    from aftership_tracking.testing.script import Script

    script = Script(aftership_version)
    request.node.stash.setdefault(_SCRIPTS, []).append(script)
    return script


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Let the end of a test be the end of its script, so that a failure is one of the test."""
    scripts = item.stash.get(_SCRIPTS, [])
    try:
        result = yield
    except Exception as error:
        for script in scripts:
            script.__exit__(type(error), error, error.__traceback__)
        raise
    failure = next((found for script in scripts if (found := _failure_of(script)) is not None), None)
    if failure is not None:
        pytest.fail(failure, pytrace=False)
    return result


def _failure_of(script: Script) -> str | None:
    try:
        script.verify()
    except AssertionError as failure:
        return str(failure)
    return None


def _client_class(version: str, name: str) -> Any:
    """A class of the package of a version."""
    from aftership_tracking.runtime.registry import newest, package

    return getattr(package(newest() or version if version == NEWEST else version), name)

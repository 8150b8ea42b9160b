"""An unsupported version: the oldest supported one responds. It is read correctly, with one warning."""

from __future__ import annotations

import asyncio
import importlib
import warnings
from typing import Any

import httpx
import pytest

from aftership_tracking import errors
from aftership_tracking.errors import VersionWarning
from aftership_tracking.mock import ManualClock, Mock
from contract_support import target
from contract_support.calls.api import Api
from contract_support.client.calls import package_of

SUPPORTED = tuple(version for version in target.versions() if version >= "2025-01")
ENDED = tuple(version for version in target.versions() if version < "2025-01")
SERVING = SUPPORTED[0]
# Pairs of the future: 2025-01 and 2025-04 end in 2028, and the next version then responds. One pair lies
# further apart.
PAIRS = [
    *((old, SERVING) for old in ENDED),
    ("2025-01", "2025-04"),
    ("2025-04", "2025-07"),
    ("2025-01", "2026-07"),
]
NUMBERS = [f"FALLBACK000{n}" for n in range(5)]


def service(serving: str) -> tuple[Mock, list[dict[str, Any]]]:
    """Return a mock where `serving` is the oldest supported version, and its five trackings, newest first."""
    mock = Mock(
        versions=[version for version in target.versions() if version >= serving],
        clock=ManualClock(),
        seed=1,
        documents=target.ReadOnce,
    )
    api = Api(target.document(serving), mock, key="k" * 8)
    for number in NUMBERS:
        api.create(number, slug="usps", title=f"Title of {number}", custom_fields={"a": "b"})
    return mock, api.list()


def client_of(version: str, mock: Mock, **settings: Any) -> Any:
    return importlib.import_module(package_of(version)).AfterShip(
        api_key="k" * 8, http_client=httpx.Client(transport=mock.transport()), limiter=None, **settings
    )


def about_versions(caught: pytest.WarningsRecorder) -> list[str]:
    """Return the warnings about versions. What an earlier test left behind may give others at any time."""
    return [str(one.message) for one in caught if issubclass(one.category, VersionWarning)]


@pytest.mark.parametrize(("old", "serving"), PAIRS)
def test_response_of_another_version_is_read_with_its_own_models(old: str, serving: str) -> None:
    mock, expected = service(serving)
    models = importlib.import_module(f"{package_of(serving)}.models")
    # Strict: with the models of the wrong version the response would have many surprises.
    client = client_of(old, mock, strict=True)
    with pytest.warns(VersionWarning, match=serving) as caught:
        tracking = client.trackings.get(expected[0]["id"])
    (warned,) = about_versions(caught)
    assert old in warned
    assert type(tracking) is models.Tracking
    assert (tracking.id, tracking.tracking_number, tracking.title) == (
        expected[0]["id"],
        NUMBERS[-1],
        f"Title of {NUMBERS[-1]}",
    )
    assert tracking.custom_fields == {"a": "b"}
    # Warnings are errors in this suite: a second one would be raised.
    assert [each.tracking_number for each in client.trackings.list()] == NUMBERS[::-1]
    assert client.with_options(timeout=3).trackings.get(expected[1]["id"]).tracking_number == NUMBERS[-2]
    assert client.couriers.list()


@pytest.mark.parametrize(("old", "serving"), PAIRS)
def test_list_continues_by_the_paging_of_the_responding_version(old: str, serving: str) -> None:
    """2024-01 requests page 2 where 2025-01 needs a cursor."""
    mock, _ = service(serving)
    with pytest.warns(VersionWarning):
        found = [each.tracking_number for each in client_of(old, mock).trackings.list(limit=2)]
    assert found == NUMBERS[::-1]


@pytest.mark.parametrize(("old", "serving"), PAIRS)
def test_async_client_reads_it_too(old: str, serving: str) -> None:
    mock, expected = service(serving)

    async def run() -> list[str]:
        async with httpx.AsyncClient(transport=mock.async_transport()) as given:
            client = importlib.import_module(package_of(old)).AsyncAfterShip(
                api_key="k" * 8, http_client=given, limiter=None, strict=True
            )
            # Not around the client: the first one of a version may say that its support has ended.
            with pytest.warns(VersionWarning) as caught:
                first = await client.trackings.get(expected[0]["id"])
            assert len(about_versions(caught)) == 1
            # Warnings are errors in this suite: a second one would be raised.
            return [first.title, *[each.tracking_number async for each in client.trackings.list()]]

    found = asyncio.run(run())
    assert found == [f"Title of {NUMBERS[-1]}", *NUMBERS[::-1]]


@pytest.mark.parametrize("old", ENDED)
def test_errors_of_another_version_raise_the_usual_classes(old: str) -> None:
    mock, _ = service(SERVING)
    client = client_of(old, mock, max_retries=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", VersionWarning)
        with pytest.raises(errors.NotFoundError) as missing:
            client.trackings.get("z" * 24)
    assert missing.value.code == 4004
    assert missing.value.headers["as-api-version"] == SERVING


def test_operation_that_the_serving_version_dropped_is_not_found() -> None:
    mock, expected = service(SERVING)
    client = client_of("2024-01", mock, max_retries=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", VersionWarning)
        with pytest.raises(errors.NotFoundError):
            client.notifications.get(expected[0]["id"])


def test_each_client_warns_once_for_each_version() -> None:
    mock, expected = service(SERVING)
    for _ in range(2):
        client = client_of("2024-07", mock)
        with pytest.warns(VersionWarning) as caught:
            client.trackings.get(expected[0]["id"])
        assert len(about_versions(caught)) == 1
        # Warnings are errors in this suite.
        client.trackings.get(expected[0]["id"])


@pytest.mark.parametrize("served", ["2031-01", "soon", "", "2024-13", "9999-99", "../../etc"])
def test_response_of_an_unknown_version_is_read_with_the_models_of_the_client(served: str) -> None:
    mock, expected = service(SERVING)

    def send(request: httpx.Request) -> httpx.Response:
        response = mock.transport().handle_request(request)
        response.headers["as-api-version"] = served
        return response

    http_client = httpx.Client(transport=httpx.MockTransport(send))
    package = importlib.import_module(package_of(SERVING))
    client = package.AfterShip(api_key="k" * 8, http_client=http_client, limiter=None)
    with http_client, warnings.catch_warnings():
        warnings.simplefilter("ignore", VersionWarning)
        assert client.trackings.get(expected[0]["id"]).tracking_number == NUMBERS[-1]


@pytest.mark.parametrize("old", [version for version in target.versions() if version < "2025-04"])
def test_operation_that_was_renamed_is_found_by_its_path(old: str) -> None:
    """`get-user-couriers` is called `get-couriers` from 2025-04 on."""
    mock, _ = service("2025-04")
    models = importlib.import_module(f"{package_of('2025-04')}.models")
    with pytest.warns(VersionWarning):
        couriers = client_of(old, mock, strict=True).couriers.list()
    assert {type(courier) for courier in couriers} == {models.Courier}

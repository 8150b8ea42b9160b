"""A page of 200 trackings, one with four oddities: nothing is lost, and each oddity is reported."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
import pytest

from aftership_tracking import Surprise, Time, errors
from aftership_tracking.mock import Mock
from aftership_tracking.v2024_01 import AfterShip, DeliveryStatus

ODD = 17
ODDITIES = {
    "tag": "HandedToDrone",  # an unlisted value
    "drone_id": "drone-7",  # an undeclared field
    "active": None,  # an undeclared null
    "created_at": "the day after the fair",  # not a time
}
PATHS = {f"$.data.trackings[{ODD}].{name}" for name in ODDITIES}


@pytest.fixture(scope="module")
def response() -> httpx.Response:
    """The response of the mock to a list of 200, with the oddities planted into one tracking."""
    transport = Mock().transport()
    with httpx.Client(transport=transport) as http_client:
        with AfterShip(api_key="k", http_client=http_client, limiter=None) as client:
            for index in range(200):
                client.trackings.create(tracking_number=f"TD-3-{index:06}", slug="testing-courier")
        plain = http_client.get(
            "https://api.aftership.com/tracking/2024-01/trackings?limit=200", headers={"as-api-key": "k"}
        )
    body: dict[str, Any] = plain.json()
    body["data"]["trackings"][ODD] |= ODDITIES
    return httpx.Response(200, content=json.dumps(body), headers={"as-api-version": "2024-01"})


def read_page(response: httpx.Response, **settings: Any) -> list[Any]:
    """The items of that page as a client with these settings reads it."""
    transport = httpx.MockTransport(
        lambda _: httpx.Response(200, content=response.content, headers=response.headers)
    )
    with httpx.Client(transport=transport) as http_client:
        client = AfterShip(api_key="k", http_client=http_client, limiter=None, **settings)
        return list(client.trackings.list(limit=200).items)


def test_the_page_arrives_whole_and_four_surprises_are_reported(response: httpx.Response) -> None:
    surprises: list[Surprise] = []
    items = read_page(response, on_surprise=surprises.append)
    assert len(items) == 200
    assert {surprise.path for surprise in surprises} == PATHS
    assert len(surprises) == 4
    odd = items[ODD]
    assert odd.tag == "HandedToDrone"
    assert isinstance(odd.tag, DeliveryStatus)
    assert odd.active is None
    assert odd.created_at == "the day after the fair"
    assert isinstance(odd.created_at, Time)
    assert items[ODD + 1].tag is DeliveryStatus.PENDING


def test_without_a_hook_the_page_arrives_too_and_the_log_reports_them(
    response: httpx.Response, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "aftership_tracking"):
        assert len(read_page(response)) == 200
    assert "created_at" in caplog.text
    assert "fair" not in caplog.text, "a value of the response is in the log"


def test_strict_reading_names_each_path(response: httpx.Response) -> None:
    with pytest.raises(errors.DecodeError) as refused:
        read_page(response, strict=True)
    assert all(path in str(refused.value) for path in PATHS)
    assert "fair" not in str(refused.value)

"""`legacy="v4"`: old programs run as they are, and each response says that it is that of 2024-01."""

from __future__ import annotations

from typing import Any

import pytest

from aftership_tracking.mock import ManualClock, Mock, MockRequest, MockResponse


def call(mock: Mock, method: str, path: str, header: str = "aftership-api-key", **parts: Any) -> MockResponse:
    return mock.handle(MockRequest.to(method, path, key="k", key_header=header, **parts))


@pytest.mark.parametrize("header", ["aftership-api-key", "as-api-key"])
def test_a_parcel_of_an_old_program(header: str) -> None:
    mock = Mock(clock=ManualClock(), legacy="v4")
    body = {"tracking": {"tracking_number": "ITD-3-42", "slug": "testing-courier"}}
    created = call(mock, "POST", "/v4/trackings", header, json=body)
    assert created.status == 201
    found = call(mock, "GET", "/v4/trackings/testing-courier/ITD-3-42", header)
    assert found.json["data"]["tracking"]["id"] == created.json["data"]["tracking"]["id"]
    for response in (created, found, call(mock, "GET", "/v4/trackings/none", header)):
        # v4 has no such header.
        assert "as-api-version" not in response.headers
        assert "/v4/ was read as 2024-01" in response.headers["as-mock-hint"]
        assert response.headers["x-ratelimit-limit"] == "10"
    assert mock.journal[0].path == "/v4/trackings"
    # The account is the one of the key, whatever header it came in.
    (listed,) = call(mock, "GET", "/tracking/2024-01/trackings", "as-api-key").json["data"]["trackings"]
    assert listed["tracking_number"] == "ITD-3-42"


def test_without_the_option_nothing_is_served() -> None:
    assert call(Mock(), "GET", "/v4/trackings").status == 404


def test_versions_still_refuse_the_old_header() -> None:
    mock = Mock(legacy="v4")
    response = call(mock, "GET", "/tracking/2024-01/trackings")
    assert (response.status, response.headers["as-api-version"]) == (401, "2024-01")


def test_it_needs_the_version_that_it_is_read_as() -> None:
    with pytest.raises(ValueError, match="2024-01"):
        Mock(["2026-07"], legacy="v4")

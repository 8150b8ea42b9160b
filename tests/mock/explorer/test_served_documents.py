"""The documents that the mock serves are good for tools of others: valid, and they call the mock first."""

from __future__ import annotations

import json
from urllib.parse import urljoin

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from aftership_tracking.mock import Mock, MockRequest
from contract_support.document.installed import ReadOnce
from explorer_support.visitor import HOST

VERSIONS = ReadOnce.versions()


@pytest.fixture(scope="module")
def mock() -> Mock:
    return Mock(documents=ReadOnce)


def read(mock: Mock, version: str, mount: bytes = b"") -> dict[str, object]:
    path = f"/_mock/openapi/{version}.json".encode()
    response = mock.handle(MockRequest("GET", path, headers={"host": HOST}, mount=mount))
    assert response.status == 200
    assert response.headers["content-type"] == "application/json"
    found: dict[str, object] = json.loads(response.body)
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_a_served_document_is_valid(mock: Mock, version: str) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(read(mock, version)).iter_errors()] == []


def test_the_validator_finds_what_is_wrong(mock: Mock) -> None:
    broken = {**read(mock, VERSIONS[0]), "servers": [{"description": "without an address"}]}
    assert list(OpenAPIV31SpecValidator(broken).iter_errors())


@pytest.mark.parametrize("mount", ["", "/sandbox"])
def test_the_first_server_is_the_mock_that_serves_it(mock: Mock, mount: str) -> None:
    document = read(mock, "2026-07", mount.encode())
    urls = [server["url"] for server in document["servers"]]  # type: ignore[attr-defined]
    # A relative address belongs to where the document came from.
    where = f"http://{HOST}{mount}/_mock/openapi/2026-07.json"
    assert urljoin(where, urls[0]) == f"http://{HOST}{mount}/tracking/2026-07"
    assert urls[1:] == ["https://api.aftership.com/tracking/2026-07"]

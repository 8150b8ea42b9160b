"""What a property run excuses: refusals by state, and requests that the document does not have."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

from contract_support.property_run.excuses import failure_filter, is_another_path
from contract_support.small_document import DOCUMENT, LABELS

ACCEPTED = AcceptedNegativeData(operation="o", message="m", status_code=200, expected_statuses=["400"])
REJECTED = RejectedPositiveData(operation="o", message="m", status_code=400, allowed_statuses=["2xx"])


@pytest.mark.parametrize(
    ("failure", "status", "code", "expected"),
    [
        (REJECTED, 400, 4003, False),
        (REJECTED, 400, 4008, True),
        (REJECTED, 400, 4999, True),
        (REJECTED, 409, 4003, True),
        (ValueError(), 400, 4003, True),
    ],
)
def test_only_a_refusal_by_state_is_excused(
    failure: Exception, status: int, code: int, expected: bool
) -> None:
    excused: list[tuple[str, int]] = []
    keep = failure_filter(DOCUMENT, excused)
    case = SimpleNamespace(operation=SimpleNamespace(label=LABELS["create-thing"]), path_parameters=None)
    response = SimpleNamespace(
        status_code=status,
        content=json.dumps({"meta": {"code": code}}).encode(),
        request=SimpleNamespace(url="http://h/shop/1/things"),
    )
    assert keep(None, failure, case, response) is expected
    assert bool(excused) is not expected


@pytest.mark.parametrize(("value", "expected"), [("", False), ("x", True)])
def test_a_request_whose_path_breaks_the_document_is_not_positive_data(value: str, expected: bool) -> None:
    keep = failure_filter(DOCUMENT, [])
    operation = SimpleNamespace(label=LABELS["get-thing"])
    case = SimpleNamespace(operation=operation, path_parameters={"id": value})
    request = SimpleNamespace(url="http://h/shop/1/things/x")
    response = SimpleNamespace(status_code=400, content=b'{"meta": {"code": 400}}', request=request)
    assert keep(None, REJECTED, case, response) is expected
    # An empty segment makes it the path of another operation, or of none.
    assert is_another_path(case) is not expected
    for response.status_code in (200, 404, 405):
        assert keep(None, ValueError(), case, response) is expected
    response.status_code = 500
    assert keep(None, ValueError(), case, response)


@pytest.mark.parametrize(("query", "expected"), [("size%5B%5D=1&size[]=2", False), ("text=a&page=2", True)])
def test_a_query_that_repeats_a_name_is_not_positive_data(query: str, expected: bool) -> None:
    keep = failure_filter(DOCUMENT, [])
    case = SimpleNamespace(operation=SimpleNamespace(label=LABELS["list-things"]), path_parameters=None)
    request = SimpleNamespace(url=f"http://h/shop/1/things?{query}")
    response = SimpleNamespace(status_code=400, content=b'{"meta": {"code": 400}}', request=request)
    assert keep(None, REJECTED, case, response) is expected


@pytest.mark.parametrize(
    ("name", "query", "expected"),
    [
        ("list-things", "text=%7B%27a%27%3A%201%7D", False),
        ("list-things", "", False),
        ("list-things", "page=x", True),
        ("list-things", "page=0&text=a", True),
        ("list-things", "page=1&page=2", True),
        ("get-thing", "", True),
        ("create-thing", "", True),
    ],
)
def test_wrong_types_that_are_valid_as_sent_are_not_negative_data(
    name: str, query: str, expected: bool
) -> None:
    keep = failure_filter(DOCUMENT, [])
    case = SimpleNamespace(operation=SimpleNamespace(label=LABELS[name]), path_parameters=None)
    response = SimpleNamespace(
        status_code=200, content=b"{}", request=SimpleNamespace(url=f"http://h/shop/1/things?{query}")
    )
    assert keep(None, ACCEPTED, case, response) is expected

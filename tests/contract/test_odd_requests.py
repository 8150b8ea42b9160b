"""Size, depth, encoding: whatever is sent, the response fits the document."""

from __future__ import annotations

import pytest

from contract_support import target
from contract_support.behaviour.odd_requests import OddRequest, complaints, odd_requests

CASES = [
    pytest.param(version, odd, id=f"{version}-{odd.name}")
    for version in target.some_versions()
    for odd in odd_requests(target.document(version))
]


@pytest.mark.parametrize(("version", "odd"), CASES)
def test_response_to_an_odd_request_fits_the_document(version: str, odd: OddRequest) -> None:
    assert complaints(target.document(version), target.fresh_mock(), odd) == []

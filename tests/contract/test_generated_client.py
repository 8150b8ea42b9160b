"""The generated client against the mock: one test per operation, sync and async, one per documented error."""

from __future__ import annotations

import pytest

from contract_support import target
from contract_support.client.calls import VARIANTS
from contract_support.client.checks import call_complaints, error_complaints, surface_complaints
from contract_support.document.operations import operation_named, operations

CALLS = [
    pytest.param(version, operation.identifier, variant, id=f"{version}-{operation.identifier}-{variant}")
    for version in target.versions()
    for operation in operations(target.document(version))
    for variant in VARIANTS
]


@pytest.mark.parametrize(("version", "identifier", "variant"), CALLS)
def test_method_calls_its_operation(version: str, identifier: str, variant: str) -> None:
    document = target.document(version)
    operation = operation_named(document, identifier)
    assert call_complaints(document, version, operation, variant, target.fresh_mock()) == []


@pytest.mark.parametrize(("version", "identifier", "variant"), CALLS)
def test_method_raises_each_documented_error(version: str, identifier: str, variant: str) -> None:
    document = target.document(version)
    operation = operation_named(document, identifier)
    assert operation.error_codes, "the document names no errors"
    mock = target.fresh_mock()
    assert error_complaints(document, version, operation, operation.error_codes, variant, mock) == []


@pytest.mark.parametrize("version", target.versions())
def test_public_names_of_the_client_are_those_of_the_document(version: str) -> None:
    assert surface_complaints(target.document(version), version) == []

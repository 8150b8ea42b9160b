"""The generated client against the mock: one test per operation and colour, one per documented error."""

from __future__ import annotations

import pytest

from contract_support import target
from contract_support.client_calls import COLOURS
from contract_support.client_checks import call_complaints, error_complaints, face_complaints
from contract_support.operations import operation_named, operations

CALLS = [
    pytest.param(version, operation.identifier, colour, id=f"{version}-{operation.identifier}-{colour}")
    for version in target.versions()
    for operation in operations(target.document(version))
    for colour in COLOURS
]


@pytest.mark.parametrize(("version", "identifier", "colour"), CALLS)
def test_method_calls_its_operation(version: str, identifier: str, colour: str) -> None:
    document = target.document(version)
    operation = operation_named(document, identifier)
    assert call_complaints(document, version, operation, colour, target.fresh_mock()) == []


@pytest.mark.parametrize(("version", "identifier", "colour"), CALLS)
def test_method_raises_each_documented_error(version: str, identifier: str, colour: str) -> None:
    document = target.document(version)
    operation = operation_named(document, identifier)
    assert operation.error_codes, "the document names no errors"
    complaints = [
        complaint
        for code in operation.error_codes
        for complaint in error_complaints(document, version, operation, code, colour, target.fresh_mock())
    ]
    assert complaints == []


@pytest.mark.parametrize("version", target.versions())
def test_face_of_the_client_is_the_document(version: str) -> None:
    assert face_complaints(target.document(version), version) == []

"""Causes every declared error, one operation at a time, and checks the responses.

No request can cause some errors: too many requests, a refused account, a broken server. The mock plants them.
So each declared status is tested, and each response must have the shape that the document promises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aftership_tracking.mock import Mock
from contract_support.behaviour.odd_requests import response_complaints
from contract_support.calls.api import Api
from contract_support.calls.asgi import Application, meta_code
from contract_support.document.operations import Operation, operations

SERVER_FAULTS = (500, 502, 503, 504)


def declared_errors(document: Mapping[str, Any], operation: Operation) -> Iterator[tuple[int, int]]:
    """Yield (status, meta code) of every error that is declared for an operation."""
    for declared in operation.error_statuses:
        for status in SERVER_FAULTS if declared == "5XX" else (int(declared),):
            yield status, status
    for code in operation.error_codes:
        status = document["x-errors"][str(code)]["status"]
        if (status, code) != (status, status):
            yield status, code


def complaints(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Plant each declared error and return what is wrong with the responses."""
    api = Api(document, application)
    found = []
    for operation in operations(document):
        path = {item.name: "x" for item in operation.parameters if item.location == "path"}
        for status, code in declared_errors(document, operation):
            mock.faults.add(status, operation_id=operation.identifier, code=code)
            response = api.call(operation.identifier, path)
            mock.faults.clear()
            found += [
                f"{operation.label} {code}: {reason}"
                for reason in response_complaints(document, operation, response)
            ]
            if response.status != status or meta_code(response.body) != code:
                found.append(f"{operation.label}: planted {status}/{code}, got {response.status}")
    return found

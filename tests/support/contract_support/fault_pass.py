"""Brings every declared error status about, one operation at a time, and judges the answers.

Some errors no request can cause: too many requests, a refused account, a broken server. The mock plants
them. So each declared status is seen, and each answer has the shape that the document promises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aftership_tracking.mock import Mock
from contract_support.api import Api
from contract_support.asgi import Application
from contract_support.odd_requests import answer_complaints
from contract_support.operations import Operation, operations
from contract_support.semantic import meta_code

SERVER_FAULTS = (500, 502, 503, 504)


def planned(document: Mapping[str, Any], operation: Operation) -> Iterator[tuple[int, int]]:
    """Yield (status, meta code) of every error that is declared for an operation."""
    for text in operation.error_statuses:
        for status in SERVER_FAULTS if text == "5XX" else (int(text),):
            yield status, status
    for code in operation.error_codes:
        status = document["x-errors"][str(code)]["status"]
        if (status, code) != (status, status):
            yield status, code


def complaints(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Plant each declared error and say what is wrong with the answers."""
    api = Api(document, application)
    found = []
    for operation in operations(document):
        path = {item.name: "x" for item in operation.parameters if item.location == "path"}
        for status, code in planned(document, operation):
            mock.faults.add(status, operation_id=operation.identifier, code=code)
            answer = api.answer(operation.identifier, path)
            mock.faults.clear()
            found += [
                f"{operation.label} {code}: {reason}"
                for reason in answer_complaints(document, operation, answer)
            ]
            if answer.status != status or meta_code(answer.body) != code:
                found.append(f"{operation.label}: planted {status}/{code}, got {answer.status}")
    return found

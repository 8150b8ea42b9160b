"""Completes bodies that tests write by hand, by the path that they are sent to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_support.document.fitting import complete_body
from contract_support.document.operations import operations


def complete_request(document: Mapping[str, Any], method: str, path: str, body: Any) -> Any:
    """Return a body with the fields that its operation requires and that it does not have.

    `path` is below that of the server. A body that is not an object stays as it is.
    """
    parts = path.partition("?")[0].split("/")
    fitting = [
        each
        for each in operations(document)
        if each.method == method and _matches(each.path.split("/"), parts)
    ]
    if not fitting or not isinstance(body, dict):
        return body
    # What is written out comes before a parameter.
    operation = min(fitting, key=lambda each: each.path.count("{"))
    wrapper = operation.definition.get("x-body-wrapper")
    fields = body if wrapper is None else body.get(wrapper)
    if not isinstance(fields, dict):
        return body
    return operation.wrap(complete_body(document, operation, fields))


def _matches(template: list[str], parts: list[str]) -> bool:
    return len(template) == len(parts) and all(
        expected == part or expected.startswith("{") for expected, part in zip(template, parts, strict=True)
    )

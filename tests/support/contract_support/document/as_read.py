"""What was sent, in the terms of the response: a version may move a field in one of the two alone.

A move stands between two versions. So what is sent is what the version before would be sent, as the moves of
requests say, and its response is that of this version, as the moves of a tracking say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftership_tracking.migration.moves import convert
from aftership_tracking.migration.steps import kinds, versions
from contract_support.document.operations import Operation, operation_named, properties_of
from contract_support.document.schema_checker import checker_of

TRACKING = "Tracking"


def as_read(document: Mapping[str, Any], identifier: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a tracking that hold the fields of a body: those that it can hold."""
    readable = properties_of(document, document["components"]["schemas"][TRACKING])
    checker = checker_of(document)
    moved = _moved(document, operation_named(document, identifier), fields)
    return {
        name: value
        for name, value in moved.items()
        if name in readable and checker.fits(readable[name], value)
    }


def _moved(document: Mapping[str, Any], operation: Operation, fields: Mapping[str, Any]) -> dict[str, Any]:
    version, kind = document["info"]["version"], _kind_of_body(operation)
    earlier = [each for each in versions() if each < version]
    if not earlier or kind not in kinds():
        return dict(fields)
    before, lost_before = convert(dict(fields), kind, version, earlier[-1])
    after, lost_after = convert(before, TRACKING, earlier[-1], version)
    # What only one of the two versions has is as it was sent.
    return dict(fields) if lost_before or lost_after else after


def _kind_of_body(operation: Operation) -> str:
    """The component of the fields of a body, inside of its wrapper."""
    schema: Mapping[str, Any] = operation.body_schema or {}
    wrapper = operation.definition.get("x-body-wrapper")
    if wrapper is not None:
        schema = properties_of(operation.document, schema)[wrapper]
    return str(schema.get("$ref", "")).rpartition("/")[2]

"""Calls that succeed: arguments from the document's examples, and the state they need, made first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aftership_tracking.mock import Mock
from contract_support.api import Api
from contract_support.examples import body_example, example_of
from contract_support.operations import Operation, operation_named, resolved

NUMBER = "CALL00000001"


@dataclass(frozen=True)
class Call:
    """The arguments of one call: path values in their order, query, and the body without its wrapper."""

    operation: Operation
    path: dict[str, str]
    query: dict[str, Any]
    body: dict[str, Any]

    def wire_body(self) -> Any:
        """The body as it is sent, or None for an operation without one."""
        if self.operation.body_schema is None:
            return None
        wrapper = self.operation.definition.get("x-body-wrapper")
        return {wrapper: self.body} if wrapper else self.body


def prepared(document: Mapping[str, Any], operation: Operation, mock: Mock) -> Call:
    """Create in the mock what a call needs, and give the call.

    The filters of the list are left out: their examples would leave nothing to look at.
    """
    api = Api(document, mock)
    path: dict[str, str] = {}
    query = {
        parameter.name: example_of(document, parameter.definition)
        for parameter in operation.parameters
        if parameter.location == "query" and "x-pagination" not in operation.definition
    }
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    if names or "x-pagination" in operation.definition:
        # What tells trackings apart in a query has to be in the tracking as well.
        fields = {name: value for name, value in query.items() if name in creatable(document)}
        tracking = api.create(NUMBER, slug="usps", title="Contract", **fields)
        values = {**tracking, "tracking_id": tracking["id"]}
        path = {name: values[name] for name in names}
        if "retrack" in operation.identifier:
            reason = {"reason": "LOST"}
            api.data("mark-tracking-completed-by-id", {"id": tracking["id"]}, body=reason)
    return Call(operation, path, query, body_example(document, operation))


def creatable(document: Mapping[str, Any]) -> frozenset[str]:
    """Name the fields that a create takes."""
    create = operation_named(document, "create-tracking")
    body = resolved(document, create.body_schema)
    if wrapper := create.definition.get("x-body-wrapper"):
        body = resolved(document, body["properties"][wrapper])
    return frozenset(body["properties"])

"""Calls that succeed: arguments from the document's examples, and the state they need, made first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aftership_tracking.mock import Mock
from contract_support.api import Api
from contract_support.examples import body_example, example_of
from contract_support.operations import Operation, operation_for

NUMBER = "CALL00000001"
CONNECTIONS = "courier_connections"


@dataclass(frozen=True)
class Call:
    """The arguments of one call: path values in their order, query, and the body without its wrapper."""

    operation: Operation
    path: dict[str, str]
    query: dict[str, Any]
    body: dict[str, Any]

    def wire_body(self) -> Any:
        """The body as it is sent, or None for an operation without one."""
        return None if self.operation.body_schema is None else self.operation.wrapped(self.body)


def prepared(document: Mapping[str, Any], operation: Operation, mock: Mock) -> Call:
    """Create in the mock what a call needs, and give the call.

    The filters of a list are left out: their examples would leave nothing to look at.
    """
    api = Api(document, mock)
    query = {
        parameter.name: example_of(document, parameter.definition)
        for parameter in operation.parameters
        if parameter.location == "query" and operation.paging is None
    }
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    path: dict[str, str] = {}
    if names or operation.paging is not None:
        make = _connection if operation.purpose[0] == CONNECTIONS else _tracking
        values = make(api, operation, query)
        path = {name: values[name] for name in names}
    return Call(operation, path, query, body_example(document, operation))


def _tracking(api: Api, operation: Operation, query: Mapping[str, Any]) -> dict[str, Any]:
    # What tells trackings apart in a query has to be in the tracking as well.
    fields = {name: value for name, value in query.items() if name in api.creatable()}
    tracking = api.create(NUMBER, slug="usps", title="Contract", **fields)
    if "retrack" in operation.identifier:
        api.complete(tracking["id"], "LOST")
    return {**tracking, "tracking_id": tracking["id"]}


def _connection(api: Api, operation: Operation, query: Mapping[str, Any]) -> dict[str, Any]:
    create = operation_for(api.document, CONNECTIONS, "create")
    assert create is not None
    connection: dict[str, Any] = api.result(create.identifier, fields=body_example(api.document, create))
    return connection

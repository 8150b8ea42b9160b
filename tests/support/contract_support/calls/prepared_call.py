"""Calls that succeed: arguments from the document's examples, and the state that they need, created first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aftership_tracking.mock import Mock
from contract_support.calls.api import Api
from contract_support.document.examples import example_of
from contract_support.document.operations import Operation, operation_for
from contract_support.document.valid_samples import sample_body

NUMBER = "CALL00000001"


@dataclass(frozen=True)
class PreparedCall:
    """The arguments of one call: path values in order, query, and the body without its wrapper."""

    operation: Operation
    path: dict[str, str]
    query: dict[str, Any]
    body: dict[str, Any]

    def wire_body(self) -> Any:
        """The body as it is sent, or None for an operation without one."""
        return None if self.operation.body_schema is None else self.operation.wrap(self.body)


def prepare(document: Mapping[str, Any], operation: Operation, mock: Mock) -> PreparedCall:
    """Create in the mock what a call needs, and return the call.

    The filters of a list are left out: their examples would match no tracking.
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
        values = _make_object(api, operation, query)
        path = {name: values.get(name) or _example_of_path(document, operation, name) for name in names}
    return PreparedCall(operation, path, query, sample_body(document, operation))


def _make_object(api: Api, operation: Operation, query: Mapping[str, Any]) -> dict[str, Any]:
    """Create what the path of an operation names: an object of its resource, or else a tracking."""
    create = operation_for(api.document, operation.purpose[0], "create")
    if create is None or operation.purpose[0] == "trackings" or "{" in create.path:
        return _tracking(api, operation, query)
    made: dict[str, Any] = api.result(create.identifier, fields=sample_body(api.document, create))
    return made


def _example_of_path(document: Mapping[str, Any], operation: Operation, name: str) -> str:
    (parameter,) = (item for item in operation.parameters if (item.location, item.name) == ("path", name))
    return str(example_of(document, parameter.definition) or "x")


def _tracking(api: Api, operation: Operation, query: Mapping[str, Any]) -> dict[str, Any]:
    # Additional fields that a query names have to be in the tracking as well.
    fields = {name: value for name, value in query.items() if name in api.creatable()}
    tracking = api.create(NUMBER, slug="usps", title="Contract", **fields)
    if "retrack" in operation.identifier:
        api.complete(tracking["id"], "LOST")
    return {**tracking, "tracking_id": tracking["id"]}

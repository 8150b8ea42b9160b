"""Follows every declared link once: calls its source, and its target with the values that the link names.

A property run of the usual size rarely follows each link; here none is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aftership_tracking.mock import Mock
from contract_support.calls.api import Api
from contract_support.calls.asgi import Application, Response, meta_code
from contract_support.calls.prepared_call import PreparedCall, prepare
from contract_support.document.operations import Operation, operation_named, operations, resolve
from contract_support.document.valid_samples import sample_body


@dataclass(frozen=True)
class Link:
    """A declared link from the response of one operation to a call of another."""

    source: Operation
    status: str
    name: str
    definition: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.source.label} {self.status} {self.name}"


def declared_links(document: Mapping[str, Any]) -> Iterator[Link]:
    """Yield every link of the document."""
    for operation in operations(document):
        for status, response in operation.responses.items():
            for name, entry in response.get("links", {}).items():
                yield Link(operation, status, name, resolve(document, entry))


def complaints(document: Mapping[str, Any], mock: Mock, application: Application, link: Link) -> list[str]:
    """Follow one link and return why it leads nowhere."""
    try:
        target = operation_named(document, link.definition["operationId"])
    except LookupError as error:
        return [f"{link}: {error}"]
    api = Api(document, application)
    call = prepare(document, link.source, mock)
    first = api.call(link.source.identifier, call.path, body=call.wire_body())
    if str(first.status) != link.status:
        return [f"{link}: the source responded {first.status}"]
    try:
        values = {
            name.rpartition(".")[2]: str(_evaluate(expression, call, first))
            for name, expression in link.definition.get("parameters", {}).items()
        }
    except LookupError as error:
        return [f"{link}: an expression leads nowhere, {error!r}"]
    wanted = {parameter.name for parameter in target.parameters if parameter.location == "path"}
    if wanted - values.keys():
        return [f"{link}: has no value for {sorted(wanted - values.keys())}"]
    body = PreparedCall(target, {}, {}, sample_body(document, target)).wire_body()
    second = api.call(target.identifier, values, body=body)
    return (
        [] if _is_good_response(link, target, second) else [f"{link}: the target responded {second.status}"]
    )


def _is_good_response(link: Link, target: Operation, response: Response) -> bool:
    if link.source.method == "DELETE":
        return response.status == 404
    # The state may forbid the call, such as a retrack of an active tracking; then the tracking was found.
    return response.status < 300 or (
        response.status == 400 and target.error_codes.get(meta_code(response.body) or 0) == "state"
    )


def _evaluate(expression: str, call: PreparedCall, response: Response) -> Any:
    """Evaluate a runtime expression: a member of the response body, or something that was sent."""
    source, _, path = expression.partition("#")
    if source == "$response.body":
        return _member(json.loads(response.body), path)
    if source == "$request.body":
        return _member(call.wire_body(), path)
    if source.startswith("$request.path."):
        return call.path[source.removeprefix("$request.path.")]
    raise LookupError(expression)


def _member(value: Any, path: str) -> Any:
    for part in path.split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value

"""Walks every declared link once: calls its source, takes the values it names, calls its target with them.

Chance rarely walks each link in a run of usual size; here none is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aftership_tracking.mock import Mock
from contract_support.api import Api
from contract_support.asgi import Answer, Application
from contract_support.calls import Call, prepared
from contract_support.examples import body_example
from contract_support.operations import Operation, operation_named, operations, resolved
from contract_support.semantic import meta_code


@dataclass(frozen=True)
class Link:
    """A declared link: from the answer of one operation to a call of another."""

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
                yield Link(operation, status, name, resolved(document, entry))


def complaints(document: Mapping[str, Any], mock: Mock, application: Application, link: Link) -> list[str]:
    """Walk one link and say why it does not lead anywhere."""
    try:
        target = operation_named(document, link.definition["operationId"])
    except LookupError as error:
        return [f"{link}: {error}"]
    api = Api(document, application)
    call = prepared(document, link.source, mock)
    first = api.answer(link.source.identifier, call.path, body=call.wire_body())
    if str(first.status) != link.status:
        return [f"{link}: the source answered {first.status}"]
    try:
        values = {
            name.rpartition(".")[2]: str(_evaluated(expression, call, first))
            for name, expression in link.definition.get("parameters", {}).items()
        }
    except LookupError as error:
        return [f"{link}: an expression leads nowhere, {error!r}"]
    wanted = {parameter.name for parameter in target.parameters if parameter.location == "path"}
    if wanted - values.keys():
        return [f"{link}: gives no {sorted(wanted - values.keys())}"]
    body = Call(target, {}, {}, body_example(document, target)).wire_body()
    second = api.answer(target.identifier, values, body=body)
    return [] if _is_good_end(link, target, second) else [f"{link}: the target answered {second.status}"]


def _is_good_end(link: Link, target: Operation, answer: Answer) -> bool:
    if link.source.method == "DELETE":
        return answer.status == 404
    # A condition may not be met here, such as a retrack of what is active; then the tracking was found.
    return answer.status < 300 or (
        answer.status == 400 and target.error_codes.get(meta_code(answer.body) or 0) == "state"
    )


def _evaluated(expression: str, call: Call, answer: Answer) -> Any:
    """Evaluate a runtime expression: a member of the answer's body, or something that was sent."""
    place, _, path = expression.partition("#")
    if place == "$response.body":
        return _member(json.loads(answer.body), path)
    if place == "$request.body":
        return _member(call.wire_body(), path)
    if place.startswith("$request.path."):
        return call.path[place.removeprefix("$request.path.")]
    raise LookupError(expression)


def _member(value: Any, path: str) -> Any:
    for part in path.split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value

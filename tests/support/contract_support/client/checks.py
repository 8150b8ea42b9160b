"""Checks the generated client: its calls, errors, public names and models. Each check returns complaints."""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import NOTHING

from aftership_tracking import errors
from aftership_tracking.mock import Mock
from aftership_tracking.runtime.models.codec import decode
from aftership_tracking.runtime.models.json_writer import encode_model
from aftership_tracking.runtime.models.unset import UNSET
from contract_support.calls.prepared_call import PreparedCall, prepare
from contract_support.client.calls import (
    VARIANTS,
    Wire,
    argument_name,
    package_of,
    perform,
    python_name,
    request_complaints,
    run_with_client,
)
from contract_support.document.operations import Operation, body_fields, operations, pointer, resolve

OWN_ARGUMENTS = {"options", "cursor", "call"}
"""What generated methods take besides the arguments of the document. The cursor of a list is sent by them."""


def call_complaints(
    document: Mapping[str, Any], version: str, operation: Operation, variant: str, mock: Mock
) -> list[str]:
    """Call one method, sync or async. Check request, journal, and type and value of the result."""
    call = prepare(document, operation, mock)

    wires = []

    def work(client: Any, wire: Wire) -> Any:
        wires.append(wire)
        return perform(call, client)

    result = run_with_client(variant, version, mock, work)
    wire = wires[0]
    found = request_complaints(document, call, wire.requests[-1])
    if len(wire.requests) != 1:
        found.append(f"{len(wire.requests)} requests were sent")
    record = mock.journal[-1]
    if (record.operation_id, record.method) != (operation.identifier, operation.method):
        found.append(f"the mock saw {record.method} {record.operation_id}")
    return found + _result_complaints(document, version, call, result, wire.bodies[-1])


def error_complaints(
    document: Mapping[str, Any],
    version: str,
    operation: Operation,
    codes: Iterable[int],
    variant: str,
    mock: Mock,
) -> list[str]:
    """Let the mock respond with each documented error, and check the exceptions that the client raises."""
    call = prepare(document, operation, mock)
    return [
        complaint
        for code in codes
        for complaint in _error_complaints(
            version, call, document["x-errors"][str(code)]["status"], code, variant, mock
        )
    ]


def _error_complaints(
    version: str, call: PreparedCall, status: int, code: int, variant: str, mock: Mock
) -> list[str]:
    mock.faults.add(status, operation_id=call.operation.identifier, code=code)
    expected = expected_error(status, code)

    try:
        run_with_client(variant, version, mock, lambda client, wire: perform(call, client))
    except errors.AfterShipError as error:
        if type(error) is not expected:
            return [f"{code} raises {type(error).__name__} instead of {expected.__name__}"]
        given = (getattr(error, "status", None), getattr(error, "code", None))
        return [] if given == (status, code) else [f"the exception of {status}, {code} says {given}"]
    finally:
        mock.faults.clear()
    return [f"{code} raises nothing"]


def expected_error(status: int, code: int) -> type[errors.ApiError]:
    """Return the exception of a documented error, by status and code."""
    if code == 4003:
        return errors.AlreadyExistsError
    by_status = {
        401: errors.AuthenticationError,
        403: errors.PermissionDeniedError,
        404: errors.NotFoundError,
        429: errors.RateLimitError,
    }
    if status in by_status:
        return by_status[status]
    return errors.ServerError if status >= 500 else errors.ValidationError


def model_names(document: Mapping[str, Any]) -> list[str]:
    """Return every component that is an object with properties: each is a model of the client."""
    schemas = document["components"]["schemas"]
    return [name for name, schema in schemas.items() if "properties" in schema]


def enum_names(document: Mapping[str, Any]) -> list[str]:
    """Return every component that lists values."""
    schemas = document["components"]["schemas"]
    return [name for name, schema in schemas.items() if "x-open-enum" in schema or "enum" in schema]


def round_trip_complaints(version: str, name: str, value: Any) -> list[str]:
    """Decode a JSON value as a model and encode it again, with each of the two passes of the reader.

    Nothing may be lost, added or changed.
    """
    body = json.dumps(value).encode()
    found = []
    for thorough in (False, True):
        decoded = decode(body, package_of(version) + ".models", name, thorough=thorough)
        again = json.loads(encode_model(decoded.value))
        if again != value:
            found.append(f"{name}: {value!r} came back as {again!r}")
        if type(decoded.value).__name__ != name:
            found.append(f"{name}: was read as {type(decoded.value).__name__}")
        # A field that the model does not know survives in `extra`.
        found += [
            f"{name}: {surprise}"
            for surprise in decoded.surprises
            if surprise.expected == "a documented field"
        ]
    return found


def surface_complaints(document: Mapping[str, Any], version: str) -> list[str]:
    """Compare the client with the document: methods, parameters, models, fields, enum values."""
    return [
        *_method_complaints(document, version),
        *_model_complaints(document, version),
        *_enum_complaints(document, version),
    ]


def _result_complaints(
    document: Mapping[str, Any], version: str, call: PreparedCall, result: Any, raw: bytes
) -> list[str]:
    if not call.operation.has_result:
        return [] if result is None and not raw else [f"the result is {result!r} and the body {raw!r}"]
    value = call.operation.unwrap(json.loads(raw))
    if call.operation.paging:
        result = list(result.items)
    found = []
    again = json.loads(encode_model(result))
    if again != value:
        found.append(f"the result differs from the response: {again!r} and {value!r}")
    name = result_name(document, call.operation)
    sample = result[0] if isinstance(result, list | tuple) and result else result
    if name is not None and type(sample).__name__ != name:
        found.append(f"the result is a {type(sample).__name__} and not a {name}")
    return found


def result_name(document: Mapping[str, Any], operation: Operation) -> str | None:
    """Return the model at the end of `x-unwrap`: of a list, that of its items. None if it is not a model."""
    if not operation.has_result:
        return None
    status = str(operation.success_statuses[0])
    schema = operation.responses[status]["content"]["application/json"]["schema"]
    paging = operation.paging
    name = None
    for step in (paging["items"] if paging else operation.definition["x-unwrap"]).split("."):
        schema = resolve(document, schema)["properties"][step]
        for branch in (schema, *schema.get("anyOf", ())):
            name = branch["$ref"].rpartition("/")[2] if "$ref" in branch else name
    resolved = resolve(document, schema)
    if resolved.get("type") == "array":
        items = resolved["items"]
        name = str(items["$ref"].rpartition("/")[2]) if "$ref" in items else None
    return name if name in model_names(document) else None


def _resource_classes(version: str, name: str) -> Iterator[tuple[str, type]]:
    module = importlib.import_module(f"{package_of(version)}.resources.{name}")
    words = "".join(part.capitalize() for part in name.split("_"))
    yield VARIANTS[0], getattr(module, words)
    yield VARIANTS[1], getattr(module, "Async" + words)


def _method_complaints(document: Mapping[str, Any], version: str) -> Iterator[str]:
    declared: dict[str, set[str]] = {}
    for operation in operations(document):
        resource, method = operation.purpose
        declared.setdefault(resource, set()).add(method)
        wanted = _argument_names(operation)
        for variant, cls in _resource_classes(version, resource):
            function = getattr(cls, method, None)
            if function is None:
                yield f"{resource}.{method} ({variant}) is missing"
                continue
            given = set(inspect.signature(function).parameters) - {"self", *OWN_ARGUMENTS}
            if given != wanted - OWN_ARGUMENTS:
                yield f"{resource}.{method} ({variant}) differs in {sorted(given ^ wanted)}"
    for resource, methods in declared.items():
        for variant, cls in _resource_classes(version, resource):
            extra = {name for name, value in vars(cls).items() if inspect.isfunction(value)} - methods
            if extra:
                yield f"{resource} ({variant}) has undocumented methods {sorted(extra)}"


def _argument_names(operation: Operation) -> set[str]:
    names = {python_name(item.name) for item in operation.parameters if item.location in ("path", "query")}
    return names | {argument_name(operation, field) for field in body_fields(operation)}


def _model_complaints(document: Mapping[str, Any], version: str) -> Iterator[str]:
    models = importlib.import_module(package_of(version) + ".models")
    for name in model_names(document):
        model = getattr(models, name, None)
        if model is None:
            yield f"model {name} is missing"
            continue
        attributes = [attribute for attribute in model.__attrs_attrs__ if attribute.name != "extra"]
        fields = {attribute.name for attribute in attributes}
        wanted = set(pointer(document, f"#/components/schemas/{name}")["properties"])
        if fields != wanted:
            yield f"model {name} differs in {sorted(fields ^ wanted)}"
        elif any(attribute.default not in (UNSET, NOTHING) for attribute in attributes):
            yield f"model {name} has a field that is set by default"


def _enum_complaints(document: Mapping[str, Any], version: str) -> Iterator[str]:
    enums = importlib.import_module(package_of(version) + ".enums")
    for name in enum_names(document):
        schema = pointer(document, f"#/components/schemas/{name}")
        kind = int if schema.get("type") == "integer" else str
        listed = schema.get("x-open-enum", schema.get("enum", ()))
        wanted = {kind(value) for value in listed if value is not None}
        enum = getattr(enums, name, None)
        if enum is None:
            yield f"enum {name} is missing"
        elif (given := {kind(member.value) for member in enum}) != wanted:
            yield f"enum {name} differs in {sorted(given ^ wanted)}"

"""The operations of one document: parameters, bodies, responses, error codes, limits and permissions.

Nothing here knows a path, a field or a code by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aftership_tracking.mock.documents.deprecation import read_deprecated
from aftership_tracking.mock.documents.pointers import join, look_up, resolve
from aftership_tracking.mock.documents.schema_node import SchemaNode

METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace")
# OpenAPI says that parameters of these names are ignored: other parts of the document describe them.
IGNORED_HEADERS = frozenset({"accept", "authorization", "content-type"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared parameter. `kind` is the JSON type of its value, `item_kind` that of a list's items."""

    name: str
    location: str
    required: bool
    schema: str
    kind: str
    item_kind: str
    is_time: bool
    default: Any


@dataclass(frozen=True, slots=True)
class DeclaredResponse:
    """A declared response: the pointer of its body schema, and of the schema of each header."""

    schema: str | None
    headers: Mapping[str, str]
    required_headers: frozenset[str]


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many requests in so many seconds. Operations of the same bucket share the count."""

    requests: int
    seconds: float
    bucket: str


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """A declared operation."""

    id: str
    method: str
    template: str
    resource: str
    action: str
    pointer: str
    parameters: tuple[Parameter, ...]
    body: str | None
    body_required: bool
    body_wrapper: str | None
    body_fields: frozenset[str]
    unwrap: tuple[str, ...]
    responses: Mapping[str, DeclaredResponse]
    success: int
    codes: Mapping[int, str]
    limit: RateLimit
    pagination: Mapping[str, Any]
    behaviour: Mapping[str, Any]
    scopes: frozenset[str]
    deprecated: Mapping[str, str]

    def response_for(self, status: int) -> DeclaredResponse | None:
        """The declared response of a status, of its class, or the default."""
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in self.responses:
                return self.responses[name]
        return None

    def first_documented(self, codes: tuple[int, ...] | list[int]) -> int | None:
        """The first of several error codes that this operation documents."""
        return next((code for code in codes if code in self.codes), None)


def read_operations(document: Mapping[str, Any]) -> Iterator[ApiOperation]:
    """Yield the operations of a document, in its order."""
    for template, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield _read_operation(document, template, method)


def _read_operation(document: Mapping[str, Any], template: str, method: str) -> ApiOperation:
    pointer = join("/paths", template, method)
    definition = look_up(document, pointer)
    body, body_required = _read_body(document, pointer, definition)
    fields = _body_object(document, body, definition.get("x-body-wrapper"))
    responses = {str(status): _read_response(document, pointer, status) for status in definition["responses"]}
    return ApiOperation(
        id=definition["operationId"],
        method=method.upper(),
        template=template,
        resource=definition["x-resource"],
        action=definition["x-method"],
        pointer=pointer,
        parameters=tuple(_read_parameters(document, template, method)),
        body=body,
        body_required=body_required,
        body_wrapper=definition.get("x-body-wrapper"),
        body_fields=frozenset(() if fields is None else fields.properties),
        unwrap=tuple(definition["x-unwrap"].split(".")),
        responses=responses,
        success=next(int(status) for status in sorted(responses) if status.startswith("2")),
        codes={entry["code"]: entry["kind"] for entry in definition.get("x-error-codes", ())},
        limit=_read_limit(document, definition),
        pagination=definition.get("x-pagination", {}),
        behaviour=definition.get("x-mock", {}),
        scopes=_scopes(document, definition),
        deprecated=read_deprecated(
            document, definition, _parameter_pointers(document, template, method), fields
        ),
    )


def _scopes(document: Mapping[str, Any], definition: Mapping[str, Any]) -> frozenset[str]:
    """The permissions that a caller needs; a document without OAuth names none."""
    schemes = document["components"]["securitySchemes"]
    for requirement in definition.get("security", document.get("security", ())):
        for name, scopes in requirement.items():
            if schemes[name]["type"] == "oauth2":
                return frozenset(scopes)
    return frozenset()


def _read_body(
    document: Mapping[str, Any], pointer: str, definition: Mapping[str, Any]
) -> tuple[str | None, bool]:
    if "requestBody" not in definition:
        return None, False
    pointer, body = resolve(document, join(pointer, "requestBody"))
    schema = join(pointer, "content", "application/json", "schema")
    return resolve(document, schema)[0], bool(body.get("required", False))


def _body_object(document: Mapping[str, Any], body: str | None, wrapper: str | None) -> SchemaNode | None:
    """The object with the fields of a body: inside of its wrapper."""
    if body is None:
        return None
    node = SchemaNode(document, body)
    return node if wrapper is None else node.properties[wrapper]


def _parameter_pointers(document: Mapping[str, Any], template: str, method: str) -> Iterator[str]:
    for holder in (join("/paths", template), join("/paths", template, method)):
        for index in range(len(look_up(document, holder).get("parameters", ()))):
            yield join(holder, "parameters", index)


def _read_parameters(document: Mapping[str, Any], template: str, method: str) -> Iterator[Parameter]:
    found: dict[tuple[str, str], Parameter] = {}
    for pointer in _parameter_pointers(document, template, method):
        parameter = _read_parameter(document, pointer)
        found[parameter.name, parameter.location] = parameter
    for parameter in found.values():
        if parameter.location != "header" or parameter.name.lower() not in IGNORED_HEADERS:
            yield parameter


def _read_parameter(document: Mapping[str, Any], pointer: str) -> Parameter:
    pointer, definition = resolve(document, pointer)
    schema = join(pointer, "schema")
    node = SchemaNode(document, schema)
    return Parameter(
        name=definition["name"],
        location=definition["in"],
        required=bool(definition.get("required", False)),
        schema=schema,
        kind=_kind(node),
        item_kind="string" if node.items is None else _kind(node.items),
        is_time=any(
            "x-time" in each or each.get("format") == "date-time"
            for each in (node.beside, node.schema, definition)
        ),
        default=node.get("default"),
    )


def _kind(node: SchemaNode) -> str:
    return next((kind for kind in node.types if kind != "null"), "string")


def _read_response(document: Mapping[str, Any], pointer: str, status: str) -> DeclaredResponse:
    pointer, definition = resolve(document, join(pointer, "responses", status))
    headers, required = {}, set()
    for name in definition.get("headers", {}):
        header_pointer, header = resolve(document, join(pointer, "headers", name))
        headers[name.lower()] = join(header_pointer, "schema")
        if header.get("required", False):
            required.add(name.lower())
    schema = None
    if "application/json" in definition.get("content", {}):
        schema = resolve(document, join(pointer, "content", "application/json", "schema"))[0]
    return DeclaredResponse(schema, headers, frozenset(required))


def _read_limit(document: Mapping[str, Any], definition: Mapping[str, Any]) -> RateLimit:
    shared = document.get("x-rate-limit") or document["info"].get("x-rate-limit") or {}
    merged = {
        "requests": 10,
        "seconds": 1,
        "shared-by": "organization",
        **shared,
        **definition.get("x-rate-limit", {}),
    }
    bucket = "organization" if merged["shared-by"] == "organization" else definition["operationId"]
    return RateLimit(int(merged["requests"]), float(merged["seconds"]), bucket)

"""The operations of one document: parameters, bodies, responses, error codes, limits and permissions.

Nothing here knows a path, a field or a code by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from aftership_tracking.mock.documents.contents import Content, read_content
from aftership_tracking.mock.documents.deprecation import read_deprecated
from aftership_tracking.mock.documents.parameter import (
    Parameter,
    by_location,
    parameter_pointers,
    read_parameters,
)
from aftership_tracking.mock.documents.pointers import join, look_up, resolve
from aftership_tracking.mock.documents.schema_node import SchemaNode

METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace")
Security = Literal["key", "bearer", "open"]


@dataclass(frozen=True, slots=True)
class DeclaredResponse:
    """A declared response: its content, if it has one, and the pointer of the schema of each header."""

    content: Content | None
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
    """A declared operation.

    Attributes:
        declared: the parameters by location and name, in their order.
        body: the content of the request, if it takes one.
        body_fields: what is known of it; None if it may hold any key, or is not an object.
        unwrap: where `x-unwrap` says that callers find the value; empty where the response is the value.
        content: what the response for success holds; None for no body.
        returns_object: whether the response holds an object, or nothing at all.
        security: what a caller must send: an API key or access token, either as a bearer token, or nothing.
    """

    id: str
    method: str
    template: str
    resource: str
    action: str
    pointer: str
    parameters: tuple[Parameter, ...]
    declared: Mapping[str, Mapping[str, Parameter]]
    body: Content | None
    body_required: bool
    body_wrapper: str | None
    body_fields: frozenset[str] | None
    unwrap: tuple[str, ...]
    returns_object: bool
    responses: Mapping[str, DeclaredResponse]
    success: int
    content: Content | None
    codes: Mapping[int, str]
    limit: RateLimit
    pagination: Mapping[str, Any]
    behaviour: Mapping[str, Any]
    scopes: frozenset[str]
    deprecated: Mapping[str, str]
    security: Security

    @property
    def success_pointer(self) -> str:
        """Where the response for success is declared."""
        names = (str(self.success), f"{self.success // 100}XX")
        return join(self.pointer, "responses", next(name for name in names if name in self.responses))

    def response_for(self, status: int) -> DeclaredResponse | None:
        """The declared response of a status, of its class, or the default."""
        found = self.responses.get(str(status))
        if found is None:
            found = self.responses.get(f"{status // 100}XX") or self.responses.get("default")
        return found

    def first_documented(self, codes: tuple[int, ...] | list[int]) -> int | None:
        """The first of several error codes that this operation documents."""
        return next((code for code in codes if code in self.codes), None)


def read_operations(
    document: Mapping[str, Any], behaviour: Mapping[str, Any] = MappingProxyType({})
) -> Iterator[ApiOperation]:
    """Yield the operations of a document, in its order.

    Args:
        behaviour: what each operation does, whatever its `x-mock` says.
    """
    for template, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield _read_operation(document, template, method, behaviour)


def _read_operation(
    document: Mapping[str, Any], template: str, method: str, behaviour: Mapping[str, Any]
) -> ApiOperation:
    pointer = join("/paths", template, method)
    definition = look_up(document, pointer)
    body, body_required = _read_body(document, pointer, definition)
    fields = _body_object(document, body, definition.get("x-body-wrapper"))
    responses = {str(status): _read_response(document, pointer, status) for status in definition["responses"]}
    # A class of statuses, such as 2XX, means its first one.
    good = next(status for status in sorted(responses) if status.startswith("2"))
    parameters = tuple(read_parameters(document, template, method))
    unwrap = tuple(definition["x-unwrap"].split(".")) if "x-unwrap" in definition else ()
    return ApiOperation(
        id=definition["operationId"],
        method=method.upper(),
        template=template,
        resource=definition["x-resource"],
        action=definition["x-method"],
        pointer=pointer,
        parameters=parameters,
        declared=by_location(parameters),
        body=body,
        body_required=body_required,
        body_wrapper=definition.get("x-body-wrapper"),
        body_fields=None if fields is None else _keys(fields),
        unwrap=unwrap,
        returns_object=_returns_object(document, responses[good].content, unwrap),
        responses=responses,
        success=int(good.replace("X", "0")),
        content=responses[good].content,
        codes={entry["code"]: entry["kind"] for entry in definition.get("x-error-codes", ())},
        limit=_read_limit(document, definition),
        pagination=definition.get("x-pagination", {}),
        behaviour={**definition.get("x-mock", {}), **behaviour},
        scopes=_scopes(document, definition),
        deprecated=read_deprecated(
            document, definition, parameter_pointers(document, template, method), fields
        ),
        security=_read_security(document, definition),
    )


def _scopes(document: Mapping[str, Any], definition: Mapping[str, Any]) -> frozenset[str]:
    """The permissions that a caller needs; a document without OAuth names none."""
    schemes = document["components"]["securitySchemes"]
    for requirement in definition.get("security", document.get("security", ())):
        for name, scopes in requirement.items():
            if schemes[name]["type"] == "oauth2":
                return frozenset(scopes)
    return frozenset()


def _read_security(document: Mapping[str, Any], definition: Mapping[str, Any]) -> Security:
    requirements = definition.get("security", document.get("security"))
    if requirements is not None and (not requirements or {} in requirements):
        return "open"
    schemes = document["components"]["securitySchemes"]
    ways = [[schemes[name] for name in requirement] for requirement in requirements or ()]
    is_bearer = bool(ways) and all(
        scheme["type"] == "http" and scheme["scheme"].lower() == "bearer" for way in ways for scheme in way
    )
    return "bearer" if is_bearer else "key"


def _read_body(
    document: Mapping[str, Any], pointer: str, definition: Mapping[str, Any]
) -> tuple[Content | None, bool]:
    if "requestBody" not in definition:
        return None, False
    pointer, body = resolve(document, join(pointer, "requestBody"))
    return read_content(document, pointer, body), bool(body.get("required", False))


def _body_object(document: Mapping[str, Any], body: Content | None, wrapper: str | None) -> SchemaNode | None:
    """The schema with the fields of a body: inside of its wrapper."""
    if body is None or body.schema is None:
        return None
    node = SchemaNode(document, body.schema)
    return node if wrapper is None else node.properties[wrapper]


def _keys(node: SchemaNode) -> frozenset[str] | None:
    """The keys that an object may have, whichever of its branches it is; None for any."""
    if node.takes_further:
        return None
    found = frozenset(node.properties)
    for branch in node.branches:
        more = _keys(branch)
        if more is None:
            return None
        found |= more
    return found


def _returns_object(document: Mapping[str, Any], content: Content | None, unwrap: tuple[str, ...]) -> bool:
    if content is None:
        return True
    if content.kind != "json" or content.schema is None:
        return False
    node = SchemaNode(document, content.schema).at(unwrap[:1])
    return node is None or set(node.kinds) <= {"object"}


def _read_response(document: Mapping[str, Any], pointer: str, status: str) -> DeclaredResponse:
    pointer, definition = resolve(document, join(pointer, "responses", status))
    headers, required = {}, set()
    for name in definition.get("headers", {}):
        header_pointer, header = resolve(document, join(pointer, "headers", name))
        headers[name.lower()] = join(header_pointer, "schema")
        if header.get("required", False):
            required.add(name.lower())
    return DeclaredResponse(read_content(document, pointer, definition), headers, frozenset(required))


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

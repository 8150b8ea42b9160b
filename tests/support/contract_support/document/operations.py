"""Reads the operations of a composed document, with every reference resolved.

The mock and the generator have their own readers. This one is separate on purpose: a test must not share the
blind spots of what it tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "put", "post", "delete", "patch")

Json = Any


def pointer(document: Mapping[str, Json], reference: str) -> Json:
    """Return the value of a local reference such as `#/components/schemas/Tracking`.

    Raises:
        LookupError: the reference is not local, or leads nowhere.
    """
    if not reference.startswith("#/"):
        raise LookupError(f"{reference} is not a local reference")
    value: Json = document
    for part in reference[2:].split("/"):
        value = value[part.replace("~1", "/").replace("~0", "~")]
    return value


def resolve(document: Mapping[str, Json], value: Json) -> Json:
    """Follow `$ref` to the value itself. Keys beside a reference win, as in OpenAPI 3.1 for schemas."""
    while isinstance(value, dict) and "$ref" in value:
        beside = {key: item for key, item in value.items() if key != "$ref"}
        target = pointer(document, value["$ref"])
        value = {**target, **beside} if beside else target
    return value


@dataclass(frozen=True)
class Parameter:
    """One declared parameter of an operation."""

    name: str
    location: str
    required: bool
    schema: Mapping[str, Json]
    definition: Mapping[str, Json]


@dataclass(frozen=True)
class Operation:
    """One operation of the document; `path` is the template without the server prefix."""

    identifier: str
    method: str
    path: str
    definition: Mapping[str, Json]
    parameters: tuple[Parameter, ...]
    document: Mapping[str, Json]

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def purpose(self) -> tuple[str, str]:
        """What the operation is for, whatever it is called: its resource and its method in the client."""
        return self.definition["x-resource"], self.definition["x-method"]

    @property
    def paging(self) -> Mapping[str, Json] | None:
        """The paging rules of the operation; None when it returns everything at once."""
        return self.definition.get("x-pagination")

    def wrap(self, fields: Json) -> Json:
        """Return the request body of these fields: inside a wrapper where this version has one."""
        wrapper = self.definition.get("x-body-wrapper")
        return fields if wrapper is None else {wrapper: fields}

    def unwrap_body(self, body: Json) -> Json:
        """Return the fields of a request body: the opposite of `wrap`."""
        wrapper = self.definition.get("x-body-wrapper")
        return body if wrapper is None else body[wrapper]

    def unwrap(self, envelope: Json) -> Json:
        """Return the content of a response: the value at `x-unwrap`, and of a paged list the items.

        Raises:
            KeyError: the envelope has another shape.
        """
        return member(envelope, self.definition["x-unwrap"] if self.paging is None else self.paging["items"])

    @property
    def responses(self) -> dict[str, Mapping[str, Json]]:
        """Declared responses by status (`200`, `5XX`), references resolved."""
        declared = self.definition["responses"]
        return {str(status): resolve(self.document, response) for status, response in declared.items()}

    @property
    def success_statuses(self) -> tuple[int, ...]:
        return tuple(int(status) for status in self.responses if status.startswith("2"))

    @property
    def has_result(self) -> bool:
        """Whether a success has a body, and so the method something to return."""
        return "content" in self.responses[str(self.success_statuses[0])]

    @property
    def error_statuses(self) -> tuple[str, ...]:
        return tuple(status for status in self.responses if not status.startswith("2"))

    @property
    def body_schema(self) -> Mapping[str, Json] | None:
        """The schema of the JSON request body as the document has it, or None without a body."""
        body = self.definition.get("requestBody")
        if body is None:
            return None
        schema: Mapping[str, Json] = resolve(self.document, body)["content"]["application/json"]["schema"]
        return schema

    def response_for(self, status: int) -> Mapping[str, Json] | None:
        """The declared response for a status: the exact one, else its class (`5XX`), else the default."""
        responses = self.responses
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in responses:
                return responses[key]
        return None

    @property
    def error_codes(self) -> dict[int, str]:
        """Documented `meta.code` values of this operation, each with its kind: `shape` or `state`."""
        return {entry["code"]: entry["kind"] for entry in self.definition.get("x-error-codes", ())}


def member(value: Json, path: str) -> Json:
    """Follow a dotted path such as `data.pagination.next_cursor`.

    Raises:
        KeyError: the path leads nowhere.
    """
    for name in path.split("."):
        value = value[name]
    return value


def operations(document: Mapping[str, Json]) -> Iterator[Operation]:
    """Yield every operation of the document in its order."""
    for path, item in document["paths"].items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method in item:
                definition = item[method]
                yield Operation(
                    identifier=definition["operationId"],
                    method=method.upper(),
                    path=path,
                    definition=definition,
                    parameters=_parameters(document, [*shared, *definition.get("parameters", [])]),
                    document=document,
                )


def operation_named(document: Mapping[str, Json], identifier: str) -> Operation:
    """Return one operation by its `operationId`.

    Raises:
        LookupError: no operation has this name.
    """
    for operation in operations(document):
        if operation.identifier == identifier:
            return operation
    raise LookupError(f"no operation is called {identifier}")


def operation_for(document: Mapping[str, Json], resource: str, method: str) -> Operation | None:
    """Return the operation of a purpose, such as `couriers` and `list`; None where a version has none."""
    found = (operation for operation in operations(document) if operation.purpose == (resource, method))
    return next(found, None)


def properties_of(document: Mapping[str, Json], schema: Json) -> Mapping[str, Json]:
    """Return the properties that an object of a schema may have, by name."""
    found: Mapping[str, Json] = resolve(document, schema).get("properties", {})
    return found


def body_fields(operation: Operation) -> Mapping[str, Json]:
    """Return the schemas of the fields of a request body, inside its wrapper; none without a body."""
    if operation.body_schema is None:
        return {}
    fields = properties_of(operation.document, operation.body_schema)
    wrapper = operation.definition.get("x-body-wrapper")
    return fields if wrapper is None else properties_of(operation.document, fields[wrapper])


def server_prefix(document: Mapping[str, Json]) -> str:
    """Return the path of the first server, for example `/tracking/2024-01`."""
    url: str = document["servers"][0]["url"]
    return "/" + url.split("://", 1)[1].partition("/")[2].rstrip("/")


def _parameters(document: Mapping[str, Json], declared: list[Json]) -> tuple[Parameter, ...]:
    found: dict[tuple[str, str], Parameter] = {}
    for entry in declared:
        definition = resolve(document, entry)
        found[definition["name"], definition["in"]] = Parameter(
            name=definition["name"],
            location=definition["in"],
            required=bool(definition.get("required", False)),
            schema=definition["schema"],
            definition=definition,
        )
    return tuple(found.values())

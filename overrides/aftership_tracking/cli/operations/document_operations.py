"""Reads what commands need to know from the document of a version: operations, their parameters, and the
fields of their results. Nothing here knows how commands are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from aftership_tracking import documents

_METHODS = ("get", "post", "put", "patch", "delete")
SCALARS = ("string", "integer", "number", "boolean")


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentParameter:
    """One argument of an operation."""

    name: str
    argument: str
    """Its name in the method of the client."""
    location: str
    """`path`, `query` or `body`."""
    required: bool
    kind: str
    """A scalar type of JSON, `array` or `object`."""
    item_kind: str = "string"
    """Of a list: what is in it."""
    description: str = ""
    known_values: tuple[str, ...] = ()
    schema: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_json(self) -> bool:
        """Whether one string cannot hold it."""
        return self.kind == "object" or (self.kind == "array" and self.item_kind not in SCALARS)


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentOperation:
    """One operation of a version."""

    version: str
    id: str
    resource: str
    method_name: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[DocumentParameter, ...]
    paging: Mapping[str, Any] | None
    limit: Mapping[str, Any] | None
    retry: str
    error_codes: frozenset[int]
    deprecated: bool
    provenance: str
    result_fields: tuple[str, ...]
    """The fields of the result, or of each item of a list; none if the document does not say."""

    @property
    def call(self) -> str:
        """Such as `trackings.create`."""
        return f"{self.resource}.{self.method_name}"

    @property
    def destroys(self) -> bool:
        """Whether it removes something."""
        return self.method == "DELETE"


@cache
def read_operations(version: str) -> tuple[DocumentOperation, ...]:
    """Return all operations of a version, in the order of the document."""
    return tuple(_Reader(version).operations())


@cache
def read_resources(version: str) -> dict[str, str]:
    """Return the resources of a version, with a sentence about each."""
    document = documents.document(version)
    tags = {tag["name"]: tag.get("description", "") for tag in document.get("tags", ())}
    found: dict[str, str] = {}
    for item in document["paths"].values():
        for method in _METHODS:
            if method in item:
                definition = item[method]
                found.setdefault(definition["x-resource"], tags.get(next(iter(definition["tags"]), ""), ""))
    return found


class _Reader:
    """Reads one document."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.document = documents.document(version)

    def operations(self) -> Iterator[DocumentOperation]:
        for path, item in self.document["paths"].items():
            for method in _METHODS:
                if method in item:
                    yield self._operation(path, method.upper(), item[method])

    def _operation(self, path: str, method: str, definition: Mapping[str, Any]) -> DocumentOperation:
        return DocumentOperation(
            version=self.version,
            id=definition["operationId"],
            resource=definition["x-resource"],
            method_name=definition["x-method"],
            method=method,
            path=path,
            summary=definition.get("summary", ""),
            description=definition.get("description", ""),
            parameters=tuple(self._parameters(path, definition)),
            paging=definition.get("x-pagination"),
            limit=definition.get("x-rate-limit", self.document.get("x-rate-limit")),
            retry=definition.get("x-retry", ""),
            error_codes=frozenset(each["code"] for each in definition.get("x-error-codes", ())),
            deprecated=bool(definition.get("deprecated")),
            provenance=definition.get("x-provenance", ""),
            result_fields=self._result_fields(definition),
        )

    def _parameters(self, path: str, definition: Mapping[str, Any]) -> Iterator[DocumentParameter]:
        declared = [self._resolve(each) for each in definition.get("parameters", ())]
        in_path = {each["name"]: each for each in declared if each["in"] == "path"}
        # The client takes them in the order of the path.
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        for name in names:
            yield self._parameter(in_path[name], name, "path", required=True, schema=in_path[name]["schema"])
        for each in declared:
            if each["in"] == "query":
                required = bool(each.get("required"))
                yield self._parameter(each, each["name"], "query", required=required, schema=each["schema"])
        taken = {each["name"] for each in declared if each["in"] in ("path", "query")}
        if "x-pagination" in definition and "cursor" not in taken:
            # The client resumes numbered pages with a cursor too.
            yield DocumentParameter(
                name="cursor",
                argument="cursor",
                location="query",
                required=False,
                kind="string",
                description="The cursor of an earlier list: continue from there.",
            )
        body = self._body(definition)
        for name, schema in body.get("properties", {}).items():
            # A name that path or query have already is the new value.
            argument = f"new_{name}" if name in taken else name
            required = name in body.get("required", ())
            yield self._parameter(schema, argument, "body", required=required, schema=schema, name=name)

    def _parameter(
        self,
        described: Mapping[str, Any],
        argument: str,
        location: str,
        *,
        required: bool,
        schema: Mapping[str, Any],
        name: str | None = None,
    ) -> DocumentParameter:
        resolved = self.resolve_schema(schema)
        kind = self._kind(resolved)
        items = self.resolve_schema(resolved.get("items", {}))
        known = (items if kind == "array" else resolved).get("x-open-enum", {})
        return DocumentParameter(
            name=name or argument,
            argument=argument,
            location=location,
            required=required,
            kind=kind,
            item_kind=self._kind(items),
            description=described.get("description") or resolved.get("description", ""),
            known_values=tuple(known),
            schema=resolved,
        )

    def _body(self, definition: Mapping[str, Any]) -> Mapping[str, Any]:
        content = self._resolve(definition.get("requestBody", {})).get("content", {})
        schema = self.resolve_schema(_first(content).get("schema", {}))
        wrapper = definition.get("x-body-wrapper")
        return self.resolve_schema(schema["properties"][wrapper]) if wrapper else schema

    def _result_fields(self, definition: Mapping[str, Any]) -> tuple[str, ...]:
        responses = definition["responses"]
        status = next((each for each in responses if each.startswith("2")), None)
        content = {} if status is None else self._resolve(responses[status]).get("content", {})
        schema = self.resolve_schema(_first(content).get("schema", {}))
        paging = definition.get("x-pagination")
        for name in (paging["items"] if paging else definition.get("x-unwrap") or "").split("."):
            schema = self.resolve_schema(schema.get("properties", {}).get(name, {}))
        if "items" in schema:
            schema = self.resolve_schema(schema["items"])
        return tuple(schema.get("properties", {}))

    def resolve_schema(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow a reference, and see through `or null`."""
        schema = self._resolve(schema)
        real = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
        return self.resolve_schema(real[0]) if len(real) == 1 else schema

    def _resolve(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in value:
            found: Any = self.document
            for part in value["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            value = found
        return value

    def _kind(self, schema: Mapping[str, Any]) -> str:
        kinds = schema.get("type", "object" if "properties" in schema else "string")
        names = [kinds] if isinstance(kinds, str) else [each for each in kinds if each != "null"]
        return names[0] if len(names) == 1 else "string"


def leaf_schema(version: str, schema: Mapping[str, Any], path: list[str]) -> Mapping[str, Any] | None:
    """Return the schema of a field inside of an object; None if the document does not have it."""
    reader = _Reader(version)
    for part in path:
        schema = reader.resolve_schema(schema)
        if part.isdecimal():
            found = schema.get("items")
        else:
            extra = schema.get("additionalProperties")
            found = schema.get("properties", {}).get(part, extra if isinstance(extra, dict) else None)
        if found is None:
            return None
        schema = found
    return reader.resolve_schema(schema)


def _first(contents: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(iter(contents.values())) if contents else {}

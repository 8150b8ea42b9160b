"""Reads an operation of the document into the record of the method that it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from generator.client.known_values import known_values
from generator.client.openapi_library import LibraryNames, UntrustedString, python_name
from generator.client.pagination_reader import read_pagination
from generator.client.quoting import untrusted
from generator.client.reserved_names import ARGUMENT_NAMES, TRANSPORT_HEADERS, is_method_name
from generator.client.schema_classes import Schemas
from generator.client.template_records import (
    Annotation,
    Cursor,
    Operation,
    Pagination,
    Parameter,
    Raised,
    RateLimit,
    Segment,
)
from generator.client.texts.deprecation import operation_deprecation
from generator.client.texts.documented_values import documented_values, limits_sentence
from generator.client.time_reader import read_times
from generator.client.type_annotations import Annotator, or_none, or_unset
from generator.document import document as documents
from generator.document.document import Document
from generator.document.schema_walk import Property

_RETRIES: Mapping[str, Literal["SAFE", "CREATE_OR_GET_ONLY", "NEVER"]] = {
    "safe": "SAFE",
    "upsert": "CREATE_OR_GET_ONLY",
    "never": "NEVER",
}
_CHANGING = frozenset({"put", "patch"})
"""Methods that change something that exists, so that null can clear a part of it."""
_ALREADY_EXISTS_CODE = 4003
_EXCEPTION_BY_STATUS = {
    404: "NotFoundError",
    400: "ValidationError",
    422: "ValidationError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    429: "RateLimitError",
}
_EXCEPTION_ORDER = (
    "AlreadyExistsError",
    "NotFoundError",
    "ValidationError",
    "AuthenticationError",
    "PermissionDeniedError",
    "RateLimitError",
    "ServerError",
    "ApiError",
)


class OperationReader:
    """Reads the operations of one document."""

    def __init__(self, document: Document, names: LibraryNames) -> None:
        self._document = document
        self._names = names
        self._schemas = Schemas(document)
        self._annotator = Annotator(document)

    def read(self, operation: documents.Operation, shadowed: frozenset[str]) -> Operation:
        """The record of one operation. `shadowed` names the methods of its resource. Raises `SpecError`."""
        raw, pointer = operation.raw, operation.pointer
        method = self._required(operation, "x-method")
        if not is_method_name(method):
            raise self._document.error(
                f"{pointer}/x-method",
                f'"{method}" cannot be the name of a method.',
                "Use lower case words and _.",
            )
        pagination = read_pagination(self._document, operation)
        path, query = self._arguments(operation, pagination, shadowed)
        body = self._body(operation, {one.name for one in path + query}, shadowed)
        returns, unwrap, result, result_text = self._result(operation, pagination, shadowed)
        codes = tuple(int(entry["code"]) for entry in raw.get("x-error-codes", ()))
        return Operation(
            id=untrusted(self._required(operation, "operationId")),
            constant=method.upper(),
            method=method,
            http_method=operation.method.upper(),
            segments=self._segments(operation),
            returns=returns,
            unwrap=tuple(untrusted(step) for step in unwrap),
            result=result,
            result_text=untrusted(result_text),
            retry=self._retry(operation),
            limit=self._limit(operation),
            errors=codes,
            body_wrapper=untrusted(raw["x-body-wrapper"]) if "x-body-wrapper" in raw else None,
            pagination=pagination,
            has_body="requestBody" in raw,
            path=path,
            query=query,
            body=body,
            raises=raised_exceptions(codes, self._document.raw.get("x-errors") or {}),
            text=untrusted(raw.get("summary") or raw.get("description")),
            deprecated=untrusted(operation_deprecation(self._document, operation)),
        )

    def _required(self, operation: documents.Operation, key: str) -> str:
        """A key that an operation must have. Raises `SpecError`."""
        value = operation.raw.get(key)
        if not isinstance(value, str) or not value:
            raise self._document.error(operation.pointer, f"The operation has no {key}.", "Add it.")
        return value

    def _segments(self, operation: documents.Operation) -> tuple[Segment, ...]:
        segments = []
        for part in operation.path.removeprefix("/").split("/"):
            is_parameter = part.startswith("{") and part.endswith("}")
            name = part[1:-1] if is_parameter else part
            if not name or "{" in name or "}" in name:
                raise self._document.error(
                    operation.pointer,
                    f'A segment of the path "{operation.path}" is neither fixed text nor one parameter.',
                    "Write one of the two between slashes.",
                )
            segments.append(Segment(untrusted(name), is_parameter))
        return tuple(segments)

    def _arguments(
        self, operation: documents.Operation, pagination: Pagination | None, shadowed: frozenset[str]
    ) -> tuple[tuple[Parameter, ...], tuple[Parameter, ...]]:
        """The path arguments in the order of the path, the query arguments in the order of the document."""
        found: dict[tuple[str, str], Parameter] = {}
        for raw, pointer in self._document.parameters(operation):
            location, wire = raw["in"], raw["name"]
            if location == "header" and wire.lower() in TRANSPORT_HEADERS:
                continue
            if location == "query" and wire == sent_cursor(pagination):
                continue
            if location not in ("path", "query") or "schema" not in raw:
                raise self._document.error(
                    pointer,
                    f'The parameter "{wire}" is in {location} or has no schema.',
                    "Only path and query parameters with a schema become arguments.",
                )
            required = location == "path" or raw.get("required", False) is True
            annotation = self._annotator.annotate(raw["schema"], f"{pointer}/schema", "send", shadowed)
            documented = documented_values(self._schemas, _declared(raw), f"{pointer}/schema", wire)
            found[location, wire] = Parameter(
                name=wire,
                wire=untrusted(wire),
                location=location,
                annotation=annotation if required else or_none(annotation),
                required=required,
                text=untrusted(raw.get("description")),
                times=read_times(self._schemas, wire, raw["schema"], f"{pointer}/schema"),
                known_values=known_values(self._schemas, raw["schema"], f"{pointer}/schema", wire),
                documented=documented,
                note=untrusted(limits_sentence(dict(documented).get(wire))),
            )
        # The library renames what is not an identifier or meets another name, and sorts path arguments.
        arguments = self._names.arguments[operation.path, operation.method]
        renamed = [
            replace(found[key], name=_not_reserved(name)) for key, name in arguments.items() if key in found
        ]
        path = tuple(one for one in renamed if one.location == "path")
        return path, tuple(one for one in renamed if one.location == "query")

    def _body(
        self, operation: documents.Operation, taken: set[str], shadowed: frozenset[str]
    ) -> tuple[Parameter, ...]:
        """The properties of the body (inside its wrapper) as arguments."""
        declared = operation.raw.get("requestBody")
        if declared is None:
            return ()
        body, pointer = self._document.follow(declared, f"{operation.pointer}/requestBody")
        properties = self._properties(*self._json_schema(body, pointer))
        wrapper = operation.raw.get("x-body-wrapper")
        if wrapper is not None:
            if wrapper not in properties:
                raise self._document.error(
                    f"{operation.pointer}/x-body-wrapper",
                    f'The body has no property "{wrapper}".',
                    "Correct one.",
                )
            properties = self._properties(properties[wrapper].schema, pointer)
        found = []
        for wire, one in properties.items():
            name = _not_reserved(python_name(wire))
            if name in taken:
                # The other argument selects what is changed, this one is its new value.
                name = f"new_{name}"
            taken.add(name)
            annotation = self._annotator.annotate(one.schema, one.pointer, "send", shadowed)
            # Where null clears something, leaving out must be something else than None.
            clears = operation.method in _CHANGING and not one.required and _takes_null(annotation)
            if not one.required:
                annotation = or_unset(annotation) if clears else or_none(annotation)
            documented = documented_values(self._schemas, one.schema, one.pointer, wire)
            found.append(
                Parameter(
                    name=name,
                    wire=untrusted(wire),
                    location="body",
                    annotation=annotation,
                    required=one.required,
                    text=untrusted(self._schemas.description(one.schema)),
                    clears=clears,
                    times=read_times(self._schemas, wire, one.schema, one.pointer),
                    known_values=known_values(self._schemas, one.schema, one.pointer, wire),
                    documented=documented,
                    note=untrusted(limits_sentence(dict(documented).get(wire))),
                )
            )
        return tuple(found)

    def _json_schema(self, holder: Mapping[str, Any], pointer: str) -> tuple[Any, str]:
        """The JSON schema of a body or a response."""
        for kind, media in (holder.get("content") or {}).items():
            if kind.partition(";")[0] == "application/json" and "schema" in media:
                return media["schema"], pointer
        raise self._document.error(pointer, "An application/json content with a schema is needed.", "Add it.")

    def _properties(self, schema: Any, pointer: str) -> dict[str, Property]:
        properties = self._schemas.properties(*self._document.follow(schema, pointer))
        if not properties:
            raise self._document.error(pointer, "An object with properties is needed here.", "Refer to one.")
        return properties

    def _result(
        self, operation: documents.Operation, pagination: Pagination | None, shadowed: frozenset[str]
    ) -> tuple[str, tuple[str, ...], Annotation, Any]:
        """The envelope model, the path to the returned value in it, its type and its description."""
        responses = operation.raw.get("responses") or {}
        status = min((one for one in responses if one.startswith("2")), default=None)
        if status is None:
            raise self._document.error(
                operation.pointer, "The operation has no successful response.", "Add one."
            )
        response, pointer = self._document.follow(
            responses[status], f"{operation.pointer}/responses/{status}"
        )
        envelope, pointer = self._json_schema(response, pointer)
        if not isinstance(envelope, dict) or "$ref" not in envelope:
            raise self._document.error(
                pointer, "The response has no named schema.", "Move it to components/schemas."
            )
        name = self._schemas.component(envelope["$ref"], pointer)
        unwrap = tuple(part for part in operation.raw.get("x-unwrap", "").split(".") if part)
        if pagination is None:
            value = self._walk(envelope, unwrap, operation)
        else:
            items = operation.raw["x-pagination"]["items"].split(".")
            value = self._document.follow(self._walk(envelope, tuple(items), operation))[0].get("items", {})
        annotation = self._annotator.annotate(value, operation.pointer, "read", shadowed)
        return name, unwrap, annotation, response.get("description")

    def _walk(self, schema: Any, steps: tuple[str, ...], operation: documents.Operation) -> Any:
        for step in steps:
            properties = self._properties(schema, operation.pointer)
            if step not in properties:
                raise self._document.error(
                    operation.pointer,
                    f'"{".".join(steps)}" leads nowhere in the response.',
                    "Correct the path.",
                )
            schema = properties[step].schema
        return schema

    def _retry(self, operation: documents.Operation) -> Literal["SAFE", "CREATE_OR_GET_ONLY", "NEVER"]:
        declared = str(operation.raw.get("x-retry"))
        if declared not in _RETRIES:
            raise self._document.error(
                operation.pointer,
                "x-retry must say how the operation may be repeated.",
                "Use safe, upsert or never.",
            )
        return _RETRIES[declared]

    def _limit(self, operation: documents.Operation) -> RateLimit:
        declared = operation.raw.get("x-rate-limit") or self._document.raw.get("x-rate-limit")
        if not isinstance(declared, dict):
            raise self._document.error(
                operation.pointer, "No x-rate-limit applies here.", "Add one to the document."
            )
        return RateLimit(
            int(declared["requests"]), float(declared["seconds"]), declared["shared-by"] == "organization"
        )


def sent_cursor(pagination: Pagination | None) -> UntrustedString | None:
    """The query parameter that the runtime sends itself: every paged method has an argument `cursor`."""
    return pagination.cursor if isinstance(pagination, Cursor) else None


def _declared(parameter: Mapping[str, Any]) -> Any:
    """The schema of a parameter, deprecated if the parameter is."""
    schema = parameter["schema"]
    if not parameter.get("deprecated") or not isinstance(schema, dict):
        return schema
    return {**schema, "deprecated": True, "x-deprecated": parameter.get("x-deprecated", {})}


def _takes_null(annotation: Annotation) -> bool:
    return "None" in annotation.code.split(" | ")


def _not_reserved(name: str) -> str:
    """The name, or another one where generated methods have an argument of that name themselves."""
    return f"{name}_" if name in ARGUMENT_NAMES else name


def exception_name(code: int, status: int) -> str:
    """The class of the package that is raised for a `meta.code` with an HTTP status, for docstrings.

    The package decides this again when it reads a response; a test compares the two.
    """
    if code == _ALREADY_EXISTS_CODE:
        return "AlreadyExistsError"
    if status >= 500:
        return "ServerError"
    return _EXCEPTION_BY_STATUS.get(status, "ApiError")


def raised_exceptions(codes: Iterable[int], errors: Mapping[str, Any]) -> tuple[Raised, ...]:
    """The exceptions of an operation, most specific first. `errors` is `x-errors` of the document."""
    grouped: dict[str, list[int]] = {}
    for code in codes:
        status = errors.get(str(code), {}).get("status", code)
        grouped.setdefault(exception_name(code, int(status)), []).append(code)
    return tuple(Raised(name, tuple(sorted(grouped[name]))) for name in _EXCEPTION_ORDER if name in grouped)

"""Reads an operation of the document into the record of the method that it becomes."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from generator.client.content_reader import (
    RequestContent,
    ResponseContent,
    read_auth,
    read_pagination,
    read_request,
    read_response,
    read_scopes,
)
from generator.client.known_values import known_values
from generator.client.openapi_library import LibraryNames, UntrustedString, plain_string, python_name
from generator.client.quoting import untrusted
from generator.client.reserved_names import (
    ARGUMENT_NAMES,
    RENAMED_ARGUMENTS,
    TRANSPORT_HEADERS,
    is_method_name,
)
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
from generator.client.texts.documented_values import documented_values
from generator.client.texts.notes import note
from generator.client.time_reader import read_times
from generator.client.type_annotations import Annotator, or_none, or_unset
from generator.document import document as documents
from generator.document.document import Document
from generator.document.parameter_styles import path_takes, query_style, style_problem
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
        request = read_request(self._schemas, operation)
        body = self._body(operation, request, {one.name for one in path + query}, shadowed)
        response = read_response(self._schemas, operation)
        returns, unwrap, result = self._result(operation, response, pagination, shadowed)
        codes = tuple(int(entry["code"]) for entry in raw.get("x-error-codes", ()))
        return Operation(
            id=untrusted(self._required(operation, "operationId")),
            constant=method.upper(),
            method=method,
            http_method=operation.method.upper(),
            segments=self._segments(operation, {plain_string(one.wire): one.takes for one in path}),
            returns=returns,
            unwrap=tuple(untrusted(step) for step in unwrap),
            result=result,
            result_text=untrusted(response.description),
            retry=self._retry(operation),
            limit=self._limit(operation),
            errors=codes,
            body_wrapper=untrusted(raw["x-body-wrapper"]) if "x-body-wrapper" in raw else None,
            pagination=pagination,
            has_body=request is not None,
            path=path,
            query=query,
            body=body,
            raises=raised_exceptions(codes, self._document.raw.get("x-errors") or {}),
            text=untrusted(raw.get("summary") or raw.get("description")),
            body_content=None if request is None else request.content,
            response_content=response.content,
            auth=read_auth(self._document, operation),
            scopes=tuple(untrusted(scope) for scope in read_scopes(self._document, operation)),
            deprecated=untrusted(operation_deprecation(self._document, operation)),
        )

    def _required(self, operation: documents.Operation, key: str) -> str:
        """A key that an operation must have. Raises `SpecError`."""
        value = operation.raw.get(key)
        if not isinstance(value, str) or not value:
            raise self._document.error(operation.pointer, f"The operation has no {key}.", "Add it.")
        return value

    def _segments(self, operation: documents.Operation, takes: Mapping[str, str]) -> tuple[Segment, ...]:
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
            segments.append(Segment(untrusted(name), is_parameter, takes.get(name, "string")))
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
            problem = style_problem(self._schemas, raw, pointer)
            if problem is not None:
                sentence, _, hint = problem.partition(". ")
                raise self._document.error(pointer, f"{sentence}.", hint)
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
                takes=path_takes(self._schemas, raw["schema"], f"{pointer}/schema")
                if location == "path"
                else "string",
                style=query_style(self._schemas, raw, pointer) if location == "query" else "",
                documented=documented,
                note=note(self._schemas, raw["schema"], f"{pointer}/schema", dict(documented).get(wire)),
            )
        # The library renames what is not an identifier or meets another name, and sorts path arguments.
        arguments = self._names.arguments[operation.path, operation.method]
        renamed = [
            replace(found[key], name=_not_reserved(_not_renamed(name, key[1])))
            for key, name in arguments.items()
            if key in found
        ]
        path = tuple(one for one in renamed if one.location == "path")
        return path, tuple(one for one in renamed if one.location == "query")

    def _body(
        self,
        operation: documents.Operation,
        request: RequestContent | None,
        taken: set[str],
        shadowed: frozenset[str],
    ) -> tuple[Parameter, ...]:
        """The properties of the body (inside its wrapper) as arguments, or the whole body as one."""
        if request is None:
            return ()
        if request.fields is None:
            return (self._whole_body(request, taken, shadowed),)
        properties = self._schemas.properties(*request.fields)
        found = []
        for wire, one in properties.items():
            name = _not_reserved(python_name(wire))
            if name in taken:
                # The other argument selects what is changed, this one is its new value.
                name = f"new_{name}"
            taken.add(name)
            annotation = self._annotator.annotate(one.schema, one.pointer, "send", shadowed)
            # Where null clears something, or must be sent, leaving out must be something else than None.
            clears = (one.required or operation.method in _CHANGING) and _takes_null(annotation)
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
                    note=note(self._schemas, one.schema, one.pointer, dict(documented).get(wire)),
                )
            )
        if request.extra is not None:
            found.append(self._extra(request.extra, taken, shadowed))
        return tuple(found)

    def _whole_body(self, request: RequestContent, taken: set[str], shadowed: frozenset[str]) -> Parameter:
        schema, pointer = request.media.schema, request.media.pointer
        if request.media.kind == "json":
            annotation = self._annotator.annotate(schema, pointer, "send", shadowed)
        else:
            annotation = self._annotator.plain("str" if request.media.kind == "text" else "bytes", shadowed)
        return Parameter(
            name="new_body" if "body" in taken else "body",
            wire=untrusted("body"),
            location="body",
            annotation=annotation if request.required else or_none(annotation),
            required=request.required,
            text=untrusted(self._schemas.description(schema) or "The whole body."),
            times=read_times(self._schemas, "body", schema, pointer),
            known_values=known_values(self._schemas, schema, pointer, "body"),
        )

    def _extra(self, extra: tuple[Any, str], taken: set[str], shadowed: frozenset[str]) -> Parameter:
        value = self._annotator.annotate(*extra, "send", shadowed)
        return Parameter(
            name="new_extra" if "extra" in taken else "extra",
            wire=untrusted("extra"),
            location="body",
            annotation=or_none(self._annotator.mapping(value, shadowed)),
            required=False,
            text=untrusted("Further keys of the object."),
        )

    def _properties(self, schema: Any, pointer: str) -> dict[str, Property]:
        properties = self._schemas.properties(*self._document.follow(schema, pointer))
        if not properties:
            raise self._document.error(pointer, "An object with properties is needed here.", "Refer to one.")
        return properties

    def _result(
        self,
        operation: documents.Operation,
        response: ResponseContent,
        pagination: Pagination | None,
        shadowed: frozenset[str],
    ) -> tuple[str, tuple[str, ...], Annotation]:
        """The envelope model, the path to the returned value in it, and its type."""
        media, content = response.media, response.content
        if content is not None and pagination is not None:
            raise self._document.error(
                f"{operation.pointer}/x-pagination",
                "The response is not an object with a list.",
                "Return an object that says where the page is, or remove x-pagination.",
            )
        if media is None:
            return "", (), self._annotator.plain("None", shadowed)
        if content is not None and content.kind == "json":
            whole = self._annotator.annotate(media.schema, media.pointer, "read")
            return whole.code, (), self._annotator.annotate(media.schema, media.pointer, "read", shadowed)
        if response.model is None:
            name = "str" if media.kind == "text" else "bytes"
            return name, (), self._annotator.plain(name, shadowed)
        unwrap = tuple(part for part in operation.raw.get("x-unwrap", "").split(".") if part)
        if pagination is None:
            value = self._walk(media.schema, unwrap, operation)
        else:
            items = operation.raw["x-pagination"]["items"].split(".")
            value = self._document.follow(self._walk(media.schema, tuple(items), operation))[0].get(
                "items", {}
            )
        return response.model, unwrap, self._annotator.annotate(value, operation.pointer, "read", shadowed)

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


def _not_renamed(name: str, wire: str) -> str:
    """The name, or the plain one where openapi-python-client keeps that for itself."""
    plain = python_name(wire)
    return plain if plain in RENAMED_ARGUMENTS else name


def _not_reserved(name: str) -> str:
    """The name as Python reads it, or another one where it is taken by the language or by every method."""
    # Python turns letters of another form, such as a mathematical D, into the plain ones.
    name = unicodedata.normalize("NFKC", name)
    return f"{name}_" if name in ARGUMENT_NAMES or keyword.iskeyword(name) else name


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

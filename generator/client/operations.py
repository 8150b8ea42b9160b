"""Reads one operation of the raw document into the record of the method it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from generator.client.annotation import Annotator, or_unset
from generator.client.exceptions import raised
from generator.client.identifiers import is_method_name
from generator.client.naming import Names, python_name
from generator.client.normalise import TRANSPORT_HEADERS, parameters
from generator.client.paging import read_pagination
from generator.client.quoting import text
from generator.client.records import Annotation, Operation, Pagination, Parameter, RateLimit, Segment
from generator.client.reserved_names import ARGUMENT_NAMES
from generator.client.schemas import Schemas
from generator.document import document as documents
from generator.document.document import Document

_RETRIES: Mapping[str, Literal["SAFE", "CREATE_OR_GET_ONLY", "NEVER"]] = {
    "safe": "SAFE",
    "upsert": "CREATE_OR_GET_ONLY",
    "never": "NEVER",
}


class OperationReader:
    """Reads the operations of one document."""

    def __init__(self, document: Document, names: Names) -> None:
        self._document = document
        self._names = names
        self._schemas = Schemas(document)
        self._annotator = Annotator(document)

    def read(self, operation: documents.Operation, shadowed: frozenset[str]) -> Operation:
        """The record of one operation. `shadowed` names the methods of its resource. Raises `SpecError`."""
        raw, pointer = operation.raw, operation.pointer
        method = self._stated(operation, "x-method")
        if not is_method_name(method):
            raise self._document.error(
                f"{pointer}/x-method",
                f'"{method}" cannot be the name of a method.',
                "Use lower case words and _.",
            )
        path, query = self._arguments(operation, shadowed)
        body = self._body(operation, {one.name for one in path + query}, shadowed)
        pagination = read_pagination(self._document, operation)
        returns, unwrap, result, result_text = self._result(operation, pagination, shadowed)
        codes = tuple(int(entry["code"]) for entry in raw.get("x-error-codes", ()))
        return Operation(
            id=text(self._stated(operation, "operationId")),
            constant=method.upper(),
            method=method,
            http_method=operation.method.upper(),
            segments=self._segments(operation),
            returns=returns,
            unwrap=tuple(text(step) for step in unwrap),
            result=result,
            result_text=text(result_text),
            retry=self._retry(operation),
            limit=self._limit(operation),
            errors=codes,
            body_wrapper=text(raw["x-body-wrapper"]) if "x-body-wrapper" in raw else None,
            pagination=pagination,
            has_body="requestBody" in raw,
            path=path,
            query=query,
            body=body,
            raises=raised(codes, self._document.raw.get("x-errors") or {}),
            text=text(raw.get("summary") or raw.get("description")),
        )

    def _stated(self, operation: documents.Operation, key: str) -> str:
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
            segments.append(Segment(text(name), is_parameter))
        return tuple(segments)

    def _arguments(
        self, operation: documents.Operation, shadowed: frozenset[str]
    ) -> tuple[tuple[Parameter, ...], tuple[Parameter, ...]]:
        """The path arguments in the order of the path, the query arguments in the order of the document."""
        found: dict[tuple[str, str], Parameter] = {}
        path_item = self._document.raw["paths"][operation.path]
        for raw, pointer in parameters(self._document, operation.raw, path_item, operation.pointer):
            place, wire = raw["in"], raw["name"]
            if place == "header" and wire.lower() in TRANSPORT_HEADERS:
                continue
            if place not in ("path", "query") or "schema" not in raw:
                raise self._document.error(
                    pointer,
                    f'The parameter "{wire}" is in {place} or has no schema.',
                    "Only path and query parameters with a schema become arguments.",
                )
            required = place == "path" or raw.get("required", False) is True
            annotation = self._annotator.annotate(raw["schema"], f"{pointer}/schema", "send", shadowed)
            found[place, wire] = Parameter(
                name=wire,
                wire=text(wire),
                place=place,
                annotation=annotation if required else or_unset(annotation),
                required=required,
                text=text(raw.get("description")),
            )
        # The library renames what Python cannot hold and what meets another name, and sorts by the path.
        arguments = self._names.arguments[operation.path, operation.method]
        renamed = [replace(found[key], name=_free(name)) for key, name in arguments.items()]
        path = tuple(one for one in renamed if one.place == "path")
        return path, tuple(one for one in renamed if one.place == "query")

    def _body(
        self, operation: documents.Operation, taken: set[str], shadowed: frozenset[str]
    ) -> tuple[Parameter, ...]:
        """The properties of the body (inside its wrapper) as arguments."""
        stated = operation.raw.get("requestBody")
        if stated is None:
            return ()
        body, pointer = self._document.follow(stated, f"{operation.pointer}/requestBody")
        schema, pointer = self._json(body, pointer)
        properties, required = self._object(schema, pointer)
        wrapper = operation.raw.get("x-body-wrapper")
        if wrapper is not None:
            if wrapper not in properties:
                raise self._document.error(
                    f"{operation.pointer}/x-body-wrapper",
                    f'The body has no property "{wrapper}".',
                    "Correct one.",
                )
            properties, required = self._object(properties[wrapper], pointer)
        found = []
        for wire, value in properties.items():
            name = _free(python_name(wire))
            if name in taken:
                # The other one says what is changed, this one what it becomes.
                name = f"new_{name}"
            taken.add(name)
            annotation = self._annotator.annotate(value, f"{pointer}/properties/{wire}", "send", shadowed)
            found.append(
                Parameter(
                    name=name,
                    wire=text(wire),
                    place="body",
                    annotation=annotation if wire in required else or_unset(annotation),
                    required=wire in required,
                    text=text(self._schemas.description(value)),
                )
            )
        return tuple(found)

    def _json(self, holder: Mapping[str, Any], pointer: str) -> tuple[Any, str]:
        """The JSON schema of a body or an answer."""
        for kind, media in (holder.get("content") or {}).items():
            if kind.partition(";")[0] == "application/json" and "schema" in media:
                return media["schema"], pointer
        raise self._document.error(pointer, "There is no application/json content with a schema.", "Add it.")

    def _object(self, schema: Any, pointer: str) -> tuple[dict[str, Any], frozenset[str]]:
        found, place = self._document.follow(schema, pointer)
        properties, required = self._schemas.properties(found, place)
        if not properties:
            raise self._document.error(pointer, "An object with properties is needed here.", "Refer to one.")
        return properties, required

    def _result(
        self, operation: documents.Operation, pagination: Pagination | None, shadowed: frozenset[str]
    ) -> tuple[str, tuple[str, ...], Annotation, Any]:
        """The envelope model, the path to the returned value in it, its type and its description."""
        responses = operation.raw.get("responses") or {}
        status = min((one for one in responses if one.startswith("2")), default=None)
        if status is None:
            raise self._document.error(
                operation.pointer, "The operation has no answer of success.", "Add one."
            )
        response, pointer = self._document.follow(
            responses[status], f"{operation.pointer}/responses/{status}"
        )
        envelope, pointer = self._json(response, pointer)
        if not isinstance(envelope, dict) or "$ref" not in envelope:
            raise self._document.error(
                pointer, "The answer has no named schema.", "Move it to components/schemas."
            )
        name = self._schemas.target(envelope["$ref"], pointer)
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
            properties, _ = self._object(schema, operation.pointer)
            if step not in properties:
                raise self._document.error(
                    operation.pointer,
                    f'"{".".join(steps)}" leads nowhere in the answer.',
                    "Correct the path.",
                )
            schema = properties[step]
        return schema

    def _retry(self, operation: documents.Operation) -> Literal["SAFE", "CREATE_OR_GET_ONLY", "NEVER"]:
        stated = str(operation.raw.get("x-retry"))
        if stated not in _RETRIES:
            raise self._document.error(
                operation.pointer,
                "x-retry must say how the operation may be repeated.",
                "Use safe, upsert or never.",
            )
        return _RETRIES[stated]

    def _limit(self, operation: documents.Operation) -> RateLimit:
        stated = operation.raw.get("x-rate-limit") or self._document.raw.get("x-rate-limit")
        if not isinstance(stated, dict):
            raise self._document.error(
                operation.pointer, "No x-rate-limit applies here.", "Add one to the document."
            )
        return RateLimit(
            int(stated["requests"]), float(stated["seconds"]), stated["shared-by"] == "organization"
        )


def _free(name: str) -> str:
    """A name beside those that generated methods have of their own."""
    return f"{name}_" if name in ARGUMENT_NAMES else name

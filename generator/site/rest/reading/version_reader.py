"""Reads a document into the records of the REST reference."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from generator.client.openapi_library import plain_string, read_names
from generator.client.operation_reader import exception_name
from generator.client.package_reader import read_package
from generator.client.schema_classes import Schemas, enum_values
from generator.client.texts.deprecation import value_deprecation
from generator.client.texts.documented_values import documented_value
from generator.client.texts.time_shapes import time_shapes
from generator.document import document as documents
from generator.document import pointer as pointers
from generator.document.constraints import KEY as CONSTRAINTS
from generator.document.constraints import OPEN_ENUM
from generator.document.contents import contents
from generator.document.document import METHODS, Document
from generator.document.full_response import Directions, directions, sent
from generator.document.schema_walk import Property, as_list, as_mapping
from generator.site.rest.reading.operation_words import (
    authentication_words,
    pagination_words,
    rate_limit_words,
    retry_words,
)
from generator.site.rest.reading.records import (
    Enum,
    Error,
    Event,
    Field,
    Location,
    Model,
    Operation,
    Value,
    Version,
)
from generator.site.rest.reading.type_words import type_text, type_words


def read_version(document: Document) -> Version:
    """The records of one version. Raises `SpecError`, or an `ExceptionGroup` of it, for a faulty document."""
    return _VersionReader(document).version()


class _VersionReader:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._schemas = Schemas(document)
        self._directions: Directions = directions(document)
        package = read_package(document, read_names(document))
        self._calls = {
            plain_string(call.id): call for resource in package.resources for call in resource.operations
        }

    def version(self) -> Version:
        kinds = {name: self._schemas.kind(name) for name in self._schemas.named}
        return Version(
            name=self._document.version,
            document=self._document,
            schemas=self._schemas,
            models={name: self._model(name) for name, kind in kinds.items() if kind == "model"},
            enums={name: self._enum(name) for name, kind in kinds.items() if kind == "enum"},
            operations=tuple(self._operation(one) for one in self._document.operations()),
            errors=self._errors(),
            headers=self._common_headers(),
            events=self._events(),
        )

    def _model(self, name: str) -> Model:
        schema, pointer = self._schemas.named[name], self._schemas.pointer(name)
        return Model(
            name=name,
            description=str(schema.get("description", "")),
            fields=tuple(
                self._property(key, one) for key, one in self._schemas.properties(schema, pointer).items()
            ),
            is_read=name in self._directions.read.components,
            is_sent=name in self._directions.requested.components,
        )

    def _property(self, name: str, declared: Property) -> Field:
        is_read = declared.pointer in self._directions.read.properties
        is_sent = declared.pointer in self._directions.requested.properties
        return self._field(
            name,
            declared.schema,
            declared.pointer,
            holder=as_mapping(declared.schema),
            required=declared.required,
            sent=sent(declared) if is_read else "",
            takes_default=is_sent,
        )

    def _parameter(self, raw: Mapping[str, Any], pointer: str) -> Field:
        location: Location = raw["in"] if raw["in"] in ("path", "query", "header") else ""
        return self._field(
            raw["name"],
            raw.get("schema", {}),
            f"{pointer}/schema",
            holder=raw,
            required=location == "path" or raw.get("required") is True,
            location=location,
        )

    def _field(
        self,
        name: str,
        schema: Any,
        pointer: str,
        *,
        holder: Mapping[str, Any],
        required: bool,
        sent: str = "",
        takes_default: bool = True,
        location: Location = "",
    ) -> Field:
        documented = documented_value(self._schemas, schema, pointer, sent=False)
        default = as_mapping(schema).get(
            "default", as_mapping(self._schemas.resolve(schema).schema).get("default")
        )
        limits = [] if documented is None else [plain_string(documented.text)]
        limits += list(_known_values_only(schema))
        resolved = self._schemas.resolve(schema, pointer)
        return Field(
            name=name,
            location=location,
            type=type_words(self._schemas, schema, pointer),
            nullable=resolved.nullable,
            required=required,
            sent=sent,
            times=tuple(dict.fromkeys(time_shapes(self._schemas, schema, pointer))),
            limits="; ".join(filter(None, limits)),
            default="" if default is None or not takes_default else json.dumps(default, ensure_ascii=False),
            deprecated=value_deprecation(self._schemas, holder),
            confidence=str(holder.get("x-provenance", "documented")),
            description=str(holder.get("description", as_mapping(resolved.schema).get("description", ""))),
            schema=schema,
            pointer=pointer,
        )

    def _enum(self, name: str) -> Enum:
        schema = self._schemas.named[name]
        return Enum(
            name=name,
            description=str(schema.get("description", "")),
            values=tuple(
                Value(value=str(one.value), meaning=one.meaning, level=one.level or "")
                for one in enum_values(schema)
            ),
            is_closed="x-open-enum" not in schema,
            confidence=str(schema.get("x-provenance", "documented")),
        )

    def _operation(self, raw: documents.Operation) -> Operation:
        call = self._calls[raw.id]
        parameters = [self._parameter(one, at) for one, at in self._document.parameters(raw)]
        order = ("path", "query", "header", "")
        return Operation(
            raw=raw,
            resource=str(raw.raw["x-resource"]),
            method=call.method,
            summary=str(raw.raw.get("summary", "")),
            description=str(raw.raw.get("description", "")),
            parameters=tuple(sorted(parameters, key=lambda one: order.index(one.location))),
            codes=tuple(sorted(set(call.errors), key=str)),
            scopes=tuple(plain_string(scope) for scope in call.scopes),
            rate_limit=rate_limit_words(call.limit),
            retry=retry_words(raw.raw),
            pagination=pagination_words(raw.raw),
            authentication=authentication_words(self._document, raw.raw),
            body=self._content_type(raw.raw.get("requestBody"), f"{raw.pointer}/requestBody"),
            result=self._result(raw),
            deprecated=plain_string(call.deprecated),
            confidence=str(raw.raw.get("x-provenance", "documented")),
            call=call,
        )

    def _result(self, raw: documents.Operation) -> str:
        for status, response in as_mapping(raw.raw.get("responses")).items():
            if str(status).startswith("2"):
                return self._content_type(response, f"{raw.pointer}/responses/{status}")
        return ""

    def _content_type(self, holder: Any, pointer: str) -> str:
        if holder is None:
            return ""
        found = contents(*self._document.follow(holder, pointer))
        return " or ".join(type_text(type_words(self._schemas, one.schema, one.pointer)) for one in found)

    def _common_headers(self) -> tuple[Field, ...]:
        every: list[set[str]] = []
        found: dict[str, Field] = {}
        for operation in self._document.operations():
            for status, declared in as_mapping(operation.raw.get("responses")).items():
                response, pointer = self._document.follow(declared, f"{operation.pointer}/responses/{status}")
                headers = as_mapping(as_mapping(response).get("headers"))
                every.append(set(headers))
                for name, header in headers.items():
                    if name not in found:
                        raw, at = self._document.follow(header, pointers.child(pointer, "headers", name))
                        found[name] = self._parameter({**raw, "name": name, "in": "header"}, at)
        usual = set.intersection(*every) if every else set()
        return tuple(field for name, field in found.items() if name in usual)

    def _events(self) -> dict[str, Event]:
        found = {}
        for name, item in as_mapping(self._document.raw.get("webhooks")).items():
            for method in METHODS:
                raw = as_mapping(as_mapping(item).get(method))
                if raw:
                    pointer = pointers.child("", "webhooks", name, method)
                    found[str(name)] = self._event(str(name), raw, pointer)
        return found

    def _event(self, name: str, raw: Mapping[str, Any], pointer: str) -> Event:
        declared = [
            self._document.follow(one, f"{pointer}/parameters/{index}")
            for index, one in enumerate(as_list(raw.get("parameters")))
        ]
        return Event(
            name=name,
            summary=str(raw.get("summary", "")),
            description=str(raw.get("description", "")),
            headers=tuple(self._parameter(one, at) for one, at in declared),
            confidence=str(raw.get("x-provenance", "documented")),
            deprecated=value_deprecation(self._schemas, raw),
            raw=raw,
            pointer=pointer,
        )

    def _errors(self) -> dict[int, Error]:
        declared = as_mapping(self._document.raw.get("x-errors"))
        return {
            int(code): Error(
                code=int(code),
                status=int(one.get("status", code)),
                type=str(one.get("type", "")),
                message=str(one.get("message", "")),
                meaning=str(one.get("meaning", "")),
                hint=str(one.get("hint", "")),
                exception=exception_name(int(code), int(one.get("status", code))),
                confidence=str(one.get("x-provenance", "documented")),
            )
            for code, one in declared.items()
        }


def _known_values_only(schema: Any) -> Iterator[str]:
    mark = as_mapping(as_mapping(schema).get(CONSTRAINTS)).get(OPEN_ENUM)
    if mark:
        yield "known values only" + ("" if mark == "documented" else f" ({mark})")

"""Prepares a copy of a composed document, so that openapi-python-client reads it without loss.

That library gives names, the order of parameters, and complaints. Types, texts and extensions are read from
the document itself elsewhere. So the copy has only what names and complaints need, in the form that the
library understands. Every rewrite here avoids something that release 0.29.1 drops, refuses or renames when it
meets the original form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.client.enum_member_names import member_names
from generator.client.reserved_names import TRANSPORT_HEADERS
from generator.client.schema_classes import Schemas, enum_values, is_enum
from generator.document.document import Document, Operation
from generator.document.parameter_styles import query_style
from generator.document.schema_walk import PREFIX, types

# What names and complaints need of a schema. Titles would rename classes, wrong defaults would remove them.
_COPIED_KEYS = ("type", "format", "const", "required")


def prepare(document: Document) -> dict[str, Any]:
    """The rewritten copy. The document itself is not changed."""
    return _Rewriter(document).document()


def operation_name(number: int) -> str:
    """The operationId that the copy gives to the operation with this number, counted in document order."""
    return f"operation_{number}"


class _Rewriter:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._schemas = Schemas(document)

    def document(self) -> dict[str, Any]:
        raw = self._document.raw
        paths: dict[str, dict[str, Any]] = {}
        for number, operation in enumerate(self._document.operations()):
            paths.setdefault(operation.path, {})[operation.method] = {
                # Our own id: the library rewrites ids and path templates, so they could not be found again.
                "operationId": operation_name(number),
                # The library ignores the security of the root.
                "security": operation.raw.get("security", raw.get("security", [])),
                "parameters": self._parameters(operation),
                # Reading bodies and responses would be most of its work, and we use nothing of it.
                "responses": {"200": {"description": ""}},
            }
        info = raw["info"]
        return {
            "openapi": raw["openapi"],
            "info": {"title": info["title"], "version": info["version"]},
            "paths": paths,
            "components": {"schemas": self._components()},
        }

    def _parameters(self, operation: Operation) -> list[dict[str, Any]]:
        return [
            {
                "name": parameter["name"],
                "in": parameter["in"],
                "required": parameter.get("required", False),
                # The library refuses lists in a path, and objects in some styles.
                "schema": {"type": "string"}
                if parameter["in"] == "path" or query_style(self._schemas, parameter, pointer)
                else self._schema(parameter.get("schema", {}), pointer),
            }
            for parameter, pointer in self._document.parameters(operation)
            if not (parameter["in"] == "header" and parameter["name"].lower() in TRANSPORT_HEADERS)
        ]

    def _components(self) -> dict[str, Any]:
        return {
            name: self._component(schema, self._schemas.pointer(name))
            for name, schema in self._schemas.named.items()
            # An alias would become a second class with the same fields; references go to its target instead.
            if not (isinstance(schema, dict) and "$ref" in schema)
        }

    def _component(self, schema: Any, pointer: str) -> dict[str, Any]:
        if isinstance(schema, dict) and is_enum(schema):
            return _enum(schema)
        return self._schema(schema, pointer)

    def _schema(self, schema: Any, pointer: str) -> dict[str, Any]:
        if not isinstance(schema, dict):
            return {}
        if "$ref" in schema:
            # Null beside an enum or an object only matters for types, and types do not come from the library.
            return {"$ref": PREFIX + self._schemas.component(schema["$ref"], pointer)}
        if is_enum(schema):
            raise self._schemas.nested_enum_error(pointer)
        rewritten: dict[str, Any] = {key: schema[key] for key in _COPIED_KEYS if key in schema}
        for key in ("anyOf", "oneOf"):
            if key in schema:
                rewritten[key] = [
                    self._schema(part, f"{pointer}/{key}/{at}") for at, part in enumerate(schema[key])
                ]
        if "array" in types(schema):
            rewritten["items"] = self._schema(schema.get("items", {}), f"{pointer}/items")
        if isinstance(schema.get("additionalProperties"), dict):
            rewritten["additionalProperties"] = self._schema(
                schema["additionalProperties"], f"{pointer}/additionalProperties"
            )
        if "allOf" in schema and len(schema["allOf"]) == 1 and not schema.get("properties"):
            rewritten["allOf"] = [self._schema(schema["allOf"][0], f"{pointer}/allOf/0")]
        elif "allOf" in schema or "properties" in schema:
            # The library's own merge of parts refuses some and loses others, depending on their order.
            rewritten["properties"] = {
                name: self._schema(one.schema, one.pointer)
                for name, one in self._schemas.properties(schema, pointer).items()
            }
            rewritten["required"] = sorted(self._schemas.required(schema, pointer))
            # With null beside it, the class would be renamed.
            rewritten["type"] = "object"
        return rewritten


def _enum(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A closed enum with our own member names: the names of the library change when a list grows."""
    known = [one.value for one in enum_values(schema)]
    return {
        "type": "integer" if known and isinstance(known[0], int) else "string",
        "enum": known,
        "x-enum-varnames": list(member_names(known, schema.get("x-enum-names", {}))),
    }

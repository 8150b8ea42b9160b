"""A copy of a composed document, rewritten so that openapi-python-client reads it without loss.

That library is used for names, parameter order and its complaints; types, texts and extensions are read from
the raw document elsewhere. So the copy keeps only what names and complaints need, in the form the library
understands. Every rewrite here answers something that release 0.29.1 drops, refuses or renames when it meets
the original form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.client.enum_member_names import member_names
from generator.client.schemas import PREFIX, Schemas, is_enum, types, values
from generator.document.document import Document

# What names and complaints need of a schema. Titles would rename classes, wrong defaults would remove them.
_KEPT = ("type", "format", "const", "required")
# Sent by the runtime on every request; as parameters they would make the library drop the operation.
TRANSPORT_HEADERS = frozenset({"accept", "content-type", "as-api-key"})


def normalise(document: Document) -> dict[str, Any]:
    """The rewritten copy. The document itself stays as it is."""
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
                # Ours, because the library rewrites path templates and ids: they could not be found again.
                "operationId": operation_name(number),
                # The library ignores the security of the root.
                "security": operation.raw.get("security", raw.get("security", [])),
                "parameters": self._parameters(
                    operation.raw, raw["paths"][operation.path], operation.pointer
                ),
                # Reading bodies and answers would be most of its work, and we take neither from it.
                "responses": {"200": {"description": ""}},
            }
        info = raw["info"]
        return {
            "openapi": raw["openapi"],
            "info": {"title": info["title"], "version": info["version"]},
            "paths": paths,
            "components": {"schemas": self._components()},
        }

    def _parameters(
        self, operation: Mapping[str, Any], path_item: Mapping[str, Any], pointer: str
    ) -> list[dict[str, Any]]:
        kept = []
        for parameter, place in parameters(self._document, operation, path_item, pointer):
            name = parameter["name"]
            if parameter["in"] == "header" and name.lower() in TRANSPORT_HEADERS:
                continue
            kept.append(
                {
                    "name": name,
                    "in": parameter["in"],
                    "required": parameter.get("required", False),
                    "schema": self._schema(parameter.get("schema", {}), place),
                }
            )
        return kept

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
            # Null of an enum or object is a matter of types, and those are not taken from the library.
            return {"$ref": PREFIX + self._schemas.target(schema["$ref"], pointer)}
        if is_enum(schema):
            raise self._document.error(
                pointer,
                "An enum stands inside another schema.",
                "Move it to components/schemas and refer to it.",
            )
        rewritten: dict[str, Any] = {key: schema[key] for key in _KEPT if key in schema}
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
            properties, required = self._schemas.properties(schema, pointer)
            rewritten["properties"] = {
                name: self._schema(value, f"{pointer}/properties/{name}")
                for name, value in properties.items()
            }
            rewritten["required"] = sorted(required)
            # With null beside it, the class would be renamed.
            rewritten["type"] = "object"
        return rewritten


def parameters(
    document: Document, operation: Mapping[str, Any], path_item: Mapping[str, Any], pointer: str
) -> list[tuple[dict[str, Any], str]]:
    """The parameters of an operation and their pointers, references followed, those of the path item
    appended.

    A parameter of the path item that the operation repeats is left to the operation.
    """
    found: dict[tuple[str, str], tuple[dict[str, Any], str]] = {}
    above = pointer.rpartition("/")[0]
    for owner, base, repeats in ((operation, pointer, True), (path_item, above, False)):
        for number, stated in enumerate(owner.get("parameters") or ()):
            parameter, place = document.follow(stated, f"{base}/parameters/{number}")
            key = (parameter["in"], parameter["name"])
            if key not in found:
                found[key] = (parameter, place)
            elif repeats:
                raise document.error(
                    place, f'The parameter "{key[1]}" in {key[0]} is there twice.', "Remove one of the two."
                )
    return list(found.values())


def _enum(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A closed enum with names of our own: those of the library move when a list grows."""
    known = [one.value for one in values(schema)]
    return {
        "type": "integer" if known and isinstance(known[0], int) else "string",
        "enum": known,
        "x-enum-varnames": list(member_names(known)),
    }

"""New schemas in the way of our documents: objects and enums by reference, null in the type, marks beside.

What only people can write begins with TODO. The rule `text-left` of the lint finds each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from generator.lint.left_texts import TODO
from generator.propose.policy import Policy
from generator.propose.reading.shapes import Shape, ShapeReader, Use

TODO_VALUE = f"{TODO} say what this value means."
TODO_LEVEL = f"{TODO} say how high it ranks."
_TEXTS = ("description", "x-provenance", "x-sent", "x-country", "x-deprecated")

Hint = tuple[str, ...]


def time_shapes(format: str) -> list[str]:
    """The shapes of a time that a format surely has."""
    return {"date-time": ["zoned"], "date": ["date"]}.get(format, [])


class SchemaWriter:
    """Writes schemas for shapes that ours does not have."""

    def __init__(self, reader: ShapeReader, policy: Policy, reference: Callable[[str, Hint], str]) -> None:
        self._reader = reader
        self._policy = policy
        self._reference = reference

    def fresh(self, use: Use, hint: Hint) -> dict[str, Any]:
        """A schema for a value, without texts."""
        shape = self._reader.shape(use)
        if shape.enum is not None and set(shape.kinds) <= {"string", "integer"} and shape.kinds:
            return self.nullable({"$ref": self._reference(shape.id, hint)}, use.nullable)
        if shape.properties:
            return self.nullable({"$ref": self._reference(shape.id, hint)}, use.nullable)
        if shape.alternatives:
            parts = [self.fresh(one, hint) for one in shape.alternatives]
            parts.sort(key=lambda one: json.dumps(one, sort_keys=True))
            return {"anyOf": [*parts, *([{"type": "null"}] if use.nullable else [])]}
        kinds = [*shape.kinds, *(["null"] if use.nullable else [])]
        new: dict[str, Any] = {"type": kinds[0] if len(kinds) == 1 else kinds} if kinds else {}
        if shape.enum is not None:
            new["enum"] = list(shape.enum)
        if shape.items is not None:
            new["items"] = self.fresh(shape.items, (*hint, "[]"))
        if shape.values is not None:
            new["additionalProperties"] = self.fresh(shape.values, (*hint, "{}"))
        self._add_limits(new, shape)
        return new

    def property(self, name: str, use: Use, hint: Hint) -> dict[str, Any]:
        """A property that ours does not have, its texts left for people."""
        raw = {"description": f"{TODO} describe {name}.", "x-provenance": self._policy.provenance}
        return self.finish(self.fresh(use, hint), raw, use)

    def component(self, shape_id: str, hint: Hint) -> dict[str, Any]:
        """A component for an object or an enum."""
        shape = self._reader.shape(shape_id)
        text = f"{TODO} describe {'.'.join(hint)}."
        if shape.enum is not None:
            new: dict[str, Any] = {"type": shape.kinds[0], "description": text}
            new["x-open-enum"] = {str(value): TODO_VALUE for value in shape.enum}
            if shape.kinds == ("integer",):
                new["x-enum-names"] = {str(value): f"VALUE_{value}" for value in shape.enum}
            return {**new, "x-provenance": self._policy.provenance}
        new = {"type": "object", "description": text}
        required = [name for name, use in shape.properties.items() if use.required]
        if required:
            new["required"] = required
        self._add_limits(new, shape)
        new["properties"] = {
            name: self.property(name, use, (*hint, name)) for name, use in shape.properties.items()
        }
        if shape.values is not None:
            new["additionalProperties"] = self.fresh(shape.values, (*hint, "{}"))
        return new

    def nullable(self, schema: dict[str, Any], nullable: bool) -> dict[str, Any]:
        """A reference, or its union with null."""
        return {"anyOf": [schema, {"type": "null"}]} if nullable else schema

    def finish(self, schema: dict[str, Any], raw: Mapping[str, Any], use: Use) -> dict[str, Any]:
        """The schema with the texts and marks of another one, and the flags of a use."""
        result = {**schema, **{key: raw[key] for key in _TEXTS if key in raw}}
        if "$ref" in result.get("anyOf", [{}])[0] and "x-country" in result:
            del result["x-country"]
        if use.deprecated:
            result["deprecated"] = True
        else:
            result.pop("x-deprecated", None)
        if use.default is not None:
            result["default"] = json.loads(use.default)
        return result

    def _add_limits(self, new: dict[str, Any], shape: Shape) -> None:
        if shape.format:
            new["format"] = shape.format
            if time_shapes(shape.format):
                new["x-time"] = time_shapes(shape.format)
        if shape.constraints:
            new |= shape.constraints
            new["x-constraints"] = dict.fromkeys(shape.constraints, self._policy.provenance)

"""Examples of ours, changed along with the schemas that they belong to.

What is gone leaves, what has another name follows, and a value that must be there but has no example gets one
that fits. Everything else of an example stays as its author wrote it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from generator.document.document import METHODS, Document
from generator.document.schema_walk import SchemaWalk, as_list, as_mapping, types
from generator.lint.left_texts import TODO
from generator.propose.merging.schema_merger import overlap

Renames = Mapping[str, Mapping[str, str]]
_DEPTH = 12
_FORMS = {
    "date": "2024-02-06",
    "date-time": "2024-02-06T10:15:30Z",
    "utc": "2024-02-06T10:15:30+00:00",
    "zoned": "2024-02-05T09:00:00-05:00",
    "local": "2024-02-09T17:00:00",
    "compact-date": "20240206",
    "spaced": "2024-02-06 14:30:00",
    "time-of-day": "18:00:00",
    "uuid": "0f8a3c52-9d61-4e7b-8a24-5c1b7e90d3f6",
}
"""A string of each shape of a time, and of each format."""
Done = dict[str, tuple[Any, Any]]
"""Shared examples that were converted, by reference: the value before, and after."""


class ExampleConverter:
    """Converts values from schemas of one document to those of another."""

    def __init__(self, before: Document, after: Document, renames: Renames) -> None:
        self._walks = SchemaWalk(before, strict=False), SchemaWalk(after, strict=False)
        self.renames = renames

    def convert(self, value: Any, old: Any, new: Any) -> Any:
        """The value of the old schema as one of the new schema."""
        before, after = (walk.resolve(schema) for walk, schema in zip(self._walks, (old, new), strict=True))
        kinds = {kind for part in self._kinds(after.schema) for kind in part}
        if value is None and after.nullable:
            return None
        if kinds and not _fits(value, kinds):
            inner = self._inside(value, before.schema, new)
            return self.sample(new) if inner is None else inner[0]
        if isinstance(value, list):
            items = [as_mapping(one.schema).get("items", {}) for one in (before, after)]
            return [self.convert(one, *items) for one in value]
        if isinstance(value, dict):
            return self._object(value, before.schema, after.schema, before.components)
        forms = _forms(after.schema)
        if isinstance(value, str) and forms and forms != _forms(before.schema):
            return self.sample(new)
        values = self._values(after.schema)
        if values and self._values(before.schema) and str(value) not in values:
            names = [self.renames.get(name, {}).get(str(value)) for name in before.components]
            return next((name for name in names if name in values), self.sample(new))
        return value

    def _inside(self, value: Any, old: Any, new: Any) -> tuple[Any] | None:
        """What is inside of a value that lost its envelope."""
        if isinstance(value, dict) and len(value) == 1:
            [(name, inner)] = value.items()
            below = self._walks[0].properties(old).get(name)
            if below is not None:
                return (self.convert(inner, below.schema, new),)
        return None

    def _object(
        self, value: Mapping[str, Any], old: Any, new: Any, components: frozenset[str]
    ) -> dict[str, Any]:
        before, after = (
            walk.properties(schema) for walk, schema in zip(self._walks, (old, new), strict=True)
        )
        direct = overlap(self._renamed(before, components), after)
        if len(value) == 1 and next(iter(value)) in before:  # the envelope may be gone
            [(name, inner)] = value.items()
            inside = self._walks[0].properties(self._walks[0].resolve(before[name].schema).schema)
            if isinstance(inner, dict) and overlap(inside, after) > direct:
                return dict(self.convert(inner, before[name].schema, new))
        if len(after) == 1:  # or one came
            [(name, declared)] = after.items()
            inside = self._walks[1].properties(self._walks[1].resolve(declared.schema).schema)
            if overlap(self._renamed(before, components), inside) > direct:
                return {name: self.convert(dict(value), old, declared.schema)}
        extra = as_mapping(as_mapping(new).get("additionalProperties"))
        result: dict[str, Any] = {}
        for key, inner in value.items():
            renamed = next(
                (names[key] for one in components if key in (names := self.renames.get(one, {}))), key
            )
            target = key if key in after else renamed
            if key not in before:
                result[key] = self.convert(inner, extra, extra) if extra else inner
            elif target in after:
                result[target] = self.convert(inner, before[key].schema, after[target].schema)
        for key, declared in after.items():
            if declared.required and key not in result:
                result[key] = self.sample(declared.schema)
        return result

    def _renamed(self, before: Mapping[str, Any], components: frozenset[str]) -> set[str]:
        """The names of properties as they are now."""
        names = {one: new for name in components for one, new in self.renames.get(name, {}).items()}
        return {names.get(one, one) for one in before}

    def sample(self, schema: Any, depth: int = 0, *, whole: bool = False) -> Any:
        """A value that fits a schema: an example of it, or one that is made up; `whole`, with what may be
        left out.
        """
        walk = self._walks[1]
        examples = as_list(as_mapping(schema).get("examples"))
        found = walk.resolve(schema)
        examples = examples or as_list(as_mapping(found.schema).get("examples"))
        if examples:
            return copy.deepcopy(examples[0])
        inner = as_mapping(found.schema)
        if depth > _DEPTH or (found.nullable and not (whole and {"properties", "items"} & inner.keys())):
            return None
        values = self._values(inner)
        if values:
            return int(values[0]) if types(inner) == ["integer"] else values[0]
        for key in ("anyOf", "oneOf"):
            if as_list(inner.get(key)):
                return self.sample(inner[key][0], depth + 1, whole=whole)
        kind = next((kind for kind in types(inner) if kind != "null"), "object")
        if kind == "object":
            properties = walk.properties(inner, found.pointer)
            return {
                name: self.sample(one.schema, depth + 1, whole=whole)
                for name, one in properties.items()
                if (one.required or whole) and depth < _DEPTH
            }
        if kind == "array":
            least = max(inner.get("minItems", 0), int(whole and depth < _DEPTH // 2))
            return [self.sample(inner.get("items", {}), depth + 1, whole=whole)] * min(least, 3)
        if kind == "string":
            forms = _forms(inner)
            if forms:
                return _FORMS[forms[0]]
            return "x" * max(int(inner.get("minLength", 0)), 1) if inner.get("minLength", 0) > 6 else "sample"
        if kind in ("integer", "number"):
            return inner.get("minimum", 1)
        return True

    def _values(self, schema: Any) -> list[str]:
        inner = as_mapping(schema)
        return [*map(str, as_list(inner.get("enum"))), *as_mapping(inner.get("x-open-enum"))]

    def _kinds(self, schema: Any) -> Iterator[list[str]]:
        inner = as_mapping(schema)
        parts = [*as_list(inner.get("anyOf")), *as_list(inner.get("oneOf"))]
        if parts:
            for part in parts:
                yield from self._kinds(self._walks[1].resolve(part).schema)
        else:
            yield types(inner)


def convert_examples(before: Document, raw: dict[str, Any], renames: Renames) -> None:
    """Convert every example of a changed document; `before` is what it was made from."""
    after = Document(before.version, raw, before.marks)
    converter = ExampleConverter(before, after, renames)
    done: Done = {}
    # First the examples of schemas: what an example of a body lacks is taken from there.
    for name, schema in raw["components"]["schemas"].items():
        _properties(converter, as_mapping(before.raw["components"]["schemas"].get(name)), schema, name)
    for root in ("paths", "webhooks"):
        for path, item in as_mapping(raw.get(root)).items():
            for method in METHODS:
                if method in item:
                    old = _operation_before(before, root, path, method, item[method])
                    _operation(converter, before, after, old, item[method], done)
                    if not old and root == "paths":
                        _add_example(converter, item[method])


def _operation_before(
    before: Document, root: str, path: str, method: str, new: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The operation that this one was, which may have been at another path."""
    found = as_mapping(as_mapping(as_mapping(before.raw.get(root)).get(path)).get(method))
    if found or root == "webhooks":
        return found
    same = [one.raw for one in before.operations() if one.id == new.get("operationId")]
    return same[0] if same else {}


def _operation(
    converter: ExampleConverter,
    before: Document,
    after: Document,
    old: Mapping[str, Any],
    new: dict[str, Any],
    done: Done,
) -> None:
    pairs = [(old.get("requestBody"), new.get("requestBody"))]
    statuses = as_mapping(new.get("responses"))
    successes = [one for status, one in as_mapping(old.get("responses")).items() if status.startswith("2")]
    for status, response in statuses.items():
        previous = as_mapping(old.get("responses")).get(status)
        if previous is None and status.startswith("2") and len(successes) == 1:
            previous = successes[0]
        pairs.append((previous, response))
    for previous, current in pairs:
        if previous is None or current is None:
            continue
        one, other = before.follow(previous)[0], after.follow(current)[0]
        for kind, content in as_mapping(other.get("content")).items():
            schema = as_mapping(as_mapping(one.get("content")).get(kind)).get("schema")
            if schema is not None:
                _content(converter, after, schema, content, done)


def _add_example(converter: ExampleConverter, new: Mapping[str, Any]) -> None:
    """An example for the responses of a new operation, which the mock responds with."""
    for status, response in as_mapping(new.get("responses")).items():
        for content in as_mapping(as_mapping(response).get("content")).values() if status[:1] == "2" else ():
            if "examples" not in content and "example" not in content:
                schema = content.get("schema", {})
                value = converter.sample(schema, whole=True)
                least = as_mapping(converter.sample(schema)).get("meta")
                if isinstance(least, dict) and "code" in least and status.isdigit():
                    # Whole, it would have the message and the type of an error.
                    value["meta"] = {**least, "code": int(status)}
                content["examples"] = {"made-up": {"summary": f"{TODO} write an example.", "value": value}}


def _content(
    converter: ExampleConverter,
    after: Document,
    schema: Any,
    content: dict[str, Any],
    done: Done,
) -> None:
    new = content.get("schema", {})
    for name, example in as_mapping(content.get("examples")).items():
        reference = example.get("$ref", "")
        target = after.follow(example)[0]
        if "value" not in target:
            continue
        original, first = done.get(reference, (target["value"], None))
        converted = converter.convert(original, schema, new)
        if reference in done and converted != first:  # another use has another schema now
            content["examples"][name] = {**target, "value": converted}
        else:
            target["value"] = converted
            if reference:
                done[reference] = (original, converted)
    if "example" in content:
        content["example"] = converter.convert(content["example"], schema, new)


def _properties(converter: ExampleConverter, old: Any, new: Any, name: str) -> None:
    """The examples beside the properties of a component."""
    before = as_mapping(old.get("properties"))
    for key, schema in as_mapping(as_mapping(new).get("properties")).items():
        source = before.get(key)
        if source is None:
            source = next(
                (before[one] for one in before if converter.renames.get(name, {}).get(one) == key), None
            )
        if source is None or "examples" not in as_mapping(schema):
            continue
        bare = {one: value for one, value in schema.items() if one != "examples"}
        schema["examples"] = [converter.convert(value, source, bare) for value in schema["examples"]]


def _forms(schema: Any) -> list[str]:
    """The shapes of a time that a schema names, or its format."""
    inner = as_mapping(schema)
    named = as_list(inner.get("x-time")) or [inner.get("format")]
    return [str(one) for one in named if one in _FORMS]


def _fits(value: Any, kinds: set[str]) -> bool:
    names = {
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "array": isinstance(value, list),
        "object": isinstance(value, dict),
        "null": value is None,
    }
    return any(names[kind] for kind in kinds)

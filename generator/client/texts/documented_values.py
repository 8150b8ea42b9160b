"""What the document says about a value beside its type: limits, patterns, defaults, deprecation.

The same record becomes a sentence of the docstring and a check of the runtime, which warns before it sends.
Limits are read from the schema as JSON Schema defines them: a limit of strings says nothing about a number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from generator.client.openapi_library import plain_string
from generator.client.quoting import untrusted
from generator.client.schema_classes import Schemas, is_enum
from generator.client.template_records import Documented, Rule
from generator.client.texts.deprecation import value_deprecation
from generator.document.schema_walk import as_list, as_mapping, types

_RULES_BY_TYPE: Mapping[str, Mapping[str, str]] = {
    "number": {
        "minimum": "minimum",
        "maximum": "maximum",
        "exclusiveMinimum": "above",
        "exclusiveMaximum": "below",
        "multipleOf": "multiple_of",
    },
    "string": {"minLength": "min_length", "maxLength": "max_length", "pattern": "pattern"},
    "array": {"minItems": "min_items", "maxItems": "max_items"},
    "object": {"minProperties": "min_entries", "maxProperties": "max_entries"},
}
"""For each type of values: the keywords of JSON Schema, and what the runtime calls them."""
_INNER = {"items": ("array", "items"), "propertyNames": ("object", "names"),
          "additionalProperties": ("object", "values")}  # fmt: skip
"""The keywords whose value is a schema: the type that they are for, and what the runtime calls them."""

_MARKS = "x-constraints"
"""Beside limits: how well each is proven. One without a mark counts as documented."""
_PROVEN_BY = {"sdk": "by the SDKs", "observed": "observed", "inferred": "inferred"}


class _Limit(NamedTuple):
    """The value of a keyword, and its mark in words if it is not documented."""

    value: Any
    mark: str


_Rules = dict[str, dict[str, "_Limit | _Rules"]]
"""Rules by type and name; what is about items, names and values is `_Rules` again."""


def documented_values(
    schemas: Schemas, schema: Any, pointer: str, name: str
) -> tuple[tuple[str, Documented], ...]:
    """What is documented about an argument and the properties of the objects in it, each with its path.

    Objects inside of lists have the path of the list: `customers.email`. What a map holds is left out.
    """
    return tuple(_found(schemas, schema, pointer, name, frozenset()))


def documented_value(schemas: Schemas, schema: Any, pointer: str, *, sent: bool = True) -> Documented | None:
    """What is documented about one value; None if it is nothing. Only of a value that is `sent`, the default
    counts: it says what happens if the value is left out.
    """
    rules = _rules(schemas, schema, pointer, frozenset())
    default = _default(schemas, schema) if sent else None
    words = [*_words(rules), *([f"default {json.dumps(default)}"] if default is not None else [])]
    deprecated = value_deprecation(schemas, schema)
    if not words and not deprecated:
        return None
    return Documented(untrusted(", ".join(words)), _flat(rules), untrusted(deprecated))


def _found(
    schemas: Schemas, schema: Any, pointer: str, path: str, above: frozenset[str]
) -> Iterator[tuple[str, Documented]]:
    one = documented_value(schemas, schema, pointer)
    if one is not None:
        yield path, one
    for inner, at, names in _objects(schemas, schema, pointer, above):
        for name, declared in schemas.properties(inner, at).items():
            yield from _found(schemas, declared.schema, declared.pointer, f"{path}.{name}", names)


def _objects(
    schemas: Schemas, schema: Any, pointer: str, above: frozenset[str]
) -> Iterator[tuple[Any, str, frozenset[str]]]:
    """The objects with properties that a value is or holds in a list, and the components on the way."""
    reference = as_mapping(schema).get("$ref")
    if isinstance(reference, str):
        name = schemas.component(reference, pointer)
        if name in above:
            return
        schema, pointer, above = schemas.named[name], schemas.pointer(name), above | {name}
    if schemas.properties(schema, pointer):
        yield schema, pointer, above
        return
    if "items" in as_mapping(schema):
        yield from _objects(schemas, schema["items"], f"{pointer}/items", above)
    for key in ("anyOf", "oneOf"):
        for index, part in enumerate(as_list(as_mapping(schema).get(key))):
            yield from _objects(schemas, part, f"{pointer}/{key}/{index}", above)


def _rules(schemas: Schemas, schema: Any, pointer: str, above: frozenset[str]) -> _Rules:
    """The limits of a schema. Where several say something, what stands nearest to the value wins."""
    content = as_mapping(schema)
    marks = as_mapping(content.get(_MARKS))
    found: _Rules = {}
    if "$ref" in content:
        name = schemas.component(content["$ref"], pointer)
        if name not in above:
            found = _rules(schemas, schemas.named[name], schemas.pointer(name), above | {name})
    if is_enum(content):
        return {}
    for index, part in enumerate(as_list(content.get("allOf"))):
        _add(found, _rules(schemas, part, f"{pointer}/allOf/{index}", above))
    for key in ("anyOf", "oneOf"):
        alternatives = [
            (part, f"{pointer}/{key}/{index}") for index, part in enumerate(as_list(content.get(key)))
        ]
        _add(found, _rules_of_alternatives(schemas, alternatives, above))
    for kind, keywords in _RULES_BY_TYPE.items():
        own = {
            keywords[key]: _Limit(content[key], _PROVEN_BY.get(str(marks.get(key)), ""))
            for key in keywords
            if key in content
        }
        _add(found, {kind: {**own}} if own else {})
    for key, (kind, name) in _INNER.items():
        if key in content:
            inner = _rules(schemas, content[key], f"{pointer}/{key}", above)
            _add(found, {kind: {name: inner}} if inner else {})
    return found


def _rules_of_alternatives(
    schemas: Schemas, alternatives: list[tuple[Any, str]], above: frozenset[str]
) -> _Rules:
    """The limits of a union. They hold only for types that no other alternative takes."""
    found: _Rules = {}
    taken = [_types(schemas, part, pointer) for part, pointer in alternatives]
    for index, (part, pointer) in enumerate(alternatives):
        others = [one for number, one in enumerate(taken) if number != index]
        for kind, rules in _rules(schemas, part, pointer, above).items():
            if all(other and kind not in other for other in others):
                found[kind] = rules
    return found


def _types(schemas: Schemas, schema: Any, pointer: str) -> set[str]:
    """The types that a schema takes; empty if it does not say."""
    resolved = schemas.resolve(schema, pointer)
    found = {"number" if one == "integer" else one for one in types(resolved.schema)}
    return found | ({"null"} if resolved.nullable and found else set())


def _add(found: _Rules, more: _Rules) -> None:
    for kind, rules in more.items():
        found[kind] = found.get(kind, {}) | rules


def _default(schemas: Schemas, schema: Any) -> Any:
    """The default of a schema, or else of the one it refers to. Lists and objects are too long to show."""
    own = as_mapping(schema).get("default")
    found = own if own is not None else as_mapping(schemas.resolve(schema).schema).get("default")
    return None if isinstance(found, list | dict) else found


def _flat(rules: _Rules) -> tuple[tuple[str, Rule], ...]:
    """The rules for the runtime. The types are left out: each rule is for one, and its name says which."""
    found: list[tuple[str, Rule]] = []
    for of_type in rules.values():
        for name, rule in of_type.items():
            if not isinstance(rule, _Limit):
                inner = Documented(untrusted(", ".join(_words(rule))), _flat(rule))
                found += [(name, inner)] if inner.rules else []
            elif isinstance(rule.value, str):
                # A pattern that Python reads in another way than JavaScript, or not at all, is only shown.
                found += [(name, untrusted(rule.value))] if _is_pattern(rule.value) else []
            else:
                found.append((name, rule.value))
    return tuple(found)


def _is_pattern(value: str) -> bool:
    try:
        re.compile(value)
    except re.error:
        return False
    return True


def _words(rules: _Rules) -> list[str]:
    """The limits in words, such as `4 to 100 characters`. With several types, each is named."""
    found = {kind: words for kind in rules if (words := _words_of_type(kind, rules[kind]))}
    if len(found) == 1:
        return next(iter(found.values()))
    names = {"number": "a number", "string": "a string", "array": "a list", "object": "an object"}
    return (
        ["; ".join(f"as {names[kind]} {', '.join(words)}" for kind, words in found.items())] if found else []
    )


def _words_of_type(kind: str, rules: Mapping[str, _Limit | _Rules]) -> list[str]:
    limits = {name: rule for name, rule in rules.items() if isinstance(rule, _Limit)}
    words = [_words_of_number(limits)] if kind == "number" else [_words_of_size(kind, limits)]
    for name, beginning in (("above", "more than"), ("below", "less than"), ("multiple_of", "a multiple of")):
        if name in limits:
            words.append(_marked(f"{beginning} {limits[name].value}", limits[name]))
    if "pattern" in limits:
        words.append(_marked(f"matching `{limits['pattern'].value}`", limits["pattern"]))
    for name, each in (("items", "each"), ("names", "each name"), ("values", "each value")):
        rule = rules.get(name)
        if rule is not None and not isinstance(rule, _Limit) and (inner := _words(rule)):
            words.append(f"{each} {', '.join(inner)}")
    return [one for one in words if one]


def _words_of_number(limits: Mapping[str, _Limit]) -> str:
    lowest, highest = limits.get("minimum"), limits.get("maximum")
    if lowest is None:
        return "" if highest is None else _marked(f"at most {highest.value}", highest)
    if highest is None:
        return _marked(f"at least {lowest.value}", lowest)
    return _marked(_span(lowest.value, highest.value), lowest, highest)


def _words_of_size(kind: str, limits: Mapping[str, _Limit]) -> str:
    low, high, one, many = _SIZES[kind]
    lowest, highest = limits.get(low), limits.get(high)
    if lowest is None or lowest.value == 0:
        if highest is None:
            return ""
        return _marked(f"at most {highest.value} {one if highest.value == 1 else many}", highest)
    if highest is None:
        counted = f"at least {lowest.value} {many}"
        return _marked("not empty" if lowest.value == 1 else counted, lowest)
    counted = one if highest.value == 1 else many
    return _marked(f"{_span(lowest.value, highest.value)} {counted}", lowest, highest)


_SIZES = {
    "string": ("min_length", "max_length", "character", "characters"),
    "array": ("min_items", "max_items", "item", "items"),
    "object": ("min_entries", "max_entries", "entry", "entries"),
}


def _span(lowest: float, highest: float) -> str:
    return f"{lowest}" if lowest == highest else f"{lowest} to {highest}"


def _marked(words: str, *limits: _Limit) -> str:
    """The words, with the marks of limits that are not documented."""
    marks = dict.fromkeys(limit.mark for limit in limits if limit.mark)
    return f"{words} ({', '.join(marks)})" if marks else words


def limits_sentence(one: Documented | None) -> str:
    """The limits as a sentence, and before it that the value is deprecated; empty if there is nothing."""
    if one is None:
        return ""
    limits = plain_string(one.text)
    sentences = [plain_string(one.deprecated), f"{limits[:1].upper()}{limits[1:]}." if limits else ""]
    return " ".join(filter(None, sentences))

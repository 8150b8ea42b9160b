"""The rules of a document in words for people: `must not be empty` instead of a pointer to `minLength`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from aftership_tracking.mock.documents.enforced import MARKS, OPEN_ENUM
from aftership_tracking.mock.documents.pointers import look_up, resolve
from aftership_tracking.mock.documents.validation import Finding

_MOST_VALUES = 12
_TYPES = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_FORMATS = {
    "date": "must be a day such as 2024-02-09",
    "date-time": "must be a time with a zone such as 2024-02-06T10:15:30+00:00",
    "uri": "must be a URL",
    "email": "must be an e-mail address",
}
_COUNTRY = "must be a country as three capital letters (ISO 3166-1 alpha-3), such as USA"
# The patterns of the document, by how they begin. Others have no words of their own.
_PATTERNS = {
    "^[A-Z]{3}$": _COUNTRY,
    "^[A-Z]*$": _COUNTRY,
    "^\\+": "must begin with + and the country code",
    "^(\\+": "must be phone numbers with + and the country code, separated by commas, at most 3",
    "^[^,]*(,": "may hold at most 3, separated by commas",
    "^[A-Z0-9._/-]+$": "may only hold capital letters, digits and - . _ /",
    "^[0-9A-Za-z_-]{1,128}$": "may only hold 1 to 128 letters, digits, _ and -",
    "^[0-9]{4}-(0[1-9]|1[0-2])": "must be a day such as 2024-02-09, alone or with a time",
}
_COUNTS = {
    "minLength": "must have at least {} characters",
    "maxLength": "may have at most {} characters",
    "minItems": "must list at least {}",
    "maxItems": "may list at most {}",
    "minProperties": "must have at least {} keys",
    "maxProperties": "may have at most {} keys",
    "minimum": "must be at least {}",
    "maximum": "may be at most {}",
    "exclusiveMinimum": "must be above {}",
    "exclusiveMaximum": "must be below {}",
    "multipleOf": "must be a multiple of {}",
}
_OTHERS = {
    "required": "is missing",
    "not": "fields exclude each other, or one of them needs another",
    "uniqueItems": "lists something twice",
    "additionalProperties": "has a field that is not allowed",
    "anyOf": "fits none of the documented forms",
    "oneOf": "fits none of the documented forms",
}


def describe_rule(document: Mapping[str, Any], finding: Finding) -> str:
    """Return what a rule demands, as the end of a sentence about a field, without a value of the request."""
    keyword = finding.keyword
    value = _value(document, finding.rule)
    if keyword == "minLength" and value == 1:
        return "must not be empty"
    if keyword in _COUNTS and value is not None:
        return _COUNTS[keyword].format(value)
    if keyword == "type":
        names = [value] if isinstance(value, str) else value
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            return f"must be {_types(names)}"
        # Where no alternative of a choice has the type, the rule is the choice.
        return "has a type that is not documented"
    if keyword == "format":
        return _FORMATS.get(str(value), f"must have the format {value}")
    if keyword == "pattern":
        found = next((text for start, text in _PATTERNS.items() if str(value).startswith(start)), None)
        return found or f"must match {value}"
    if keyword == "enum":
        return _one_of(known_values(document, finding.rule))
    if keyword == "const":
        return "is not the only documented value"
    if keyword == "propertyNames":
        most = value.get("maxLength") if isinstance(value, Mapping) else None
        return "has a key that is not allowed" if most is None else f"keys may have at most {most} characters"
    return _OTHERS.get(keyword, f"breaks the documented rule {keyword}")


def known_values(document: Mapping[str, Any], rule: str) -> list[str]:
    """The values that a rule `enum` allows; an open enum's, if only the mock made it a rule."""
    found = _value(document, rule)
    if isinstance(found, list):
        return [str(value) for value in found]
    schema = _value(document, rule.rpartition("/")[0])
    while isinstance(schema, Mapping) and OPEN_ENUM not in schema and "$ref" in schema:
        _, schema = resolve(document, schema["$ref"].removeprefix("#"))
    return list(schema.get(OPEN_ENUM, ())) if isinstance(schema, Mapping) else []


def mark_of(document: Mapping[str, Any], finding: Finding) -> str | None:
    """How the rule is known, by `x-constraints` beside it; None if the document does not say."""
    schema = _value(document, finding.rule.rpartition("/")[0])
    marks = schema.get(MARKS, {}) if isinstance(schema, Mapping) else {}
    found = marks.get(OPEN_ENUM if finding.keyword == "enum" else finding.keyword)
    return None if found is None else str(found)


def _value(document: Mapping[str, Any], rule: str) -> Any:
    try:
        return look_up(document, unquote(rule.removeprefix("#")))
    except (LookupError, ValueError, TypeError):
        return None


def _types(names: list[str]) -> str:
    return " or ".join(_TYPES.get(name, name) for name in names)


def _one_of(values: list[str]) -> str:
    if not values:
        return "is not one of the documented values"
    more = f" ... ({len(values)} values)" if len(values) > _MOST_VALUES else ""
    return f"must be one of {', '.join(values[:_MOST_VALUES])}{more}"

"""Parts of a document as other tools read them: without our `x-` keys, and with open enums that they know.

An open enum becomes `anyOf` of its known values and any value of its type. The known values are a component
of their own, so that generators of code give them a name: for TypeScript, the union alone is just `string`.
What our keys say in words stays: the meanings of values, what is deprecated, how long a version is supported.
The order of values is the order in the files, which is that of their meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from generator.client.texts.deprecation import KEY as DEPRECATED
from generator.client.texts.deprecation import sentence as deprecation_sentence
from generator.document.document import Document
from generator.document.schema_walk import PREFIX, as_mapping, types
from generator.lint.extension_table import EXTENSIONS

KNOWN = "Known"
"""What the name of the component with the known values of an open enum begins with."""

_SUPPORTED_UNTIL = "x-supported-until"
_OPEN, _MEANINGS = "x-open-enum", "x-enum-meanings"
# Their keys are names that people chose, which may look like keywords.
_NAMED = frozenset(
    {
        *("$defs", "callbacks", "content", "dependentSchemas", "encoding", "examples", "headers"),
        *("links", "mapping", "parameters", "pathItems", "paths", "patternProperties", "properties"),
        *("requestBodies", "responses", "schemas", "scopes", "securitySchemes", "variables", "webhooks"),
    }
)
# Their values are data, not parts of a document.
_DATA = frozenset(
    {"const", "default", "dependentRequired", "enum", "example", "examples", "required", "value"}
)
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")
_OWN_KEY = re.compile(rf"\b(?:{'|'.join(EXTENSIONS)})\b|start with x-")


def foreign_document(document: Document) -> dict[str, Any]:
    """The document for other tools. Raises `SpecError` if a component has the name that known values get."""
    raw: dict[str, Any] = foreign_part(document.raw)
    raw["info"] = foreign_info(document)
    if "schemas" in raw.get("components", {}):
        raw["components"]["schemas"] = foreign_schemas(document)
    return raw


def foreign_info(document: Document) -> dict[str, Any]:
    """`info` of the document. Its description says how long the version is supported, if that is known."""
    info: dict[str, Any] = foreign_part(document.raw["info"])
    until = document.raw["info"].get(_SUPPORTED_UNTIL)
    texts = [info.get("description", ""), f"This version is supported until {until}." if until else ""]
    return {**info, "description": " ".join(filter(None, texts))}


def foreign_schemas(document: Document) -> dict[str, Any]:
    """The schemas of the components by name, with those that hold known values. Raises `SpecError`."""
    found: dict[str, Any] = {}
    declared = as_mapping(as_mapping(document.raw.get("components")).get("schemas"))
    for name, schema in declared.items():
        if _OPEN not in as_mapping(schema):
            found[name] = foreign_part(schema)
            continue
        known = f"{KNOWN}{name}"
        if known in declared:
            raise document.error(
                f"/components/schemas/{known}",
                f'"{known}" is what the known values of "{name}" are called in documents for other tools.',
                "Give the component another name.",
            )
        closed, open_ = _split(schema)
        found[known] = {
            **closed,
            "description": _with_meanings(f"The known values of {name}.", schema[_OPEN]),
        }
        found[name] = {**open_, "anyOf": [{"$ref": PREFIX + known}, _any_of_its_type(schema)]}
    return found


def foreign_part(value: Any) -> Any:
    """A schema, or any other part of a document, for other tools."""
    if isinstance(value, list):
        return [foreign_part(item) for item in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get(_OPEN), dict):
        closed, rest = _split(value)
        return {**rest, "anyOf": [closed, _any_of_its_type(value)]}
    copied = {key: _copy_member(key, member) for key, member in value.items() if not key.startswith("x-")}
    return _with_texts(copied, value)


def _copy_member(key: str, member: Any) -> Any:
    if key in _NAMED and isinstance(member, dict):
        return {
            name: foreign_part(inner) for name, inner in member.items() if key != "paths" or name[:2] != "x-"
        }
    if key in _DATA:
        return member
    if key == "description" and isinstance(member, str):
        return without_own_keys(member)
    return foreign_part(member)


def _split(schema: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """An open enum as a closed one of its known values, and what else it says."""
    kind = next((name for name in types(schema) if name != "null"), "string")
    read: Callable[[str], Any] = int if kind == "integer" else str
    rest = {key: _copy_member(key, member) for key, member in schema.items() if not key.startswith("x-")}
    rest.pop("type", None)
    return {"type": kind, "enum": [read(value) for value in schema[_OPEN]]}, rest


def _any_of_its_type(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: schema[key] for key in ("type",) if key in schema}


def _with_texts(copied: dict[str, Any], value: Mapping[str, Any]) -> dict[str, Any]:
    """The copy, whose description also says what our keys said in words."""
    text = copied.get("description", "")
    if isinstance(value.get(_MEANINGS), dict):
        text = _with_meanings(text, value[_MEANINGS])
    if isinstance(value.get(DEPRECATED), dict) and value.get("deprecated"):
        details = value[DEPRECATED]
        text = f"{text} {deprecation_sentence(details, details.get('instead', ''))}".strip()
    return {**copied, "description": text} if text else copied


def _with_meanings(text: str, meanings: Mapping[str, str]) -> str:
    return "\n".join([text, "", *(f"- `{value}`: {meaning}" for value, meaning in meanings.items())])


def without_own_keys(text: str) -> str:
    """The text without the sentences about keys that are left out."""
    return " ".join(one for one in _SENTENCE_END.split(text) if not _OWN_KEY.search(one))


def with_references(value: Any, old: str, new: str) -> Any:
    """The value, in which references that begin with `old` begin with `new`."""
    if isinstance(value, list):
        return [with_references(item, old, new) for item in value]
    if not isinstance(value, dict):
        return value
    copied = {key: with_references(member, old, new) for key, member in value.items()}
    reference = copied.get("$ref")
    if isinstance(reference, str) and reference.startswith(old):
        copied["$ref"] = new + reference.removeprefix(old)
    return copied

"""What the bodies of requests and responses hold, by their media types.

Client and lint use this module, so that nothing is read by one and refused by nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from generator.document import pointer as pointers
from generator.document.schema_walk import SchemaWalk, as_list, as_mapping, types

JSON = "application/json"
Kind = Literal["json", "multipart", "form", "text", "bytes"]
_KINDS: Mapping[str, Kind] = {
    JSON: "json",
    "multipart/form-data": "multipart",
    "application/x-www-form-urlencoded": "form",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Media:
    """The content of a body."""

    kind: Kind
    media_type: str
    schema: Any
    pointer: str
    """Where the schema is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A union of objects, and the property that says which of them a value is."""

    property: str
    variants: Mapping[str, tuple[str, ...]]
    """The components, each with the values of the property that mean it."""


def contents(holder: Mapping[str, Any], pointer: str) -> list[Media]:
    """All contents of a request body or response, in the order of the document."""
    return [
        Media(
            kind=kind_of(name),
            media_type=name.partition(";")[0].strip().lower(),
            schema=as_mapping(media).get("schema", {}),
            pointer=pointers.child(pointer, "content", name, "schema"),
        )
        for name, media in as_mapping(holder.get("content")).items()
    ]


def kind_of(media_type: str) -> Kind:
    """What a media type holds. Everything that is neither JSON, a form nor text is bytes."""
    plain = media_type.partition(";")[0].strip().lower()
    return _KINDS.get(plain) or ("text" if plain.startswith("text/") else "bytes")


def is_fields(walk: SchemaWalk, schema: Any, pointer: str) -> bool:
    """Whether a value is an object with named properties, and nothing else."""
    found, at = walk.document.follow(schema, pointer)
    return bool(walk.properties(found, at))


def extra_schema(walk: SchemaWalk, schema: Any, pointer: str) -> tuple[Any, str] | None:
    """What an object may hold beside its properties, and where that is declared; None if nothing is declared.

    Without `additionalProperties`, JSON Schema allows everything and means nothing by it.
    """
    found = None
    for part, at in walk.flatten(schema, pointer):
        if part.get("additionalProperties", False) is not False:
            found = part["additionalProperties"], f"{at}/additionalProperties"
    return found


def choice(walk: SchemaWalk, schema: Any) -> Choice | None:
    """The choice that a discriminator beside `oneOf` or `anyOf` makes; None if there is none."""
    declared = as_mapping(as_mapping(schema).get("discriminator"))
    parts = [part for key in ("oneOf", "anyOf") for part in as_list(as_mapping(schema).get(key))]
    names = [walk.component(part["$ref"], "") for part in parts if isinstance(part, dict) and "$ref" in part]
    if not declared or not names:
        return None
    mapped: dict[str, list[str]] = {name: [] for name in names}
    for value, target in as_mapping(declared.get("mapping")).items():
        name = str(target).rpartition("/")[2]
        if name in mapped:
            mapped[name].append(value)
    # Without a mapping, the name of a component is its value.
    return Choice(
        property=str(declared.get("propertyName")),
        variants={name: tuple(values) or (name,) for name, values in mapped.items()},
    )


def choices(walk: SchemaWalk, document: Mapping[str, Any]) -> Iterator[Choice]:
    """All choices below `components/schemas`, `paths` and `webhooks`."""
    pending: list[Any] = [walk.named, document.get("paths"), document.get("webhooks"), _rest(document)]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if "discriminator" in value and ("oneOf" in value or "anyOf" in value):
                found = choice(walk, value)
                if found is not None:
                    yield found
            pending.extend(one for key, one in value.items() if key not in ("example", "examples", "default"))
        elif isinstance(value, list):
            pending.extend(value)


def _rest(document: Mapping[str, Any]) -> list[Any]:
    parts = as_mapping(document.get("components"))
    return [part for name, part in parts.items() if name not in ("schemas", "examples")]


def is_file(schema: Any) -> bool:
    """Whether a value of a multipart form is a file."""
    return "string" in types(schema) and as_mapping(schema).get("format") == "binary"

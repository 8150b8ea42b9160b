"""Our documents as other people would write them: without our texts and extensions, with closed enums.

The variants say the same in other words: shuffled, with every schema inlined, with other names of components,
in OpenAPI 3.0. Written apart from the generator, so that a mistake there is not repeated here.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

_TEXTS = ("description", "summary", "title", "example", "examples", "externalDocs", "links")
_MAPS = ("properties", "schemas", "parameters", "responses", "headers", "examples", "paths", "webhooks")


def foreign(composed: dict[str, Any], *, descriptions: bool = False) -> dict[str, Any]:
    """A composed document without texts and extensions; its open enums are closed ones.

    With `descriptions` these stay.
    """
    texts = frozenset(_TEXTS) - ({"description"} if descriptions else set())
    raw: dict[str, Any] = _strip(composed, texts, named=False)
    for key in ("servers", "tags", "security"):
        raw.pop(key, None)
    for key in ("examples", "links", "securitySchemes"):
        raw["components"].pop(key, None)
    for item in raw["paths"].values():
        for operation in item.values():
            operation.pop("security", None)
            operation.pop("tags", None)
    raw["info"] = {"title": "Tracking", "version": composed["info"]["version"]}
    return raw


def _strip(value: Any, texts: frozenset[str], *, named: bool) -> Any:
    """The value without texts and extensions. In a map of names every key is data."""
    if isinstance(value, list):
        return [_strip(one, texts, named=False) for one in value]
    if not isinstance(value, dict):
        return value
    new: dict[str, Any] = {}
    for key, inner in value.items():
        if not named and (key.startswith("x-") or key in texts):
            continue
        new[key] = _strip(inner, texts, named=not named and key in _MAPS and isinstance(inner, dict))
    if not named and "x-open-enum" in value:
        numbers = value.get("type") == "integer"
        new["enum"] = [int(one) if numbers else one for one in value["x-open-enum"]]
    return new


def shuffled(raw: Any, seed: int) -> Any:
    """The same with keys in another order, and with lists whose order says nothing too."""
    return _shuffle(raw, random.Random(seed), "")


def _shuffle(value: Any, rng: random.Random, key: str) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {one: _shuffle(value[one], rng, one) for one in keys}
    if isinstance(value, list):
        items = [_shuffle(one, rng, "") for one in value]
        if key in ("required", "enum", "anyOf", "oneOf", "allOf", "parameters", "type"):
            rng.shuffle(items)
        return items
    return value


def renamed(
    raw: dict[str, Any], rename: Callable[[str], str] = lambda name: f"{name[::-1].lower()}_dto"
) -> Any:
    """The same with other names of components, and with titles."""
    new = copy.deepcopy(raw)
    for kind, entries in list(new["components"].items()):
        new["components"][kind] = {rename(name): entry for name, entry in entries.items()}
    for entry in new["components"].get("schemas", {}).values():
        entry["title"] = "SOME Title"

    def mend(value: Any) -> None:
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str):
                start, _, name = reference.rpartition("/")
                value["$ref"] = f"{start}/{rename(name)}"
            for inner in value.values():
                mend(inner)
        elif isinstance(value, list):
            for inner in value:
                mend(inner)

    mend(new)
    return new


def inlined(raw: dict[str, Any]) -> dict[str, Any]:
    """The same with every reference replaced by what it refers to, except inside of itself."""

    def inline(value: Any, above: tuple[str, ...]) -> Any:
        if isinstance(value, list):
            return [inline(one, above) for one in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if isinstance(reference, str) and reference not in above:
            target: Any = raw
            for part in reference.removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            beside = {key: inline(one, above) for key, one in value.items() if key != "$ref"}
            return {**inline(target, (*above, reference)), **beside}
        return {key: inline(one, above) for key, one in value.items()}

    return {key: value if key == "components" else inline(value, ()) for key, value in raw.items()}


def as_3_0(raw: dict[str, Any]) -> dict[str, Any]:
    """The same in OpenAPI 3.0: `nullable`, no webhooks, one type for each schema."""

    def convert(value: Any) -> Any:
        if isinstance(value, list):
            return [convert(one) for one in value]
        if not isinstance(value, dict):
            return value
        new = {key: convert(one) for key, one in value.items()}
        kinds = value.get("type")
        if isinstance(kinds, list):
            others = [kind for kind in kinds if kind != "null"]
            if len(others) == 1:
                new["type"] = others[0]
            else:
                del new["type"]
                new["oneOf"] = [{"type": kind} for kind in others]
            if "null" in kinds:
                new["nullable"] = True
        parts = value.get("anyOf")
        if isinstance(parts, list) and {"type": "null"} in parts:
            del new["anyOf"]
            new |= {"allOf": [convert(one) for one in parts if one != {"type": "null"}], "nullable": True}
        if "const" in value:
            new["enum"] = [new.pop("const")]
        return new

    new = {key: convert(value) for key, value in raw.items() if key != "webhooks"}
    return {**new, "openapi": "3.0.3"}

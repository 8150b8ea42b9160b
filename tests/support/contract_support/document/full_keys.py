"""Which keys a full response lacks, as `x-sent` of the document says: for any schema, at any depth.

Only for responses to requests without `fields`, and for webhooks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_support.document.operations import resolve

NEED_NOT_COME = "sometimes"


def missing_keys(document: Mapping[str, Any], schema: Any, instance: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every key that the document says is sent and the value does not have."""
    schema = resolve(document, schema)
    for group in ("anyOf", "oneOf"):
        branches = [each for each in schema.get(group, ()) if each.get("type") != "null"]
        if len(branches) == 1:
            yield from missing_keys(document, branches[0], instance, path)
    if isinstance(instance, list) and "items" in schema:
        for number, item in enumerate(instance):
            yield from missing_keys(document, schema["items"], item, f"{path}[{number}]")
    if not isinstance(instance, dict):
        return
    for name, declared in schema.get("properties", {}).items():
        below = f"{path}.{name}".lstrip(".")
        if name in instance:
            yield from missing_keys(document, declared, instance[name], below)
        elif resolve(document, declared).get("x-sent") != NEED_NOT_COME:
            yield below

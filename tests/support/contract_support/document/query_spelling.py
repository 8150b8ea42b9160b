"""Spells the values of a query as the document says: lists with commas, objects as their style says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from contract_support.document.operations import Operation, Parameter


def spell_query(operation: Operation, query: Mapping[str, Any]) -> dict[str, str]:
    """Return the query as it is sent, before it is escaped. What no parameter declares stays plain."""
    declared = {item.name: item for item in operation.parameters if item.location == "query"}
    return {
        spelled: text
        for name, value in query.items()
        for spelled, text in _spell(declared.get(name), name, value)
    }


def _spell(parameter: Parameter | None, name: str, value: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(value, Mapping) or parameter is None:
        yield name, _text(value)
    elif parameter.definition.get("style", "form") == "deepObject":
        yield from ((f"{name}[{key}]", _text(item)) for key, item in value.items())
    elif parameter.definition.get("explode", True):
        yield from ((key, _text(item)) for key, item in value.items())
    else:
        yield name, ",".join(f"{key},{_text(item)}" for key, item in value.items())


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return value if isinstance(value, str) else json.dumps(value)

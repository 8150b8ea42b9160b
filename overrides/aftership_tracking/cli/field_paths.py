"""Names of fields as `--fields` takes them: paths into a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MISSING = None
"""The value of a field that a result does not have."""


def select(item: Any, fields: Sequence[str]) -> Any:
    """Return only these fields of an object, each under the name that was given; all if there are none."""
    return {name: find(item, name) for name in fields} if fields else item


def find(item: Any, path: str) -> Any:
    """Return the value at a path such as `customers.0.name`. In a list, a name means that of each item; null
    for what is not there.
    """
    for part in path.split("."):
        if isinstance(item, Mapping):
            item = item.get(part, MISSING)
        elif isinstance(item, list) and part.removeprefix("-").isdecimal():
            index = int(part)
            item = item[index] if -len(item) <= index < len(item) else MISSING
        elif isinstance(item, list):
            item = [each.get(part, MISSING) if isinstance(each, Mapping) else MISSING for each in item]
        else:
            return MISSING
    return item

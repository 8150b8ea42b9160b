"""Whether a value is inside of what is documented: ranges, lengths, patterns.

Each rule is for one type of values, as in JSON Schema: a maximum says nothing about a string. This module is
imported when a call sends a value with a limit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from aftership_tracking.runtime.operation import Documented

__all__ = ["find_broken_limit"]


def find_broken_limit(name: str, value: object, documented: Documented) -> str | None:
    """Return a sentence if a value is outside of its documented limits, such as `limit=1000 is outside of
    what is documented: 1 to 200, default 100`. None if it is not. A string is not shown: it may be personal.
    """
    if _is_inside(value, documented):
        return None
    shown = f"{name}={value}" if isinstance(value, int | float) else name
    return f"{shown} is outside of what is documented: {documented.text}"


def _is_inside(value: object, documented: Documented) -> bool:
    rules = documented.rules
    if isinstance(value, str):
        return _fits(value, rules, _STRING)
    # To Python, True is 1.
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _fits(value, rules, _NUMBER)
    if isinstance(value, list | tuple | set | frozenset):
        return _fits(value, rules, _LIST) and _all_inside(value, rules.get("items"))
    if isinstance(value, Mapping):
        return (
            _fits(value, rules, _OBJECT)
            and _all_inside(value, rules.get("names"))
            and _all_inside(value.values(), rules.get("values"))
        )
    # What can be read only once is left alone, and so are times and models.
    return True


_Rules = Mapping[str, Callable[[Any, Any], bool]]

_NUMBER: _Rules = {
    "minimum": lambda value, limit: value >= limit,
    "maximum": lambda value, limit: value <= limit,
    "above": lambda value, limit: value > limit,
    "below": lambda value, limit: value < limit,
    # 0.3 is a multiple of 0.1, though not in binary.
    "multiple_of": lambda value, limit: abs(value / limit - round(value / limit)) < 1e-9,
}
_STRING: _Rules = {
    "min_length": lambda value, limit: len(value) >= limit,
    "max_length": lambda value, limit: len(value) <= limit,
    "pattern": lambda value, pattern: re.search(pattern, value) is not None,
}
_LIST: _Rules = {
    "min_items": lambda value, limit: len(value) >= limit,
    "max_items": lambda value, limit: len(value) <= limit,
}
_OBJECT: _Rules = {
    "min_entries": lambda value, limit: len(value) >= limit,
    "max_entries": lambda value, limit: len(value) <= limit,
}


def _fits(value: Any, limits: Mapping[str, Any], rules: _Rules) -> bool:
    return all(rule(value, limits[name]) for name, rule in rules.items() if name in limits)


def _all_inside(values: Any, documented: object) -> bool:
    return not isinstance(documented, Documented) or all(_is_inside(value, documented) for value in values)

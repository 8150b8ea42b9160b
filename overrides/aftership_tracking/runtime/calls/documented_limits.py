"""Whether a value is inside of what is documented: ranges, lengths, patterns.

Each rule is for one type of values, as in JSON Schema: a maximum says nothing about a string. This module is
imported when a call sends a value with a limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from aftership_tracking.runtime.operation import Documented

__all__ = ["find_broken_limit"]


def find_broken_limit(name: str, value: object, documented: Documented) -> str | None:
    """Return a sentence if a value is outside of its documented limits, such as `limit=1000 is outside of
    its limits: 1 to 200, default 100`. None if it is not. A string is not shown: it may be personal.
    """
    if _is_inside(value, documented):
        return None
    shown = f"{name}={value}" if isinstance(value, int | float) else name
    return f"{shown} is outside of its limits: {documented.text}"


def _is_inside(value: object, documented: Documented) -> bool:
    rules = cast("Mapping[str, Any]", documented.rules)
    if isinstance(value, str):
        return _has_size(len(value), rules, "min_length", "max_length") and (
            "pattern" not in rules or re.search(rules["pattern"], value) is not None
        )
    # To Python, True is 1.
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _is_number_inside(value, rules)
    if isinstance(value, list | tuple | set | frozenset):
        return _has_size(len(value), rules, "min_items", "max_items") and _are_inside(value, rules, "items")
    if isinstance(value, Mapping):
        return (
            _has_size(len(value), rules, "min_entries", "max_entries")
            and _are_inside(value, rules, "names")
            and _are_inside(value.values(), rules, "values")
        )
    # What can be read only once is left alone, and so are times and models.
    return True


def _is_number_inside(value: float, rules: Mapping[str, Any]) -> bool:
    step = rules.get("multiple_of")
    return (
        rules.get("minimum", value) <= value <= rules.get("maximum", value)
        and ("above" not in rules or value > rules["above"])
        and ("below" not in rules or value < rules["below"])
        # 0.3 is a multiple of 0.1, though not in binary.
        and (step is None or abs(value / step - round(value / step)) < 1e-9)
    )


def _has_size(size: int, rules: Mapping[str, Any], lowest: str, highest: str) -> bool:
    return bool(rules.get(lowest, size) <= size <= rules.get(highest, size))


def _are_inside(values: Iterable[object], rules: Mapping[str, Any], name: str) -> bool:
    return name not in rules or all(_is_inside(value, rules[name]) for value in values)

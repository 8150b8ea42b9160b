"""Marks every constraint of a made-up document as documented, so that its author need not."""

from __future__ import annotations

from typing import Any

from generator.document.constraints import KEY, constraints

# What holds values and not schemas.
_VALUES = frozenset({"example", "examples", "value", "default", "const", "enum", "x-open-enum", KEY})
# Constraints that are schemas themselves, and marked as a whole.
_WHOLE = frozenset({"not", "propertyNames"})


def mark_constraints(part: Any, *, holds_names: bool = False) -> None:
    """Add `x-constraints` in it, if it is missing. `holds_names`: keys are names of properties."""
    if isinstance(part, list):
        for item in part:
            mark_constraints(item)
    if not isinstance(part, dict):
        return
    found = () if holds_names else constraints(part)
    if found:
        part[KEY] = dict.fromkeys(found, "documented") | part.get(KEY, {})
    for key, inner in part.items():
        if holds_names or key not in _VALUES | _WHOLE:
            mark_constraints(inner, holds_names=not holds_names and key in ("properties", "schemas"))

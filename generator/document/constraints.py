"""The constraints of a schema, and how sure each is: `x-constraints` beside it.

A mark is about the constraint, not about the property: that a title exists can be documented, and that it may
not be empty known from a later version alone. Only a documented constraint is enforced by the mock.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KEY = "x-constraints"
OPEN_ENUM = "x-open-enum"
"""As a constraint: here only the known values are accepted, although the enum is open elsewhere."""

KEYWORDS = (
    "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "propertyNames",
    "dependentRequired", "not",
)  # fmt: skip
"""What limits the values of a type. `format` and `enum` are a part of the type, and so have its mark."""


def constraints(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The constraints that a schema declares, in the order of `KEYWORDS`."""
    return tuple(keyword for keyword in KEYWORDS if keyword in schema)

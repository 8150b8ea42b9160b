"""Converts values from the shape of one version to that of another.

The services of the mock are written once, with the names of one version. Requests are converted to that
version, and responses to the requested version. The moves of the changelog say how, so no version has code of
its own. A field that a version does not have is left out, as the changelog says.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from aftership_tracking.migration import moves, steps

CODE_VERSION = "2026-07"
"""The version whose names the code of the mock uses. A later version needs no change here."""


def oldest() -> str:
    """The version in which files of facts, such as that of the couriers, are written."""
    return steps.versions()[0]


def is_newer(version: str) -> bool:
    """Whether a version may have fields that the code of the mock does not know."""
    known = steps.versions()
    return known.index(version) > known.index(CODE_VERSION)


def convert(value: Any, kind: str, start: str, end: str) -> Any:
    """Return a value of a schema (`kind`) in the shape of another version. The value itself is unchanged."""
    return value if start == end else moves.convert(value, kind, start, end)[0]


def convert_parameter(operation: str, name: str, start: str, end: str) -> str:
    """Return the name of a query parameter of an operation in another version; without a move, the same."""
    return steps.parameter_name(operation, name, start, end)


@cache
def convert_name(name: str, kind: str, start: str, end: str) -> str:
    """Return the name of a field in another version: the same if the field moved elsewhere or is gone.

    So it is for a kind of object in which no field ever moved.
    """
    return moves.field_name(name, kind, start, end)

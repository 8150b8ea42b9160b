"""Values in the shape of one version, brought to that of another.

The services of the mock are written once, in the names of one version. What comes in is brought there, and
what goes out is brought to the version that was asked. The moves of the changelog say how, so no version has
code of its own. What a version cannot hold is left out, as the changelog says.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from aftership_tracking.migration.moves import convert
from aftership_tracking.migration.steps import versions

WRITTEN = "2026-07"
"""The version whose names the code of the mock uses. A later one needs no change here."""


def oldest() -> str:
    """The version that lists of facts, such as that of the couriers, are written in."""
    return versions()[0]


def newest() -> str:
    """The version that has room for the most, and so the one that is remembered."""
    return versions()[-1]


def carried(value: Any, kind: str, start: str, end: str) -> Any:
    """A value of a schema (`kind`) of one version as another has it. It is never changed itself."""
    return value if start == end else convert(value, kind, start, end)[0]


@cache
def name_of(name: str, kind: str, start: str, end: str) -> str:
    """The name that a field has in another version; its own when it went elsewhere or nowhere."""
    found = list(carried({name: "x"}, kind, start, end))
    return found[0] if len(found) == 1 else name

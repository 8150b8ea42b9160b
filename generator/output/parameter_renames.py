"""The query parameters that have another name in the next version, for `data/moves.json`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from generator.document.moves import DeclaredMove
from generator.document.schema_walk import SchemaWalk


def parameter_renames(older: SchemaWalk, newer: SchemaWalk, moves: Iterable[DeclaredMove]) -> dict[str, Any]:
    """By operationId, the newer name of each older one; nothing where no parameter was renamed."""
    found: dict[str, dict[str, str]] = {}
    for move in moves:
        # `on` names a schema or an operation, and no schema has the name of an operation.
        if move.how == "rename" and move.on not in older.named and move.on not in newer.named:
            found.setdefault(move.on, {})[move.sources[0]] = move.targets[0]
    return {"parameters": found} if found else {}

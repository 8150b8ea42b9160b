"""Finds the versions that a refused body was written for: many such bodies fit an earlier or a later one."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.exchange import Exchange


class OtherVersions:
    """Looks at the same operation in every other served version."""

    def __init__(self, served: ServedVersions) -> None:
        self._served = served

    def describe(self, exchange: Exchange, body: Any) -> str:
        """Return the end of a hint; empty when no version accepts the body."""
        versions = self.find(exchange.routed_operation, exchange.api.version, body)
        return f"; the body has the shape of {self._ranges(versions)}" if versions else ""

    def find(self, operation: ApiOperation, version: str, body: Any) -> list[str]:
        """Return the other versions whose schema the body fits, those that know the most of its fields.

        Versions that know fewer fields than the refusing version are excluded: they would ignore the rest.
        """
        found: dict[str, int] = {}
        own = _unknown_fields(operation, body)
        for name in self._served.versions:
            if name == version:
                continue
            api, _ = self._served.load(name)
            counterpart = api.operation(operation.resource, operation.action)
            if counterpart is None or counterpart.body is None or counterpart.body.schema is None:
                continue
            unknown = _unknown_fields(counterpart, body)
            if (
                unknown is not None
                and (own is None or unknown <= own)
                and api.validators.fits(counterpart.body.schema, body)
            ):
                found[name] = unknown
        least = min(found.values(), default=0)
        return [name for name, unknown in found.items() if unknown == least]

    def _ranges(self, versions: list[str]) -> str:
        """Write versions as ranges: of neighbours, only the first and the last."""
        known = self._served.versions
        runs: list[list[str]] = []
        for version in versions:
            if runs and known.index(version) == known.index(runs[-1][-1]) + 1:
                runs[-1].append(version)
            else:
                runs.append([version])
        return ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def _unknown_fields(operation: ApiOperation, body: Any) -> int | None:
    """Count the fields of a body that an operation does not know; None when it knows none."""
    fields = body.get(operation.body_wrapper) if operation.body_wrapper and isinstance(body, dict) else body
    if not isinstance(fields, dict):
        return None
    known = fields.keys() if operation.body_fields is None else fields.keys() & operation.body_fields
    return len(fields) - len(known) if known else None

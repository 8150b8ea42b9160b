"""Tells whose version a refused body has: most such bodies were written for an earlier or a later one."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.api import ApiOperation
from aftership_tracking.mock.apis import Apis
from aftership_tracking.mock.exchange import Exchange


class OtherShapes:
    """Looks at the same operation in every other served version."""

    def __init__(self, apis: Apis) -> None:
        self._apis = apis

    def told(self, exchange: Exchange, body: Any) -> str:
        """The end of a hint; empty when no version takes the body."""
        versions = self.taking(exchange.served, exchange.api.version, body)
        return f"; the body has the shape of {self._ranges(versions)}" if versions else ""

    def taking(self, operation: ApiOperation, version: str, body: Any) -> list[str]:
        """The other versions whose schema a body fits, of these the ones that know most of its fields.

        One that knows less of them than the refusing version does not take the body: it overlooks it.
        """
        found: dict[str, int] = {}
        own = _unknown_fields(operation, body)
        for name in self._apis.versions:
            if name == version:
                continue
            api, _ = self._apis.load(name)
            twin = api.operation(operation.resource, operation.action)
            if twin is None or twin.body is None:
                continue
            unknown = _unknown_fields(twin, body)
            if unknown is not None and (own is None or unknown <= own) and api.schemas.fits(twin.body, body):
                found[name] = unknown
        least = min(found.values(), default=0)
        return [name for name, unknown in found.items() if unknown == least]

    def _ranges(self, versions: list[str]) -> str:
        """Versions as a text; neighbours are told by the first and the last of them."""
        known = self._apis.versions
        runs: list[list[str]] = []
        for version in versions:
            if runs and known.index(version) == known.index(runs[-1][-1]) + 1:
                runs[-1].append(version)
            else:
                runs.append([version])
        return ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def _unknown_fields(operation: ApiOperation, body: Any) -> int | None:
    """How many fields of a body are unknown to an operation; None when all are."""
    fields = body.get(operation.body_wrapper) if operation.body_wrapper and isinstance(body, dict) else body
    if not isinstance(fields, dict):
        return None
    known = fields.keys() & operation.body_fields
    return len(fields) - len(known) if known else None

"""Finds the versions that a refused body was written for: many such bodies fit an earlier or a later one."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.exchange import Exchange
from aftership_tracking.mock.hints.hint import Hint, ranges
from aftership_tracking.mock.refusal import Refusal

OTHER_VERSION = "other-version"
# What is wrong with the shape of a body. A value outside of a limit says nothing about versions.
_SHAPES = frozenset(
    f"body-{keyword}" for keyword in ("type", "required", "format", "anyof", "oneof", "additionalproperties")
)


class OtherVersions:
    """Looks at the same operation in every other served version."""

    def __init__(self, served: ServedVersions) -> None:
        self._served = served

    def hints(self, exchange: Exchange, body: Any, refusal: Refusal) -> list[Hint]:
        """Return the hint that names the versions which accept a refused body; none if no version does."""
        if not any(hint.id in _SHAPES for hint in refusal.hints):
            return []
        operation = exchange.routed_operation
        versions = self.find(operation, exchange.api.version, body)
        if not versions:
            return []
        sentence = f"the body has the shape of {ranges(versions, self._served.versions)}"
        wrapper = self._wrapper_in(operation, versions[-1])
        advice = ""
        if wrapper is not None and operation.body_wrapper is None:
            advice = f"Send the fields themselves, without {wrapper} around them"
        elif wrapper is None and operation.body_wrapper is not None:
            advice = f'Send them inside of one field: {{"{operation.body_wrapper}": {{...}}}}'
        return [Hint(id=OTHER_VERSION, sentence=sentence, advice=advice, source="documented")]

    def wrapped_in(self, exchange: Exchange, body: Any) -> list[Hint]:
        """Return the hint about a body whose fields stand where other versions expect them; none otherwise.

        Such a body is not always refused: an update needs no field, so it changes nothing.
        """
        operation = exchange.routed_operation
        if not isinstance(body, dict) or len(body) != 1 or operation.body_wrapper is not None:
            return []
        ((name, inner),) = body.items()
        if not isinstance(inner, dict) or operation.body_fields is None or name in operation.body_fields:
            return []
        known = self._served.versions
        versions = [version for version in known if self._wrapper_in(operation, version) == name]
        return [
            Hint(
                id="wrapped-body",
                sentence=f"body {name}: ignored with all that is in it; {ranges(versions, known)} have it",
                advice="Send the fields themselves, without it around them",
                source="documented",
            )
            for _ in versions[:1]
        ]

    def _wrapper_in(self, operation: ApiOperation, version: str) -> str | None:
        counterpart = self._served.load(version)[0].operation(operation.resource, operation.action)
        return None if counterpart is None else counterpart.body_wrapper

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


def _unknown_fields(operation: ApiOperation, body: Any) -> int | None:
    """Count the fields of a body that an operation does not know; None when it knows none."""
    fields = body.get(operation.body_wrapper) if operation.body_wrapper and isinstance(body, dict) else body
    if not isinstance(fields, dict):
        return None
    known = fields.keys() if operation.body_fields is None else fields.keys() & operation.body_fields
    return len(fields) - len(known) if known else None

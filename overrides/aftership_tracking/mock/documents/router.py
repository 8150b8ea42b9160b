"""Finds the operation for a path and a method. A router is built from the paths of one document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from aftership_tracking.mock.documents.operation import ApiOperation


class Match(NamedTuple):
    """What a path leads to: the operation of the method, if any, and the methods that the path has.

    `path_values` are the segments at the placeholders, as they were sent.
    """

    operation: ApiOperation | None
    path_values: dict[str, bytes]
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Template:
    """One path template. Literal segments are bytes, placeholders are their names as strings."""

    segments: tuple[bytes | str, ...]
    operations: dict[str, ApiOperation]
    allowed: tuple[str, ...]

    @property
    def rank(self) -> tuple[bool, ...]:
        """Sorts the template with the earlier literals first."""
        return tuple(isinstance(segment, str) for segment in self.segments)

    def match(self, raw: Sequence[bytes]) -> dict[str, bytes] | None:
        values: dict[str, bytes] = {}
        for segment, part in zip(self.segments, raw, strict=True):
            if isinstance(segment, str):
                values[segment] = part
            elif segment != part:
                return None
        return values


class Router:
    """The paths of one version."""

    def __init__(self, operations: Sequence[ApiOperation]) -> None:
        found: dict[str, dict[str, ApiOperation]] = {}
        for operation in operations:
            found.setdefault(operation.template, {})[operation.method] = operation
        templates = [_Template(_segments(path), each, tuple(sorted(each))) for path, each in found.items()]
        self._literal: dict[tuple[bytes | str, ...], _Template] = {}
        self._by_length: dict[int, list[_Template]] = {}
        for template in sorted(templates, key=_literals_first):
            if not any(template.rank):
                self._literal[template.segments] = template
            self._by_length.setdefault(len(template.segments), []).append(template)

    def find(self, method: str, raw: Sequence[bytes]) -> Match | None:
        """Look up a path, given as its raw segments; None when no template fits.

        The template with the most literal segments decides alone, also about the method: a path like
        `/trackings/{id}/retrack` never means the tracking number `retrack`.
        """
        literal = self._literal.get(tuple(raw))
        if literal is not None:
            return Match(literal.operations.get(method), {}, literal.allowed)
        for template in self._by_length.get(len(raw), ()):
            values = template.match(raw)
            if values is not None:
                return Match(template.operations.get(method), values, template.allowed)
        return None


def _segments(template: str) -> tuple[bytes | str, ...]:
    return tuple(
        part[1:-1] if part.startswith("{") and part.endswith("}") else part.encode()
        for part in template.strip("/").split("/")
    )


def _literals_first(template: _Template) -> tuple[int, tuple[bool, ...]]:
    return sum(template.rank), template.rank

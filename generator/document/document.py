"""The composed document of one API version: the only input of everything that is generated or checked.

`Document.raw` is plain JSON data (dict, list, str, int, float, bool, None) with the key order of the files.
Treat it as read only: copy before you change it. Key order carries no meaning; where order matters for the
output, sort or say so.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.document import pointer as pointers
from generator.document.source import Mark, Place
from generator.errors import SpecError
from generator.output.json_text import json_text

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document, as it stands there (path-item parameters are not merged in)."""

    id: str
    """The raw `operationId`; empty when the document has none (lint refuses that)."""
    method: str
    """Lower case, as the key in the document: `get`."""
    path: str
    """The path template: `/trackings/{id}`."""
    raw: Mapping[str, Any]
    pointer: str
    """JSON Pointer of the operation, without `#`."""


@dataclass(frozen=True, slots=True)
class Document:
    """One API version, composed. Made by `generator.document.compose.compose`."""

    version: str
    """The API version, for instance `2024-01`; always equal to `info.version`."""
    raw: dict[str, Any] = field(repr=False)
    """The OpenAPI document as plain JSON data. Read only."""
    marks: Mark = field(repr=False)
    """The places of all values, a tree of the same shape as `raw`."""
    actions: Mapping[str, tuple[int, ...]] = field(default_factory=dict, repr=False)
    """For each overlay that went into it, by file: the line on which each of its actions begins."""

    def place(self, pointer: str) -> Place:
        """File, line and column of the value at `pointer` (with or without `#`).

        A pointer to something that is not there gives the place of its nearest parent.
        """
        return self.marks.find(pointers.split(pointer)).place

    def where(self, pointer: str) -> str:
        """The same as `file:line`, for messages."""
        return str(self.place(pointer))

    def told(self, pointer: str, message: str) -> str:
        """A message about the value at `pointer`; if an overlay brought it, with the number of the action."""
        place = self.place(pointer)
        number = bisect_right(self.actions.get(place.file, ()), place.line)
        return f"Action {number}: {message}" if number else message

    def operations(self) -> Iterator[Operation]:
        """Every operation of `paths`, in document order. Operations of `webhooks` are not among them."""
        for path, item in (self.raw.get("paths") or {}).items():
            if not path.startswith("/"):  # a specification extension beside the paths
                continue
            for method, raw in item.items():
                if method in METHODS:
                    yield Operation(
                        id=raw.get("operationId", ""),
                        method=method,
                        path=path,
                        raw=raw,
                        pointer=pointers.child("", "paths", path, method),
                    )

    def resolve(self, ref: str) -> Any:
        """The value a `$ref` such as `#/components/schemas/Tracking` points to.

        One step only: a target that is itself a reference is returned as it is (see `follow`). Raises
        `SpecError` when the reference leaves the document or leads nowhere.
        """
        if not ref.startswith("#"):
            raise self.error(
                "", f'The reference "{ref}" leaves the document.', "Keep everything in one file."
            )
        value: Any = self.raw
        for part in pointers.split(ref):
            if isinstance(value, dict) and part in value:
                value = value[part]
            elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
                value = value[int(part)]
            else:
                raise self.error(
                    "", f'The reference "{ref}" leads nowhere.', "Correct it, or add what it names."
                )
        return value

    def follow(self, value: Any, pointer: str = "") -> tuple[Any, str]:
        """`value` behind all its `$ref` steps, and the pointer of what was found.

        A value without `$ref` comes back with the `pointer` that was given. Raises `SpecError` for a dangling
        reference and for one that leads back to itself.
        """
        seen: set[str] = set()
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            ref = value["$ref"]
            if ref in seen:
                raise self.error(pointer, f'The reference "{ref}" leads back to itself.', "Break the circle.")
            seen.add(ref)
            value, pointer = self.resolve(ref), ref.removeprefix("#")
        return value, pointer

    def error(self, pointer: str, message: str, cure: str = "") -> SpecError:
        """A `SpecError` at `pointer`, to be raised by the caller."""
        place = self.place(pointer)
        return SpecError(
            self.told(pointer, message),
            file=place.file,
            line=place.line,
            column=place.column,
            pointer=pointer.removeprefix("#"),
            cure=cure,
        )

    def to_json(self) -> str:
        """The document as JSON text."""
        return json_text(self.raw)

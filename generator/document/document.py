"""The composed document of one API version: the only input of everything that is generated or checked.

`Document.raw` is plain JSON data (dict, list, str, int, float, bool, None) with the key order of the files.
Treat it as read only: copy before you change it. Key order has no meaning in a document. Where the order of
the output matters, sort it, or say in the code which order it follows.
"""

from __future__ import annotations

import difflib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.document import pointer as pointers
from generator.document.json_text import json_text
from generator.document.source import Location, Mark, Source
from generator.errors import SpecError

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the document has it. Parameters of its path item: see `Document.parameters`."""

    id: str
    """The raw `operationId`; empty when the document has none (the lint refuses that)."""
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
    """The locations of all values, a tree of the same shape as `raw`."""
    actions: Mapping[str, tuple[int, ...]] = field(default_factory=dict, repr=False)
    """For each overlay that was applied, by file: the line on which each of its actions begins."""
    earlier: tuple[str, ...] = ()
    """The API versions before this one, oldest first, as far as they are known."""
    overlay: Source | None = field(default=None, repr=False, compare=False)
    """The overlay that made this document from the version before it. The base has none. Read only."""

    def location(self, pointer: str) -> Location:
        """File, line and column of the value at `pointer` (with or without `#`).

        Where the document has no such value, this is the location of the nearest parent.
        """
        return self.marks.find(pointers.split(pointer)).location

    def where(self, pointer: str) -> str:
        """The same as `file:line`, for messages."""
        return str(self.location(pointer))

    def with_action_number(self, pointer: str, message: str) -> str:
        """The message, after the number of the action if an overlay wrote the value at `pointer`."""
        location = self.location(pointer)
        number = bisect_right(self.actions.get(location.file, ()), location.line)
        return f"Action {number}: {message}" if number else message

    def operations(self) -> Iterator[Operation]:
        """Every operation of `paths`, in document order, without the operations of `webhooks`."""
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

    def parameters(self, operation: Operation) -> list[tuple[dict[str, Any], str]]:
        """The parameters of an operation with their pointers, references followed.

        Those of the path item come last, without the ones that the operation has itself. Raises `SpecError`
        for a parameter that the operation has twice.
        """
        path_item = self.raw["paths"][operation.path]
        path_pointer = operation.pointer.rpartition("/")[0]
        found: dict[tuple[str, str], tuple[dict[str, Any], str]] = {}
        for parameter, pointer in self._declared_parameters(operation.raw, operation.pointer):
            name, location = parameter["name"], parameter["in"]
            if (location, name) in found:
                raise self.error(
                    pointer, f'The parameter "{name}" in {location} is there twice.', "Remove one of the two."
                )
            found[location, name] = parameter, pointer
        for parameter, pointer in self._declared_parameters(path_item, path_pointer):
            found.setdefault((parameter["in"], parameter["name"]), (parameter, pointer))
        return list(found.values())

    def _declared_parameters(
        self, owner: Mapping[str, Any], pointer: str
    ) -> Iterator[tuple[dict[str, Any], str]]:
        for index, declared in enumerate(owner.get("parameters") or ()):
            yield self.follow(declared, f"{pointer}/parameters/{index}")

    def resolve(self, ref: str) -> Any:
        """The value that a `$ref` such as `#/components/schemas/Tracking` points to.

        This takes one step: a target that is itself a reference is returned as it is (see `follow`). Raises
        `SpecError` when the reference leaves the document or leads nowhere.
        """
        if not ref.startswith("#"):
            whole = f"#/components/schemas/{ref}"
            known = ref in ((self.raw.get("components") or {}).get("schemas") or {})
            hint = f"Write {whole}." if known else "Keep everything in one file."
            raise self.error("", f'The reference "{ref}" leaves the document.', hint)
        value: Any = self.raw
        for part in pointers.split(ref):
            if isinstance(value, dict) and part in value:
                value = value[part]
            elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
                value = value[int(part)]
            else:
                close = difflib.get_close_matches(part, value, n=1) if isinstance(value, dict) else []
                meant = f'Did you mean "{close[0]}"?' if close else "Correct it, or add what it names."
                raise self.error("", f'The reference "{ref}" leads nowhere.', meant)
        return value

    def follow(self, value: Any, pointer: str = "") -> tuple[Any, str]:
        """The value at the end of all `$ref` steps, and its pointer.

        A value without `$ref` is returned with the given `pointer`. Raises `SpecError` for a reference that
        leads nowhere or back to itself.
        """
        seen: set[str] = set()
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            ref = value["$ref"]
            if ref in seen:
                raise self.error(pointer, f'The reference "{ref}" leads back to itself.', "Break the circle.")
            seen.add(ref)
            value, pointer = self.resolve(ref), ref.removeprefix("#")
        return value, pointer

    def error(self, pointer: str, message: str, hint: str = "") -> SpecError:
        """A `SpecError` at `pointer`, to be raised by the caller."""
        return self.location(pointer).error(
            pointer.removeprefix("#"), self.with_action_number(pointer, message), hint
        )

    def to_json(self) -> str:
        """The document as JSON text."""
        return json_text(self.raw)

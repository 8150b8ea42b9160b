"""The differences between a response and the document: their paths and kinds, never the values found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import attrs

__all__ = ["KINDS", "Report", "Surprise", "ValuePath", "describe", "kind"]

KINDS: dict[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    list: "array",
    dict: "object",
    type(None): "null",
}
"""The kinds of JSON values, by the type of the parsed value."""


def kind(value: object) -> str:
    """Name the JSON kind of a parsed value."""
    return KINDS[type(value)]


@attrs.frozen(kw_only=True)
class Surprise:
    """One difference. The same difference in many items of a list is one surprise with a count."""

    path: str
    """The path where it was first found, such as `$.data.trackings[17].tag`."""
    expected: str
    """What the document says."""
    got: str
    """What was found: the kind of value, or the unknown value of an enum."""
    count: int = 1
    """How often it occurs in all items of the lists on its path."""
    operation: str = ""
    """Id of the operation that returned the response."""

    def __str__(self) -> str:
        times = f" ({self.count} times)" if self.count > 1 else ""
        return f"{self.path}: expected {self.expected}, got {self.got}{times}"


class AnyKey:
    """Stands for a key of a map in a path. Users choose such keys, so they are not reported."""


ANY_KEY = AnyKey()

ValuePath: TypeAlias = "tuple[ValuePath, str | int | AnyKey] | None"
"""The path of a value as a chain of (parent, step); None is the root. A step costs one tuple, and the chain
is formatted only for a surprise."""


_DOCUMENTED = "a documented field"
_UNKNOWN_VALUE = "the unknown value "


class Report:
    """Collects the surprises of one response and merges equal ones.

    `partial` says that the response may leave out fields which a full one holds.
    """

    __slots__ = ("_found", "_operation", "partial")

    def __init__(self, operation: str = "", *, partial: bool = False) -> None:
        self.partial = partial
        self._operation = operation
        self._found: dict[tuple[str, str, str], list[str | int]] = {}

    def add(self, path: ValuePath, expected: str, got: str) -> None:
        """Add a difference."""
        known = self._found.setdefault((_format_path(path, general=True), expected, got), ["", 0])
        if known[1] == 0:
            known[0] = _format_path(path, general=False)
        known[1] = int(known[1]) + 1

    def add_unknown_field(self, path: ValuePath, value: object) -> None:
        """Add the difference that an object has a field which the document does not know."""
        self.add(path, _DOCUMENTED, f"an unknown field ({kind(value)})")

    def add_unknown_value(self, path: ValuePath, enum: str, value: object) -> None:
        """Add the difference that an enum does not know a value."""
        # A value of an enum is not personal data, so it may be named. The sender chooses its length, so it is
        # cut.
        shown = ascii(value)
        self.add(path, enum, f"{_UNKNOWN_VALUE}{shown if len(shown) <= 60 else shown[:60] + '...'}")

    def has_unknown_fields(self) -> bool:
        """Whether an unknown field was added."""
        return any(expected is _DOCUMENTED for _, expected, _ in self._found)

    def breaks_the_document(self) -> bool:
        """Whether there are other differences than unknown fields and enum values, which are additions."""
        return any(
            expected is not _DOCUMENTED and not got.startswith(_UNKNOWN_VALUE)
            for _, expected, got in self._found
        )

    def surprises(self) -> tuple[Surprise, ...]:
        """Return the surprises in the order in which they were first found."""
        return tuple(
            Surprise(path=str(path), expected=expected, got=got, count=int(count), operation=self._operation)
            for (_, expected, got), (path, count) in self._found.items()
        )


def describe(surprises: Iterable[Surprise], *, at_most: int = 20) -> str:
    """Return the surprises as one line."""
    listed = list(surprises)
    more = f"; and {len(listed) - at_most} more" if len(listed) > at_most else ""
    return "; ".join(str(surprise) for surprise in listed[:at_most]) + more


def _format_path(path: ValuePath, *, general: bool) -> str:
    steps: list[str] = []
    while path is not None:
        path, step = path
        steps.append(_format_step(step, general=general))
    return "$" + "".join(reversed(steps))


def _format_step(step: str | int | AnyKey, *, general: bool) -> str:
    if isinstance(step, AnyKey):
        return ".*"
    if isinstance(step, int):
        return "[]" if general else f"[{step}]"
    if step.isidentifier():
        return f".{step}"
    shown = step if len(step) <= 60 else f"{step[:60]}..."
    return f"[{shown!a}]"

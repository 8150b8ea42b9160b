"""Since which API version a class, a field or a method exists, and which version no longer has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import griffe

Names = frozenset[tuple[str, ...]]


class History:
    """What each API version has, oldest first."""

    def __init__(self, names: Mapping[str, Names]) -> None:
        self._names = names
        self._versions: Sequence[str] = list(names)

    def describe(self, version: str, *name: str) -> str:
        """Return since when something of a version exists, and in which one it is gone, as words. What was
        before the oldest version is not known.
        """
        since, gone = self.span(version, *name)
        parts = []
        if since != self._versions[0]:
            parts.append(f"since {since}")
        if gone is not None:
            parts.append(f"gone in {gone}")
        return ", ".join(parts)

    def span(self, version: str, *name: str) -> tuple[str, str | None]:
        """Return the first version of an unbroken row that has it, and the next version that does not."""
        position = self._versions.index(version)
        first = position
        while first > 0 and name in self._names[self._versions[first - 1]]:
            first -= 1
        later = self._versions[position + 1 :]
        gone = next((one for one in later if name not in self._names[one]), None)
        return self._versions[first], gone


def read_history(versions: Mapping[str, griffe.Module]) -> History:
    """Read what each version package has."""
    return History({version: frozenset(_names(module)) for version, module in versions.items()})


def own_classes(module: griffe.Module | None) -> list[griffe.Class]:
    """Return the classes that a module defines, without those that it imports."""
    members = () if module is None else module.members.values()
    return [one for one in members if isinstance(one, griffe.Class) and not one.name.startswith("_")]


def _names(module: griffe.Module) -> Iterator[tuple[str, ...]]:
    for kind in ("models", "inputs", "enums"):
        for thing in own_classes(module.modules.get(kind)):
            yield (thing.name,)
            yield from ((thing.name, name) for name in thing.members)
    for resource, inner in module["resources"].modules.items():
        for thing in own_classes(inner):
            if not thing.name.startswith("Async"):
                yield from ((resource, name) for name in thing.members)

"""Finds version packages by name. No other module of the runtime knows how these packages are named."""

from __future__ import annotations

import pkgutil
import re
import sys
from functools import cache
from types import ModuleType
from typing import Any

from aftership_tracking.runtime.lazy_imports import load
from aftership_tracking.runtime.operation import Operation

__all__ = [
    "counterpart",
    "match",
    "models",
    "newest",
    "operations",
    "package",
    "package_name",
    "versions",
]

_PACKAGE = re.compile(r"v(\d{4})_(\d{2})")


@cache
def versions() -> tuple[str, ...]:
    """Return the installed API versions, such as "2024-01", oldest first."""
    # Python loads the package before it loads this module.
    roots = sys.modules["aftership_tracking"].__path__
    names = (module.name for module in pkgutil.iter_modules(roots) if module.ispkg)
    found = (_PACKAGE.fullmatch(name) for name in names)
    return tuple(sorted(f"{match[1]}-{match[2]}" for match in found if match))


def newest() -> str | None:
    """Return the newest installed version, or None in a checkout where nothing is generated yet."""
    return versions()[-1] if versions() else None


def package_name(version: str) -> str:
    """Return the name of the package of a version, such as "v2024_01"."""
    return f"v{version.replace('-', '_')}"


def package(version: str) -> ModuleType:
    """Import the package of a version."""
    return load(f"aftership_tracking.{package_name(version)}")


def models(version: str) -> str:
    """Return the dotted name of the module with the models of a version."""
    return f"aftership_tracking.{package_name(version)}.models"


def counterpart(operation: str | Operation[Any], version: str) -> Operation[object] | None:
    """Return the same operation as another version declares it. Return None if that version is not installed,
    or does not declare the operation.

    An operation is found by its id. An `Operation` is also found by its method and path, because a version
    may have renamed it: `get-user-couriers` became `get-couriers`.
    """
    if version not in versions():
        return None
    known = operations(version)
    if isinstance(operation, str):
        return known.get(operation)
    return known.get(operation.id) or _by_route(version).get(_route(operation))


def match(version: str, method: str, segments: tuple[str, ...]) -> Operation[object] | None:
    """Return the operation of a version that a request belongs to; None if it declares no such route."""
    found = [
        operation
        for operation in operations(version).values()
        if operation.method == method
        and len(operation.path) == len(segments)
        and all(
            not isinstance(own, str) or own == given
            for own, given in zip(operation.path, segments, strict=True)
        )
    ]
    # `couriers/all` is more precise than `couriers/{slug}`.
    return max(found, key=lambda operation: sum(isinstance(own, str) for own in operation.path), default=None)


@cache
def _by_route(version: str) -> dict[tuple[str, ...], Operation[object]]:
    return {_route(operation): operation for operation in operations(version).values()}


def _route(operation: Operation[Any]) -> tuple[str, ...]:
    # Versions may name the parameter of a segment differently.
    segments = (segment if isinstance(segment, str) else "{}" for segment in operation.path)
    return (operation.method, *segments)


@cache
def operations(version: str) -> dict[str, Operation[object]]:
    """Return all operations of a version by their id; none if the version is not installed."""
    if version not in versions():
        return {}
    resources = load(f"aftership_tracking.{package_name(version)}.resources")
    found: dict[str, Operation[object]] = {}
    for module in pkgutil.iter_modules(resources.__path__):
        content = vars(load(f"{resources.__name__}.{module.name}"))
        found.update({value.id: value for value in content.values() if isinstance(value, Operation)})
    return found

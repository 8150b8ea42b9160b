"""Finds types that users meet in public signatures, and that have no public name to import them by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import griffe

from generator.surface.lines import public_members
from generator.surface.wheel import PACKAGE, find_public_things, load_package

__all__ = ["find_homeless_types", "mentioned_paths"]

_PREFIX = f"{PACKAGE}."


def find_homeless_types(folder: Path) -> dict[str, set[str]]:
    """Return the types of the package that public signatures, fields and aliases mention, and that no public
    module exports: their names, and where they are mentioned; both below the package.

    `folder`: holds the package as the wheel does. Parameters that begin with an underscore do not count, nor
    do variables of types.
    """
    package = load_package(folder)
    things = find_public_things(package)
    found: dict[str, set[str]] = {}
    for thing, _ in things.values():
        for owner, expression in _expressions(thing, frozenset(things)):
            for path in mentioned_paths(package, owner, expression):
                names = things[path][1] if path in things else []
                if not names or names[0].startswith("bases."):
                    where = owner.path.removeprefix(_PREFIX)
                    found.setdefault(path.removeprefix(_PREFIX), set()).add(where)
    return found


def _expressions(
    thing: griffe.Object, public: frozenset[str]
) -> Iterator[tuple[griffe.Object, griffe.Expr | str]]:
    if isinstance(thing, griffe.Class):
        for member in public_members(thing, public).values():
            yield from _expressions(member, public)
    elif isinstance(thing, griffe.Function):
        for variant in thing.overloads or [thing]:
            annotations = [one.annotation for one in variant.parameters if not one.name.startswith("_")]
            yield from ((thing, one) for one in (*annotations, variant.returns) if one is not None)
    elif isinstance(thing, griffe.Attribute):
        is_alias = "TypeAlias" in str(thing.annotation)
        yield from (
            (thing, one) for one in (thing.annotation, thing.value if is_alias else None) if one is not None
        )


def mentioned_paths(
    package: griffe.Module, owner: griffe.Object, expression: griffe.Expr | str
) -> Iterator[str]:
    """Yield the path of each type of the package that an annotation of `owner` names, where it is defined."""
    for path in _paths(owner, expression):
        if path.startswith(_PREFIX):
            thing = _look_up(package, path.removeprefix(_PREFIX))
            if thing is not None and not _is_type_variable(thing):
                yield thing.path


def _paths(owner: griffe.Object, expression: griffe.Expr | str) -> Iterator[str]:
    if not isinstance(expression, str):
        yield from (
            part.canonical_path for part in expression.iterate(flat=True) if isinstance(part, griffe.ExprName)
        )
        return
    # An alias that is written as a string.
    for name in re.findall(r"\w+", expression):
        with suppress(griffe.NameResolutionError):
            yield owner.resolve(name)


def _look_up(package: griffe.Module, path: str) -> griffe.Object | None:
    try:
        thing = package[path]
    except KeyError:
        # `P.args`, and members of enums.
        return None
    found = thing.final_target if isinstance(thing, griffe.Alias) else thing
    return found if isinstance(found, griffe.Object) else None


def _is_type_variable(thing: griffe.Object) -> bool:
    is_member = isinstance(thing.parent, griffe.Class)
    return isinstance(thing, griffe.Attribute) and (
        is_member or str(thing.value).startswith(("TypeVar(", "ParamSpec("))
    )

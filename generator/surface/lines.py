"""One line for everything public of a class, a function or a constant, as griffe reads it from the source.

A line begins with the name, so that lines can be sorted, compared and announced by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import griffe

# Methods with a meaning of their own in Python that users rely on. The others (repr, pickling) may change.
_SPECIAL_METHODS = frozenset(
    f"__{name}__"
    for name in (
        *("init", "call", "enter", "exit", "aenter", "aexit", "iter", "next", "aiter", "anext", "await"),
        *("len", "getitem", "contains", "bool", "eq", "lt", "le", "gt", "ge", "float", "int"),
    )
)
_LONGEST_VALUE = 60
# What a generated class tells its base; the document says when a date changes.
_MACHINERY = frozenset({"MODELS", "SUPPORTED_UNTIL"})


def describe(
    thing: griffe.Object, name: str, *, public_classes: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Yield the lines of one public thing and of what is inside of it.

    `public_classes`: paths of the classes that have lines of their own, so that their members are not
    repeated for the classes that inherit them.
    """
    if isinstance(thing, griffe.Class):
        yield _describe_class(thing, name)
        for member_name, member in sorted(public_members(thing, public_classes).items()):
            yield from describe(member, f"{name}.{member_name}", public_classes=public_classes)
    elif isinstance(thing, griffe.Function):
        for variant in variants_of(thing):
            yield _describe_function(variant, name, is_method=is_method(thing))
    elif isinstance(thing, griffe.Attribute):
        yield _describe_attribute(thing, name)


def name_of(line: str) -> str:
    """Return the name that a line begins with."""
    return re.split(r"[(: ]", line, maxsplit=1)[0]


def _describe_class(thing: griffe.Class, name: str) -> str:
    bases = ", ".join(base for base in map(str, thing.bases) if not base.startswith("_"))
    return f"{name}: class({bases})" if bases else f"{name}: class"


def public_members(thing: griffe.Class, public_classes: frozenset[str]) -> dict[str, griffe.Object]:
    """Return the public members, with those that come from a class that is not public itself."""
    found: dict[str, griffe.Object] = {}
    try:
        lineage = [thing, *thing.mro()]
    except ValueError:
        # A base is not in what was loaded: it has no lines here.
        lineage = [thing]
    for owner in lineage:
        if owner is not thing and owner.path in public_classes:
            continue
        for member_name, member in owner.members.items():
            if member_name not in found and _is_public(member_name) and isinstance(member, griffe.Object):
                found[member_name] = member
    return found


def _is_public(name: str) -> bool:
    if name in _MACHINERY:
        return False
    return not name.startswith("_") or name in _SPECIAL_METHODS


def variants_of(thing: griffe.Function) -> list[griffe.Function]:
    """Return the overloads of a function, or the function itself if it has none."""
    owner = thing.parent
    found = thing.overloads or (
        owner.overloads.get(thing.name) if isinstance(owner, griffe.Class | griffe.Module) else None
    )
    return list(found or [thing])


def is_method(thing: griffe.Function) -> bool:
    """Whether the first parameter is the object, which callers do not give."""
    return isinstance(thing.parent, griffe.Class) and "staticmethod" not in thing.labels


def _describe_function(thing: griffe.Function, name: str, *, is_method: bool) -> str:
    parameters = list(thing.parameters)[1 if is_method else 0 :]
    kind = "async " if "async" in thing.labels else ""
    returns = "" if thing.returns is None else f" -> {kind}{thing.returns}"
    return f"{name}({', '.join(write_parameters(parameters))}){returns}"


def write_parameters(parameters: list[griffe.Parameter]) -> Iterator[str]:
    """Yield parameters as they stand between the parentheses, with `/` and `*` where they belong."""
    kinds = griffe.ParameterKind
    previous: griffe.ParameterKind | None = None
    for parameter in parameters:
        kind = parameter.kind
        if previous is kinds.positional_only and kind is not kinds.positional_only:
            yield "/"
        if kind is kinds.keyword_only and previous not in (kinds.keyword_only, kinds.var_positional):
            yield "*"
        yield _write_parameter(parameter)
        previous = kind
    if previous is kinds.positional_only:
        yield "/"


def _write_parameter(parameter: griffe.Parameter) -> str:
    stars = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}
    text = f"{stars.get(parameter.kind, '') if parameter.kind else ''}{parameter.name}"
    if parameter.annotation is not None:
        text += f": {parameter.annotation}"
    # griffe gives *args and **kwargs a default that nobody wrote.
    if parameter.default is not None and parameter.kind not in stars:
        text += f" = {parameter.default}" if parameter.annotation is not None else f"={parameter.default}"
    return text


def _describe_attribute(thing: griffe.Attribute, name: str) -> str:
    text = name if thing.annotation is None else f"{name}: {thing.annotation}"
    if "property" in thing.labels:
        return f"{text} (property)"
    # What a constructor assigns to an attribute is not part of the surface.
    is_assigned_later = "instance-attribute" in thing.labels and "class-attribute" not in thing.labels
    if thing.value is None or is_assigned_later:
        return text
    value = re.sub(r"\s+", " ", str(thing.value))
    return f"{text} = {value}" if len(value) <= _LONGEST_VALUE else f"{text} = ..."

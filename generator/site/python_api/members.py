"""What a public class offers: how it is made, its attributes, its methods, and who describes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import griffe

from generator.site.python_api.docstrings import Docstring, read_docstring
from generator.site.python_api.signatures import find_constructor, public_parameters
from generator.surface.lines import public_members

OPERATIONS: Mapping[str, str] = {
    "__iter__": "`for` loops",
    "__aiter__": "`async for` loops",
    "__await__": "`await`",
    "__len__": "`len()`",
    "__getitem__": "`[...]`",
    "__contains__": "`in`",
    "__enter__": "`with`",
    "__aenter__": "`async with`",
    "__bool__": "`if` and `bool()`",
    "__eq__": "`==`",
    "__lt__": "`<`, `<=`, `>`, `>=`",
}
"""What a class can do in Python's own words, if nothing more is said about it."""
_PART_OF_ANOTHER = frozenset({"__init__", "__exit__", "__aexit__", "__le__", "__gt__", "__ge__", "__next__"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Members:
    """The public members of a class, in the order of the source."""

    constructor: griffe.Function | None
    attributes: dict[str, griffe.Attribute]
    methods: dict[str, griffe.Function]
    operations: list[str]


def read_members(thing: griffe.Class, public_classes: frozenset[str]) -> Members:
    """Return the members of a class, with those of bases that are not public themselves."""
    found = public_members(thing, public_classes)
    attributes = {name: one for name, one in found.items() if isinstance(one, griffe.Attribute)}
    functions = {name: one for name, one in found.items() if isinstance(one, griffe.Function)}
    methods = {
        name: one
        for name, one in functions.items()
        if not name.startswith("_") or (name not in _PART_OF_ANOTHER and find_docstring(one, thing))
    }
    return Members(
        constructor=find_constructor(thing),
        attributes={name: one for name, one in attributes.items() if not name.startswith("__")},
        methods=methods,
        operations=[words for name, words in OPERATIONS.items() if name in found and name not in methods],
    )


def is_enum(thing: griffe.Class) -> bool:
    """Whether a class lists values."""
    return any("Enum" in str(base) for base in _bases(thing)) or any(
        "Enum" in one.name for one in _lineage(thing)[1:]
    )


def is_error(thing: griffe.Class) -> bool:
    """Whether objects of the class are raised: users read them, and make none."""
    return thing.name.endswith(("Error", "Warning"))


def find_docstring(member: griffe.Object, owner: griffe.Class) -> str:
    """Return the docstring of a member, or that of the same member of a base."""
    if member.docstring is not None:
        return member.docstring.value
    for base in _lineage(owner):
        found = base.members.get(member.name)
        if isinstance(found, griffe.Object) and found.docstring is not None:
            return found.docstring.value
    return ""


def read_member(member: griffe.Object, owner: griffe.Class) -> Docstring:
    """Return what is said about a member."""
    names = [one.name for one in public_parameters(member)] if isinstance(member, griffe.Function) else []
    return read_docstring(find_docstring(member, owner), names)


def read_class(thing: griffe.Class) -> Docstring:
    """Return what is said about a class, with what its constructor says about its arguments."""
    constructor = find_constructor(thing)
    names = [one.name for one in public_parameters(constructor)] if constructor is not None else []
    return read_docstring(thing.docstring.value if thing.docstring is not None else "", names)


# Every call takes them.
_OF_EVERY_CALL = {
    "Options | None": "Settings of this call.",
    "Unpack[CallOptions]": "The same settings one by one, such as `timeout=5`.",
}


def describe_arguments(
    function: griffe.Function, described: Mapping[str, str], owner: griffe.Class | None = None
) -> Iterator[tuple[griffe.Parameter, str]]:
    """Yield each parameter that callers give, with what is said about it. An argument of a constructor may be
    described where the attribute of its name is.
    """
    for parameter in public_parameters(function):
        words = described.get(parameter.name, "")
        if not words and owner is not None:
            words = _words_of_attribute(owner, parameter.name)
        words = words or _OF_EVERY_CALL.get(str(parameter.annotation), "")
        yield parameter, words


def _words_of_attribute(owner: griffe.Class, name: str) -> str:
    for base in _lineage(owner):
        found = base.members.get(name)
        if isinstance(found, griffe.Object) and found.docstring is not None:
            return found.docstring.value
        if base.docstring is not None:
            words = read_docstring(base.docstring.value, [name])
            if name in words.attributes or name in words.arguments:
                return words.attributes.get(name) or words.arguments[name]
    return ""


def _lineage(thing: griffe.Class) -> list[griffe.Class]:
    try:
        return [thing, *thing.mro()]
    except ValueError:
        # A base is another library's.
        return [thing]


def _bases(thing: griffe.Class) -> Iterator[str]:
    for one in _lineage(thing):
        yield from map(str, one.bases)

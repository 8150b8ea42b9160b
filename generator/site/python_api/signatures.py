"""Signatures as people read them: what they call, one line if it fits, else a line for each argument."""

from __future__ import annotations

import re
from collections.abc import Sequence

import griffe

from generator.surface.lines import is_method, variants_of, write_parameters

_WIDTH = 72
"""Characters that fit on a page without scrolling, except on a phone."""


def function_signature(function: griffe.Function, called: str) -> str:
    """Return the signature, one for each overload. `called`: what stands before the parenthesis."""
    if is_fixture(function):
        # Nobody calls it: a test names it.
        provided = re.sub(r"^(?:Async)?(?:Iterator|Generator)\[(.*)\]$", r"\1", str(function.returns))
        return f"def test_it({called}: {provided}) -> None: ..."
    return "\n\n".join(_one_signature(variant, called) for variant in variants_of(function))


def is_fixture(function: griffe.Function) -> bool:
    """Whether pytest calls the function, for tests that name it."""
    return any(str(one.value).startswith("pytest.fixture") for one in function.decorators)


def class_signature(thing: griffe.Class, called: str) -> str | None:
    """Return how an object is made, or None if the class has no constructor of its own."""
    constructor = find_constructor(thing)
    return None if constructor is None else _write(called, parameter_texts(constructor), "")


def find_constructor(thing: griffe.Class) -> griffe.Function | None:
    """Return the constructor of a class, its own or that of a base in the package."""
    try:
        lineage = [thing, *thing.mro()]
    except ValueError:
        lineage = [thing]
    for owner in lineage:
        found = owner.members.get("__init__")
        if isinstance(found, griffe.Function):
            return found
    return None


def public_parameters(function: griffe.Function) -> list[griffe.Parameter]:
    """Return the parameters that callers give: without the object, and without those of the package."""
    if is_fixture(function):
        return []
    parameters = list(function.parameters)[1 if is_method(function) else 0 :]
    return [one for one in parameters if not one.name.startswith("_")]


def parameter_texts(function: griffe.Function) -> list[str]:
    """Return each parameter as it is written in a signature."""
    return list(write_parameters(public_parameters(function)))


def _one_signature(function: griffe.Function, called: str) -> str:
    texts = parameter_texts(function)
    result = "" if function.returns is None or str(function.returns) == "None" else f" -> {function.returns}"
    return _write(f"{'await ' if 'async' in function.labels else ''}{called}", texts, result)


def _write(called: str, texts: Sequence[str], result: str) -> str:
    line = f"{called}({', '.join(texts)}){result}"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"{called}(", *(f"    {text}," for text in texts), f"){result}"])

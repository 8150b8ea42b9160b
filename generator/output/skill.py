"""The reference part of skills/aftership-tracking/SKILL.md, for tools with a language model.

People write the rest of the page. It has to stay small: a model reads all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from generator.client.template_records import Operation, Package, Parameter
from generator.document.document import Document
from generator.output.marked_text import Marks, replace_between

BEGIN = "<!-- reference: written by python -m generator regenerate, from here on -->"
END = "<!-- end of the reference -->"


def insert_skill_reference(text: str, document: Document, package: Package) -> str:
    """Return the page with the reference of a version between its marks.

    Raises `SpecError` unless each of the two marks is there once, in the right order.
    """
    marks = Marks(BEGIN, END, "SKILL.md", "the reference")
    return replace_between(text, marks, chain(_reference(document, package), [""]))


def _reference(document: Document, package: Package) -> Iterator[str]:
    yield f"### Calls of API {document.version}"
    yield ""
    yield "`client.RESOURCE.METHOD(...)`; on the command line `aftership RESOURCE METHOD`. A `*` is needed."
    yield ""
    for resource in package.resources:
        for operation in resource.operations:
            yield f"- `{resource.name}.{operation.method}`: {', '.join(_arguments(operation)) or 'nothing'}"
    yield ""
    yield "### Statuses (`tag`)"
    yield ""
    for value, meaning in document.raw["components"]["schemas"]["DeliveryStatus"]["x-open-enum"].items():
        yield f"- `{value}`: {meaning}"
    yield ""
    yield "### Error codes"
    yield ""
    errors = document.raw["x-errors"]
    for code in sorted(errors, key=int):
        yield f"- {code} (HTTP {errors[code]['status']}): {errors[code]['meaning']} {errors[code]['hint']}"


def _arguments(operation: Operation) -> Iterator[str]:
    for parameter in sorted((*operation.path, *operation.query, *operation.body), key=_is_optional):
        yield f"{parameter.name}{'*' if parameter.required else ''}"


def _is_optional(parameter: Parameter) -> bool:
    return not parameter.required

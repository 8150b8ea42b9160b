"""The docstrings of generated code, wrapped at the width of its lines. Nothing of the document is cut."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from generator.client.openapi_library import UntrustedString
from generator.client.quoting import one_line, prose, untrusted
from generator.client.template_records import Enum, EnumMember, Field, Model, Operation, Parameter, Raised

WIDTH = 110
_QUOTES = '"""'
_CURSOR = "cursor: The `cursor` of a page or of an error: continue from there, with the same other arguments."


def sentence(*texts: UntrustedString | str) -> str:
    """Texts of the document in one line for a docstring, each with a full stop at its end."""
    plain = [one_line(one) for one in texts]
    joined = " ".join(one if one.endswith((".", "!", "?", '"')) else f"{one}." for one in plain if one)
    return prose(untrusted(joined))


def docstring(one: Model | Field | Enum | EnumMember) -> str:
    """The docstring of a class, a field or a member, with its quotes and four spaces before each line."""
    line = sentence(one.text, one.note) if isinstance(one, Field) else sentence(one.text)
    # The formatter joins the last quotes to a single line, so that line is as short as they need.
    wrapped = _wrap(f"{_QUOTES}{line}", 4, width=WIDTH - len(_QUOTES))
    return f"{wrapped}\n    {_QUOTES}" if "\n" in wrapped else f"{wrapped}{_QUOTES}"


def method_docstring(operation: Operation) -> str:
    """The docstring of a method, with its quotes."""
    lines = [_opening(operation)]
    if operation.deprecated:
        lines += ["", _wrap(sentence(operation.deprecated), 8)]
    paged = operation.pagination is not None
    arguments = [_argument(one) for one in operation.parameters]
    if paged:
        arguments.append(_entry(_CURSOR))
    closing = []
    if paged:
        closing.append("        Returns: A page. Iterating over it gives the items of all pages.")
    elif result := sentence(operation.result_text):
        closing.append(_entry(f"Returns: {result}", 8))
    if operation.raises:
        closing.append(f"        Raises: {exception_list(operation.raises)}")
    if arguments or closing:
        lines += ["", *(["        Args:", *arguments] if arguments else []), *closing]
    return "\n".join([*lines, f"        {_QUOTES}"])


def _opening(operation: Operation) -> str:
    """What a method does, and its id in the document."""
    summary, reference = sentence(operation.text), f"Document: `{prose(operation.id)}`."
    line = f"{summary} {reference}".strip()
    if len(line) + 11 <= WIDTH or not summary:
        return _wrap(f"{_QUOTES}{line}", 8)
    return f"{_wrap(f'{_QUOTES}{summary}', 8)}\n        {reference}"


def _argument(one: Parameter) -> str:
    return _entry(f"{one.name}: {sentence(one.text, one.note, 'None clears it.' if one.clears else '')}")


def _entry(text: str, indent: int = 12) -> str:
    return _wrap(text, indent, indent + 4)


def _wrap(text: str, indent: int, hanging: int | None = None, width: int = WIDTH) -> str:
    """The text in lines of a width. Words are not broken, so that patterns and names can be copied."""
    return textwrap.fill(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hanging is None else hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )


def exception_list(raised: Sequence[Raised]) -> str:
    """The exceptions of a method with their codes, wrapped for its docstring."""
    items = [f"{one.exception} ({', '.join(map(str, one.codes))})" for one in raised]
    # A name and its codes remain on one line: the wrapping must not see the spaces between them.
    glued = ", ".join(item.replace(" ", "\0") for item in items)
    wrapped = textwrap.fill(
        f"{glued}.", WIDTH, initial_indent=" " * 16, subsequent_indent=" " * 12, break_long_words=False
    )
    return wrapped.lstrip().replace("\0", " ")

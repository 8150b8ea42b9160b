"""The code of generated methods, with its line breaks: long lists are packed, several items on a line.

A formatter would put each of 40 arguments and 40 body fields on a line of its own, three times over. What is
packed here is marked `fmt: skip`; everything else is left to the formatter. The functions are filters of the
templates.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import fields

from generator.client.openapi_library import UntrustedString, plain_string
from generator.client.quoting import literal, prose
from generator.client.template_records import Content, Operation, Pagination, Parameter, Raised, Segment

WIDTH = 110
_SKIP_FORMATTING = "  # fmt: skip"


def pack(items: Iterable[str], indent: int) -> list[str]:
    """The items, each with its comma, packed into indented lines. An item is never broken."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(item) + 2 <= WIDTH:
            lines[-1] += f" {item},"
        else:
            lines.append(f"{' ' * indent}{item},")
    return lines


def signature(operation: Operation, is_async: bool) -> str:
    """The head of a method, from `def` to the colon."""
    paged = operation.pagination is not None
    result = operation.result.code
    if paged:
        result = f"AsyncPages[{result}]" if is_async else f"Page[{result}]"
    keywords = [
        f"{one.name}: {one.annotation.code}{'' if one.default is None else f' = {one.default}'}"
        for one in operation.keywords
    ]
    items = [
        "self",
        *(f"{one.name}: {one.annotation.code}" for one in operation.path),
        "*",
        *keywords,
        *(["cursor: str | None = None"] if paged else []),
        "options: Options | None = None",
        "**call: Unpack[CallOptions]",
    ]
    start = f"    {'async ' if is_async and not paged else ''}def {operation.method}("
    line = f"{start}{', '.join(items)}) -> {result}:"
    if len(line) <= WIDTH:
        return line
    return "\n".join([start, *pack(items, 8), f"    ) -> {result}:{_SKIP_FORMATTING}"])


def call(operation: Operation, is_async: bool) -> str:
    """The statement that passes everything to the runtime."""
    paged = operation.pagination is not None
    waiting = "await " if is_async and not paged else ""
    start = f"        return {waiting}self.{'_pages' if paged else '_send'}("
    parts = [_part("path", "(", [one.name for one in operation.path], ")")] if operation.path else []
    for name, parameters in (("query", operation.query), ("body", operation.body)):
        if parameters or (name == "body" and operation.has_body):
            parts.append(_part(name, "{", [f"{literal(one.wire)}: {one.name}" for one in parameters], "}"))
    own = [*(["cursor=cursor"] if paged else []), "options=options", "call=call"]
    short = ", ".join([operation.constant, *(line for line, _ in parts), *own])
    if len(start) + len(short) + 1 <= WIDTH:
        return f"{start}{short})"
    fitting = [line for line, packed in parts if not packed]
    lines = [*pack([operation.constant, *fitting, *own], 12)]
    for _, packed in parts:
        lines.extend(packed)
    return "\n".join([start, *lines, f"        ){_SKIP_FORMATTING}"])


def _part(name: str, opening: str, items: Sequence[str], closing: str) -> tuple[str, list[str]]:
    """An argument of the call on one line and, if that is too long, packed into several."""
    comma = "," if opening == "(" and len(items) == 1 else ""
    line = f"{name}={opening}{', '.join(items)}{comma}{closing}"
    if len(line) + 13 <= WIDTH:
        return line, []
    return line, [f"            {name}={opening}", *pack(items, 16), f"            {closing},"]


def declaration(operation: Operation) -> str:
    """The constant that declares an operation for the runtime."""
    limit = operation.limit
    items = [literal(operation.id), literal(operation.http_method), _path(operation)]
    items += [f'returns="{operation.returns}"', f"unwrap={literal(operation.unwrap)}"]
    items += [f"retry=Retry.{operation.retry}"]
    items += [f"limit=RateLimit(requests={limit.requests}, seconds={limit.seconds}, shared={limit.shared})"]
    if operation.errors:
        items.append(f"errors={literal(operation.errors)}")
    if operation.body_wrapper is not None:
        items.append(f"body_wrapper={literal(operation.body_wrapper)}")
    named = operation.query + operation.body
    for key, names in (
        ("required", tuple(one.wire for one in named if one.required)),
        ("clears", tuple(one.wire for one in named if one.clears)),
    ):
        if names:
            items.append(f"{key}={literal(names)}")
    styles = [f'({literal(one.wire)}, "{one.style}")' for one in operation.query if one.style]
    if styles:
        items.append(f"query_styles=({', '.join(styles)},)")
    for key, content in (("body", operation.body_content), ("response", operation.response_content)):
        if content is not None:
            items.append(f"{key}={_content(content)}")
    if operation.auth:
        items.append(f'auth="{operation.auth}"')
    packed: list[str] = []
    times = [f"({literal(time.path)}, {literal(time.shapes)})" for one in named for time in one.times]
    if len(times) > 1:
        packed += _open_tuple("times", times)
    elif times:
        items.append(f"times=({times[0]},)")
    if operation.pagination is not None:
        line, lines_of_paging = _pagination(operation.pagination)
        packed += lines_of_paging
        items += [] if lines_of_paging else [line]
    lines = pack(items, 4) + packed
    lines += _known_values("query_values", operation.query) + _known_values("body_values", operation.body)
    head = f"{operation.constant}: Operation[{operation.result.code}] = Operation("
    return "\n".join([head, *lines, f"){_SKIP_FORMATTING}"])


def _content(content: Content) -> str:
    media_type = plain_string(content.media_type)
    named = "" if media_type in ("", "application/json") else f", {literal(content.media_type)}"
    return f'Content("{content.kind}"{named})'


def _open_tuple(name: str, items: list[str]) -> list[str]:
    """An argument that is a tuple over several lines."""
    *lines, last = pack(items, 8)
    return [f"    {name}=(", *lines, f"{last}),"]


def _known_values(name: str, parameters: Iterable[Parameter]) -> list[str]:
    """The argument that says where values of a list are sent; nothing if nowhere."""
    pairs = [pair for one in parameters for pair in one.known_values]
    if not pairs:
        return []
    items = [f"({literal(path)}, {literal(values)})" for path, values in pairs]
    line = f"    {name}=({', '.join(items)}{',' if len(items) == 1 else ''}),"
    return [line] if len(line) <= WIDTH else _open_tuple(name, items)


def _path(operation: Operation) -> str:
    items = [_path_segment(one) if one.is_parameter else literal(one.text) for one in operation.segments]
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def _path_segment(segment: Segment) -> str:
    takes = "" if segment.takes == "string" else f', "{segment.takes}"'
    return f"Path({literal(segment.text)}{takes})"


def _pagination(paging: Pagination) -> tuple[str, list[str]]:
    """The argument on one line and, if that is too long, packed. The record of the runtime is like ours."""
    values = [(one, getattr(paging, one.name)) for one in fields(paging)]
    arguments = [literal(value) for one, value in values if value != one.default]
    head = f"pagination={type(paging).__name__}("
    line = f"{head}{', '.join(arguments)})"
    if len(line) + 5 <= WIDTH:
        return line, []
    return line, [f"    {head}", *pack(arguments, 8), "    ),"]


def exception_list(raised: Sequence[Raised]) -> str:
    """The exceptions of a method with their codes, wrapped for its docstring."""
    items = [f"{one.exception} ({', '.join(map(str, one.codes))})" for one in raised]
    # A name and its codes remain on one line: the wrapping must not see the spaces between them.
    glued = ", ".join(item.replace(" ", "\0") for item in items)
    wrapped = textwrap.fill(
        f"{glued}.", WIDTH, initial_indent=" " * 16, subsequent_indent=" " * 12, break_long_words=False
    )
    return wrapped.lstrip().replace("\0", " ")


def sentence(value: UntrustedString, width: int = 100) -> str:
    """One line of a docstring, with a full stop."""
    line = prose(value, width)
    return line if not line or line.endswith((".", "!", "?", '"')) else f"{line}."


def docstring_opening(operation: Operation) -> str:
    """The beginning of a method's docstring: what it does, and its id in the document."""
    summary, reference = sentence(operation.text), f"Document: `{prose(operation.id)}`."
    line = f"{summary} {reference}".strip()
    return line if len(line) + 11 <= WIDTH or not summary else f"{summary}\n        {reference}"

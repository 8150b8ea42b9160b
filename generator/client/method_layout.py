"""The code of generated methods, with its line breaks: long lists are packed, several items on a line.

A formatter would put each of 40 arguments and 40 body fields on a line of its own, three times over. What is
packed here is marked `fmt: skip`; everything else is left to the formatter. The functions are filters of the
templates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from generator.client.openapi_library import plain_string
from generator.client.quoting import literal
from generator.client.template_records import (
    Content,
    Documented,
    Import,
    Operation,
    Pagination,
    Parameter,
    Segment,
)
from generator.client.texts.docstrings import WIDTH

_SKIP_FORMATTING = "  # fmt: skip"


def pack(items: Iterable[str], indent: int, start: str = "") -> list[str]:
    """The items, each with its comma, packed into indented lines. An item is never broken.

    `start`: what stands in the first line, before the first item.
    """
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(item) + 2 <= WIDTH:
            lines[-1] += f" {item},"
        else:
            lines.append(f"{' ' * indent if lines else start or ' ' * indent}{item},")
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
    return "\n".join([*pack(items, 8, start), f"    ) -> {result}:{_SKIP_FORMATTING}"])


def call(operation: Operation, is_async: bool) -> str:
    """The statement that passes everything to the runtime."""
    paged = operation.pagination is not None
    waiting = "await " if is_async and not paged else ""
    start = f"        return {waiting}self.{'_pages' if paged else '_send'}("
    given = [operation.constant]
    if operation.path:
        segments = [one.name for one in operation.path]
        given.append(f"path=({', '.join(segments)}{',' if len(segments) == 1 else ''})")
    given += [*(["cursor=cursor"] if paged else []), "options=options", "call=call"]
    parts = [
        (name, [f"{literal(one.wire)}: {one.name}" for one in parameters])
        for name, parameters in (("query", operation.query), ("body", operation.body))
        if parameters or (name == "body" and operation.has_body)
    ]
    short = [*given, *(f"{name}={{{', '.join(items)}}}" for name, items in parts)]
    line = f"{start}{', '.join(short)})"
    if len(line) <= WIDTH:
        return line
    lines = pack(given, 12, start)
    for name, items in parts:
        opening = f"{name}={{"
        fits = len(lines[-1]) + 1 + len(opening) <= WIDTH
        lines += [] if fits else [" " * 11]
        lines[-1] += f" {opening}"
        lines += [*pack(items, 12), "        },"]
    lines[-1] = f"{lines[-1].removesuffix(',')}){_SKIP_FORMATTING}"
    return "\n".join(lines)


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
    if operation.deprecated:
        lines.append(f"    deprecated={literal(operation.deprecated)},")
    lines += _values("query_values", operation.query) + _values("body_values", operation.body)
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


def _values(name: str, parameters: Iterable[Parameter]) -> list[str]:
    """The argument that says what is known about values: lists of them, limits; nothing if nothing is."""
    known = [pair for one in parameters for pair in one.known_values]
    items = [f"({literal(path)}, {literal(values)})" for path, values in known]
    documented = [pair for one in parameters for pair in one.documented]
    records = [_documented(f"({literal(path)}, ", record, ")", 8) for path, record in documented]
    if not items and not records:
        return []
    short = ", ".join(items + [line for record in records for line in record])
    line = f"    {name}=({short}{',' if len(items + records) == 1 else ''}),"
    if len(line) <= WIDTH and all(len(record) == 1 for record in records):
        return [line]
    lines = pack(items, 8)
    for record in records:
        if len(record) == 1 and lines and len(lines[-1]) + len(record[0]) + 2 <= WIDTH:
            lines[-1] += f" {record[0]},"
        else:
            lines += [f"        {record[0]}", *record[1:]]
            lines[-1] += ","
    return [f"    {name}=(", *lines[:-1], f"{lines[-1]}),"]


def _documented(start: str, one: Documented, end: str, indent: int) -> list[str]:
    """The record as the runtime declares it, on one line if it fits; otherwise all lines but the first are
    indented.
    """
    arguments = [literal(one.text)]
    arguments += [f"{name}={literal(rule)}" for name, rule in one.rules if not isinstance(rule, Documented)]
    arguments += [f"deprecated={literal(one.deprecated)}"] if one.deprecated else []
    held = [(f"{name}=", rule) for name, rule in one.rules if isinstance(rule, Documented)]
    inner = [_documented(name, rule, "", indent + 4) for name, rule in held]
    line = f"{start}Documented({', '.join([*arguments, *(one for lines in inner for one in lines)])}){end}"
    if indent + len(line) < WIDTH and all(len(lines) == 1 for lines in inner):
        return [line]
    first, *lines = pack(arguments, indent + 4, f"{' ' * indent}{start}Documented(")
    for part in inner:
        lines += [f"{' ' * (indent + 4)}{part[0]}", *part[1:]]
        lines[-1] += ","
    lines = [first.lstrip(), *lines]
    return [*lines[:-1], f"{lines[-1].removesuffix(',')}){end}"]


def import_statement(one: Import, indent: str = "") -> str:
    """An import, its names packed if they do not fit on a line."""
    if not one.names:
        return f"{indent}import {one.module}"
    start = f"{indent}from {one.module} import "
    line = f"{start}{', '.join(one.names)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{start}(", *pack(one.names, len(indent) + 4), f"{indent}){_SKIP_FORMATTING}"])


def has_documented(operation: Operation) -> bool:
    """Whether the declaration of an operation holds such records."""
    return any(one.documented for one in operation.query + operation.body)


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

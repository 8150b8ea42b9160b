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
    RateLimit,
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
    """The statement that passes all arguments to the runtime. The operation says where each belongs."""
    paged = operation.pagination is not None
    waiting = "await " if is_async and not paged else ""
    return f"        return {waiting}self.{'_pages' if paged else '_send'}({operation.constant}, locals())"


def declaration(operation: Operation, common: RateLimit | None) -> str:
    """The constant that declares an operation for the runtime. `common`: the limit that stands once, as
    `_LIMIT`.
    """
    items = [literal(operation.id), literal(operation.http_method), _path(operation)]
    items += [f'returns="{operation.returns}"', f"unwrap={literal(operation.unwrap)}"]
    items += [f"retry=Retry.{operation.retry}"]
    items.append(f"limit={'_LIMIT' if operation.limit == common else rate_limit(operation.limit)}")
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
    if operation.scopes:
        items.append(f"scopes={literal(operation.scopes)}")
    packed: list[str] = []
    times = [f"({literal(time.path)}, {literal(time.shapes)})" for one in named for time in one.times]
    if len(times) > 1:
        packed += _tuple("times", times)
    elif times:
        items.append(f"times=({times[0]},)")
    if operation.pagination is not None:
        line, lines_of_paging = _pagination(operation.pagination)
        packed += lines_of_paging
        items += [] if lines_of_paging else [line]
    lines = pack(items, 4) + packed
    lines += _names("query_names", operation.query) if operation.query else []
    lines += _names("body_names", operation.body) if operation.has_body else []
    renamed = [
        f"({literal(one.name)}, {literal(one.wire)})" for one in named if one.name != plain_string(one.wire)
    ]
    lines += _tuple("renamed", renamed) if renamed else []
    if operation.deprecated:
        lines.append(f"    deprecated={literal(operation.deprecated)},")
    lines += _values("query_values", operation.query) + _values("body_values", operation.body)
    head = f"{operation.constant}: Operation[{operation.result.code}] = Operation("
    return "\n".join([head, *lines, f"){_SKIP_FORMATTING}"])


def rate_limit(limit: RateLimit) -> str:
    """The record of the runtime."""
    return f"RateLimit(requests={limit.requests}, seconds={limit.seconds}, shared={limit.shared})"


def _content(content: Content) -> str:
    media_type = plain_string(content.media_type)
    named = "" if media_type in ("", "application/json") else f", {literal(content.media_type)}"
    return f'Content("{content.kind}"{named})'


def _names(name: str, parameters: Iterable[Parameter]) -> list[str]:
    """The argument that lists the arguments of a method."""
    return _tuple(name, [literal(one.name) for one in parameters])


def _tuple(name: str, items: list[str]) -> list[str]:
    """An argument that is a tuple, on one line if it fits."""
    line = f"    {name}=({', '.join(items)}{',' if len(items) == 1 else ''}),"
    if len(line) <= WIDTH:
        return [line]
    *lines, last = pack(items, 8, f"    {name}=(")
    return [*lines, f"{last.removesuffix(',')}),"]


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
    names = {plain_string(one.wire): one.name for one in operation.path}
    items = [
        _path_segment(one, names[plain_string(one.text)]) if one.is_parameter else literal(one.text)
        for one in operation.segments
    ]
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def _path_segment(segment: Segment, argument: str) -> str:
    takes = "" if segment.takes == "string" else f', "{segment.takes}"'
    renamed = "" if argument == plain_string(segment.text) else f", argument={literal(argument)}"
    return f"Path({literal(segment.text)}{takes}{renamed})"


def _pagination(paging: Pagination) -> tuple[str, list[str]]:
    """The argument on one line and, if that is too long, packed. The record of the runtime is like ours."""
    values = [(one, getattr(paging, one.name)) for one in fields(paging)]
    arguments = [literal(value) for one, value in values if value != one.default]
    head = f"pagination={type(paging).__name__}("
    line = f"{head}{', '.join(arguments)})"
    if len(line) + 5 <= WIDTH:
        return line, []
    return line, [f"    {head}", *pack(arguments, 8), "    ),"]

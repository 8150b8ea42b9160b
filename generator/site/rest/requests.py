"""An example of a request, as curl and as a call of the client, from the examples of the document."""

from __future__ import annotations

import json
import pprint
import shlex
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from generator.client import template_records
from generator.client.openapi_library import plain_string
from generator.document.schema_walk import as_list, as_mapping
from generator.site.rest.reading.records import Operation, Version

_WIDE = 88


def body_examples(version: Version, holder: Any, pointer: str) -> dict[str, Any]:
    """The examples of a body by their summary or name, the shortest first; empty if there is none."""
    document = version.document
    found: dict[str, Any] = {}
    for media in as_mapping(as_mapping(document.follow(holder, pointer)[0]).get("content")).values():
        for name, declared in as_mapping(as_mapping(media).get("examples")).items():
            example = as_mapping(document.follow(declared)[0])
            if "value" in example:
                found.setdefault(str(example.get("summary") or name), example["value"])
        if "example" in as_mapping(media):
            found.setdefault("Example", media["example"])
    return dict(sorted(found.items(), key=lambda pair: len(json.dumps(pair[1]))))


def request_body(version: Version, operation: Operation) -> Any:
    """The body of the request that is shown; None without an example."""
    holder = operation.raw.raw.get("requestBody")
    if holder is None:
        return None
    return next(iter(body_examples(version, holder, f"{operation.raw.pointer}/requestBody").values()), None)


def curl(version: Version, operation: Operation) -> str:
    """The request as a command for a shell."""
    values = _shown_parameters(version, operation)
    path = operation.raw.path
    for field in operation.parameters:
        if field.location == "path":
            value = quote(_written(values.get(field.name, field.name)), safe="")
            path = path.replace(f"{{{field.name}}}", value)
    query = "&".join(
        f"{quote(field.name, safe='')}={quote(_written(values[field.name]), safe=',')}"
        for field in operation.parameters
        if field.location == "query" and field.name in values
    )
    url = f"$AFTERSHIP_BASE_URL/tracking/{version.name}{_inside_quotes(path)}{'?' if query else ''}{query}"
    method = operation.raw.method.upper()
    lines = [
        f'curl -sS{"" if method == "GET" else f" -X {method}"} "{url}"',
        '-H "as-api-key: $AFTERSHIP_API_KEY"',
    ]
    body = request_body(version, operation)
    if body is not None:
        lines += ['-H "content-type: application/json"', f"-d {shlex.quote(json_block(body))}"]
    return " \\\n  ".join(lines)


def python_call(version: Version, operation: Operation) -> str:
    """The same request as a call of the client of this version."""
    values = _shown_parameters(version, operation)
    call = operation.call
    arguments = [repr(values.get(plain_string(one.wire), plain_string(one.wire))) for one in call.path]
    arguments += [
        f"{one.name}={_literal(values[plain_string(one.wire)])}"
        for one in call.query
        if plain_string(one.wire) in values
    ]
    arguments += list(_body_arguments(call, request_body(version, operation)))
    name = f"client.{operation.resource}.{operation.method}"
    line = f"{name}({', '.join(arguments)})"
    if len(line) <= _WIDE and "\n" not in line:
        return line
    inside = "".join(f"    {one},\n".replace("\n", "\n    ").rstrip(" ") for one in arguments)
    return f"{name}(\n{inside})"


def _body_arguments(call: template_records.Operation, body: Any) -> Iterator[str]:
    if call.body_wrapper is not None:
        body = as_mapping(body).get(plain_string(call.body_wrapper))
    if body is None:
        return
    if len(call.body) == 1 and plain_string(call.body[0].wire) not in as_mapping(body):
        yield f"{call.body[0].name}={_literal(body)}"
        return
    by_wire = {plain_string(one.wire): one.name for one in call.body}
    for wire, value in as_mapping(body).items():
        if wire in by_wire:
            yield f"{by_wire[wire]}={_literal(value)}"


def _shown_parameters(version: Version, operation: Operation) -> Mapping[str, Any]:
    """Values of the parameters that the example sends: all that are required, and one more for a list."""
    pages = as_mapping(operation.raw.raw.get("x-pagination"))
    paging = {pages.get(key) for key in ("page", "limit", "cursor")}
    found: dict[str, Any] = {}
    has_optional = False
    for raw, _ in version.document.parameters(operation.raw):
        name, example = raw["name"], _example(raw)
        if raw["in"] == "path" or raw.get("required"):
            found[name] = name if example is None else example
        elif (
            pages and raw["in"] == "query" and name not in paging and example is not None and not has_optional
        ):
            found[name], has_optional = example, True
    return found


def _example(raw: Mapping[str, Any]) -> Any:
    if "example" in raw:
        return raw["example"]
    for example in as_mapping(raw.get("examples")).values():
        return as_mapping(example).get("value")
    return next(iter(as_list(as_mapping(raw.get("schema")).get("examples"))), None)


def json_block(value: Any) -> str:
    """A value as JSON that people read."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def _written(value: Any) -> str:
    """A value as it stands in a URL."""
    if isinstance(value, list):
        return ",".join(_written(one) for one in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _literal(value: Any) -> str:
    return pprint.pformat(value, width=_WIDE - 8, sort_dicts=False)


def _inside_quotes(path: str) -> str:
    """The fixed parts of a path between double quotes of a shell."""
    return "".join(f"\\{sign}" if sign in '"$`\\' else sign for sign in path)

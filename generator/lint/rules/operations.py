"""Rules about operations: ids, paths, parameters, security, responses."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from generator.client.reserved_names import TRANSPORT_HEADERS
from generator.document import pointer as pointers
from generator.document.schema_walk import types
from generator.lint.rule import Hits, rule
from generator.lint.view import JSON, Parameter, View
from generator.lint.walk import Node

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_FIXED = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]+")
_STATUSES = ("400", "401", "403", "404", "429", "5XX")
_HEADERS = ("as-api-version", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")


@rule("operation-id", "Links, tests and generated constants find an operation by its id.")
def operation_id(view: View) -> Hits:
    for node in view.all("operation"):
        declared = node.value.get("operationId")
        if declared is None:
            yield node.pointer, "The operation has no operationId. Give it one in kebab-case."
        elif not _ID.match(declared):
            yield (
                pointers.child(node.pointer, "operationId"),
                f'The operationId "{declared}" is not kebab-case. Use lower-case words joined by "-".',
            )


@rule("duplicate-operation-id", "An id that two operations share names neither.")
def duplicate_operation_id(view: View) -> Hits:
    first: dict[str, Node] = {}
    for node in view.all("operation"):
        declared = node.value.get("operationId")
        if declared is None:
            continue
        if declared in first:
            location = view.document.where(first[declared].pointer)
            yield (
                pointers.child(node.pointer, "operationId"),
                f'The operationId "{declared}" is already used at {location}. Rename one of the two.',
            )
        first.setdefault(declared, node)


@rule("path-parameters", "A variable of a path that is not declared can never be filled in.")
def path_parameters(view: View) -> Hits:
    for node in view.operations:
        used = Counter(_VARIABLE.findall(_path(node)))
        declared = {
            parameter.name: parameter for parameter in view.parameters(node) if parameter.location == "path"
        }
        for name, times in used.items():
            if name not in declared:
                yield (
                    node.pointer,
                    f'The path uses {{{name}}}, which is not declared. Add a path parameter "{name}".',
                )
            if times > 1:
                yield (
                    node.pointer,
                    f"The path uses {{{name}}} {times} times. Give each variable its own name.",
                )
        for name, parameter in declared.items():
            if name not in used:
                yield (
                    parameter.pointer,
                    f'The path parameter "{name}" is not in {_path(node)}. Remove it or correct its name.',
                )


@rule("path-segments", "The client sends paths segment by segment, each escaped, none glued together.")
def path_segments(view: View) -> Hits:
    for path in view.raw.get("paths", {}):
        for part in path.removeprefix("/").split("/"):
            if not part or (("{" in part or "}" in part) and not _VARIABLE.fullmatch(part)):
                yield (
                    pointers.child("", "paths", path),
                    f'The segment "{part}" of {path} is neither fixed text nor one variable. Split it.',
                )
            elif "{" not in part and (part in (".", "..") or not _FIXED.fullmatch(part)):
                yield (
                    pointers.child("", "paths", path),
                    f'The segment "{part}" of {path} cannot stand in a URL as it is. Write letters, digits '
                    'and "-", and what follows "?" as parameters.',
                )


@rule("duplicate-path", "Two templates that differ in variable names only are one path for a router.")
def duplicate_path(view: View) -> Hits:
    first: dict[str, str] = {}
    for path in view.raw.get("paths", {}):
        shape = _VARIABLE.sub("{}", path)
        if shape in first:
            yield (
                pointers.child("", "paths", path),
                f"The path {path} is the same as {first[shape]}. Join the two path items.",
            )
        first.setdefault(shape, path)


@rule("duplicate-parameter", "Of two equal parameters one is ignored, and tools disagree which.")
def duplicate_parameter(view: View) -> Hits:
    for owner in (*view.all("operation"), *view.all("path-item")):
        seen: set[tuple[str, str]] = set()
        for index, declared in enumerate(owner.value.get("parameters", ())):
            pointer = f"{owner.pointer}/parameters/{index}"
            raw, _ = view.follow(declared, pointer)
            key = (raw["in"], raw["name"])
            if key in seen:
                yield pointer, f'The {key[0]} parameter "{key[1]}" is declared twice. Remove one of the two.'
            seen.add(key)


@rule("array-parameter", "The API takes lists comma-separated; the default of OpenAPI repeats the parameter.")
def array_parameter(view: View) -> Hits:
    for node in view.all("parameter"):
        schema, _ = view.non_null(node.value.get("schema", {}), node.pointer)
        is_list = node.value["in"] == "query" and "array" in types(schema)
        if is_list and (node.value.get("style") != "form" or node.value.get("explode") is not False):
            yield (
                node.pointer,
                f'The list parameter "{node.value["name"]}" is not comma-separated. '
                "Write style: form and explode: false.",
            )


@rule(
    "parameter-location", "Arguments of methods travel in path, query and body; the runtime owns the headers."
)
def parameter_location(view: View) -> Hits:
    for operation in view.operations:
        for parameter in view.parameters(operation):
            owned = parameter.location == "header" and parameter.name.lower() in TRANSPORT_HEADERS
            if parameter.location not in ("path", "query") and not owned:
                yield (
                    parameter.pointer,
                    f'The parameter "{parameter.name}" is in {parameter.location}, and methods have no '
                    f"arguments for those. {_leave_out(parameter)}",
                )


def _leave_out(parameter: Parameter) -> str:
    """What a maintainer can do about a parameter that the API has and the client cannot have."""
    if parameter.location != "header":
        return "Leave it out here, and say in the description of the operation that the API takes it."
    call = f'options=Options(headers={{"{parameter.name}": ...}})'
    return f"Leave it out here, and say in the description of the operation to send it with {call}."


@rule("parameter-content", "openapi-python-client silently drops a parameter with content.")
def parameter_content(view: View) -> Hits:
    for kind in ("parameter", "header"):
        for node in view.all(kind):
            if "content" in node.value:
                yield (
                    pointers.child(node.pointer, "content"),
                    f"This {kind} has content. Describe it by a schema.",
                )


@rule("description", "Descriptions become the docstrings that users read.")
def description(view: View) -> Hits:
    for node in view.all("operation"):
        if not _says_something(node.value, "summary") or not _says_something(node.value, "description"):
            yield (
                node.pointer,
                "The operation lacks a summary or a description. Write a short sentence for each.",
            )
    for node in view.all("parameter"):
        if not _says_something(node.value, "description"):
            yield (
                node.pointer,
                f'The parameter "{node.value["name"]}" has no description. Write one short sentence.',
            )
    for node in view.properties:
        if not _says_something(node.value, "description"):
            yield node.pointer, f'The property "{node.name}" has no description. Write one short sentence.'
    for node in view.all("schema"):
        if node.is_component and not _says_something(node.value, "description"):
            yield node.pointer, f'The component "{node.name}" has no description. Write one short sentence.'


@rule("tag-declared", "An undeclared tag has no description and no order in documentation.")
def tag_declared(view: View) -> Hits:
    declared = {tag["name"] for tag in view.raw.get("tags", ())}
    for node in view.all("operation"):
        for index, tag in enumerate(node.value.get("tags", ())):
            if tag not in declared:
                yield (
                    f"{node.pointer}/tags/{index}",
                    f'The tag "{tag}" is not declared. Add it to the tags of the document or correct it.',
                )


@rule("security-scheme", "A requirement that names no scheme cannot be met, one without any is open to all.")
def security_scheme(view: View) -> Hits:
    schemes = view.raw.get("components", {}).get("securitySchemes", {})
    owners: list[tuple[str, Any]] = [("", view.raw.get("security"))]
    owners += [(node.pointer, node.value.get("security")) for node in view.all("operation")]
    for pointer, requirements in owners:
        for index, requirement in enumerate(requirements or ()):
            for name, scopes in requirement.items():
                scheme_pointer = pointers.child(pointer, "security", index, name)
                if name not in schemes:
                    yield (
                        scheme_pointer,
                        f'There is no security scheme "{name}". Declare it or correct the name.',
                    )
                    continue
                scheme, _ = view.follow(schemes[name], scheme_pointer)
                known = {
                    scope for flow in scheme.get("flows", {}).values() for scope in flow.get("scopes", ())
                }
                for scope in scopes:
                    if scheme["type"] == "oauth2" and scope not in known:
                        yield (
                            scheme_pointer,
                            f'The scheme "{name}" has no scope "{scope}". Declare it or correct the name.',
                        )
    if "security" not in view.raw:
        for node in view.operations:
            if "security" not in node.value:
                yield (
                    node.pointer,
                    "Nothing says how this operation is authorised. Add security, [] for none.",
                )


@rule(
    "server-version",
    "Readers and other tools take the address from here; the composer replaces the version in it.",
)
def server_version(view: View) -> Hits:
    servers = view.all("server")
    if not servers:
        yield "", f"The document has no servers. Add one whose url ends in /{view.document.version}."
    for node in servers:
        if not node.value["url"].rstrip("/").endswith(f"/{view.document.version}"):
            yield (
                pointers.child(node.pointer, "url"),
                f"The server url does not end in /{view.document.version}, its version. Correct it.",
            )


@rule("responses", "Every response that can come is declared, with the headers the runtime reads.")
def responses(view: View) -> Hits:
    for node in view.operations:
        declared = {status: (raw, pointer) for status, raw, pointer in view.responses(node)}
        good = [status for status in declared if status.startswith("2")]
        if len(good) != 1:
            yield (
                node.pointer,
                f"The operation declares {len(good)} responses for success. Declare exactly one 2xx status.",
            )
        for status in _STATUSES:
            if status not in declared:
                yield (
                    node.pointer,
                    f"The operation does not declare the response {status}. Add it to responses.",
                )
        for status, (raw, pointer) in declared.items():
            yield from _response(view, status, raw, pointer)
        for status in good:
            media = declared[status][0].get("content", {}).get(JSON, {})
            schema = media.get("schema")
            # A list or a map is written out in the client, so it needs no name.
            if isinstance(schema, dict) and "$ref" not in schema and view.property_names(schema, ""):
                schema_pointer = pointers.child(declared[status][1], "content", JSON, "schema")
                yield (
                    schema_pointer,
                    "The schema of this response has no name. Move it to components/schemas and refer to it.",
                )


def _response(view: View, status: str, raw: Any, pointer: str) -> Hits:
    if not status.startswith("2") and view.json_schema(raw, pointer) is None:
        yield pointer, f"The response {status} has no JSON schema. Add content with application/json."
    headers = {name.lower(): declared for name, declared in raw.get("headers", {}).items()}
    for name in _HEADERS:
        if name not in headers:
            yield pointer, f'The response {status} does not declare the header "{name}". Add it.'
        elif not view.follow(headers[name], pointer)[0].get("required"):
            yield (
                pointers.child(pointer, "headers", name),
                f'The header "{name}" always comes. Write required: true.',
            )


def _path(node: Node) -> str:
    assert node.parent is not None  # noqa: S101 - the parent of an operation is a path item
    return node.parent.name


def _says_something(value: Any, key: str) -> bool:
    return bool(str(value.get(key, "")).strip())

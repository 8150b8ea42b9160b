"""Rules about links: stateful tests walk them, so each must lead somewhere and carry values that exist."""

from __future__ import annotations

import re
from typing import Any

from generator.document import pointer as pointers
from generator.lint.rule import Hits, rule
from generator.lint.view import View
from generator.lint.walk import Node

_EXPRESSION = re.compile(
    r"\$(?P<side>request|response)\.(?P<location>path|query|header|body)(?:\.(?P<name>[^#]+)|#(?P<pointer>/.*))?\Z"
)


@rule("link-target", "No other lint notices a link to an operation that does not exist.")
def link_target(view: View) -> Hits:
    targets = {node.value.get("operationId"): node for node in view.operations}
    for link in view.all("link"):
        if "operationRef" in link.value:
            yield link.pointer, "The link uses operationRef, which no tool here follows. Use operationId."
            continue
        declared = link.value["operationId"]
        target = targets.get(declared)
        if target is None:
            yield (
                pointers.child(link.pointer, "operationId"),
                f'The link leads to "{declared}", which is not an operation of paths. Correct it.',
            )
            continue
        yield from _parameters(view, link, target)


def _parameters(view: View, link: Node, target: Node) -> Hits:
    known = view.parameters(target)
    names = {parameter.name for parameter in known} | {f"{one.location}.{one.name}" for one in known}
    given = link.value.get("parameters", {})
    for name in given:
        if name not in names:
            yield (
                pointers.child(link.pointer, "parameters", name),
                f'"{link.value["operationId"]}" has no parameter "{name}". Correct the name in the link.',
            )
    for parameter in known:
        required = parameter.location == "path" or (
            parameter.location == "query" and parameter.raw.get("required")
        )
        if required and not {parameter.name, f"{parameter.location}.{parameter.name}"} & given.keys():
            yield link.pointer, f'The link does not fill the required parameter "{parameter.name}". Add it.'


@rule("link-expression", "An expression that finds nothing makes the link a dead end in every test run.")
def link_expression(view: View) -> Hits:
    for operation in view.operations:
        for _, response, pointer in view.responses(operation):
            for name, declared in response.get("links", {}).items():
                link, link_pointer = view.follow(declared, pointers.child(pointer, "links", name))
                values = {
                    pointers.child(link_pointer, "parameters", key): value
                    for key, value in link.get("parameters", {}).items()
                }
                if "requestBody" in link:
                    values[f"{link_pointer}/requestBody"] = link["requestBody"]
                for pointer_of_value, value in values.items():
                    if isinstance(value, str) and value.startswith("$"):
                        yield from _expression(view, operation, response, pointer, pointer_of_value, value)


def _expression(
    view: View, operation: Node, response: Any, response_pointer: str, pointer: str, text: str
) -> Hits:
    if text in ("$url", "$method", "$statusCode"):
        return
    match = _EXPRESSION.match(text)
    if match is None:
        yield pointer, f'"{text}" is not a runtime expression. Write for instance $response.body#/data/id.'
        return
    side, location = match["side"], match["location"]
    if location == "body":
        found = (
            view.body_schema(operation) if side == "request" else view.json_schema(response, response_pointer)
        )
        parts = pointers.split(match["pointer"] or "")
        if found is None or not _leads(view, found, parts):
            yield pointer, f'"{text}" finds nothing in the schema of the {side} body. Correct the pointer.'
        return
    if side == "request":
        known = {
            parameter.name.lower()
            for parameter in view.parameters(operation)
            if parameter.location == location
        }
    else:
        known = {name.lower() for name in response.get("headers", {})} if location == "header" else set()
    if (match["name"] or "").lower() not in known:
        yield pointer, f'"{text}" does not name a {location} value of the {side}. Correct the expression.'


def _leads(view: View, schema: tuple[Any, str], parts: tuple[str, ...]) -> bool:
    found: tuple[Any, str] | None = schema
    for part in parts:
        if found is None:
            return False
        value, pointer = view.non_null(*found)
        if part.isdecimal() and isinstance(value, dict) and "items" in value:
            found = (value["items"], f"{pointer}/items")
        else:
            found = view.property(value, pointer, part)
    return found is not None

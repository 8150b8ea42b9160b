"""Rules about extensions that say how an operation behaves: they agree with its schemas and each other."""

from __future__ import annotations

from typing import Any

from generator.client.reserved_names import is_method_name, resource_problem
from generator.document import pointer as pointers
from generator.document.schema_walk import types
from generator.lint.extension_table import COMMON_CODES
from generator.lint.rule import Hits, rule
from generator.lint.view import View
from generator.lint.walk import Node

_PAGE_TYPES = {
    "next": ("a string", {"string"}),
    "has-next": ("true or false", {"boolean"}),
    "total": ("a number", {"integer", "number"}),
}


@rule("method-name", "Two operations of one name hide each other in the client.")
def method_name(view: View) -> Hits:
    first: dict[tuple[str, str], Node] = {}
    for node in view.operations:
        key = (str(node.value.get("x-resource", "")), str(node.value.get("x-method", "")))
        problem = resource_problem(key[0]) if key[0] else None
        if problem is not None:
            yield pointers.child(node.pointer, "x-resource"), f"{problem} Choose another x-resource."
        if key[1] and not is_method_name(key[1]):
            yield (
                pointers.child(node.pointer, "x-method"),
                f'"{key[1]}" cannot be the name of a method. Choose another x-method.',
            )
        if not all(key):
            continue
        if key in first:
            location = view.document.where(first[key].pointer)
            yield (
                pointers.child(node.pointer, "x-method"),
                f"{key[0]}.{key[1]} is already the operation at {location}. Choose another x-method.",
            )
        first.setdefault(key, node)


@rule("unwrap-path", "The method returns what lies at this path, so it must exist in the response.")
def unwrap_path(view: View) -> Hits:
    for node in view.operations:
        path = node.value.get("x-unwrap")
        schema = view.success_schema(node)
        if path is not None and schema is not None and view.at_path(*schema, path) is None:
            yield (
                pointers.child(node.pointer, "x-unwrap"),
                f'The response for success has nothing at "{path}". Correct the path or the schema.',
            )
        elif path is not None and schema is not None:
            empty = _null_at(view, *schema, path)
            if empty:
                yield (
                    pointers.child(node.pointer, "x-unwrap"),
                    f'"{empty}" can be null, and then there is nothing to return. End the path before it.',
                )


def _null_at(view: View, schema: Any, pointer: str, path: str) -> str:
    """The first part of a path that may be null, or nothing."""
    names = path.split(".")
    for index, name in enumerate(names, 1):
        schema, pointer = view.non_null(schema, pointer)
        declared = view.walk.properties(schema, pointer).get(name)
        if declared is None:
            return ""
        if view.walk.alternatives(declared.schema, declared.pointer).nullable:
            return ".".join(names[:index])
        schema, pointer = declared.schema, declared.pointer
    return ""


@rule("pagination", "Paging takes items and limits from here; a wrong one ends a list too early.")
def pagination(view: View) -> Hits:
    for node in view.operations:
        paging = node.value.get("x-pagination")
        schema = view.success_schema(node)
        if not isinstance(paging, dict) or schema is None:
            continue
        pointer = pointers.child(node.pointer, "x-pagination")
        for key in ("items", "next", "has-next", "total"):
            if key not in paging:
                continue
            found = view.at_path(*schema, paging[key])
            if found is None:
                yield (
                    f"{pointer}/{key}",
                    f'The response for success has nothing at "{paging[key]}". Correct the path.',
                )
            elif key == "items" and "array" not in types(found[0]):
                yield f"{pointer}/{key}", f'"{paging[key]}" is not a list. Name the list of items.'
            elif key == "items" and _null_at(view, *schema, paging[key]):
                yield f"{pointer}/{key}", f'"{paging[key]}" can be null. An empty page is an empty list.'
            elif key in _PAGE_TYPES and {*types(found[0])} - {"null", *_PAGE_TYPES[key][1]}:
                word, _ = _PAGE_TYPES[key]
                yield f"{pointer}/{key}", f'"{paging[key]}" is not {word}. Name another path.'
        query = {one.name: one.raw for one in view.parameters(node) if one.location == "query"}
        for key in ("page", "cursor", "limit"):
            if key in paging and paging[key] not in query:
                yield f"{pointer}/{key}", f'There is no query parameter "{paging[key]}". Correct the name.'
        yield from _limits(view, pointer, paging, query.get(paging.get("limit", ""), {}))


def _limits(view: View, pointer: str, paging: dict[str, Any], limit: Any) -> Hits:
    schema, _ = view.follow(limit.get("schema", {}), pointer)
    for key, keyword in (("default-limit", "default"), ("max-limit", "maximum")):
        if (
            isinstance(schema, dict)
            and keyword in schema
            and key in paging
            and schema[keyword] != paging[key]
        ):
            yield (
                f"{pointer}/{key}",
                f'{key} is {paging[key]}, the parameter "{paging["limit"]}" has {keyword} {schema[keyword]}. '
                "Make them equal.",
            )


@rule("body-wrapper", "The client puts the arguments into the wrapper; a wrong one makes every call fail.")
def body_wrapper(view: View) -> Hits:
    for node in view.operations:
        wrapper = node.value.get("x-body-wrapper")
        schema = view.body_schema(node)
        pointer = pointers.child(node.pointer, "x-body-wrapper")
        if schema is None:
            if wrapper is not None:
                yield pointer, "The operation has no JSON body to wrap. Remove x-body-wrapper."
            continue
        found = view.property_names(*schema)
        if wrapper is None:
            inner = view.property(*schema, next(iter(found))) if len(found) == 1 else None
            if inner is not None and view.property_names(*inner):
                yield node.pointer, f"The body is only a wrapper. Write x-body-wrapper: {next(iter(found))}."
        elif found != {wrapper}:
            has = ", ".join(sorted(found)) or "none"
            yield pointer, f'"{wrapper}" is not the one property of the body, which has {has}. Correct it.'
        elif wrapper not in view.required_names(*schema):
            yield pointer, f'The wrapper "{wrapper}" is not required in the body. Add it to required.'


@rule(
    "error-codes", "A code without entry in x-errors has no message, one without status has no error class."
)
def error_codes(view: View) -> Hits:
    known = view.raw.get("x-errors", {})
    for node in view.operations:
        entries = node.value.get("x-error-codes")
        if not isinstance(entries, list):
            continue
        pointer = pointers.child(node.pointer, "x-error-codes")
        statuses = {status for status, _, _ in view.responses(node)}
        seen: set[Any] = set()
        for index, entry in enumerate(entries):
            code = entry.get("code") if isinstance(entry, dict) else None
            entry_pointer = f"{pointer}/{index}"
            if str(code) not in known:
                yield entry_pointer, f"The code {code} is not in x-errors. Describe it there."
                continue
            if code in seen:
                yield entry_pointer, f"The code {code} is listed twice. Remove one of the two."
            seen.add(code)
            status = known[str(code)].get("status", 0)
            if not {str(status), f"{status // 100}XX", "default"} & statuses:
                yield (
                    entry_pointer,
                    f"The code {code} comes with status {status}, which is not declared. Add the response.",
                )
        for code in COMMON_CODES:
            if str(code) in known and code not in seen:
                yield pointer, f"The code {code} can come from every operation and is missing here. Add it."


@rule("retry", "A repeated call that is not safe creates twice; the judgement must be visible.")
def retry(view: View) -> Hits:
    for node in view.operations:
        declared = node.value.get("x-retry")
        pointer = pointers.child(node.pointer, "x-retry")
        method = node.field
        if method in ("get", "head") and declared in ("never", "upsert"):
            yield pointer, f"A {method.upper()} changes nothing and can always be repeated. Write safe."
        if declared == "upsert" and (method != "post" or node.value.get("x-method") != "create"):
            yield pointer, "Only a POST that creates can be an upsert. Write safe or never."
        if declared == "safe" and method in ("post", "patch") and "x-retry-reason" not in node.value:
            yield (
                pointer,
                f"A {method.upper()} is not safe to repeat by itself. "
                "Say in x-retry-reason why this one is, or write never.",
            )
        if "x-retry-reason" in node.value and not (declared == "safe" and method in ("post", "patch")):
            yield (
                pointers.child(node.pointer, "x-retry-reason"),
                "The reason belongs to a POST or PATCH that is safe. Remove it.",
            )

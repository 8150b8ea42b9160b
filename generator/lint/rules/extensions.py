"""Rules about the `x-` keys themselves: known, on the right objects, of their shape, none missing."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache

import jsonschema_rs

from generator.document import pointer as pointers
from generator.lint.extension_table import EXTENSIONS, REQUIRED
from generator.lint.rule import Hits, rule
from generator.lint.view import View
from generator.lint.walk import Node


@cache
def _shape(key: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(dict(EXTENSIONS[key].value), validate_formats=True)


def _found(view: View) -> Iterator[tuple[Node, str]]:
    for node in view.nodes:
        if isinstance(node.value, dict):
            for key in node.value:
                if key.startswith("x-"):
                    yield node, key


def _object_kind(node: Node) -> str:
    return "webhook" if node.kind == "operation" and node.in_webhooks else node.kind


@rule("unknown-extension", "A misspelt extension silently does nothing.")
def unknown_extension(view: View) -> Hits:
    for node, key in _found(view):
        if key not in EXTENSIONS:
            close = difflib.get_close_matches(key, EXTENSIONS, n=1)
            hint = f"Did you mean {close[0]}?" if close else f"Known are {', '.join(sorted(EXTENSIONS))}."
            yield pointers.child(node.pointer, key), f'The extension "{key}" is unknown. {hint}'


@rule("misplaced-extension", "An extension is read on certain objects only; elsewhere it does nothing.")
def misplaced_extension(view: View) -> Hits:
    for node, key in _found(view):
        if key in EXTENSIONS and _object_kind(node) not in EXTENSIONS[key].objects:
            objects = ", ".join(sorted(EXTENSIONS[key].objects))
            yield (
                pointers.child(node.pointer, key),
                f'"{key}" has no meaning on this {_object_kind(node)}. It belongs on: {objects}.',
            )


@rule("extension-shape", "Generator and rules read extensions without checking them again.", first=True)
def extension_shape(view: View) -> Hits:
    for node, key in _found(view):
        if key not in EXTENSIONS:
            continue
        for error in _shape(key).iter_errors(node.value[key]):
            pointer = pointers.child(node.pointer, key, *error.instance_path)
            options = getattr(error.kind, "options", None)  # the message names only some of them
            if error.kind.name == "enum" and isinstance(options, list):
                known = ", ".join(str(option) for option in options)
                yield pointer, f'The value {error.instance!r} of "{key}" is unknown. Write one of {known}.'
                continue
            yield (
                pointer,
                f'The value of "{key}" is wrong: {error.message.rstrip(".")}. Give it the documented shape.',
            )


@rule("missing-extension", "Without these the client of an operation has no name and no behaviour.")
def missing_extension(view: View) -> Hits:
    for node in view.nodes:
        if node.kind == "operation" and node not in view.operations and not node.in_webhooks:
            continue
        for key in REQUIRED.get(_object_kind(node), ()):
            if key not in node.value:
                yield node.pointer, f'This {_object_kind(node)} has no "{key}". Add it.'

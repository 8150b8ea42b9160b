"""Rules about the `x-` keys themselves: known, in their place, of their shape, none missing."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache

import jsonschema_rs

from generator.document import pointer as pointers
from generator.lint.rule import Hits, rule
from generator.lint.view import View
from generator.lint.vocabulary import EXTENSIONS, REQUIRED
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


def _place(node: Node) -> str:
    return "webhook" if node.kind == "operation" and node.in_webhooks else node.kind


@rule("unknown-extension", "A misspelt extension is silently no behaviour at all.")
def unknown_extension(view: View) -> Hits:
    for node, key in _found(view):
        if key not in EXTENSIONS:
            close = difflib.get_close_matches(key, EXTENSIONS, n=1)
            cure = f"Did you mean {close[0]}?" if close else f"Known are {', '.join(sorted(EXTENSIONS))}."
            yield pointers.child(node.pointer, key), f'The extension "{key}" is unknown. {cure}'


@rule("misplaced-extension", "An extension is read in its own places only; elsewhere it is decoration.")
def misplaced_extension(view: View) -> Hits:
    for node, key in _found(view):
        if key in EXTENSIONS and _place(node) not in EXTENSIONS[key].places:
            places = ", ".join(sorted(EXTENSIONS[key].places))
            yield (
                pointers.child(node.pointer, key),
                f'"{key}" has no meaning on this {_place(node)}. It belongs on: {places}.',
            )


@rule(
    "extension-shape", "Everybody, rules included, reads extensions without checking them again.", first=True
)
def extension_shape(view: View) -> Hits:
    for node, key in _found(view):
        if key not in EXTENSIONS:
            continue
        for error in _shape(key).iter_errors(node.value[key]):
            pointer = pointers.child(node.pointer, key, *error.instance_path)
            yield (
                pointer,
                f'The value of "{key}" is wrong: {error.message.rstrip(".")}. Give it the documented shape.',
            )


@rule("missing-extension", "Without these nobody knows where an operation lives or how it behaves.")
def missing_extension(view: View) -> Hits:
    for node in view.nodes:
        if node.kind == "operation" and node not in view.operations and not node.in_webhooks:
            continue
        for key in REQUIRED.get(_place(node), ()):
            if key not in node.value:
                yield node.pointer, f'This {_place(node)} has no "{key}". Add it.'

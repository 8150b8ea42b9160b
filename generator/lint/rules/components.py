"""Rules about components as such: used, well named, discriminators that lead to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from generator.client import reserved_names as names
from generator.client.reserved_names import TAKEN_CLASSES
from generator.document import pointer as pointers
from generator.document.contents import choice
from generator.lint.rule import Hits, rule
from generator.lint.view import View
from generator.lint.walk import Node

_CLASS = re.compile(r"[A-Z][A-Za-z0-9]*\Z")


@rule("unused-component", "What nothing refers to is a leftover, or a reference that was forgotten.")
def unused_component(view: View) -> Hits:
    components = {node.pointer: node for node in view.nodes if node.is_component}
    uses: dict[str, set[str]] = {"": set()}
    for node in view.nodes:
        owner = _component_of(node)
        uses.setdefault(owner, set()).update(_targets(node))
    reached: set[str] = set()
    pending = [""]
    while pending:
        for target in uses.get(pending.pop(), ()):
            if target not in reached:
                reached.add(target)
                pending.append(target)
    for pointer, node in components.items():
        if pointer not in reached:
            yield pointer, f'Nothing uses the component "{node.name}". Use it or remove it.'


def _component_of(node: Node) -> str:
    at: Node | None = node
    while at is not None and not at.is_component:
        at = at.parent
    return "" if at is None else at.pointer


def _targets(node: Node) -> Iterator[str]:
    """The components that an object refers to, by reference, discriminator or security requirement."""
    if not isinstance(node.value, dict):
        return
    if node.is_reference:
        # A reference into a component counts as a use of it.
        yield pointers.child("", *pointers.split(node.value["$ref"])[:3])
    if node.kind == "discriminator":
        for value in node.value.get("mapping", {}).values():
            yield _mapping_target(value)
    if node.kind in ("document", "operation"):
        for requirement in node.value.get("security", ()):
            for name in requirement:
                yield pointers.child("", "components", "securitySchemes", name)


def _mapping_target(value: str) -> str:
    return (
        value.removeprefix("#")
        if value.startswith("#")
        else pointers.child("", "components", "schemas", value)
    )


@rule("discriminator", "A discriminator that leads nowhere makes every value unreadable.")
def discriminator(view: View) -> Hits:
    for node in view.all("discriminator"):
        assert node.parent is not None  # noqa: S101 - its parent is a schema
        for key, value in node.value.get("mapping", {}).items():
            target = view.by_pointer.get(_mapping_target(value))
            if target is None or target.kind != "schema":
                mapping = pointers.child(node.pointer, "mapping", key)
                yield (
                    mapping,
                    f'The discriminator maps "{key}" to "{value}", which is not a schema. Correct it.',
                )
        name = node.value["propertyName"]
        for variant, pointer in _variants(view, node.parent):
            if view.property(variant, pointer, name) is None:
                yield node.pointer, f'The variant at #{pointer} has no property "{name}". Add it there.'


@rule("discriminator-choice", "The client chooses by a discriminator only between components of a union.")
def discriminator_choice(view: View) -> Hits:
    for node in view.all("discriminator"):
        assert node.parent is not None  # noqa: S101 - its parent is a schema
        union = node.parent.value.get("oneOf") or node.parent.value.get("anyOf")
        if not union:
            yield (
                node.pointer,
                "Nothing is chosen here. Put the discriminator beside oneOf with its variants.",
            )
            continue
        if any("$ref" not in part and part != {"type": "null"} for part in union):
            yield node.pointer, "A variant stands inline. Move it to components/schemas and refer to it."
            continue
        found = choice(view.walk, node.parent.value)
        values = [] if found is None else [one for names in found.variants.values() for one in names]
        if len({*values}) < len(values):
            yield node.pointer, "Two variants have one value of the discriminator. Correct the mapping."


def _variants(view: View, schema: Node) -> Iterator[tuple[Any, str]]:
    parts = [
        (part, f"{schema.pointer}/{key}/{index}")
        for key in ("anyOf", "oneOf")
        for index, part in enumerate(schema.value.get(key, ()))
    ]
    if not parts:  # a discriminator on the base of a family
        yield schema.value, schema.pointer
    for part, pointer in parts:
        found, found_pointer = view.follow(part, pointer)
        if found != {"type": "null"}:
            yield found, found_pointer


@rule("component-name", "A component's name becomes a class among the names that generated modules use.")
def component_name(view: View) -> Hits:
    schemas = [node for node in view.all("schema") if node.is_component]
    taken = {node.name for node in schemas}
    resources = {names.class_name(node.value.get("x-resource", "")) for node in view.operations}
    reserved = TAKEN_CLASSES | names.BUILTIN_CLASSES | resources | {f"Async{name}" for name in resources}
    for node in schemas:
        if not _CLASS.match(node.name) or not names.is_plain_identifier(node.name):
            yield (
                node.pointer,
                f'"{node.name}" cannot be a class. Use letters and digits, each word capitalised.',
            )
        elif node.name in reserved:
            yield node.pointer, f'The generated code has its own "{node.name}". Choose another name.'
        elif node.name.endswith("Input") and node.name.removesuffix("Input") in taken:
            stem = node.name.removesuffix("Input")
            yield (
                node.pointer,
                f'"{node.name}" is the name of the typed dict for "{stem}". Choose another name.',
            )

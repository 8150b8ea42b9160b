"""Rules about `x-sent`: it is about a key of a response, and the schema does not contradict it."""

from __future__ import annotations

from generator.document import pointer as pointers
from generator.document.full_response import KEY
from generator.lint.rule import Hits, rule
from generator.lint.view import View
from generator.lint.walk import Node


def _marked(view: View) -> list[Node]:
    return [node for node in view.all("schema") if KEY in node.value]


@rule("sent-on-property", "It says whether a key is there; only a property has a key.")
def sent_on_property(view: View) -> Hits:
    for node in _marked(view):
        if node.field != "properties":
            yield (
                pointers.child(node.pointer, KEY),
                f'"{KEY}" does not stand on a property. Move it to the properties that use this schema.',
            )


@rule("sent-unread", "On what only requests hold it would decide nothing, and look as if it did.")
def sent_unread(view: View) -> Hits:
    for node in _marked(view):
        if node.field == "properties" and node.pointer not in view.directions.read.properties:
            yield (
                pointers.child(node.pointer, KEY),
                f'No response and no webhook can hold "{node.name}". Remove {KEY}.',
            )


@rule("sent-contradiction", "The schema and the extension would promise different things to a reader.")
def sent_contradiction(view: View) -> Hits:
    for node in _marked(view):
        value, pointer = node.value[KEY], pointers.child(node.pointer, KEY)
        if node.value.get("writeOnly") is True:
            yield (
                pointer,
                f'"{node.name}" is writeOnly, so no response holds it. Remove {KEY} or writeOnly.',
            )
        required = node.parent.value.get("required", ()) if node.parent is not None else ()
        if node.name in required and value in ("inferred", "sometimes"):
            yield (
                pointer,
                f'"{node.name}" is required, and {KEY} says {value}. Remove {KEY}, or take the name out of '
                "required.",
            )

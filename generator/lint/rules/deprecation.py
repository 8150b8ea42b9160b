"""Rules about `x-deprecated`: it is about something that is deprecated, and names what exists."""

from __future__ import annotations

from generator.document import pointer as pointers
from generator.lint.rule import Hits, rule
from generator.lint.view import View

_KEY = "x-deprecated"


@rule("deprecation-unread", "Without `deprecated: true` nobody is warned, and the details say the opposite.")
def deprecation_unread(view: View) -> Hits:
    for node in view.nodes:
        if isinstance(node.value, dict) and _KEY in node.value and node.value.get("deprecated") is not True:
            yield (
                pointers.child(node.pointer, _KEY),
                f'"{_KEY}" stands on something that is not deprecated. Add "deprecated: true", or remove it.',
            )


@rule("deprecation-successor", "Docstrings and warnings would send people to a method that does not exist.")
def deprecation_successor(view: View) -> Hits:
    known = {node.value.get("operationId") for node in view.operations}
    for node in view.operations:
        instead = node.value.get(_KEY, {}).get("instead")
        if instead is not None and instead not in known:
            yield (
                pointers.child(node.pointer, _KEY, "instead"),
                f'"{instead}" is not the id of an operation. Write the operationId of the one to use.',
            )

"""Rules about `x-constraints`: every constraint says how it is known, and no mark is about nothing."""

from __future__ import annotations

from generator.document import pointer as pointers
from generator.document.constraints import KEY, OPEN_ENUM, constraints
from generator.lint.rule import Hits, rule
from generator.lint.view import View
from generator.lint.walk import Node


@rule(
    "constraint-mark",
    "The mock enforces what is documented, so an unmarked constraint would be lost in silence.",
)
def constraint_mark(view: View) -> Hits:
    for node in view.all("schema"):
        if is_part_of_a_constraint(node):
            continue
        marks = node.value.get(KEY, {})
        for keyword in constraints(node.value):
            if keyword not in marks:
                yield (
                    pointers.child(node.pointer, keyword),
                    f'Nothing says how "{keyword}" is known. Write {KEY}: {{{keyword}: documented}} beside '
                    "it, or the mark that is true.",
                )


@rule("constraint-missing", "A mark of a constraint that is not there looks as if something were enforced.")
def constraint_missing(view: View) -> Hits:
    for node in view.all("schema"):
        for keyword in node.value.get(KEY, {}):
            pointer = pointers.child(node.pointer, KEY, keyword)
            if is_part_of_a_constraint(node):
                yield (
                    pointer,
                    f"This schema is a part of another constraint. Remove {KEY}, and mark that constraint.",
                )
            elif keyword == OPEN_ENUM:
                if OPEN_ENUM not in view.follow(node.value, node.pointer)[0]:
                    yield (
                        pointer,
                        f"There is no {OPEN_ENUM} here whose values could be the only ones. Remove the mark.",
                    )
            elif keyword not in node.value:
                yield pointer, f'There is no "{keyword}" beside this mark. Add it, or remove the mark.'


def is_part_of_a_constraint(node: Node) -> bool:
    """Whether a schema stands below `not` or `propertyNames`, which are marked as a whole."""
    above: Node | None = node
    while above is not None and above.kind == "schema":
        if above.field in ("not", "propertyNames"):
            return True
        above = above.parent
    return False

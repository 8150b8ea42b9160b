"""Rules about what would be written in vain: keywords that no part of the project reads."""

from __future__ import annotations

from generator.document import pointer as pointers
from generator.lint.keyword_readers import READERS, hint
from generator.lint.left_texts import TODO, left_texts
from generator.lint.rule import Hits, rule
from generator.lint.rules.schemas import LOST_KEYWORDS
from generator.lint.rules.standards import KEYWORDS
from generator.lint.view import View
from generator.lint.walk import Node


@rule("unread-keyword", "What nobody reads reaches neither client, mock nor diff, and nobody notices.")
def unread_keyword(view: View) -> Hits:
    refused: set[Node] = set()
    for node in view.nodes:
        above = node.parent
        if above is not None and (above in refused or _is_unread(above, node.field)):
            refused.add(node)  # the owner is reported, not all that it holds
        elif isinstance(node.value, dict):
            for key in node.value:
                if _is_unread(node, key):
                    yield (
                        pointers.child(node.pointer, key),
                        f'Nobody reads "{key}" of this {node.kind}. {hint(node.kind, key)}.',
                    )


@rule("beside-other-reference", "Beside a reference that is not a schema, everything is lost.")
def beside_other_reference(view: View) -> Hits:
    for node in view.nodes:
        if node.is_reference and node.kind not in ("schema", "path-item"):
            for key in node.value:
                if key != "$ref":
                    yield (
                        pointers.child(node.pointer, key),
                        f'"{key}" stands beside a $ref and would be lost. Move it to what the $ref names.',
                    )


def _is_unread(node: Node, key: str) -> bool:
    """Whether a keyword has no reader on an object of this kind. Other rules report what is not one."""
    if node.kind not in READERS or key.startswith("x-"):
        return False
    if node.kind == "schema":
        return key in KEYWORDS - {*LOST_KEYWORDS} and key not in READERS["schema"]
    if node.is_reference and node.kind != "path-item":
        return False
    return key not in READERS[node.kind]


@rule("text-left", "Docstrings and pages would show what `propose` left for people to write.")
def text_left(view: View) -> Hits:
    for pointer, text in left_texts(view.raw):
        yield (
            pointer,
            f'The text "{text}" is left to be written. Write one that does not begin with {TODO[:-1]}.',
        )

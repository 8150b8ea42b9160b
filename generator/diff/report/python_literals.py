"""Paths into a body, written as Python: `customers[].email` is `customers=[{"email": ...}]`."""

from __future__ import annotations

from collections.abc import Iterable

Tree = dict[str, "Tree"]


def keywords(paths: Iterable[str]) -> list[str]:
    """Paths into a body as keyword arguments: `customers=[{"email": ...}]`."""
    return [f"{name}={literal(below)}" for name, below in tree(paths).items()]


def tree(paths: Iterable[str]) -> Tree:
    """Paths that share their beginnings, as a tree; the items of a list are the branch `[]`."""
    root: Tree = {}
    for path in paths:
        node = root
        for step in path.replace("[]", ".[]").split("."):
            node = node.setdefault(step, {})
    return root


def literal(tree: Tree) -> str:
    """A tree as Python, with dots for values."""
    if not tree:
        return "..."
    if "[]" in tree:
        return f"[{literal(tree['[]'])}]"
    return "{" + ", ".join(f'"{key}": {literal(value)}' for key, value in tree.items()) + "}"

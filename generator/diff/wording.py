"""Changes in the words of somebody who uses the client, shared by changelog and migration guide.

A property of a request body is an argument there, and what holds for two methods in the same way is said
once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from generator.diff.change import Change


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence about one or several changes of one rule."""

    text: str
    changes: tuple[Change, ...]

    @property
    def first(self) -> Change:
        return self.changes[0]


# Their subjects are names of parameters or headers, which say little without the operation.
_BARE = (
    "query-", "header-", "path-", "parameter-", "required-query-", "required-header-", "response-header-",
)  # fmt: skip


def told(changes: Iterable[Change]) -> list[Told]:
    """Sentences in the order of the changes."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        groups.setdefault(_key(change), []).append(change)
    return [Told(_sentence(group), tuple(group)) for group in groups.values()]


def is_argument(change: Change) -> bool:
    """Whether it is a property of a body, which is an argument of a method."""
    return bool(change.arguments) and "." in change.subject


def argument(change: Change) -> str:
    """The name of the argument, as it was before."""
    return change.subject.rpartition(".")[2]


def _key(change: Change) -> tuple[str, ...]:
    if is_argument(change):
        return (change.rule.id, argument(change), change.old, change.new, change.note)
    return (change.rule.id, change.subject, change.old, change.new, change.note)


def _sentence(group: list[Change]) -> str:
    first = group[0]
    if is_argument(first):
        names = [f"{method}({argument(first)}=)" for change in group for method in change.arguments]
        return first.told(", ".join(dict.fromkeys(names)))
    if first.rule.id.startswith(_BARE):
        methods = dict.fromkeys(method for change in group for method in change.methods)
        return f"{first.text.removesuffix('.')} ({', '.join(f'`{method}`' for method in methods)})."
    return first.text

"""Changes in the words of somebody who uses the client, shared by changelog and migration guide.

A property of a request body is an argument there. What holds for several names alike is one sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from generator.diff.rules.change import Change
from generator.document.document import Document


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence about one or several changes of one rule."""

    text: str
    changes: tuple[Change, ...]
    several: bool
    """Whether it is about several subjects."""

    @property
    def first(self) -> Change:
        return self.changes[0]


# Their subjects are names of parameters or headers, which say little without the operation.
_BARE = (
    "query-", "header-", "path-", "parameter-", "required-query-", "required-header-", "response-header-",
)  # fmt: skip

# Values of one enum share a sentence.
_CAME, _WENT, _JOINED = "enum-value-added", "enum-value-removed", "enum-value-joined"


def support_of(documents: Iterable[Document]) -> dict[str, str]:
    """Until when each version is supported, as far as its document says so."""
    dates = {one.version: str(one.raw["info"].get("x-supported-until", "")) for one in documents}
    return {version: date for version, date in dates.items() if date}


def support_sentence(support: Mapping[str, str]) -> str:
    """`Support ends: 2026-01 on 2029-01-11, 2026-07 on 2029-07-12.`; empty if nothing is known."""
    dates = [f"{version} on {date}" for version, date in support.items()]
    return f"Support ends: {', '.join(dates)}." if dates else ""


def write_sentences(changes: Iterable[Change]) -> list[Sentence]:
    """Write the sentences, in the order of the changes."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        groups.setdefault(_key(change), []).append(change)
    return [_write_sentence(group) for group in groups.values()]


def is_argument(change: Change) -> bool:
    """Whether it is a property of a body, which is an argument of a method."""
    return bool(change.arguments) and "." in change.subject


def argument(change: Change) -> str:
    """The name of the argument, as it was before."""
    return change.subject.rpartition(".")[2]


def _key(change: Change) -> tuple[str, ...]:
    """Equal for changes that can share a sentence: they differ only in the name of the subject."""
    if change.rule.id.endswith((_CAME, _WENT)):
        return (change.rule.id, change.subject, change.note)
    if change.rule.id.endswith(_JOINED):
        return (change.rule.id, change.subject, change.new, change.note)
    if change.rule.id == "webhook-added":  # what to do names the event
        return (change.rule.id, change.subject)
    rest = change.describe("")
    if is_argument(change):
        return (change.rule.id, "", rest)
    if change.rule.id.startswith(_BARE):
        return (change.rule.id, change.subject, rest)
    return (change.rule.id, change.subject.partition(".")[0], rest)


def _write_sentence(group: list[Change]) -> Sentence:
    first = group[0]
    if first.rule.id.endswith((_CAME, _WENT)):
        old, new = (", ".join(values) for values in ([one.old for one in group], [one.new for one in group]))
        return Sentence(replace(first, old=old, new=new).text, tuple(group), len(group) > 1)
    if first.rule.id.endswith(_JOINED):
        old = ", ".join(one.old for one in group)
        return Sentence(replace(first, old=old).text, tuple(group), several=False)
    if first.rule.id.startswith(_BARE):
        methods = dict.fromkeys(method for change in group for method in change.methods)
        bare = replace(first, note="").text.removesuffix(".")
        text = f"{bare} ({', '.join(f'`{method}`' for method in methods)}). {first.note}".rstrip()
        return Sentence(text, tuple(group), False)
    subjects = ", ".join(dict.fromkeys(name for change in group for name in _names(change)))
    return Sentence(first.describe(subjects), tuple(group), ", " in subjects or ", " in first.moved)


def _names(change: Change) -> list[str]:
    if is_argument(change):
        return [f"{method}({argument(change)}=)" for method in change.arguments]
    return [change.subject]

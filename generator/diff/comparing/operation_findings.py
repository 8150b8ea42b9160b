"""Findings about operations, before they become changes.

Many operations share one parameter, header, limit or error: equal findings about several of them become one
change that reaches them all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from generator.diff.change import Change, Direction, Reach
from generator.diff.comparing.finding import Finding
from generator.diff.comparing.operation_pairs import Both, Caller
from generator.diff.comparing.schemas import Pair
from generator.diff.rules import RULES
from generator.diff.rules.value_rules import rule_id
from generator.document.document import Document


@dataclass(frozen=True, slots=True)
class Note:
    """One finding of one operation. The rule is known, the others that share it are not."""

    rule: str
    subject: str
    pointer: str
    reach: Reach | None
    resource: str
    old: str = ""
    new: str = ""
    note: str = ""
    argument: bool = False
    together: bool = False
    """Whether other operations of the resource may share the sentence."""
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Root:
    """A pair of models that an operation takes or returns, and who sees it."""

    pair: Pair
    reach: Reach
    resource: str
    payload: bool = False
    """Whether its properties are the arguments of the method."""
    skip: str = ""
    """A property that is compared elsewhere."""
    envelope: bool = False
    """Whether it only wraps what the caller sees."""


@dataclass(slots=True)
class Notes:
    """What the comparison of operations found so far."""

    recorded: list[Note] = field(default_factory=list)
    roots: list[Root] = field(default_factory=list)

    def add(
        self,
        rule: str,
        caller: Caller,
        pointer: str,
        *,
        subject: str = "",
        old: str = "",
        new: str = "",
        note: str = "",
        direction: Direction = Direction.REQUEST,
        argument: bool = False,
        together: bool = False,
        successor: str = "",
    ) -> None:
        """Note something of one operation; without a subject, of the operation as a whole."""
        side = Direction.WEBHOOK if caller.event else direction
        self.recorded.append(
            Note(
                rule, subject or caller.method, pointer, caller.reach(side), caller.resource,
                old, new, note, argument, together, successor,
            )
        )  # fmt: skip

    def values(self, area: str, both: Both, found: Iterable[Finding], direction: Direction) -> None:
        """Note what was found at a value of an operation itself, outside of any model."""
        for one in found:
            self.add(
                rule_id(area, one.kind), both.new, one.pointer,
                subject=one.subject, old=one.old, new=one.new, note=one.note,
                direction=direction, argument=area == "parameter",
            )  # fmt: skip


def build_changes(noted: Iterable[Note], new: Document) -> list[Change]:
    """Build one change for all operations of a resource that have the same finding."""
    groups: dict[tuple[str, ...], list[Note]] = {}
    for one in noted:
        subject = "" if one.together else one.subject
        groups.setdefault((one.rule, one.resource, subject, one.old, one.new, one.note), []).append(one)
    changes = []
    for group in groups.values():
        group.sort(key=lambda one: (one.subject, one.pointer))
        first = group[0]
        reaches = tuple(sorted({one.reach for one in group if one.reach is not None}))
        methods = dict.fromkeys(reach.method for reach in reaches)
        changes.append(
            Change(
                RULES[first.rule], ", ".join(dict.fromkeys(one.subject for one in group)),
                first.old, first.new, first.resource, reaches,
                new.location(first.pointer), first.pointer, first.note,
                tuple(methods) if first.argument else (),
                successor=first.successor,
            )
        )  # fmt: skip
    return changes

"""Findings about operations, and the models that operations take or return, before anything is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from generator.diff.comparing.finding import Finding, rule_id
from generator.diff.comparing.operation_pairs import Both, Caller, Direction, Reach
from generator.diff.comparing.schemas import Pair


@dataclass(frozen=True, slots=True)
class Note:
    """One finding of one operation. It names its rule; the rule knows what it means."""

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

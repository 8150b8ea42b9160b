"""Findings about operations, and the models that operations take or return, before anything is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from generator.diff.comparing.finding import Finding, rule_id
from generator.diff.comparing.operation_pairs import Direction, OperationPair, OperationView, Reach
from generator.diff.comparing.schemas import Pair

_OF_OBJECTS = frozenset(
    {
        "property-added", "required-property-added", "property-removed", "property-renamed",
        "property-moved", "property-became-required", "property-became-optional",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OperationFinding:
    """What was found at one operation. It names its rule; the rule knows what it means."""

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
    added: bool = False
    """Whether the operation is new: it sees what others see changed, and changes nothing itself."""


@dataclass(frozen=True, slots=True)
class Call:
    """How an operation of the new document was and is called, and the models that it returned and returns."""

    old_method: str
    old_required: tuple[str, ...]
    """The names of the arguments that had to be given."""
    required: tuple[str, ...]
    old_model: str
    """The component that the method returned, or the items of what it returned; of a webhook, its body."""
    model: str
    old_body: str = ""
    """The component whose properties were the arguments, if it has a name."""
    body: str = ""


@dataclass(slots=True)
class OperationFindings:
    """What the comparison of operations found so far."""

    recorded: list[OperationFinding] = field(default_factory=list)
    roots: list[Root] = field(default_factory=list)
    calls: dict[str, Call] = field(default_factory=dict)
    """By the new name of each method or event, also of what is gone by its old one."""

    def add(
        self,
        rule: str,
        view: OperationView,
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
        """Record something of one operation; without a subject, of the operation as a whole."""
        side = Direction.WEBHOOK if view.event else direction
        self.recorded.append(
            OperationFinding(
                rule, subject or view.method, pointer, view.reach(side), view.resource,
                old, new, note, argument, together, successor,
            )
        )  # fmt: skip

    def values(self, area: str, pair: OperationPair, found: Iterable[Finding], direction: Direction) -> None:
        """Record what was found at a value of an operation itself, outside of any model."""
        for one in found:
            # The properties of an object in the query are sent like those of a body.
            side = "request" if area == "parameter" and one.kind in _OF_OBJECTS else area
            self.add(
                rule_id(side, one.kind), pair.new, one.pointer,
                subject=one.subject, old=one.old, new=one.new, note=one.note,
                direction=direction, argument=area == "parameter",
            )  # fmt: skip

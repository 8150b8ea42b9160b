"""The records of the diff: a change, the rule that judged it, and the operations that it reaches.

Nothing here compares or prints. A change is a value: equal documents give equal changes, in equal order.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum

from generator.source import Place


class Level(StrEnum):
    """What a change means for code that moves from the old version to the new one."""

    BREAKING = "breaking"
    WARNING = "warning"
    COMPATIBLE = "compatible"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 is the gravest; for sorting and for choosing the worst."""
        return _RANKS[self]


_GAP = re.compile(r"`\{(?P<quoted>\w+)\}`|\{(?P<plain>\w+)\}")
_SINGULAR = re.compile(r"^`\{subject\}` (was|is) ")
_PLURAL = {"was": "were", "is": "are"}
_RANKS = {level: rank for rank, level in enumerate(Level)}


class Direction(StrEnum):
    """Who sends the value: the caller, the service in an answer, or the service on its own."""

    REQUEST = "request"
    RESPONSE = "response"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of change means. The id never changes: area, kind, action."""

    id: str
    level: Level
    text: str
    """A sentence in the past tense, with {subject}, {old} and {new}."""
    reason: str
    """Why the level is what it is."""
    absorbed: bool = False
    """The generated client hides it: only code that speaks HTTP itself must change."""


@dataclass(frozen=True, slots=True, order=True)
class Reach:
    """One operation that a change can be seen through, and on which side of it."""

    operation: str
    """The `operationId` of the new document, of the old one for what was removed."""
    direction: Direction
    method: str
    """The method of the client, `trackings.get`; for a webhook the name of its event."""
    request: str
    """`GET /trackings/{id}`; for a webhook its event."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two documents, judged."""

    rule: Rule
    subject: str
    """What changed: `Tracking.emails`, `DeliveryStatus`, a parameter, a method."""
    old: str
    new: str
    resource: str
    """Where it is listed: a resource of the client, `webhooks`, or `general`."""
    reaches: tuple[Reach, ...]
    place: Place
    """Where it stands in the new document; for what was removed, where it would stand."""
    pointer: str
    note: str = ""
    """A further sentence, or nothing."""
    arguments: tuple[str, ...] = field(default=())
    """The methods of the client that take the subject as an argument."""
    moved: str = ""
    """Where the value of a property is now, as a way from its model; several ways with commas."""

    @property
    def level(self) -> Level:
        return self.rule.level

    @property
    def text(self) -> str:
        """The change in one or two sentences, past tense."""
        return self.told(self.subject)

    def told(self, subject: str) -> str:
        """The same of a subject by another name; several names are separated by commas."""
        facts = {"subject": subject, "old": self.old, "new": self.new}

        def filled(match: re.Match[str]) -> str:
            if match["plain"]:
                return facts[match["plain"]]
            names = facts[match["quoted"]].split(", ")  # several names, each in its own quotes
            return ", ".join(f"`{name}`" for name in names)

        template = self.rule.text
        if ", " in subject:
            template = _SINGULAR.sub(lambda match: f"`{{subject}}` {_PLURAL[match[1]]} ", template)
        return f"{_GAP.sub(filled, template)} {self.note}".rstrip()

    @property
    def directions(self) -> tuple[Direction, ...]:
        return tuple(sorted({reach.direction for reach in self.reaches}))

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods and events that it reaches, each once."""
        return tuple(dict.fromkeys(reach.method for reach in self.reaches))

    @property
    def fingerprint(self) -> str:
        """12 hexadecimal digits that stay the same while the same thing changes in the same way.

        File, line, wording and level are not part of it, so that an accepted finding stays accepted.
        """
        facts = "\0".join((self.rule.id, self.resource, self.subject, self.old, self.new))
        return hashlib.sha256(facts.encode()).hexdigest()[:12]

"""A change, and the rule that judges it.

Nothing here compares or prints. A change is a value: equal documents give equal changes, in equal order.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum

from generator.diff.comparing.operation_findings import Call
from generator.diff.comparing.operation_pairs import Direction, Reach
from generator.diff.comparing.properties.ways import Way
from generator.document.source import Location


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


_COMMA, _AND = re.compile("(, )"), re.compile("(, | and )")
_GAP = re.compile(r"`\{(?P<quoted>\w+)\}`|\{(?P<plain>\w+)\}")
_SEVERAL_SUBJECTS = (
    ("`{subject}` was ", "`{subject}` were "),
    ("`{subject}` is ", "`{subject}` are "),
    ("the value moved", "the values moved"),
    ("its wrapper", "their wrappers"),
    ("The type of ", "The types of "),
    ("The body of ", "The bodies of "),
    ("The result of ", "The results of "),
    ("The rate limit of ", "The rate limits of "),
    ("The query parameter ", "The query parameters "),
    ("The webhook ", "The webhooks "),
    ("The default of ", "The defaults of "),
    ("A constraint on ", "Constraints on "),
)
_SEVERAL_VALUES = (
    ("old", "the value `{old}`", "the values `{old}`"),
    ("old", "The value `{old}` of `{subject}` was ", "The values `{old}` of `{subject}` were "),
    ("new", "the value `{new}`", "the values `{new}`"),
    ("new", "the value moved", "the values moved"),
)
_RANKS = {level: rank for rank, level in enumerate(Level)}


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
    location: Location
    """Its location in the new document; for what was removed, where it would stand."""
    pointer: str
    note: str = ""
    """A further sentence, or nothing."""
    arguments: tuple[str, ...] = field(default=())
    """The methods of the client that take the subject as an argument."""
    moved: str = ""
    """Where the value of a property is now, as a path from its model; several paths with commas."""
    doubtful: tuple[str, ...] = ()
    """The beginnings of those paths where nothing may be, shortest first."""
    successor: str = ""
    """The method to call instead of the subject; with arguments, where the same method needs others now."""
    within: tuple[str, str] = ("", "")
    """For a part of an argument: the method, and the path from its arguments, `last_mile.slug`."""
    beside: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """What had and has to be given together with it, as paths from the arguments."""
    calls: tuple[tuple[str, Call], ...] = ()
    """How the methods that it concerns are called, by their new names."""
    ways: tuple[tuple[Direction, Way | None, Way | None], ...] = ()
    """For each direction in which a model is read: the way to it in the old and in the new document."""

    @property
    def level(self) -> Level:
        return self.rule.level

    @property
    def breaks(self) -> bool:
        """Whether it breaks code that uses the client, which hides what is absorbed."""
        return self.level is Level.BREAKING and not self.rule.absorbed

    @property
    def text(self) -> str:
        """The change in one or two sentences, past tense."""
        return self.describe(self.subject)

    def describe(self, subject: str) -> str:
        """The text of the change with another name of the subject; commas separate several names."""
        facts = {"subject": subject, "old": self.old, "new": self.new}

        def fill(match: re.Match[str]) -> str:
            if match["plain"]:
                return facts[match["plain"]]
            # Several names, each in its own quotes; a value of an enum can become several.
            between = _AND if self.rule.id.endswith("enum-value-split") else _COMMA
            names = between.split(facts[match["quoted"]])
            return "".join(name if between.fullmatch(name) else f"`{name}`" for name in names)

        template = self.rule.text
        for singular, plural in _SEVERAL_SUBJECTS if ", " in subject else ():
            template = template.replace(singular, plural)
        for name, singular, plural in _SEVERAL_VALUES:
            template = template.replace(singular, plural) if ", " in facts[name] else template
        return f"{_GAP.sub(fill, template)} {self.note}".rstrip()

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

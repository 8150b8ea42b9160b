"""What a rule is, what it finds, and the list of all rules.

A rule is a generator function: it looks at a `View` and yields `(pointer, sentence)` pairs. The decorator
gives it an id that never changes, and the reason why the rule exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from generator.errors import SpecError
from generator.lint.view import View

Hits = Iterator[tuple[str, str]]
Check = Callable[[View], Hits]


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing that is wrong, its location, and how to correct it."""

    rule: str
    file: str
    line: int
    column: int
    pointer: str
    message: str
    level: Literal["error"] = "error"
    overlay: str = ""
    """The overlay that made an older file wrong, and that is to be corrected; else nothing."""

    def __str__(self) -> str:
        instead = f" Do so in {self.overlay}: it began there." if self.overlay else ""
        return f"{self.file}:{self.line}: #{self.pointer}: {self.message}{instead} [{self.rule}]"

    def as_dict(self) -> dict[str, str | int]:
        """The finding for machines."""
        return asdict(self)


def finding_of_error(rule_id: str, error: SpecError) -> LintFinding:
    """The error of a document that could not be read, as a finding."""
    message = " ".join(text for text in (error.message, error.hint) if text)
    return LintFinding(rule_id, error.file, error.line or 1, error.column or 1, error.pointer or "", message)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the lint. `first` rules guard the others, which only run on a document that these accept."""

    id: str
    reason: str
    check: Check
    first: bool = False
    level: Literal["error"] = "error"


RULES: dict[str, Rule] = {}


def rule(id: str, reason: str, *, first: bool = False) -> Callable[[Check], Check]:
    """Register a check under a kebab-case id, with one line that says why it exists."""

    def register(check: Check) -> Check:
        if id in RULES:
            raise ValueError(f"two rules have the id {id}")
        RULES[id] = Rule(id, reason, check, first)
        return check

    return register

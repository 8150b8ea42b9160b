"""Why a file is refused: the first problems with line and column, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from aftership_tracking.cli.exit_codes import FAILED
from aftership_tracking.cli.output import CommandError
from aftership_tracking.csv_files.findings import FINDINGS, Finding

_MOST_NAMED: Final = 5
_ONLY_FOR_UPLOADS: Final = {"too_large", "delimiter"}
"""What AfterShip's upload does not take, and a program here can read."""
_REFUSED_WARNINGS: Final = {"encoding_guessed"}


def select_refused(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings because of which a file is not read: errors, and an encoding that is a guess."""
    return [
        each
        for each in findings
        if each.name in _REFUSED_WARNINGS
        or (FINDINGS[each.name].level == "error" and each.name not in _ONLY_FOR_UPLOADS)
    ]


@dataclass(kw_only=True)
class Problems:
    """Collects problems, the first ones whole."""

    first: list[Finding] = field(default_factory=list)
    count: int = 0

    def add(self, found: Iterable[Finding]) -> None:
        """Add problems."""
        for each in found:
            self.count += 1
            if len(self.first) < _MOST_NAMED:
                self.first.append(each)

    def replace(self, name: str, cause: Finding) -> None:
        """Name the cause instead of the problem of that name, if there is one."""
        self.first = [cause if each.name == name else each for each in self.first]

    def refuse(self, what: str) -> None:
        """Raise CommandError, which begins with `what`, if there are problems."""
        if not self.first:
            return
        parts = []
        for each in self.first:
            header = f" ({each.header})" if each.header else ""
            parts.append(
                f"line {each.line}, column {each.column}{header}: {each.message}."
                f"{'' if each.hint is None else f' {each.hint}'}"
            )
        if self.count > len(self.first):
            parts.append(f"and {self.count - len(self.first):,} more.")
        facts = [
            {
                "line": each.line,
                "column": each.column,
                "name": each.name,
                "import_error": each.import_error,
                "message": each.message,
                "hint": each.hint,
            }
            for each in self.first
        ]
        raise CommandError(
            f"{what}: {' '.join(parts)}",
            FAILED,
            hint="Nothing was sent.",
            facts={"findings": facts, "finding_count": self.count},
        )

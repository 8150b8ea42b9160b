"""What became of a construct in a document: it worked everywhere, or the lint refused it. Nothing third."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

PROPERTY = "documents"
"""The name under which a test reports its tally, which pytest prints at the end of a run."""


@dataclass
class Tally:
    """Counts documents and constructs."""

    documents: Counter[str] = field(default_factory=Counter)
    generated: Counter[str] = field(default_factory=Counter)
    worked: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def add(self, constructs: list[str], *, refused: bool) -> None:
        """Count one document with these constructs."""
        self.documents["refused" if refused else "worked"] += 1
        self.generated.update(constructs)
        (self.refused if refused else self.worked).update(constructs)

    def as_dict(self) -> dict[str, dict[str, int]]:
        """The counts as plain values."""
        return {name: dict(getattr(self, name)) for name in ("documents", "generated", "worked", "refused")}

    def merge(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Add the counts of another tally, as `as_dict` gives them."""
        for name, found in counts.items():
            getattr(self, name).update(found)

    @property
    def total(self) -> int:
        return self.documents.total()

    @property
    def share_refused(self) -> float:
        """The part of the documents that the lint refused, from 0 to 1."""
        return self.documents["refused"] / self.total if self.total else 0.0

    def lines(self) -> list[str]:
        """The table that people read."""
        width = max(map(len, self.generated), default=0)
        rows = [
            f"{name:<{width}} {self.generated[name]:>9} {self.worked[name]:>6} {self.refused[name]:>7}"
            for name in sorted(self.generated)
        ]
        return [
            f"{self.total} documents: {self.documents['worked']} worked, {self.documents['refused']} refused "
            f"({self.share_refused:.0%})",
            f"{'construct':<{width}} generated worked refused",
            *rows,
        ]

"""A state in an object of the caller."""

from __future__ import annotations


class OwnState:
    """Stores one string in memory, and counts how often."""

    def __init__(self) -> None:
        self.text: str | None = None
        self.saves = 0

    def load(self) -> str | None:
        return self.text

    def save(self, text: str) -> None:
        self.text, self.saves = text, self.saves + 1

"""Cells of a file of contacts or shipments that a spreadsheet may run as a formula."""

from __future__ import annotations

from aftership_tracking.recipes.writers.formula_cells import begins_formula

__all__ = ["is_formula"]

_OPERATORS = frozenset("=|!*^&%<>$\"'")
"""What a formula needs and no phone number has."""


def is_formula(text: str, *, may_be_phone: bool) -> bool:
    """Return whether a cell begins like a formula. A phone number may begin with `+`."""
    if may_be_phone and text.startswith("+"):
        return any(letter in _OPERATORS for letter in text)
    return begins_formula(text)

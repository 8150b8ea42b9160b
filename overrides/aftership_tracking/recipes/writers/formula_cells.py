"""Cells that a spreadsheet may run as a formula when somebody opens the file there."""

from __future__ import annotations

__all__ = ["begins_formula", "defuse"]

_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide forms of the four


def begins_formula(text: str) -> bool:
    """Return whether a cell begins like a formula."""
    return text.startswith(_BEGINNINGS)


def defuse(text: str) -> str:
    """Return the text with an apostrophe before it if it begins like a formula: others have written it."""
    return f"'{text}" if begins_formula(text) else text

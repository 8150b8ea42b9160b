"""Text that a spreadsheet may run as a formula when somebody opens the file there."""

from __future__ import annotations

__all__ = ["defuse", "is_formula"]

_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide forms of the four
_OPERATORS = frozenset("=|!*^&%<>$\"'")
"""What a formula needs and no phone number has."""


def is_formula(text: str, *, may_be_phone: bool = False) -> bool:
    """Return whether a string begins like a formula. A phone number may begin with `+`."""
    if may_be_phone and text.startswith("+"):
        return any(letter in _OPERATORS for letter in text)
    return text.startswith(_BEGINNINGS)


def defuse(text: str) -> str:
    """Return the string, with a `'` before it if it begins like a formula: then a spreadsheet shows it."""
    return f"'{text}" if is_formula(text) else text

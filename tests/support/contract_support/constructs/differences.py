"""What differs from what a check expects, in words."""

from __future__ import annotations

from typing import Any


def differences(**pairs: tuple[Any, Any]) -> list[str]:
    """By name, what was found and what was expected: one complaint for each pair that differs."""
    return [
        f"{name} is {given!r} instead of {expected!r}"
        for name, (given, expected) in pairs.items()
        if given != expected
    ]

"""E-mail addresses and phone numbers that get notifications."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

RECEIVERS = ("emails", "smses")
"""What the lists of receivers are called, where a version has them."""

_ADDRESS = re.compile(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+")
_PHONE = re.compile(r"(?a)\+\d{5,15}")


def as_list(value: Any) -> list[str]:
    """Receivers as a list; the API takes a list or one comma-separated text."""
    if value is None:
        return []
    parts = value.split(",") if isinstance(value, str) else value
    return [part.strip() for part in parts if part.strip()]


def valid(kind: str, receivers: Iterable[str]) -> list[str]:
    """Those receivers that can be reached; the API leaves out the others without a word."""
    shape = _ADDRESS if kind == "emails" else _PHONE
    return [receiver for receiver in receivers if shape.fullmatch(receiver)]


def added(present: list[str], more: Iterable[str]) -> list[str]:
    """Present receivers and new ones, each once."""
    return list(dict.fromkeys([*present, *more]))


def removed(present: list[str], gone: Iterable[str]) -> list[str]:
    """Present receivers without some."""
    away = set(gone)
    return [receiver for receiver in present if receiver not in away]

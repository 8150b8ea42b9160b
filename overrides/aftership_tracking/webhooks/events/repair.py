"""Reads what a genuine event says in another form than documented: a time in milliseconds or as a string, an
id that is a number. An event without an id gets one from the digest of its body.

AfterShip gives up after 14 attempts, and the event is lost then. So what can be understood is not refused.
"""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from aftership_tracking.runtime.surprise import Surprise

__all__ = ["is_usable_id", "is_usable_ts", "repair", "set_identity"]

_LATEST_TS = 253_402_300_799
"""The last second of the year 9999. A larger number is in milliseconds."""
_LONGEST_ID = 200
_DIGITS = re.compile(r"\s*(\d{1,16})(?:\.0*)?\s*", re.ASCII)


def is_usable_id(value: object) -> bool:
    """Whether a value can be the id of an event. It also becomes the key of a store."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isprintable()


def is_usable_ts(value: object) -> bool:
    """Whether a value is a time in seconds."""
    return type(value) is int and 0 <= value <= _LATEST_TS


def repair(content: Any, raw: bytes) -> tuple[Surprise, ...]:
    """Set `event_id` and `ts` of a model to what the body means. Return the differences that no reader saw.

    What cannot be understood stays as it is.
    """
    surprises: tuple[Surprise, ...] = ()
    event_id, ts = content.event_id, content.ts
    if not is_usable_id(event_id):
        if isinstance(event_id, str):
            surprises = (_surprise("$.event_id", "an id", "an unusable string"),)
        number = str(event_id) if type(event_id) is int else ""
        event_id = number if is_usable_id(number) else f"sha256-{sha256(raw).hexdigest()}"
    if not is_usable_ts(ts):
        if type(ts) is int:
            surprises += (_surprise("$.ts", "seconds", "another unit"),)
        seconds = _read_seconds(ts)
        ts = ts if seconds is None else seconds
    set_identity(content, event_id, ts)
    return surprises


def _surprise(path: str, expected: str, got: str) -> Surprise:
    return Surprise(path=path, expected=expected, got=got, operation="webhook")


def set_identity(content: Any, event_id: str, ts: object) -> None:
    """Set the id and the time of a model, which users cannot."""
    msgspec.structs.force_setattr(content, "event_id", event_id)
    msgspec.structs.force_setattr(content, "ts", ts)


def _read_seconds(value: object) -> int | None:
    """Read a time as seconds: from milliseconds, a fraction, a string of either, or ISO 8601 with a zone."""
    if isinstance(value, str):
        digits = _DIGITS.fullmatch(value)
        if digits is None:
            return _read_iso(value)
        value = int(digits[1])
    if type(value) is float and 0 <= value < 1000 * _LATEST_TS:
        value = int(value)
    if type(value) is not int:
        return None
    seconds = value // 1000 if value > _LATEST_TS else value
    return seconds if is_usable_ts(seconds) else None


def _read_iso(text: str) -> int | None:
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    # Without a zone it would be a guess.
    return None if time.tzinfo is None else int(time.timestamp())

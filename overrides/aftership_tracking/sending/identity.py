"""Ids of events: version 4 UUIDs, as the service sends, drawn from a random source that has a seed."""

from __future__ import annotations

import random
import uuid


def drawn_id(source: random.Random) -> str:
    """The next id of a random source."""
    return str(uuid.UUID(int=source.getrandbits(128), version=4))


def event_id(serial: int) -> str:
    """The id of the event of a number, always the same one."""
    return drawn_id(random.Random(f"event {serial}"))  # noqa: S311 - ids need no secrecy

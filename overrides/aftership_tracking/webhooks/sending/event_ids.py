"""Ids of events: version 4 UUIDs, as the service sends them, drawn from a random source that has a seed."""

from __future__ import annotations

import random
import uuid


def draw_id(source: random.Random) -> str:
    """Return the next id of a random source."""
    return str(uuid.UUID(int=source.getrandbits(128), version=4))


def event_id(serial: int) -> str:
    """Return the id of the event with this number. It is always the same."""
    return draw_id(random.Random(f"event {serial}"))  # noqa: S311 - ids need no secrecy

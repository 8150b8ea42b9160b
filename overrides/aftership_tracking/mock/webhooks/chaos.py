"""What the sender does wrong on purpose. Each share is between 0, never, and 1, always."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta

LONGEST_WAIT = timedelta(days=120)
"""The mock forgets a parcel then, and nothing waits longer."""


@dataclass(frozen=True, slots=True)
class Chaos:
    """How often deliveries go wrong. The random choices depend only on the seed of the mock.

    The genuine event can always be delivered: forged and unknown ones are sent in addition to it.

    Args:
        duplicates: sent once more, though the receiver accepted it.
        reordering: held back for up to `held_back`, so that later events overtake it.
        odd_bodies: written as JSON that changes when it is parsed and written again.
        unknown_events: followed by an event with an unknown code.
        unknown_tags: followed by an event with an unknown status.
        wrong_signatures: followed by a copy whose signature is wrong, which is sent only once.
        old_versions: sent in an older version than the URL's, as during a change of versions.
        no_version: sent as to a URL from before the versions: without a version header.
        held_back: the longest time that an event is held back.
    """

    duplicates: float = 0.0
    reordering: float = 0.0
    odd_bodies: float = 0.0
    unknown_events: float = 0.0
    unknown_tags: float = 0.0
    wrong_signatures: float = 0.0
    old_versions: float = 0.0
    no_version: float = 0.0
    held_back: timedelta = timedelta(minutes=10)

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name == "held_back":
                if not timedelta(0) <= value <= LONGEST_WAIT:
                    raise ValueError(f"held_back must not be below 0, and at most {LONGEST_WAIT.days} days")
            elif not 0 <= value <= 1:
                raise ValueError(f"{each.name} is a share between 0 and 1")

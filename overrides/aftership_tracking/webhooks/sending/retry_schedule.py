"""When a failed delivery is sent again, as the documented table says.

The page with the table also gives a formula and an example that contradict it; the table is followed here. No
jitter is documented, so there is none.
"""

from __future__ import annotations

MOST_ATTEMPTS = 14
"""The first attempt and 13 retries. After the last one the event is dropped."""

FIRST_DELAY = 30
"""Seconds between the first attempt and the second. Every later delay is twice the one before."""


def delay_before(attempt: int) -> int:
    """Return the seconds between an attempt and the one before it; 0 for the first, which is attempt 1.

    Raises:
        ValueError: the attempt is not in the table.
    """
    if not 1 <= attempt <= MOST_ATTEMPTS:
        raise ValueError(f"there are attempts 1 to {MOST_ATTEMPTS}, not {attempt}")
    return 0 if attempt == 1 else FIRST_DELAY << (attempt - 2)


OFFSETS = tuple(
    sum(delay_before(each) for each in range(1, attempt + 1)) for attempt in range(1, MOST_ATTEMPTS + 1)
)
"""Seconds since the first attempt, of each attempt."""

SPAN = OFFSETS[-1]
"""Seconds between the first attempt and the last: 68 hours, 15 minutes and 30 seconds."""


def is_accepted(status: int | None) -> bool:
    """Return whether a status means that the event was accepted. A redirect is a failure."""
    return status is not None and 200 <= status <= 299

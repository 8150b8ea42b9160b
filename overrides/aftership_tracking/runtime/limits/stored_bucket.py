"""Buckets as text, for stores. What cannot be a bucket is refused: damaged, or of another release."""

from __future__ import annotations

import json
import math
from collections import deque

from aftership_tracking.runtime.limits.bucket import LONGEST_HOLD, Bucket
from aftership_tracking.runtime.limits.clock_offset import ClockOffset
from aftership_tracking.runtime.limits.wait_queue import MOST_OVERTAKEN, Waiter

__all__ = ["dump_bucket", "load_bucket"]

# Seconds. No hold and no slot is further ahead, unless the clock was set back.
_FURTHEST_AHEAD = LONGEST_HOLD + 1.0
# Seconds. No caller is sent away for longer: a thousand may wait, and each for its turn.
_LONGEST_AWAY = 86_400.0
# The largest number that MessagePack, JSON and Lua all hold exactly.
_LARGEST = 2**53


def dump_bucket(bucket: Bucket) -> str:
    """Write a bucket as text."""
    queue = bucket.queue
    return json.dumps(
        [
            list(bucket.sent),
            bucket.held,
            bucket.announced,
            bucket.offset,
            bucket.seen,
            [[ticket, *waiter] for ticket, waiter in queue.waiters.items()],
            queue.next,
            queue.overtaken,
        ],
        separators=(",", ":"),
    )


def load_bucket(text: object, now: float) -> Bucket | None:
    """Read a bucket; None if the text is not one. A bucket that begins anew is right again after a second."""
    bucket = Bucket()
    queue = bucket.queue
    try:
        sent, bucket.held, bucket.announced, offset, bucket.seen, waiters, queue.next, queue.overtaken = (
            json.loads(text)  # type: ignore[arg-type]  # other types raise TypeError
        )
        bucket.sent = deque(sent)
        bucket.offset = None if offset is None else ClockOffset(*offset)
        queue.waiters = {ticket: Waiter(priority, back) for ticket, priority, back in waiters}
    except (ValueError, TypeError, RecursionError):
        return None
    return bucket if _is_sound(bucket, now) else None


def _is_sound(bucket: Bucket, now: float) -> bool:
    """Return whether the rules can work with these values."""
    queue, sent = bucket.queue, bucket.sent
    return (
        all(map(_is_number, sent))
        and all(map(_is_number, bucket.offset or ()))
        and all(_is_number_or_never(at) for at in (bucket.held, bucket.seen))
        and (bucket.announced is None or (type(bucket.announced) is int and bucket.announced > 0))
        and all(
            type(number) is int and 0 <= number <= _LARGEST
            for number in (queue.next, queue.overtaken, *queue.waiters)
        )
        and 0 <= queue.overtaken <= MOST_OVERTAKEN
        and all(_is_number(waiter.priority) and _is_number(waiter.back) for waiter in queue.waiters.values())
        # A time far ahead would stop everybody. After the clock was set back, the rules forget all times.
        and (
            now < bucket.seen - 1
            or (
                max([bucket.held, *sent]) <= now + _FURTHEST_AHEAD
                and all(waiter.back <= now + _LONGEST_AWAY for waiter in queue.waiters.values())
            )
        )
    )


def _is_number(value: object) -> bool:
    # An integer may be too large for a float, and then `isfinite` raises.
    return (type(value) is int and abs(value) <= _LARGEST) or (
        isinstance(value, float) and math.isfinite(value)
    )


def _is_number_or_never(value: object) -> bool:
    return value == float("-inf") or _is_number(value)

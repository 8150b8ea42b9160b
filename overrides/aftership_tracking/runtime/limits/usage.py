"""How much of a limit is used: what `client.limits` shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aftership_tracking.runtime.limits.bucket import Bucket
    from aftership_tracking.runtime.operation import RateLimit

__all__ = ["BucketUsage", "describe_bucket", "make_usage"]


@dataclass(frozen=True, kw_only=True, slots=True)
class BucketUsage:
    """How much of one limit is used at this instant."""

    bucket: str
    """Names what shares the limit: of `client.limits` the id of an operation, or "organization"; of a limiter
    after the account, as in `SlotRequest.bucket`.
    """
    limit: int
    """How many requests are allowed in `seconds`: as announced by the service, else as documented."""
    seconds: float
    """The length of the window that the limit is for."""
    used: int
    """How many of them count now."""
    remaining: int
    """How many more could be sent at once; 0 while the service wants a pause."""
    resets_at: dt.datetime | None
    """When all of them are free again (UTC, by the clock of this machine); None if none is used."""


def describe_bucket(name: str, bucket: Bucket, limit: RateLimit, now: float, wall: float) -> BucketUsage:
    """Describe a bucket. `now` is the time of its clock, `wall` is Unix time."""
    requests, seconds = bucket.announced or limit.requests, limit.seconds
    ends = [at + seconds for at in bucket.sent if at + seconds > now]
    free_in = max([*ends, bucket.held]) - now if ends or bucket.held > now else None
    return make_usage(
        name, requests, seconds, used=len(ends), is_held=bucket.held > now, free_in=free_in, wall=wall
    )


def make_usage(
    name: str, requests: int, seconds: float, *, used: int, is_held: bool, free_in: float | None, wall: float
) -> BucketUsage:
    """Make the record. `free_in` is in how many seconds all is free again, `wall` is Unix time."""
    used = min(used, requests)
    return BucketUsage(
        bucket=name,
        limit=requests,
        seconds=seconds,
        used=used,
        remaining=0 if is_held else requests - used,
        resets_at=None if free_in is None else dt.datetime.fromtimestamp(wall + free_in, dt.UTC),
    )

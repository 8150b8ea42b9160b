"""A delivery on its way, and what becomes of it after an attempt. Pure: nothing is sent here.

The request is made once. Every attempt sends the same bytes and the settings of the first one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from aftership_tracking.mock.webhooks.endpoint import Endpoint
from aftership_tracking.webhooks.sending.retry_schedule import MOST_ATTEMPTS, delay_before, is_accepted
from aftership_tracking.webhooks.sending.sender import Outgoing


class Kind(StrEnum):
    """Why something is sent."""

    GENUINE = "genuine"
    DUPLICATE = "duplicate"
    FORGED = "forged"
    UNKNOWN = "unknown"
    TEST = "test"


class Outcome(StrEnum):
    """What follows from an attempt."""

    TAKEN = "taken"
    AGAIN = "again"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is sent next, and when. `attempt` counts from 1."""

    endpoint: Endpoint
    request: Outgoing = field(repr=False)
    event_id: str
    event: str
    tag: str | None
    version: str | None
    kind: Kind
    due: datetime
    attempt: int = 1
    doubled: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """A record of the log. It holds no secret and no body, and of the URL what may be shown.

    `status` is None when no answer came; then `error` says why.
    """

    endpoint: int
    url: str
    event_id: str
    event: str
    tag: str | None
    version: str | None
    kind: Kind
    attempt: int
    due: datetime
    sent: datetime
    status: int | None
    error: str | None
    outcome: Outcome


def outcome_of(delivery: Delivery, status: int | None) -> Outcome:
    """What follows from an answer; `status` is None when there was none."""
    if is_accepted(status):
        return Outcome.TAKEN
    # A forger sends once, and so does the button that tests a URL.
    if delivery.kind in (Kind.FORGED, Kind.TEST) or delivery.attempt == MOST_ATTEMPTS:
        return Outcome.DROPPED
    return Outcome.AGAIN


def following(delivery: Delivery, outcome: Outcome, sent: datetime) -> Delivery | None:
    """What is to be sent after an attempt; None when nothing is.

    The delay is counted from the attempt that failed. A doubled delivery comes once more after it was taken.
    """
    if outcome is Outcome.AGAIN:
        attempt = delivery.attempt + 1
        return replace(delivery, attempt=attempt, due=sent + timedelta(seconds=delay_before(attempt)))
    if outcome is Outcome.TAKEN and delivery.doubled:
        return replace(delivery, attempt=1, due=sent, doubled=False, kind=Kind.DUPLICATE)
    return None

"""The documented table of attempts, and what follows from a response. Nothing is sent here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aftership_tracking.mock.webhooks import Delivery, DeliveryOutcome, Kind
from aftership_tracking.mock.webhooks.deliveries import next_delivery, outcome_of
from aftership_tracking.webhooks.sending.headers import USER_AGENT, delivery_headers
from aftership_tracking.webhooks.sending.retry_schedule import (
    MOST_ATTEMPTS,
    OFFSETS,
    SPAN,
    delay_before,
    is_accepted,
)
from aftership_tracking.webhooks.sending.sender import Outgoing, mask_url
from webhook_sender_support import World

NOW = datetime(2024, 2, 6, tzinfo=UTC)
# Delay and seconds since the first attempt, as the documentation prints them.
TABLE = [
    (0, 0),
    (30, 30),
    (60, 90),
    (120, 210),
    (240, 450),
    (480, 930),
    (960, 1_890),
    (1_920, 3_810),
    (3_840, 7_650),
    (7_680, 15_330),
    (15_360, 30_690),
    (30_720, 61_410),
    (61_440, 122_850),
    (122_880, 245_730),
]


def delivery(**changes: object) -> Delivery:
    endpoint = World().add()
    values: dict[str, object] = {
        "endpoint": endpoint,
        "request": Outgoing(endpoint.url, (), b"{}"),
        "event_id": "e",
        "event": "tracking_update",
        "tag": "InTransit",
        "version": None,
        "kind": Kind.GENUINE,
        "due": NOW,
        **changes,
    }
    return Delivery(**values)  # type: ignore[arg-type]


def test_the_table() -> None:
    assert [(delay_before(n), OFFSETS[n - 1]) for n in range(1, MOST_ATTEMPTS + 1)] == TABLE
    assert timedelta(hours=68, minutes=15, seconds=30).total_seconds() == SPAN


@pytest.mark.parametrize("attempt", [0, 15, -1])
def test_other_attempts_are_refused(attempt: int) -> None:
    with pytest.raises(ValueError, match="1 to 14"):
        delay_before(attempt)


@pytest.mark.parametrize(
    ("status", "accepted"),
    [(199, False), (200, True), (204, True), (299, True), (300, False), (301, False), (None, False)],
)
def test_which_status_counts_as_accepted(status: int | None, accepted: bool) -> None:
    assert is_accepted(status) is accepted


def test_a_failing_delivery_goes_through_the_table_and_is_dropped() -> None:
    at, offsets, current = NOW, [], delivery()
    while True:
        offsets.append((current.due - NOW).total_seconds())
        outcome = outcome_of(current, 500)
        after = next_delivery(current, outcome, current.due)
        if after is None:
            break
        current, at = after, after.due
    assert offsets == [offset for _, offset in TABLE]
    assert outcome is DeliveryOutcome.DROPPED
    assert at == NOW + timedelta(seconds=SPAN)


def test_an_attempt_sends_what_the_first_one_sent() -> None:
    first = delivery()
    second = next_delivery(first, DeliveryOutcome.AGAIN, NOW)
    assert second is not None
    assert second.request is first.request
    assert second.endpoint is first.endpoint
    assert second.attempt == 2


def test_a_doubled_delivery_comes_once_more_after_it_was_accepted() -> None:
    again = next_delivery(delivery(doubled=True), DeliveryOutcome.TAKEN, NOW)
    assert again is not None
    assert (again.kind, again.attempt) == (Kind.DUPLICATE, 1)
    assert next_delivery(again, DeliveryOutcome.TAKEN, NOW) is None


@pytest.mark.parametrize("kind", [Kind.FORGED, Kind.TEST])
def test_forgers_and_tests_do_not_come_again(kind: Kind) -> None:
    assert outcome_of(delivery(kind=kind), 401) is DeliveryOutcome.DROPPED


def test_the_documented_headers() -> None:
    pairs = delivery_headers(b"{}", "secret", "2026-07", [("x-own", "1")])
    assert dict(pairs) == {
        "user-agent": USER_AGENT,
        "accept": "application/json",
        "accept-encoding": "gzip",
        "content-type": "application/json",
        "as-webhook-version": "2026-07",
        "aftership-hmac-sha256": "dzJZAsrKgS3CWXM6rNBGtzgXNyx3e42VtAJkdHRRbhM=",
        "x-own": "1",
    }
    assert USER_AGENT == "AfterShipTrackingWebhook/4.0.0 (https://www.aftership.com)"
    assert "as-webhook-version" not in dict(delivery_headers(b"{}", "secret", None))


def test_a_url_is_shown_without_its_secrets() -> None:
    assert mask_url("https://me:pw@host:8080/hook?token=x#y") == "https://host:8080/hook"

"""The shop against the mock, in one process and without a network. Each test runs with both API versions."""

import pytest

from aftership_tracking import AfterShip
from aftership_tracking.mock import FaultBody, Faults, Mock
from aftership_tracking.testing import ClientClock
from aftership_tracking.testing.captured_webhooks import CapturedWebhooks
from aftership_tracking.testing.journal_assertions import JournalAssertions
from aftership_tracking.webhooks import Delivery

from .shop import build_receiver, describe, register


@pytest.fixture(scope="session", params=["2025-07", "2026-07"])
def aftership_version(request: pytest.FixtureRequest) -> str:
    """The version of today and the next one: green with both means that you can move."""
    return str(request.param)


def test_a_429_only_delays(
    aftership_client: AfterShip,
    aftership_faults: Faults,
    aftership_clock: ClientClock,
    aftership_requests: JournalAssertions,
) -> None:
    aftership_faults.add(429, operation="trackings.create", headers={"Retry-After": "2"})
    register(aftership_client, "A-17", "1Z999AA10123456784", "ups")
    assert aftership_clock.slept[0] >= 2  # nothing waits really: the clock of the test moves
    aftership_requests.assert_sent("trackings.create", status=429)
    aftership_requests.assert_sent("trackings.create", status=201, body={"order_id": "A-17"})
    aftership_requests.assert_nothing_else()


def test_a_lost_response_does_not_make_two_trackings(
    aftership_client: AfterShip, aftership_faults: Faults
) -> None:
    # The service creates the tracking, and the connection is lost before the response.
    aftership_faults.add(operation="trackings.create", drop="after")
    found = register(aftership_client, "A-17", "1Z999AA10123456784", "ups")
    assert [each.id for each in aftership_client.trackings.list()] == [found]
    assert register(aftership_client, "A-17", "1Z999AA10123456784", "ups") == found


def test_an_unknown_status_is_not_an_error(aftership_client: AfterShip, aftership_faults: Faults) -> None:
    found = register(aftership_client, "A-17", "1Z999AA10123456784", "ups")
    aftership_faults.add(operation="trackings.get", body=FaultBody(kind="unknown-enum", at="data.tag"))
    assert describe(aftership_client, found) == "It is on its way."


def test_a_delivery_is_thanked_for_once(
    aftership_client: AfterShip,
    aftership_mock: Mock,
    aftership_webhooks: CapturedWebhooks,
    aftership_webhook_secret: str,
) -> None:
    thanked: list[str] = []
    receiver = build_receiver(aftership_webhook_secret, thanked.append)
    found = register(aftership_client, "A-17", "1Z999AA10123456784", "ups")
    aftership_mock.put(found, tag="Delivered")
    assert describe(aftership_client, found) == "It was delivered."
    webhook = aftership_webhooks.expect(tag="Delivered")
    # It comes twice, and once with a body that somebody changed on the way.
    for body, status in ((webhook.body, 200), (webhook.body, 200), (webhook.body + b" ", 401)):
        delivery = Delivery(method="POST", path="/webhooks", headers=webhook.headers, body=body)
        assert receiver.receive(delivery).status == status
    assert thanked == ["A-17"]

"""A mock on a port, captured webhooks and assertions about requests, without pytest's fixtures."""

from __future__ import annotations

import json

import httpx
import pytest

from aftership_tracking.errors import UsageError
from aftership_tracking.mock import ControlError, ManualClock, Mock, MockRequest
from aftership_tracking.testing.captured_webhooks import CapturedWebhooks
from aftership_tracking.testing.journal_assertions import JournalAssertions
from aftership_tracking.testing.mock_on_port import MockOnPort
from aftership_tracking.webhooks.sending.sender import Outgoing
from patience import PATIENCE


def create(mock: Mock, number: str = "ITOD-3-42") -> str:
    body = {"tracking_number": number, "slug": "testing-courier"}
    response = mock.handle(MockRequest.to("POST", "/tracking/2026-07/trackings", key="k", json=body))
    assert response.status == 201
    identifier: str = json.loads(response.body)["data"]["id"]
    return identifier


def test_a_port_is_open_only_inside_of_the_block() -> None:
    served = MockOnPort(Mock())
    with pytest.raises(UsageError, match="inside of its `with` block"):
        _ = served.url
    with served, httpx.Client(timeout=PATIENCE) as client:
        url = served.url
        assert client.get(f"{url}/_mock/health").status_code == 200
        with pytest.raises(UsageError, match="served already"), served:
            pass
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/_mock/health", timeout=PATIENCE)


def test_two_mocks_on_ports_know_nothing_of_each_other() -> None:
    with MockOnPort(Mock()) as one, MockOnPort(Mock()) as other:
        create(one.mock)
        listed = httpx.get(
            f"{other.url}/tracking/2026-07/trackings", headers={"as-api-key": "k"}, timeout=PATIENCE
        )
        assert listed.json()["data"]["trackings"] == []


@pytest.mark.parametrize("clock", [None, ManualClock()], ids=["real", "manual"])
def test_captured_webhooks_are_those_of_the_block(clock: ManualClock | None) -> None:
    mock = Mock(clock=clock)
    sent: list[Outgoing] = []
    mock.webhooks.transport = lambda request: sent.append(request) or 200
    mock.webhooks.add("http://127.0.0.1:9/", secret="other")
    parcel = create(mock)
    with CapturedWebhooks(mock, version="2024-01") as webhooks:
        mock.put(parcel, tag="InTransit")
        mock.put(parcel, tag="Delivered")
        assert webhooks.expect().headers["as-webhook-version"] == "2024-01"
        updates = [each.tracking.tag for each in webhooks.events if each.event == "tracking_update"]
        assert updates == ["InTransit", "Delivered"]
        first = webhooks.expect(order=0)
        assert first == webhooks.expect(event="tracking_update", tag="InTransit") == webhooks.deliveries[0]
        with pytest.raises(AssertionError, match="1 of 3 fit"):
            webhooks.expect(tag="InTransit", event="tracking_update", order=1)
    # The other URL gets its own, meanwhile and afterwards.
    mock.put(parcel, tag="Exception")
    mock.webhooks.deliver()
    assert [json.loads(each.body)["msg"]["tag"] for each in sent][-1] == "Exception"
    assert len(webhooks.deliveries) == 3
    assert len(mock.webhooks.endpoints) == 1


def test_assertions_about_requests() -> None:
    mock = Mock()
    requests = JournalAssertions(mock)
    with pytest.raises(AssertionError, match=r"received no request.*aftership_mock_url"):
        requests.assert_sent("trackings.create")
    with pytest.raises(ControlError, match=r"trackings\.creat"):
        requests.assert_sent("trackings.creat")
    requests.assert_nothing_else()
    parcel = create(mock)
    with pytest.raises(AssertionError, match="expected none, found 1"):
        requests.assert_not_sent("trackings.create")
    with pytest.raises(AssertionError, match=r"expected 2 requests, found 1\n(.*\n)*the last 1 of 1"):
        requests.assert_sent("trackings.create", times=2)
    (record,) = requests.assert_sent("trackings.create", key="k")
    assert record.response_body["data"]["id"] == parcel
    requests.assert_nothing_else()


def test_a_refused_request_comes_with_the_hint_of_the_mock() -> None:
    mock = Mock()
    mock.handle(MockRequest.to("GET", "/tracking/2026-07/trackings?page=2", key="k"))
    with pytest.raises(AssertionError, match="the mock says: query page: 2026-07 does not know it"):
        JournalAssertions(mock).assert_sent("trackings.list", query={"cursor": "x"})


def test_a_webhook_that_no_document_names_is_explained() -> None:
    with CapturedWebhooks(Mock()) as webhooks:
        with pytest.raises(AssertionError, match=r"\('delivered' is not in the documents; did you mean 'Del"):
            webhooks.expect(tag="delivered")
        with pytest.raises(AssertionError, match="did you mean 'tracking_update'"):
            webhooks.expect(event="tracking_updated")

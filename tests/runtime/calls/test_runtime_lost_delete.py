"""A delete whose response was lost, and whose repetition says 404, has deleted: that is a success."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from aftership_tracking import v2024_01, v2026_07
from aftership_tracking.errors import AlreadyExistsError, ApiError, NotFoundError, ServerError
from aftership_tracking.mock import Mock
from aftership_tracking.retries import Decision
from aftership_tracking.runtime.options import Options

GONE = {"meta": {"code": 4004, "type": "BadRequest", "message": "Tracking does not exist."}, "data": {}}
UNKNOWN = {"meta": {"code": 404, "type": "NotFound", "message": "unknown"}, "data": {}}
LOST = {
    "500": 500,
    "504": 504,
    "408": 408,
    "broken connection": httpx.RemoteProtocolError("closed"),
    "silence": httpx.ReadTimeout("slow"),
}
NOT_LOST = {"429": 429, "425": 425, "no connection": httpx.ConnectError("refused")}


def script(service: Any, first: int | Exception, *then: tuple[object, int]) -> None:
    if isinstance(first, Exception):
        service.fail(first)
    else:
        service.reply({}, first)
    for data, status in then:
        service.reply(data, status)


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
@pytest.mark.parametrize("gone", [GONE, UNKNOWN], ids=["4004", "404"])
def test_a_404_after_a_lost_response_is_a_success(service, client, caplog, lost, gone):
    script(service, lost, (gone, 404))
    with caplog.at_level("INFO", "aftership_tracking"):
        result = client.with_response(client.parcels.delete, "p/1")
    # What identified it is known, and nothing else.
    assert result.value.id == "p/1"
    assert not isinstance(result.value.title, str)
    assert [attempt.status for attempt in result.attempts][1:] == [404]
    assert result.attempts[-1].why == (
        "status 404 after an attempt that may have been carried out: it is deleted"
    )
    assert "attempt 2: status 404 after an attempt that may have been carried out" in caplog.text
    assert "p/1" not in caplog.text
    fields = vars(caplog.records[-1])
    assert (fields["aftership_attempt"], fields["aftership_status"]) == (2, 404)
    assert fields["aftership_reason"] == result.attempts[-1].why


def test_also_with_the_async_client(service, make_async):
    script(service, 500, (GONE, 404))

    async def run() -> Any:
        async with make_async() as client:
            return await client.parcels.delete("p1")

    assert asyncio.run(run()).id == "p1"


def test_also_if_more_attempts_follow_the_lost_one(service, client):
    script(service, 502, ({}, 429), (GONE, 404))
    assert client.parcels.delete("p1").id == "p1"


def test_strict_reading_has_nothing_to_say_about_it(service, make):
    script(service, 500, (GONE, 404))
    assert make(strict=True).parcels.delete("p1").id == "p1"


@pytest.mark.parametrize("first", NOT_LOST.values(), ids=NOT_LOST)
def test_a_404_after_an_attempt_that_was_certainly_not_carried_out_is_an_error(service, client, first):
    script(service, first, (GONE, 404))
    with pytest.raises(NotFoundError):
        client.parcels.delete("p1")


def test_a_404_to_the_first_attempt_is_an_error(service, client):
    service.reply(GONE, 404)
    with pytest.raises(NotFoundError) as caught:
        client.parcels.delete("p1")
    assert "earlier attempt" not in str(caught.value)


@pytest.mark.parametrize(
    "page",
    [b"<html>no such page</html>", {"error": 404}, {"meta": {"code": 4010}}],
    ids=["html", "json", "code"],
)
def test_an_error_page_of_something_else_proves_nothing(service, client, page):
    script(service, 500, (page, 404))
    with pytest.raises(ApiError):
        client.parcels.delete("p1")


def test_only_a_delete_is_done_when_its_object_is_gone(service, client):
    script(service, 500, (GONE, 404))
    with pytest.raises(NotFoundError):
        client.parcels.get("p1")


def test_an_outage_that_lasts_is_still_an_error(service, client):
    script(service, 500, ({}, 500), ({}, 500))
    with pytest.raises(ServerError):
        client.parcels.delete("p1")


def test_another_refusal_after_a_lost_response_says_what_it_may_be(service, client):
    """`resend=True` allows it, and nobody can tell whose effect the second response sees."""
    script(
        service,
        500,
        ({"meta": {"code": 4003, "message": "exists"}, "data": {}}, 400),
    )
    with pytest.raises(
        AlreadyExistsError, match=r"An earlier attempt of this call may have been carried out"
    ):
        client.parcels.create(tracking_number="1", options=Options(resend=True))


def test_a_rule_of_the_caller_that_repeats_a_404_comes_first(service, make):
    def patient(outcome: Any) -> Decision:
        return Decision(again=outcome.attempt < 3, why="try again")

    script(service, 500, (GONE, 404), (GONE, 404))
    assert make(retry=patient).parcels.delete("p1").id == "p1"
    assert len(service.requests) == 3


class LosesResponses(httpx.BaseTransport):
    """Sends to the mock, and loses the first response to each delete."""

    def __init__(self, mock: Mock) -> None:
        self.transport = mock.transport()
        self.lost: set[str] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self.transport.handle_request(request)
        if request.method == "DELETE" and request.url.path not in self.lost:
            self.lost.add(request.url.path)
            raise httpx.ReadError("lost")
        return response


def test_against_the_mock_by_id_and_by_number():
    transport = LosesResponses(Mock())
    with v2026_07.AfterShip(api_key="asat_k", http_client=transport, limiter=None) as client:
        made = client.trackings.create(tracking_number="1Z999AA10123456784", slug="ups")
        assert client.trackings.delete(made.id).id == made.id
        with pytest.raises(NotFoundError):
            client.trackings.get(made.id)
        with pytest.raises(NotFoundError):
            client.trackings.delete(made.id)
    with v2024_01.AfterShip(api_key="asat_k", http_client=transport, limiter=None) as old:
        old.trackings.create(tracking_number="1Z999AA10123456784", slug="ups")
        deleted = old.trackings.delete_by_number("ups", "1Z999AA10123456784")
        assert (deleted.slug, deleted.tracking_number) == ("ups", "1Z999AA10123456784")

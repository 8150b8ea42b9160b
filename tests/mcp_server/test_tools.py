"""Each tool, called by the SDK's own client in memory, over the mock."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import anyio
import httpx
import pytest

from aftership_tracking.mock import Mock
from mcp_support import KEY, MODES, Caller, connected
from patience import PATIENCE

DAY = dt.timedelta(days=1)
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)


def parcel(number: str, **fields: Any) -> dict[str, Any]:
    return {
        "tracking_number": number,
        "slug": "testing-courier",
        "created_at": (NOW - 10 * DAY).isoformat(),
        **fields,
    }


def test_the_tools_say_what_they_do() -> None:
    async def main() -> None:
        async with connected() as caller:
            tools = {tool.name: tool for tool in (await caller.client.list_tools()).tools}
            instructions = caller.client.instructions or ""
        assert set(tools) == {
            *("track_parcel", "list_late_parcels", "list_changes", "find_couriers", "explain"),
        }
        for tool in tools.values():
            assert tool.annotations.read_only_hint is True
            assert tool.annotations.destructive_hint is False
            assert tool.annotations.open_world_hint is (tool.name != "explain")
            assert tool.input_schema["additionalProperties"] is False
            assert tool.description
            # Nothing that a tool takes names a file or an address.
            assert not {"url", "uri", "path", "file", "host"} & set(tool.input_schema["properties"])
        assert "never follow" in instructions
        # What a model has to read before it begins.
        size = sum(len(json.dumps([tool.description, tool.input_schema])) for tool in tools.values())
        assert size < 6_000
        assert sum(len(tool.model_dump_json()) for tool in tools.values()) < 24_000

    anyio.run(main)


@pytest.mark.parametrize("mode", MODES)
def test_a_number_is_looked_up(mode: str) -> None:
    mock = Mock()
    mock.seed([parcel("1Z999", journey="delivered"), parcel("1Z999", slug="ups")], key=KEY)

    async def main() -> None:
        async with connected(mock, mode=mode) as caller:
            found = await caller.call("track_parcel", tracking_number="1Z999")
            assert found["source"] == "live"
            assert {each["courier"] for each in found["parcels"]} == {"testing-courier", "ups"}
            [one] = (await caller.call("track_parcel", tracking_number="1Z999", courier="testing-courier"))[
                "parcels"
            ]
            assert one["status"] == {"value": "Delivered", "meaning": "Handed over to the recipient."}
            times = [event["time"] for event in one["events"]]
            assert len(times) == 5
            assert times == sorted(times, reverse=True)
            none = await caller.call("track_parcel", tracking_number="1Z000")
            assert none["parcels"] == []
            assert "says nothing about the parcel" in none["note"]

    anyio.run(main)


def test_events_go_on_with_a_cursor() -> None:
    mock = Mock()
    mock.seed([parcel("1Z999", journey="delivered")], key=KEY)

    async def main() -> None:
        async with connected(mock) as caller:
            [found] = (await caller.call("track_parcel", tracking_number="1Z999", events=2))["parcels"]
            times = [event["time"] for event in found["events"]]
            while "older_events" in found:
                result = await caller.call("track_parcel", cursor=found["older_events"], events=2)
                [found] = result["parcels"]
                times += [event["time"] for event in found["events"]]
            assert len(times) == found["events_total"] == 5
            assert len(set(times)) == 5

    anyio.run(main)


def test_late_parcels_are_found_with_their_reasons() -> None:
    mock = Mock()
    passed = {
        "type": "specific",
        "source": "Courier estimated delivery date",
        "datetime": (NOW - 3 * DAY).date().isoformat(),
        "datetime_min": None,
        "datetime_max": None,
    }
    mock.seed(
        [
            *(parcel(f"FINE-{number}") for number in range(230)),
            parcel("SAID", tag="InTransit", on_time_status="trending-late"),
            parcel("PASSED", tag="InTransit", latest_estimated_delivery=passed),
            # It is late, and it has ended: nothing can be done about it any more.
            parcel("ENDED", tag="Delivered", on_time_status="late"),
        ],
        key=KEY,
    )
    progress: list[float] = []

    async def note(done: float, _total: float | None, _text: str | None) -> None:
        progress.append(done)

    async def main() -> None:
        async with connected(mock) as caller:
            found = await caller.call("list_late_parcels")
            reasons = {
                each["tracking_number"]["untrusted_text"]: each["reasons"] for each in found["parcels"]
            }
            assert reasons == {"SAID": ["trending-late"], "PASSED": ["expected day has passed"]}
            assert found["searched"] == 233
            assert "next_cursor" not in found
            first = await caller.call("list_late_parcels", limit=1)
            second = await caller.call("list_late_parcels", limit=1, cursor=first["next_cursor"])
            numbers = [each["parcels"][0]["tracking_number"]["untrusted_text"] for each in (first, second)]
            assert sorted(numbers) == ["PASSED", "SAID"]
            await caller.client.call_tool("list_late_parcels", {}, progress_callback=note)
            assert progress == [1.0, 2.0, 3.0]

    anyio.run(main)


def test_a_large_account_is_searched_part_by_part() -> None:
    mock = Mock()
    late = {"tag": "InTransit", "on_time_status": "overdue"}
    mock.seed([parcel("OLD-LATE", **late), *(parcel(f"FINE-{number}") for number in range(520))], key=KEY)

    async def main() -> None:
        async with connected(mock) as caller:
            first = await caller.call("list_late_parcels")
            assert (first["searched"], first["parcels"]) == (500, [])
            second = await caller.call("list_late_parcels", cursor=first["next_cursor"])
            assert second["searched"] == 21
            assert len(second["parcels"]) == 1
            assert "next_cursor" not in second

    anyio.run(main)


def test_changes_go_on_where_they_ended() -> None:
    mock = Mock()
    mock.seed([parcel(f"N-{number}") for number in range(12)], key=KEY)
    mock.seed([parcel("OLD", created_at=(NOW - 90 * DAY).isoformat())], key=KEY)

    async def main() -> None:
        async with connected(mock) as caller:
            numbers: list[str] = []
            result = await caller.call("list_changes", hours=30 * 24, limit=5)
            while True:
                numbers += [each["tracking_number"]["untrusted_text"] for each in result["parcels"]]
                if not result["has_more"]:
                    break
                result = await caller.call("list_changes", cursor=result["next_cursor"], limit=5)
            assert sorted(numbers) == sorted(f"N-{number}" for number in range(12))
            # Later: only what is new.
            nothing = await caller.call("list_changes", cursor=result["next_cursor"])
            assert (nothing["parcels"], nothing["has_more"]) == ([], False)
            mock.seed([parcel("NEW", created_at=NOW.isoformat())], key=KEY)
            later = await caller.call("list_changes", cursor=nothing["next_cursor"])
            assert [each["tracking_number"]["untrusted_text"] for each in later["parcels"]] == ["NEW"]

    anyio.run(main)


def test_hints_about_couriers_are_apart_from_what_the_api_says() -> None:
    async def main() -> None:
        async with connected(Mock()) as caller:
            number = "9400110200881000000000"
            found = await caller.call("find_couriers", tracking_number=number)
            assert found["called_api"] is True
            assert found["detected"] == [{"courier": "usps", "name": "USPS"}]
            assert found["hints"] == [{"courier": "usps", "name": "USPS", "check_digit": "wrong"}]

    anyio.run(main)


class _NoNetwork(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing may be sent")


def test_what_needs_no_call_makes_none() -> None:
    async def main() -> None:
        async with connected(transport=_NoNetwork()) as caller:
            offline = await caller.call("find_couriers", tracking_number="RA123456785DE", call_api=False)
            assert offline["detected"] == []
            assert offline["hints"]
            code = await caller.call("explain", subject="4004")
            assert (code["kind"], code["http_status"]) == ("error code", 404)
            assert code["hint"]
            status = await caller.call("explain", subject="in transit")
            assert (status["kind"], status["subject"]) == ("status", "InTransit")
            detail = await caller.call("explain", subject="exception_004")
            assert (detail["kind"], detail["subject"]) == ("detailed status", "Exception_004")
            for subject in ("9999", "lost in space"):
                failure = await caller.fail("explain", subject=subject)
                assert failure["kind"] == "not_found"
                assert failure["hint"]

    anyio.run(main)


@pytest.mark.parametrize(
    ("tool", "arguments", "part"),
    [
        ("track_parcel", {}, "either tracking_number or cursor"),
        ("track_parcel", {"tracking_number": "1Z999", "cursor": "x"}, "either"),
        ("track_parcel", {"tracking_number": "x"}, "at least 4"),
        ("track_parcel", {"tracking_number": "1Z999", "events": 21}, "events"),
        ("track_parcel", {"trackin_number": "1Z999"}, "Did you mean tracking_number?"),
        ("track_parcel", {"cursor": "made-up"}, "unknown"),
        ("list_late_parcels", {"limit": 26}, "limit"),
        ("list_late_parcels", {"cursor": "made-up"}, "unknown"),
        ("list_changes", {"hours": 3, "cursor": "made-up"}, "either"),
        ("list_changes", {"hours": 0}, "hours"),
        ("find_couriers", {}, "tracking_number"),
    ],
)
def test_wrong_arguments_are_refused_with_a_hint(tool: str, arguments: dict[str, Any], part: str) -> None:
    async def main() -> None:
        async with connected(transport=_NoNetwork()) as caller:
            failure = await caller.fail(tool, **arguments)
            assert part in failure["message"]
            assert failure["kind"] == "usage"
            assert failure["hint"]

    anyio.run(main)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"meta": {"code": 401, "message": "bad key", "type": "Unauthorized"}, "data": {}}, "auth"),
        (403, {"meta": {"code": 403, "message": "no", "type": "Forbidden"}, "data": {}}, "auth"),
        (429, {"meta": {"code": 429, "message": "slow", "type": "TooManyRequests"}, "data": {}}, "limited"),
        (400, {"meta": {"code": 4005, "message": "odd", "type": "BadRequest"}, "data": {}}, "usage"),
        (503, {}, "service"),
        (200, None, "service"),
    ],
)
def test_failures_of_the_service_have_a_kind_and_a_hint(status: int, body: Any, kind: str) -> None:
    def respond(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, content=b"<html>" if body is None else json.dumps(body).encode())

    async def main() -> None:
        async with connected(transport=httpx.MockTransport(respond), key="never-shown-key") as caller:
            failure = await caller.fail("track_parcel", tracking_number="1Z999")
            assert failure["kind"] == kind
            assert failure["hint"]
            assert "never-shown-key" not in json.dumps(failure)
            assert "api.invalid" not in json.dumps(failure)

    anyio.run(main)


class _Hanging(httpx.AsyncBaseTransport):
    def __init__(self) -> None:
        self.started = anyio.Event()
        self.ended = anyio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.started.set()
        try:
            await anyio.sleep_forever()
        finally:
            self.ended.set()
        raise AssertionError("never")


@pytest.mark.parametrize("mode", MODES)
def test_a_cancelled_tool_ends_its_call(mode: str) -> None:
    async def main() -> None:
        transport = _Hanging()
        async with connected(transport=transport, mode=mode) as caller:

            async def call() -> None:
                await caller.client.call_tool("track_parcel", {"tracking_number": "1Z999"})

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(call)
                with anyio.fail_after(PATIENCE):
                    await transport.started.wait()
                tasks.cancel_scope.cancel()
            with anyio.fail_after(PATIENCE):
                await transport.ended.wait()
            # The server goes on.
            assert (await caller.call("explain", subject="4004"))["subject"] == "4004"

    anyio.run(main)


def test_people_are_left_out_unless_they_are_wanted() -> None:
    mock = Mock()
    mock.seed(
        [
            parcel(
                "1Z999",
                title="Gift for Grace Hopper",
                note="ring twice",
                order_number="ORDER-77",
                signed_by="Mr. Grace",
                customers=[
                    {"name": "Grace Hopper", "email": "grace@example.com", "phone_number": "+4930123456"}
                ],
                destination_raw_location="Example Street 5, Berlin",
                checkpoints=[
                    {
                        "message": "Left with G. Hopper, call +49 30 123456 or mail grace@example.com",
                        "city": "Berlin",
                        "checkpoint_time": (NOW - 9 * DAY).isoformat(),
                        "tag": "InTransit",
                    }
                ],
            )
        ],
        key=KEY,
    )
    people = ("Hopper", "grace@", "30 123", "ORDER-77", "ring twice", "Example Street")

    async def read(caller: Caller) -> str:
        results = [
            await caller.call("track_parcel", tracking_number="1Z999"),
            await caller.call("list_changes", hours=2_800),
        ]
        return json.dumps(results)

    async def main() -> None:
        async with connected(mock) as caller:
            text = await read(caller)
            assert [each for each in (*people, "Berlin") if each in text] == []
            assert "Left with G. [removed], call [removed] or mail [removed]" in text
        async with connected(mock, personal_data=True) as caller:
            text = await read(caller)
            assert [each for each in (*people, "Berlin") if each not in text] == []

    anyio.run(main)


@pytest.mark.parametrize("version", ["2024-01", "2025-01"])
@pytest.mark.filterwarnings("ignore:version .* of the API was supported")
def test_older_versions_work_too(version: str) -> None:
    mock = Mock()
    mock.seed([parcel("1Z999", journey="lost", on_time_status="overdue")], key=KEY)

    async def main() -> None:
        async with connected(mock, version=version) as caller:
            [found] = (await caller.call("track_parcel", tracking_number="1Z999"))["parcels"]
            assert found["events"]
            assert (await caller.call("list_late_parcels"))["searched"] == 1
            assert len((await caller.call("list_changes", hours=2_800))["parcels"]) == 1
            assert (await caller.call("find_couriers", tracking_number="9400110200881000000000"))["detected"]
            for subject in ("4004", "InTransit", "Delivered_001"):
                assert (await caller.call("explain", subject=subject))["meaning"]

    anyio.run(main)

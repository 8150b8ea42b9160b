"""Arguments are read once: an iterator is empty the second time, and a list may have changed meanwhile."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from aftership_tracking import UNSET
from aftership_tracking.errors import UsageError
from aftership_tracking.export import columns
from aftership_tracking.recipes.frozen_values import freeze_fields
from aftership_tracking.v2026_07 import AfterShip, AsyncAfterShip, Tracking
from aftership_tracking.v2026_07.models import CustomerRequest
from aftership_tracking.webhooks.verification.oauth_tokens import TokenIssuer
from reading_support.feed import Feed
from writing_support.callers import VARIANTS, Caller
from writing_support.rows import rows
from writing_support.wire import GARBLED, Wire

NUMBER = "PARCEL0001"
ADA = {"name": "Ada"}


def bodies(wire: Wire) -> list[dict[str, Any]]:
    return [json.loads(request.content) for request in wire.sent if request.method in ("POST", "PUT")]


@pytest.mark.parametrize(
    "customers",
    [
        lambda: (one for one in [ADA]),
        lambda: iter([{**ADA, "email": "ada@example.com"}]),
        lambda: map(dict, [ADA]),
        lambda: iter([CustomerRequest(name="Ada")]),
    ],
)
def test_an_upsert_updates_with_what_it_created_with(caller: Caller, wire: Wire, customers: Any) -> None:
    caller.create(tracking_number=NUMBER, slug="usps")
    wire.sent.clear()
    done = caller.upsert(tracking_number=NUMBER, slug="usps", update=True, customers=customers())
    assert done.outcome == "updated"
    create, update = bodies(wire)
    assert update["customers"] == create["customers"]
    assert update["customers"][0]["name"] == "Ada"


def test_also_what_is_in_the_update(caller: Caller, wire: Wire) -> None:
    wire.creates = [GARBLED]
    caller.upsert(
        tracking_number=NUMBER,
        slug="usps",
        customers=iter([ADA]),
        update={"customers": iter([{"name": "Bob"}])},
    )
    first, second, update = bodies(wire)
    assert first["customers"] == second["customers"] == [ADA]
    assert update["customers"] == [{"name": "Bob"}]


def test_what_is_nested_is_frozen_too_and_what_is_unset_is_left_out() -> None:
    inner = {"b": [1]}
    frozen = freeze_fields({"list": iter([inner, (2,)]), "model": CustomerRequest(name="Ada"), "no": UNSET})
    inner["b"].append(2)
    assert frozen == {"list": [{"b": [1]}, [2]], "model": {"name": "Ada"}}
    day = dt.date(2026, 7, 9)
    assert freeze_fields({"day": day, "raw": b"x", "none": None}) == {"day": day, "raw": b"x", "none": None}
    endless: list[object] = []
    endless.append(endless)
    assert freeze_fields({"endless": endless}).keys() == {"endless"}


def test_a_list_that_changes_between_two_requests_changes_nothing(caller: Caller, wire: Wire) -> None:
    caller.create(tracking_number=NUMBER, slug="usps")
    wire.sent.clear()
    customers: list[dict[str, str]] = [dict(ADA)]
    wire.judge = lambda _request, _body: customers.clear()  # type: ignore[func-returns-value]
    caller.upsert(tracking_number=NUMBER, slug="usps", update=True, customers=customers)
    create, update = bodies(wire)
    assert create["customers"] == update["customers"] == [ADA]


def test_rows_may_be_one_dict_that_changes(caller: Caller, wire: Wire) -> None:
    def stream() -> Iterator[dict[str, Any]]:
        row: dict[str, Any] = {}
        for each in rows(20):
            row.clear()
            row.update(each, customers=iter([ADA]))
            yield row

    outcomes = [each.outcome for each in caller.upsert_many(stream(), workers=4)]
    assert outcomes == ["created"] * 20
    assert sorted(body["tracking_number"] for body in bodies(wire)) == [
        each["tracking_number"] for each in rows(20)
    ]
    assert all(body["customers"] == [ADA] for body in bodies(wire))
    wire.sent.clear()
    assert [each.outcome for each in caller.upsert_many(stream(), workers=4)] == ["updated"] * 20
    assert all(body["customers"] == [ADA] for body in bodies(wire))


def test_a_row_that_cannot_be_read_is_a_result(caller: Caller) -> None:
    def broken() -> Iterator[dict[str, str]]:
        yield ADA
        raise OSError("private")

    first, second = rows(2)
    results = caller.create_many([{**first, "customers": broken()}, second])
    by_outcome = {each.outcome: each for each in results}
    assert str(by_outcome["failed"].error) == "the fields of this row cannot be read: OSError"
    assert by_outcome["failed"].key == (first["tracking_number"], "usps")
    assert by_outcome["created"].index == 1


def test_fields_that_are_not_a_mapping(caller: Caller, wire: Wire) -> None:
    (result,) = caller.create_many(rows(1), prepare=lambda _row: None)
    assert isinstance(result.error, UsageError)
    assert str(result.error) == "`prepare` must return a mapping, not NoneType"
    assert wire.sent == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_page_of_a_list_has_the_filters_of_the_first(variant: str) -> None:
    queries: list[str | None] = []
    feed = Feed(5)

    def respond(request: httpx.Request) -> httpx.Response:
        queries.append(request.url.params.get("slug"))
        return feed.handle_request(request)

    transport = httpx.MockTransport(respond)

    async def read() -> int:
        async with httpx.AsyncClient(transport=transport) as http:
            client = AsyncAfterShip("k", limiter=None, http_client=http)
            slugs = (one for one in ["usps", "ups"])
            return len([one async for one in client.trackings.list(slug=slugs, limit=2)])  # type: ignore[arg-type]

    if variant == "sync":
        with httpx.Client(transport=transport) as http:
            client = AfterShip("k", limiter=None, http_client=http)
            slugs = (one for one in ["usps", "ups"])
            assert len(list(client.trackings.list(slug=slugs, limit=2))) == 5  # type: ignore[arg-type]
    else:
        assert asyncio.run(read()) == 5
    assert queries == ["usps,ups"] * 3


def test_names_of_columns_and_ways_to_authenticate_may_be_iterators() -> None:
    names = [column.name for column in columns(Tracking, omit=iter(["title"]))]  # type: ignore[arg-type]
    assert "title" not in names
    listed = TokenIssuer({"id": "secret"}, presentations=["form"], schemes=["Bearer"])
    read_once = TokenIssuer(
        {"id": "secret"},
        presentations=iter(["form"]),  # type: ignore[arg-type]
        schemes=iter(["Bearer"]),  # type: ignore[arg-type]
    )
    assert read_once._presentations == listed._presentations == {"form"}
    assert read_once._schemes == listed._schemes == {"bearer"}

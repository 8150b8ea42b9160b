"""The list: every filter against a naive model, pages, echo, time bounds."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftership_tracking import documents

COUNTRIES = ("USA", "DEU", "FRA")
TAGS = ("Pending", "InfoReceived", "InTransit", "Delivered", "Exception", "Expired")
NOT_FILTERS = {"page", "limit", "fields"}

parcels = st.lists(
    st.fixed_dictionaries(
        {
            "script": st.sampled_from(["", "", "ITD-3", "TE010-1", "T-20"]),
            "slug": st.sampled_from(["usps", "dhl"]),
            "origin_country_iso3": st.sampled_from(COUNTRIES),
            "destination_country_iso3": st.sampled_from(COUNTRIES),
            "title": st.sampled_from(["Red shoes", "blue hat", "Hut 100%"]),
            "customer_name": st.sampled_from(["Ada", "Bob"]),
            "emails": st.lists(
                st.sampled_from(["ada@example.com", "bob@example.com"]), max_size=2, unique=True
            ),
            "shipment_tags": st.lists(st.sampled_from(["vip", "gift"]), max_size=2, unique=True),
            "pause": st.integers(0, 12 * 86_400),
        }
    ),
    min_size=1,
    max_size=8,
)


def some(values: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(",".join)


queries = st.fixed_dictionaries(
    {},
    optional={
        "slug": some(("usps", "dhl", "testing-courier", "ups")),
        "origin": some(COUNTRIES),
        "destination": some(COUNTRIES),
        "courier_destination_country_iso3": some(COUNTRIES),
        "tag": st.sampled_from(TAGS),
        "shipment_tags": some(("vip", "gift", "none")),
        "return_to_sender": some(("true", "false")),
        "transit_time": st.integers(0, 30).map(str),
        "keyword": st.sampled_from(["", "SHOES", "hat", "100%", "bob@", "ada", "PARCEL", "nothing"]),
        "tracking_numbers": some(("PARCEL0000", "PARCEL0001", "PARCEL0007")),
        "created_at_min": st.sampled_from(["2024-02-20T00:00:00+01:00", "2024-03-01T00:00:00Z", "garbage"]),
        "created_at_max": st.sampled_from(["2024-02-20T00:00:00-08:00", "tomorrow"]),
        "updated_at_min": st.sampled_from(["2024-02-20T00:00:00+00:00", "x"]),
        "updated_at_max": st.sampled_from(["2024-03-10T00:00:00+00:00", "x"]),
    },
)


def model(tracking: dict[str, Any], query: dict[str, str]) -> bool:
    """The slow and plain reading of every filter, on what the API itself says about a tracking."""
    from datetime import datetime

    def within(name: str, value: str, lower: bool) -> bool:
        try:
            bound = datetime.fromisoformat(value)
        except ValueError:
            return True
        time = datetime.fromisoformat(tracking[name])
        return time >= bound if lower else time <= bound

    def words(value: str) -> list[str]:
        return value.split(",")

    texts = [
        tracking["tracking_number"],
        tracking["title"],
        tracking["customer_name"] or "",
        *tracking["emails"],
    ]
    matches = {
        "slug": lambda value: tracking["slug"] in words(value),
        "origin": lambda value: tracking["origin_country_iso3"] in words(value),
        "destination": lambda value: tracking["destination_country_iso3"] in words(value),
        "courier_destination_country_iso3": lambda value: (
            tracking["courier_destination_country_iso3"] in words(value)
        ),
        "tag": lambda value: tracking["tag"] == value,
        "shipment_tags": lambda value: any(tag in words(value) for tag in tracking["shipment_tags"]),
        "return_to_sender": lambda value: str(tracking["return_to_sender"]).lower() in words(value),
        "transit_time": lambda value: str(tracking["transit_time"]) == value,
        "keyword": lambda value: any(value.lower() in text.lower() for text in texts),
        "tracking_numbers": lambda value: tracking["tracking_number"] in words(value),
        "created_at_min": lambda value: within("created_at", value, True),
        "created_at_max": lambda value: within("created_at", value, False),
        "updated_at_min": lambda value: within("updated_at", value, True),
        "updated_at_max": lambda value: within("updated_at", value, False),
    }
    return all(matches[name](value) for name, value in query.items() if value)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parcels=parcels, queries=st.lists(queries, min_size=1, max_size=4))
def test_filters_do_what_a_naive_model_does(new_world: Any, parcels: Any, queries: Any) -> None:
    world = new_world()
    for index, given_fields in enumerate(parcels):
        fields = dict(given_fields)
        script, pause = fields.pop("script"), fields.pop("pause")
        number = f"{script}-{index}" if script else f"PARCEL{index:04}"
        fields["slug"] = "testing-courier" if script else fields["slug"]
        world.create(number, **fields)
        world.clock.advance(pause)
    everything = world.list_trackings()
    assert len(everything) == len(parcels)
    for query in queries:
        expected = [tracking["id"] for tracking in everything if model(tracking, query)]
        page = world.data("GET", f"/trackings?{urlencode(query)}")
        assert [tracking["id"] for tracking in page["trackings"]] == expected
        assert page["count"] == len(expected)


def test_the_model_knows_every_declared_filter() -> None:
    declared = documents.document("2024-01")["paths"]["/trackings"]["get"]["parameters"]
    assert {entry["name"] for entry in declared} - NOT_FILTERS == set(queries.wrapped_strategy.optional)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_give_everything_once_and_newest_first(world: Any, limit: int) -> None:
    made = [world.create(f"PARCEL{index:04}")["id"] for index in range(7)]
    seen = []
    for page in range(1, 10):
        items = world.list_trackings(f"page={page}&limit={limit}")
        assert len(items) <= limit
        seen += [item["id"] for item in items]
    assert seen == made[::-1]


def test_echo_of_nothing(world: Any) -> None:
    page = world.data("GET", "/trackings")
    assert page == {
        "page": 1,
        "limit": 100,
        "count": 0,
        "keyword": "",
        "slug": "",
        "origin": [],
        "destination": [],
        "transit_time": [],
        "tag": "",
        "fields": "",
        "created_at_min": "2023-10-09T10:15:30+00:00",
        "created_at_max": "2024-02-06T10:15:30+00:00",
        "last_updated_at": None,
        "return_to_sender": [],
        "courier_destination_country_iso3": [],
        "trackings": [],
    }


def test_echo_of_a_query(world: Any) -> None:
    query = (
        "page=2&limit=5&keyword=a%2Cb&slug=usps,dhl&origin=USA&transit_time=3&tag=InTransit&fields=tag,title"
        "&return_to_sender=true,false&created_at_min=2024-02-01T00:00:00%2B08:00"
    )
    page = world.data("GET", f"/trackings?{query}")
    assert (page["page"], page["limit"], page["keyword"], page["slug"]) == (2, 5, "a,b", "usps,dhl")
    assert (page["origin"], page["transit_time"], page["tag"]) == (["USA"], [3], "InTransit")
    assert (page["fields"], page["return_to_sender"]) == ("tag,title", [True, False])
    assert page["created_at_min"] == "2024-01-31T16:00:00+00:00"


def test_an_unescaped_plus_is_a_space_so_the_default_time_is_used(world: Any) -> None:
    page = world.data("GET", "/trackings?created_at_min=2024-02-05T00:00:00+08:00")
    assert page["created_at_min"] == "2023-10-09T10:15:30+00:00"


def test_a_read_time_can_be_sent_back_as_a_bound(world: Any) -> None:
    stamp = quote(world.create()["created_at"])
    for name in ("created_at", "updated_at"):
        assert len(world.list_trackings(f"{name}_min={stamp}&{name}_max={stamp}")) == 1


def test_fields_cut_the_trackings(world: Any) -> None:
    world.create()
    (tracking,) = world.list_trackings("fields=tag,checkpoints,unknown")
    assert tracking.keys() == {"id", "tracking_number", "slug", "tag", "checkpoints"}


@pytest.mark.parametrize(
    "query",
    [
        "page=1.0",
        "page=one",
        "page=",
        "page=1&page=1",
        "page=%2B1",
        "page=01",
        "page=%D9%A1",
        "page=" + "9" * 5000,
        "limit=0",
        "limit=201",
        "transit_time=x",
        "return_to_sender=maybe",
        "return_to_sender=true,",
        "courier_destination_country_iso3=usa",
        "keyword=%ff",
        "created_at_min=%ff",
        "created_at_min=x&created_at_min=y",
        "tracking_numbers=" + ",".join(f"N{n:04}" for n in range(51)),
        "page=801&limit=200",
    ],
)
def test_refused_queries(world: Any, query: str) -> None:
    assert world.code("GET", f"/trackings?{query}") == 4008


@pytest.mark.parametrize(
    "query", ["nothing=known&nothing=twice", "&&", "=", "slug=", "page=800&limit=200", "x"]
)
def test_queries_that_are_fine(world: Any, query: str) -> None:
    assert world.list_trackings(query) == []


def test_a_name_that_is_not_utf8(world: Any) -> None:
    assert world.code("GET", "/trackings?%ff=1") == 400

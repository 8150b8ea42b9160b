"""What an API must do that no schema says: filters filter, pages cover everything once, values come back.

Each check takes a fresh mock and gives complaints, so that a test and a mutant can both use it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aftership_tracking.mock import ManualClock, Mock
from contract_support.api import Api
from contract_support.asgi import Application
from contract_support.operations import operation_named, resolved

Check = Callable[[Mapping[str, Any], Mock, Application], list[str]]

# A filter of the list, and how to tell from a tracking whether it matches a value.
EQUAL_FILTERS = {
    "tracking_numbers": "tracking_number",
    "slug": "slug",
    "origin": "origin_country_iso3",
    "destination": "destination_country_iso3",
    "courier_destination_country_iso3": "courier_destination_country_iso3",
    "tag": "tag",
    "transit_time": "transit_time",
    "return_to_sender": "return_to_sender",
    "shipment_tags": "shipment_tags",
    "keyword": "title",
}
TIME_FILTERS = {
    "created_at_min": ("created_at", 1),
    "created_at_max": ("created_at", -1),
    "updated_at_min": ("updated_at", 1),
    "updated_at_max": ("updated_at", -1),
}
# What breaks a bound, as a step away from it.
BOUNDS = {"minimum": -1, "maximum": 1, "maxItems": 1}
NO_FILTERS = frozenset({"page", "limit", "fields", "lang", "cursor"})

DAY = 86_400.0


def seeded(document: Mapping[str, Any], mock: Mock, application: Application) -> Api:
    """Fill a mock with trackings that differ in everything a filter can ask for."""
    api = Api(document, application)
    clock = mock.clock
    assert isinstance(clock, ManualClock)
    places = [("USA", "DEU"), ("DEU", "FRA"), ("CHN", "USA"), ("FRA", "ESP")]
    for number, (origin, destination) in enumerate(places):
        api.create(
            f"PARCEL000{number}",
            slug=("usps", "dhl", "fedex", "ups")[number],
            title=f"Parcel {'abcd'[number]}",
            origin_country_iso3=origin,
            destination_country_iso3=destination,
            shipment_tags=[f"tag-{number % 2}", "all"],
        )
        clock.advance(DAY)
    for status in ("ITE004D-3-100001", "ITE010D-3-100002"):
        api.create(status, slug="testing-courier", title=f"Test {status[-1]}")
        clock.advance(6 * DAY)
    returned = api.create("PARCEL0009", slug="usps", title="Returned")
    api.data("mark-tracking-completed-by-id", {"id": returned["id"]}, body={"reason": "RETURNED_TO_SENDER"})
    return api


def filters(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Each declared filter of the list gives exactly the trackings that match, and can tell some apart."""
    api = seeded(document, mock, application)
    everything = api.list()
    found = []
    for parameter in operation_named(document, "get-trackings").parameters:
        if parameter.name in EQUAL_FILTERS:
            found += _equal_filter(api, everything, parameter.name)
        elif parameter.name in TIME_FILTERS:
            found += _time_filter(api, everything, parameter.name)
        elif parameter.name not in NO_FILTERS:
            found.append(f"filter {parameter.name}: nobody has said how to test it")
    return found


def paging(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Pages of any size give every tracking once, in one order."""
    api = seeded(document, mock, application)
    order = [tracking["id"] for tracking in api.list()]
    found = []
    for limit in (1, 2, 3, len(order), len(order) + 1):
        collected: list[str] = []
        for page in range(1, len(order) + 2):
            page_ids = [item["id"] for item in api.list(page=str(page), limit=str(limit))]
            if len(page_ids) > limit:
                found.append(f"pages of {limit}: page {page} holds {len(page_ids)}")
            collected += page_ids
        if collected != order:
            found.append(f"pages of {limit} give {len(collected)} of {len(order)}, or in another order")
    return found


def bounds(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """The bound of a query parameter is taken when it comes alone, and one step further is not.

    The property run excuses a refusal whose code can also depend on state, so it alone cannot prove this.
    """
    api = Api(document, application)
    found = []
    for parameter in operation_named(document, "get-trackings").parameters:
        schema = resolved(document, parameter.schema)
        for keyword, step in BOUNDS.items():
            if keyword not in schema:
                continue
            for value, expected in ((schema[keyword], 200), (schema[keyword] + step, 400)):
                text = ",".join(["A000"] * value) if keyword == "maxItems" else str(value)
                status = api.answer("get-trackings", query={parameter.name: text}).status
                if status != expected:
                    found.append(f"{parameter.name} with {keyword} {value} answers {status}")
    return found


def deletion(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """A deleted tracking is gone: from reads, from the list, and its number is free again."""
    api = Api(document, application)
    tracking = api.create("PARCEL0001", slug="usps")
    place = {"id": tracking["id"]}
    api.data("delete-tracking-by-id", place)
    found = []
    if (status := api.answer("get-tracking-by-id", place).status) != 404:
        found.append(f"a deleted tracking answers {status}")
    if (status := api.answer("delete-tracking-by-id", place).status) != 404:
        found.append(f"a second delete answers {status}")
    if api.list():
        found.append("a deleted tracking is still listed")
    again = {"tracking": {"tracking_number": "PARCEL0001", "slug": "usps"}}
    if (status := api.answer("create-tracking", body=again).status) != 201:
        found.append(f"creating a deleted tracking again answers {status}")
    return found


def echo(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """Values that were sent come back: from create, from get, and from update."""
    api = Api(document, application)
    sent = {
        "slug": "usps",
        "title": "Zwei Päckchen \U0001f69a",
        "order_number": "55 / 01",
        "customer_name": "A. Example",
        "note": "leave at desk",
        "emails": ["a@example.com", "b@example.com"],
        "custom_fields": {"basket": "b-17", "empty": ""},
        "destination_country_iso3": "USA",
    }
    created = api.create("PARCEL0001", **sent)
    place = {"id": created["id"]}
    found = _differences("create", sent, created)
    found += _differences("get", sent, api.data("get-tracking-by-id", place)["tracking"])
    changed = {"title": "Other", "emails": [], "custom_fields": {"basket": "c"}}
    updated = api.data("update-tracking-by-id", place, body={"tracking": changed})["tracking"]
    found += _differences("update", {**sent, **changed}, updated)
    found += _differences(
        "get after update", {**sent, **changed}, api.data("get-tracking-by-id", place)["tracking"]
    )
    return found


def fullness(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """A tracking read without `fields` names every property of the document, empty ones as null."""
    api = Api(document, application)
    created = api.create("PARCEL0001", slug="usps")
    declared = set(resolved(document, document["components"]["schemas"]["Tracking"])["properties"])
    tracking = api.data("get-tracking-by-id", {"id": created["id"]})["tracking"]
    found = [f"tracking has no {name}" for name in sorted(declared - tracking.keys())]
    found += [f"tracking has an undocumented {name}" for name in sorted(tracking.keys() - declared)]
    return found


def isolation(document: Mapping[str, Any], mock: Mock, application: Application) -> list[str]:
    """An account is closed to a wrong key, whatever the operation."""
    found = []
    for key in (None, "", "wrong-key"):
        api = Api(document, application, key=key)
        for operation in api._operations.values():
            path = {item.name: "x" for item in operation.parameters if item.location == "path"}
            status = api.answer(operation.identifier, path).status
            if status != 401:
                found.append(f"{operation.label} answers {status} to the key {key!r}")
    return found


CHECKS: dict[str, Check] = {
    "filters": filters,
    "paging": paging,
    "bounds": bounds,
    "deletion": deletion,
    "echo": echo,
    "fullness": fullness,
    "isolation": isolation,
}


def _equal_filter(api: Api, everything: list[dict[str, Any]], name: str) -> list[str]:
    found = []
    told_apart = False
    values = {text for tracking in everything for text in _texts(tracking.get(EQUAL_FILTERS[name]))}
    for value in sorted(values):
        expected = {item["id"] for item in everything if value in _texts(item.get(EQUAL_FILTERS[name]))}
        given = {item["id"] for item in api.list(**{name: value})}
        told_apart = told_apart or len(expected) < len(everything)
        if given != expected:
            found.append(f"filter {name}={value} gives {len(given)} trackings instead of {len(expected)}")
    if not told_apart:
        found.append(f"filter {name}: the seeded trackings do not differ, so nothing is proved")
    return found


def _time_filter(api: Api, everything: list[dict[str, Any]], name: str) -> list[str]:
    member, direction = TIME_FILTERS[name]
    moments = sorted({datetime.fromisoformat(tracking[member]) for tracking in everything})
    middle = moments[len(moments) // 2]
    # A little off the moment itself: whether the bound is included is not documented.
    bound = datetime.fromtimestamp(middle.timestamp() - direction, middle.tzinfo)
    expected = {
        item["id"]
        for item in everything
        if (datetime.fromisoformat(item[member]) - bound).total_seconds() * direction >= 0
    }
    given = {item["id"] for item in api.list(**{name: bound.isoformat()})}
    if given != expected:
        return [f"filter {name} gives {len(given)} trackings instead of {len(expected)}"]
    if len(expected) in (0, len(everything)):
        return [f"filter {name}: the seeded trackings do not differ, so nothing is proved"]
    return []


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, bool):
        return [str(value).lower()]
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _differences(step: str, expected: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    return [
        f"{step}: {name} came back as {given.get(name)!r}"
        for name, value in expected.items()
        if given.get(name) != value
    ]

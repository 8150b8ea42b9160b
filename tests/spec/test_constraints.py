"""Limits of requests against facts that are written down here a second time, with what proves each.

How sure a limit is, is in `x-constraints`. Which facts are judgements says docs/fidelity.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from generator.document.constraints import constraints
from spec_support import VERSIONS, document, operations, schemas, since, until

EVER = VERSIONS[0]
NEVER = "9999"
NEWEST = "2026-07"
MARKS = {"documented", "sdk", "observed", "inferred"}

# Component, path below it, keyword, value, the versions that have it, the first one that documents it.
LIMITS: tuple[tuple[str, str, str, Any, tuple[str, ...], str], ...] = (
    ("TrackingCreate", "tracking_number", "minLength", 4, VERSIONS, EVER),
    ("TrackingCreate", "tracking_number", "maxLength", 100, VERSIONS, EVER),
    ("TrackingCreate", "tracking_number", "pattern", "^[A-Z0-9._/-]+$", VERSIONS, EVER),
    ("TrackingCreate", "title", "minLength", 1, VERSIONS, NEWEST),
    ("TrackingCreate", "order_id", "minLength", 1, VERSIONS, NEWEST),
    ("TrackingCreate", "language", "minLength", 1, VERSIONS, NEWEST),
    ("TrackingCreate", "custom_fields", "maxProperties", 25, VERSIONS, NEWEST),
    ("TrackingCreate", "custom_fields", "propertyNames", {"maxLength": 30}, VERSIONS, NEWEST),
    ("TrackingCreate", "custom_fields.*", "maxLength", 512, VERSIONS, NEWEST),
    ("TrackingUpdate", "custom_fields", "maxProperties", 25, VERSIONS, NEWEST),
    ("TrackingUpdate", "custom_fields.*", "maxLength", 512, VERSIONS, NEWEST),
    ("TrackingCreate", "shipment_tags", "maxItems", 50, VERSIONS, NEWEST),
    ("TrackingCreate", "shipment_tags[]", "maxLength", 32, VERSIONS, NEWEST),
    ("TrackingCreate", "emails", "maxItems", 3, ("2024-07", "2024-10"), NEVER),
    ("TrackingUpdate", "smses[]", "pattern", "^\\+", until("2024-10"), NEVER),
    ("TrackingCreate", "origin_country_iso3", "pattern", "^[A-Z]{3}$", until("2024-10"), NEVER),
    ("TrackingCreate", "origin_country_region", "pattern", "^[A-Z]{3}$", since("2025-01"), NEVER),
    ("CourierDetect", "destination_country_region", "pattern", "^[A-Z]{3}$", since("2025-01"), NEVER),
    ("TrackingCreate", "next_couriers", "maxItems", 1, until("2024-10"), EVER),
    ("TrackingCreate", "customers", "maxItems", 3, since("2025-01"), "2025-01"),
    ("CustomerRequest", "phone_number", "pattern", "^\\+", since("2025-01"), "2025-01"),
    ("TrackingCreate", "id", "pattern", "^[0-9A-Za-z_-]{1,128}$", since("2025-04"), "2025-04"),
    ("EstimatedDeliveryDateAddress", "state", "maxLength", 256, VERSIONS, NEWEST),
    ("EstimatedDeliveryDateAddress", "raw_location", "maxLength", 512, VERSIONS, NEWEST),
    ("EstimatedDeliveryDateBatchRequest", "estimated_delivery_dates", "maxItems", 5, VERSIONS, EVER),
    ("EstimatedDeliveryDateBatchRequest", "estimated_delivery_dates", "minItems", 1, VERSIONS, NEWEST),
    ("Meta", "code", "minimum", 200, VERSIONS, NEVER),
    ("Meta", "code", "maximum", 201, VERSIONS, NEVER),
)
# Component, property, the versions where the known values are the only ones, the first that documents it.
CLOSED = (
    ("TrackingCreate", "delivery_type", VERSIONS, NEWEST),
    ("TrackingUpdate", "delivery_type", VERSIONS, NEWEST),
    ("TrackingCreate", "slug_group", until("2025-04"), NEVER),
    ("CourierDetect", "slug_group", until("2025-04"), NEVER),
    ("TrackingCreate", "shipment_direction", since(NEWEST), NEWEST),
)


def at(version: str, component: str, path: str) -> Mapping[str, Any]:
    schema = schemas(version)[component]["properties"][path.partition(".")[0].removesuffix("[]")]
    if path.endswith("[]"):
        schema = schema["items"]
    return schema["additionalProperties"] if path.endswith(".*") else schema


@pytest.mark.parametrize("fact", LIMITS, ids=lambda fact: f"{fact[0]}.{fact[1]}-{fact[2]}")
def test_a_limit_and_when_it_is_documented(fact: tuple[Any, ...]) -> None:
    component, path, keyword, value, versions, proven = fact
    for version in versions:
        schema = at(version, component, path)
        assert schema[keyword] == value
        assert (schema["x-constraints"][keyword] == "documented") == (version >= proven), version


@pytest.mark.parametrize("fact", CLOSED, ids=lambda fact: f"{fact[0]}.{fact[1]}")
def test_only_the_known_values_are_sent(fact: tuple[Any, ...]) -> None:
    component, name, versions, proven = fact
    for version in VERSIONS:
        declared = schemas(version)[component]["properties"].get(name, {})
        mark = declared.get("x-constraints", {}).get("x-open-enum")
        assert (mark is not None) == (version in versions), version
        assert (mark == "documented") == (version in versions and version >= proven), version


@pytest.mark.parametrize("version", VERSIONS)
def test_what_excludes_each_other(version: str) -> None:
    found = schemas(version)
    no_pair = {"required": ["slug", "slug_group"]}
    no_origin = {"required": ["location_id"], "not": {"propertyNames": {"not": {"pattern": "^origin_"}}}}
    assert found["CourierDetect"]["not"] == no_pair
    assert found["TrackingCreate"]["not"] == {"anyOf": [no_pair, no_origin]}
    assert found["TrackingUpdate"]["not"] == no_origin
    assert found["TrackingCreate"]["x-constraints"]["not"] == "documented"
    for name, either, other in (
        ("EstimatedDeliveryDateAddress", "state", "postal_code"),
        ("EstimatedDeliveryDateRequest", "pickup_time", "estimated_pickup"),
    ):
        neither = [{"not": {"required": [either]}}, {"not": {"required": [other]}}]
        assert found[name]["not"] == {"allOf": neither}


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        # What is inside of these is a part of the constraint, and has its mark.
        value = [child for key, child in value.items() if key not in ("not", "propertyNames")]
    if isinstance(value, list):
        for child in value:
            yield from nodes(child)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_constraint_has_a_mark_of_its_own(version: str) -> None:
    raw = document(version).raw
    marked = 0
    for node in nodes({"paths": raw["paths"], "components": raw["components"]}):
        if "description" in node or "type" in node or "$ref" in node:
            marks = node.get("x-constraints", {})
            assert set(constraints(node)) == marks.keys() - {"x-open-enum"}, node
            assert set(marks.values()) <= MARKS
            marked += len(marks)
    assert marked > 40


@pytest.mark.parametrize("version", VERSIONS)
def test_the_first_example_of_a_list_is_a_page_with_entries(version: str) -> None:
    """A foreign mock takes the first one by name, because the documents are written sorted."""
    found = 0
    for name, operation in operations(version).items():
        good = next(value for status, value in operation["responses"].items() if status.startswith("2"))
        examples = good["content"]["application/json"]["examples"]
        shown, _ = document(version).follow(examples[min(examples)])
        data = shown["value"]["data"]
        if len(examples) > 1 or "x-pagination" in operation:
            found += 1
            assert not is_empty(data), name
    assert found >= 3 if version < "2024-07" else found >= 2


def is_empty(data: Mapping[str, Any]) -> bool:
    inner = [data, *(value for value in data.values() if isinstance(value, dict))]
    lists = [
        value
        for each in inner
        for name, value in each.items()
        if name in ("trackings", "couriers", "courier_connections", "emails")
    ]
    return (bool(lists) and not any(lists)) or data.get("checkpoint", {"slug": ""})["slug"] is None


@pytest.mark.parametrize("version", VERSIONS)
def test_examples_of_responses_fit_those_of_their_requests(version: str) -> None:
    compared = 0
    for name, operation in operations(version).items():
        good = next(value for status, value in operation["responses"].items() if status.startswith("2"))
        sent = {
            parameter["name"]: parameter["example"]
            for parameter, _ in (document(version).follow(one) for one in operation.get("parameters", ()))
            if parameter["name"] in ("page", "limit") and "example" in parameter
        }
        bodies = [
            example["value"].get(operation.get("x-body-wrapper"), example["value"])
            for example in operation.get("requestBody", {})
            .get("content", {})
            .get("application/json", {})
            .get("examples", {})
            .values()
        ]
        for example in good["content"]["application/json"]["examples"].values():
            data = document(version).follow(example)[0]["value"]["data"]
            data = data.get("tracking", data)
            requests = [{**body, **sent} for body in bodies] or [sent]
            disagreements = [
                {key for key, value in request.items() if key in data and not agrees(value, data[key])}
                for request in requests
            ]
            assert set() in disagreements, (name, disagreements)
            compared += any(key in data for request in requests for key in request)
    assert compared >= 3


def agrees(sent: Any, shown: Any) -> bool:
    """Whether a value that was sent can be shown like this: with more keys, and in a list of its own."""
    if isinstance(sent, dict) and isinstance(shown, dict):
        return all(key in shown and agrees(value, shown[key]) for key, value in sent.items())
    if isinstance(sent, str) and isinstance(shown, list):
        return sent.split(",") == shown
    if isinstance(sent, list) and isinstance(shown, list):
        return len(sent) == len(shown) and all(map(agrees, sent, shown))
    return bool(sent == shown)

"""The data files beside the document: consistent with each other and with the document."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from generator.document.yaml_reader import read

SPEC = Path(__file__).resolve().parents[2] / "spec"


@pytest.fixture(scope="module")
def couriers() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(SPEC / "data" / "couriers.yaml").value["couriers"]
    return found


@pytest.fixture(scope="module")
def more_couriers() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(SPEC / "data" / "more-couriers.yaml").value["couriers"]
    return found


@pytest.fixture(scope="module")
def slugs(couriers: list[dict[str, Any]], more_couriers: list[dict[str, Any]]) -> set[str]:
    return {courier["slug"] for courier in [*couriers, *more_couriers]}


@pytest.fixture(scope="module")
def detection() -> dict[str, Any]:
    found: dict[str, Any] = read(SPEC / "data" / "detection.yaml").value
    return found


@pytest.fixture(scope="module")
def groups() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(SPEC / "data" / "slug-groups.yaml").value["slug-groups"]
    return found


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    found: dict[str, Any] = read(SPEC / "openapi.yaml").value["components"]["schemas"]
    return found


def test_couriers_are_the_1555_known_ones_each_once(
    couriers: list[dict[str, Any]], more_couriers: list[dict[str, Any]], slugs: set[str]
) -> None:
    assert (len(couriers), len(more_couriers), len(slugs)) == (281, 1274, 1555)
    best_known = {courier["slug"] for courier in couriers}
    assert {"usps", "ups", "fedex", "dhl", "royal-mail", "testing-courier"} <= best_known


def test_couriers_have_fields_of_the_model_only(
    couriers: list[dict[str, Any]], more_couriers: list[dict[str, Any]], schemas: dict[str, Any]
) -> None:
    fields = set(schemas["Courier"]["properties"])
    additional = set(schemas["AdditionalField"]["x-open-enum"])
    for courier in [*couriers, *more_couriers]:
        assert {"slug", "name"} <= courier.keys() <= fields, courier["slug"]
        assert {*courier.get("required_fields", ()), *courier.get("optional_fields", ())} <= additional
        assert re.fullmatch(r"[a-z0-9-]+", courier["slug"])


def test_snapshots_differ_from_the_couriers_and_name_known_ones(
    couriers: list[dict[str, Any]], more_couriers: list[dict[str, Any]]
) -> None:
    snapshots = read(SPEC / "data" / "courier-snapshots.yaml").value
    # Only these have more than the list of 2024 says.
    full = {each["slug"]: each for each in [*couriers, *more_couriers] if "optional_fields" in each}
    assert (len(full), len(snapshots["seen-2020-10"])) == (738, 78)
    assert set(snapshots["seen-2020-10"]) <= set(full)
    assert (len(snapshots["names-2020"]), len(snapshots["required-fields-2020"])) == (56, 25)
    for slug, name in snapshots["names-2020"].items():
        assert name != full[slug]["name"]
    for slug, fields in snapshots["required-fields-2020"].items():
        assert fields != full[slug]["required_fields"]


def test_required_fields_are_those_of_2024(couriers: list[dict[str, Any]]) -> None:
    required = {courier["slug"]: courier.get("required_fields") for courier in couriers}
    assert required["gls-spain"] == ["tracking_postal_code"]
    assert required["deutsch-post"] == []


def test_groups_are_those_of_the_document_and_their_members_exist(
    groups: list[dict[str, Any]], slugs: set[str], schemas: dict[str, Any]
) -> None:
    names = [group["group"] for group in groups]
    assert sorted(names) == sorted(schemas["SlugGroup"]["x-open-enum"])
    for group in groups:
        assert group["provenance"] in ("documented", "inferred")
        assert group["members"]
        assert set(group["members"]) <= slugs, group["group"]
        assert len(set(group["members"])) == len(group["members"]), group["group"]


def test_formats_name_couriers_that_exist_and_fit_their_examples(
    detection: dict[str, Any], slugs: set[str]
) -> None:
    for entry in [*detection["formats"], {"slug": "usps", "form": "S10", **detection["s10"]}]:
        assert entry["slug"] in slugs
        assert entry["provenance"] == "inferred"
        pattern = entry["pattern"]
        assert pattern.startswith("^")
        assert pattern.endswith("$")
        if "example" in entry:
            assert re.match(pattern, entry["example"]), entry["form"]


def test_the_recorded_detection_names_couriers_that_exist(detection: dict[str, Any], slugs: set[str]) -> None:
    (entry,) = detection["recorded"]
    assert re.match(entry["pattern"], entry["number"])
    assert set(entry["couriers"]) <= slugs
    assert len(set(entry["couriers"])) == 53


def test_every_country_of_the_postal_form_has_a_courier(detection: dict[str, Any], slugs: set[str]) -> None:
    countries = detection["s10"]["countries"]
    assert len(countries) == 45
    assert all(re.fullmatch("[A-Z]{2}", country) for country in countries)
    assert set(countries.values()) <= slugs


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("ITE010D-3-643642", True),
        ("I001T002O001D001-2-643642", True),
        ("D-20-1", True),
        ("D-21-1", False),
        ("D-0-1", False),
        ("X-3-1", False),
        ("ITODITODITO-3-1", False),
        ("D01-3-1", False),
        ("D-3-", False),
    ],
)
def test_the_grammar_of_test_numbers(detection: dict[str, Any], number: str, fits: bool) -> None:
    grammar = detection["testing-courier"]
    assert bool(re.match(grammar["pattern"], number)) is fits


def test_the_letters_of_test_numbers_are_statuses(detection: dict[str, Any], schemas: dict[str, Any]) -> None:
    grammar = detection["testing-courier"]
    statuses = set(schemas["DeliveryStatus"]["x-open-enum"])
    assert set(grammar["letters"].values()) == statuses - {"Pending", "Expired"}
    assert all(re.match(grammar["pattern"], number) for number in grammar["examples"])

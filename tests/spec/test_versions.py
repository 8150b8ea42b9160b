"""What each composed version holds, counted: against totals and a table from other sources.

The totals come from a walk over the official clients. Two differ on purpose, see `OURS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator.document.compose import compose, versions
from generator.document.document import Document
from generator.lint import lint_document

SPEC = Path(__file__).resolve().parents[2] / "spec"

# operations, properties of Tracking, JSON paths below it, properties of Checkpoint, Courier and of the bodies
# of create, update by id and detect
COLUMNS = (
    "operations", "Tracking", "paths", "Checkpoint", "Courier", "TrackingCreate", "TrackingUpdate",
    "CourierDetect",
)  # fmt: skip
TOTALS = {
    "2024-01": (24, 76, 128, 16, 10, 41, 36, 12),
    "2024-04": (24, 78, 131, 16, 10, 41, 36, 12),
    "2024-07": (16, 79, 134, 16, 10, 41, 36, 12),
    "2024-10": (11, 81, 141, 16, 10, 41, 36, 12),
    "2025-01": (12, 79, 149, 17, 10, 39, 34, 12),
    "2025-04": (16, 75, 146, 17, 11, 36, 30, 10),
    "2025-07": (16, 75, 146, 17, 11, 36, 30, 10),
    "2026-01": (16, 74, 148, 17, 11, 36, 30, 10),
    "2026-07": (16, 80, 174, 18, 11, 37, 31, 10),
}
# Courier.active is on the changelog page of 2025-04, but in no official client.
ACTIVE = {("2025-04", "Courier"), ("2025-07", "Courier"), ("2026-01", "Courier"), ("2026-07", "Courier")}
# last_mile of an update is in the service's own description of 2026-07, but in no official client.
OURS = dict.fromkeys((*ACTIVE, ("2026-07", "TrackingUpdate")), 1)

VERSIONS = tuple(TOTALS)
DATES = {
    "2024-01": ("2024-01-11", "2025-07-09"),
    "2024-04": ("2024-04-11", "2025-10-08"),
    "2024-07": ("2024-07-11", "2026-01-07"),
    "2024-10": ("2024-10-10", "2026-04-08"),
    # From here on two tables disagree; the newer one gives three years.
    "2025-01": ("2025-01-09", "2028-01-13"),
    "2025-04": ("2025-04-10", "2028-04-13"),
    "2025-07": ("2025-07-10", "2028-07-13"),
    "2026-01": ("2026-01-08", "2029-01-11"),
    "2026-07": ("2026-07-09", "2029-07-12"),
}

# Which operation is there: x present, d present and to be removed, . absent; one letter per version.
TABLE = """
get    /trackings                                              get-trackings                                  xxxxxxxxx
post   /trackings                                              create-tracking                                xxxxxxxxx
get    /trackings/{id}                                         get-tracking-by-id                             xxxxxxxxx
put    /trackings/{id}                                         update-tracking-by-id                          xxxxxxxxx
delete /trackings/{id}                                         delete-tracking-by-id                          xxxxxxxxx
post   /trackings/{id}/retrack                                 retrack-tracking-by-id                         xxxxxxxxx
post   /trackings/{id}/mark-as-completed                       mark-tracking-completed-by-id                  xxxxxxxxx
get    /trackings/{slug}/{tracking_number}                     get-tracking-by-slug-tracking-number           xxd......
put    /trackings/{slug}/{tracking_number}                     update-tracking-by-slug-tracking-number        xxd......
delete /trackings/{slug}/{tracking_number}                     delete-tracking-by-slug-tracking-number        xxd......
post   /trackings/{slug}/{tracking_number}/retrack             retrack-tracking-by-slug-tracking-number       xxd......
post   /trackings/{slug}/{tracking_number}/mark-as-completed   mark-tracking-completed-by-slug-tracking-number xxd......
get    /couriers                                               get-user-couriers                              xxxxx....
get    /couriers                                               get-couriers                                   .....xxxx
get    /couriers/all                                           get-all-couriers                               xxxxx....
post   /couriers/detect                                        detect-courier                                 xxxxxxxxx
get    /last_checkpoint/{tracking_id}                          get-checkpoint-by-tracking-id                  xx.......
get    /last_checkpoint/{slug}/{tracking_number}               get-checkpoint-by-slug-tracking-number         xx.......
get    /notifications/{tracking_id}                            get-notification-by-tracking-id                xx.......
post   /notifications/{tracking_id}/add                        add-notification-by-tracking-id                xx.......
post   /notifications/{tracking_id}/remove                     delete-notification-by-tracking-id             xx.......
get    /notifications/{slug}/{tracking_number}                 get-notification-by-slug-tracking-number       xx.......
post   /notifications/{slug}/{tracking_number}/add             add-notification-by-slug-tracking-number       xx.......
post   /notifications/{slug}/{tracking_number}/remove          delete-notification-by-slug-tracking-number    xx.......
post   /estimated-delivery-date/predict-batch                  predict-batch                                  xxxxxxxxx
post   /estimated-delivery-date/predict                        predict                                        ....xxxxx
get    /courier-connections                                    get-courier-connections                        .....xxxx
post   /courier-connections                                    post-courier-connections                       .....xxxx
get    /courier-connections/{id}                               get-courier-connections-by-id                  .....xxxx
patch  /courier-connections/{id}                               put-courier-connections-by-id                  .....xxxx
delete /courier-connections/{id}                               delete-courier-connections-by-id               .....xxxx
"""  # noqa: E501 - a table


@cache
def document(version: str) -> Document:
    return compose(SPEC, version)


def json_paths(found: Document, schema: Any, at: str = "") -> Iterator[str]:
    """Every property at every depth, and the item of every list."""
    schema, _ = found.follow(schema)
    for part in schema.get("anyOf", ()):
        if part != {"type": "null"}:
            yield from json_paths(found, part, at)
    for name, below in schema.get("properties", {}).items():
        path = f"{at}.{name}".removeprefix(".")
        yield path
        yield from json_paths(found, below, path)
    if "items" in schema:
        yield f"{at}[]"
        yield from json_paths(found, schema["items"], f"{at}[]")


def count(version: str) -> dict[str, int]:
    found = document(version)
    schemas = found.raw["components"]["schemas"]
    counts = {name: len(schemas[name]["properties"]) for name in COLUMNS if name in schemas}
    counts["operations"] = len(list(found.operations()))
    counts["paths"] = len(list(json_paths(found, schemas["Tracking"])))
    return counts


def test_the_versions() -> None:
    assert versions(SPEC) == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_the_totals(version: str) -> None:
    known = dict(zip(COLUMNS, TOTALS[version], strict=True))
    assert count(version) == {name: total + OURS.get((version, name), 0) for name, total in known.items()}


def test_what_we_have_beyond_the_totals_comes_from_other_sources() -> None:
    for version, _ in ACTIVE:
        active = document(version).raw["components"]["schemas"]["Courier"]["properties"]["active"]
        assert active["x-provenance"] == "documented"
    last_mile = document("2026-07").raw["components"]["schemas"]["TrackingUpdate"]["properties"]["last_mile"]
    # A description by the service itself is documentation, even when it is found elsewhere.
    assert last_mile["x-provenance"] == "documented"


@pytest.mark.parametrize("version", VERSIONS)
def test_the_table_of_operations(version: str) -> None:
    at = VERSIONS.index(version)
    expected = {}
    for row in TABLE.strip().splitlines():
        method, path, name, presence = row.split()
        if presence[at] != ".":
            expected[method, path] = (name, presence[at] == "d")
    found = {
        (operation.method, operation.path): (operation.id, operation.raw.get("deprecated", False))
        for operation in document(version).operations()
    }
    assert found == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_left_to_find_for_the_lint(version: str) -> None:
    assert [str(finding) for finding in lint_document(document(version))] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_names_and_dates_of_a_version(version: str) -> None:
    raw = document(version).raw
    released, supported = DATES[version]
    assert raw["info"]["version"] == version
    assert (raw["info"]["x-released"], raw["info"]["x-supported-until"]) == (released, supported)
    assert [server["url"] for server in raw["servers"]] == [f"https://api.aftership.com/tracking/{version}"]
    assert raw["components"]["headers"]["AsApiVersion"]["schema"]["const"] == version
    assert raw["components"]["parameters"]["WebhookVersion"]["schema"]["const"] == version


@pytest.mark.parametrize("version", VERSIONS)
def test_no_version_names_another(version: str) -> None:
    """A version in a description or a constant was forgotten when the next version was made."""
    text = document(version).to_json()
    for other in set(VERSIONS) - {version}:
        assert f"tracking/{other}" not in text
        assert f'"const":"{other}"' not in text


@pytest.mark.parametrize("version", VERSIONS)
def test_one_example_shows_every_property_of_a_tracking(version: str) -> None:
    raw = document(version).raw
    data = raw["components"]["examples"]["TrackingRead"]["value"]["data"]
    shown = data.get("tracking", data)
    assert shown.keys() == raw["components"]["schemas"]["Tracking"]["properties"].keys()
    for checkpoint in shown["checkpoints"]:
        assert checkpoint.keys() == raw["components"]["schemas"]["Checkpoint"]["properties"].keys()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_method_keeps_its_operation(version: str) -> None:
    """Client code survives a version: one method is one call, as long as it is there."""
    methods = {
        (operation.raw["x-resource"], operation.raw["x-method"]): (operation.method, operation.path)
        for operation in document(version).operations()
    }
    for other in VERSIONS:
        for operation in document(other).operations():
            key = (operation.raw["x-resource"], operation.raw["x-method"])
            assert methods.get(key, (operation.method, operation.path)) == (operation.method, operation.path)


def test_composition_is_deterministic() -> None:
    assert compose(SPEC, VERSIONS[-1]).to_json() == document(VERSIONS[-1]).to_json()


def test_composing_a_version_leaves_the_earlier_ones_alone() -> None:
    before = document("2024-04").to_json()
    compose(SPEC, VERSIONS[-1])
    assert compose(SPEC, "2024-04").to_json() == before

"""The names of each version, in both directions, against tables that were made from the reference.

`names/VERSION.yaml` was written from the reference files, not from the document. It has the operations, the
parameters of the query, and every path below bodies and responses, with `?` where the reference calls it
nullable. What differs is in `DIFFERENCES`, and each has its reason in docs/fidelity.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator.document.document import Document
from generator.document.yaml_reader import read
from spec_support import VERSIONS, document, since, until

HERE = Path(__file__).parent
FIDELITY = (HERE.parents[1] / "docs" / "fidelity.md").read_text("utf-8")

# What a table calls it, and the component; the first one that a version has.
COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "Tracking": ("Tracking",),
    "Courier": ("Courier",),
    "last checkpoint": ("LastCheckpoint",),
    "deleted": ("TrackingDeleted",),
    "retracked": ("TrackingRetracked",),
    "list": ("TrackingList",),
    "notification": ("Notification",),
    "prediction": ("EstimatedDeliveryDateResult",),
    "create": ("TrackingCreate",),
    "update": ("TrackingUpdate",),
    "update by number": ("TrackingUpdateByNumber",),
    "detect": ("CourierDetect",),
    "predict": ("EstimatedDeliveryDateRequest",),
    "complete": ("MarkAsCompletedRequest",),
    "add or remove receivers": ("NotificationChange",),
    "connection": ("CourierConnection",),
    "create connection": ("CourierConnectionCreate",),
    "update connection": ("CourierConnectionUpdate",),
    "connection list": ("CourierConnectionList",),
}
# What differs, how, and in which versions. docs/fidelity.md says why.
DIFFERENCES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Courier: active", "only ours"): since("2025-04"),
    ("Tracking: subtag_message", "null in ours"): VERSIONS,
    ("Tracking: checkpoints[].slug", "null in ours"): VERSIONS,
    ("Tracking: checkpoints[].subtag_message", "null in ours"): VERSIONS,
    ("Tracking: order_tags", "null in ours"): since("2026-07"),
    **{
        (f"prediction: estimated_delivery_date{end}", "null in ours"): VERSIONS
        for end in ("", "_min", "_max")
    },
    **{
        (f"last checkpoint: {path}", "null in ours"): until("2024-04")
        for path in (
            *("subtag_message", "checkpoint"),
            *(f"checkpoint.{name}" for name in ("checkpoint_time", "created_at", "message", "slug")),
            *(f"checkpoint.{name}" for name in ("tag", "subtag", "subtag_message")),
        )
    },
}
# The items of these lists have a table of their own.
ELSEWHERE = ("trackings[].", "courier_connections[].")


@cache
def table(version: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = read(HERE / "names" / f"{version}.yaml").value
    return found


def paths(found: Document, schema: Any, at: str = "") -> Iterator[tuple[str, bool]]:
    """Every property at every depth and the item of every list, and whether it may be null."""
    schema, _ = found.follow(schema)
    for part in schema.get("anyOf", ()):
        if part != {"type": "null"}:
            yield from paths(found, part, at)
    for name, below in schema.get("properties", {}).items():
        path = f"{at}.{name}".removeprefix(".")
        yield path, may_be_null(found, below)
        yield from paths(found, below, path)
    if "items" in schema:
        yield f"{at}[]", may_be_null(found, schema["items"])
        yield from paths(found, schema["items"], f"{at}[]")


def may_be_null(found: Document, schema: Any) -> bool:
    schema, _ = found.follow(schema)
    return "null" in schema.get("type", ()) or {"type": "null"} in schema.get("anyOf", ())


def ours(version: str, section: str) -> dict[str, bool]:
    schemas = document(version).raw["components"]["schemas"]
    name = next(name for name in COMPONENTS[section] if name in schemas)
    found = dict(paths(document(version), schemas[name]))
    return {path: null for path, null in found.items() if not path.startswith(ELSEWHERE)}


def theirs(version: str, section: str) -> dict[str, bool]:
    return {path.removesuffix("?"): path.endswith("?") for path in table(version)["holds"][section]}


def differences(version: str) -> Iterator[tuple[str, str]]:
    """Yield what differs, and how."""
    for section in table(version)["holds"]:
        mine, listed = ours(version, section), theirs(version, section)
        for path in mine.keys() - listed.keys():
            yield f"{section}: {path}", "only ours"
        for path in listed.keys() - mine.keys():
            yield f"{section}: {path}", "only theirs"
        for path in mine.keys() & listed.keys():
            if mine[path] != listed[path]:
                yield f"{section}: {path}", "null in ours" if mine[path] else "null in theirs"


def queries(version: str) -> dict[str, list[str]]:
    found = document(version)
    return {
        f"{operation.method.upper()} {operation.path}": [
            parameter["name"] for parameter, _ in found.parameters(operation) if parameter["in"] == "query"
        ]
        for operation in found.operations()
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_bodies_and_responses_hold_what_the_reference_says(version: str) -> None:
    expected = {what for what, versions in DIFFERENCES.items() if version in versions}
    assert set(differences(version)) == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_operations_and_their_queries_are_those_of_the_reference(version: str) -> None:
    listed = {name: sorted(names) for name, names in table(version)["operations"].items()}
    assert {name: sorted(names) for name, names in queries(version).items()} == listed


@pytest.mark.parametrize("version", VERSIONS)
def test_every_body_and_every_model_of_a_response_has_a_table(version: str) -> None:
    """What no table judges would be free to differ: only envelopes and what stands below a table are left."""
    schemas = document(version).raw["components"]["schemas"]
    judged = {name for names in COMPONENTS.values() for name in names if name in schemas}
    below = {*judged}
    while True:
        more = below | {name for each in below for name in named_in(schemas[each])}
        if more == below:
            break
        below = more
    objects = {name for name, schema in schemas.items() if schema.get("properties")}
    envelopes = {name for name in objects if name.endswith(("Response", "Request", "Data", "Batch"))}
    assert objects - below - envelopes == {"Meta", "ErrorMeta", "CourierList", "WebhookEvent"}


def named_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].rpartition("/")[2]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from named_in(item)


def test_a_name_that_is_gone_or_new_is_found() -> None:
    """The comparison can fail: a table of another version fits nowhere."""
    assert theirs("2024-01", "Tracking").keys() - ours("2026-07", "Tracking").keys()
    assert ours("2026-07", "Tracking").keys() - theirs("2024-01", "Tracking").keys()
    assert sum(len(theirs(version, "Tracking")) for version in VERSIONS) == 1297


def test_each_difference_has_its_reason_on_the_page() -> None:
    for what, _ in DIFFERENCES:
        section, _, path = what.partition(": ")
        assert any(
            line.startswith("| ") and f"`{path}`" in line and f"| {section} |" in line
            for line in FIDELITY.splitlines()
        ), what

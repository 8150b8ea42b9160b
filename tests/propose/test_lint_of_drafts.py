"""Whatever a document changes, the lint of its draft finds nothing but the texts that are left for people."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.lint import lint_document
from propose_support.foreign import foreign
from propose_support.steps import apply_draft, propose_from
from propose_support.structure import differences, structure
from spec_support import before, document

VERSION = "2026-07"
NULLABLE = ["string", "null"]


def schemas(raw: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = raw["components"]["schemas"]
    return found


def two_fields_change_their_types(raw: dict[str, Any]) -> None:
    tracking = schemas(raw)["Tracking"]["properties"]
    tracking["signed_by"], tracking["tracked_count"] = tracking["tracked_count"], tracking["signed_by"]
    tracking["transit_time"] = {"type": NULLABLE}


def one_use_of_a_shared_model_changes(raw: dict[str, Any]) -> None:
    """The address of requests and of results is one component; now requests alone have one more field."""
    own = copy.deepcopy(schemas(raw)["EstimatedDeliveryDateAddress"])
    own["properties"]["unit_number"] = {"type": "string"}
    schemas(raw)["OwnAddress"] = own
    request = schemas(raw)["EstimatedDeliveryDateRequest"]["properties"]
    request["origin_address"] = {"$ref": "#/components/schemas/OwnAddress"}


def a_field_is_always_there(raw: dict[str, Any]) -> None:
    for name in ("Tracking", "WebhookEvent"):
        schemas(raw)[name]["required"] = sorted(schemas(raw)[name]["properties"])


def objects_whose_names_are_taken(raw: dict[str, Any]) -> None:
    inner = {"type": "object", "properties": {"label": {"type": "string"}}}
    for index, name in enumerate(("any", "trackings", "tracking_input", "exception", "box_input")):
        inner["properties"][f"label_{index}"] = {"type": "string"}
        schemas(raw)["Tracking"]["properties"][name] = copy.deepcopy(inner)


def times_change_their_form(raw: dict[str, Any]) -> None:
    schemas(raw)["TrackingCreate"]["properties"]["order_date"] = {"type": "string", "format": "date"}
    schemas(raw)["Checkpoint"]["properties"]["checkpoint_time"] = {"type": NULLABLE, "format": "uuid"}
    tracking = schemas(raw)["Tracking"]["properties"]
    tracking["created_at"] = {"type": NULLABLE, "format": "date"}


CHANGES: list[Callable[[dict[str, Any]], None]] = [
    two_fields_change_their_types,
    one_use_of_a_shared_model_changes,
    a_field_is_always_there,
    objects_whose_names_are_taken,
    times_change_their_form,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_only_texts_are_left(change: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    raw = foreign(document(before(VERSION)).raw)
    change(raw)
    text = propose_from(raw, VERSION).text
    applied = apply_draft(tmp_path, text, VERSION)
    assert [str(one) for one in lint_document(applied) if one.rule != "text-left"] == []
    assert list(differences(structure(raw), structure(applied.raw))) == []

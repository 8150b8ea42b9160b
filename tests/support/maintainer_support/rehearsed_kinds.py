"""All kinds of change that the rehearsal makes: those of docs/new-version.md, and further_kinds.yaml.

The page shows each kind once, in its simplest form. A maintainer meets more: here are those that once needed
an edit besides.
"""

from __future__ import annotations

import re
from pathlib import Path

from maintainer_support import kinds as page
from maintainer_support.kinds import Kind

FILE = Path(__file__).with_name("further_kinds.yaml")

EXPECTED: dict[str, tuple[str, ...]] = {
    "shop-id": tuple(
        f"request-required-property-added {model}.shop_id"
        for model in (
            "CourierConnectionCreate",
            "CourierConnectionUpdate",
            "CourierDetect",
            "TrackingCreate",
            "TrackingUpdate",
        )
    ),
    "summaries": (
        "operation-added events.summary",
        "operation-added events.summary_of_shop",
        "operation-added trackings.events_summary",
    ),
    "last-mile-courier": (
        "response-property-added LastMile.courier",
        "response-property-moved LastMile.slug",
    ),
    "note-object": ("response-property-type-changed Tracking.note",),
    "merged-trackings": (
        "webhook-added tracking_merged",
        "webhook-enum-value-added WebhookEventCode",
    ),
    "held-parcels": ("response-enum-value-added DeliveryStatus",),
    "weight-filter": ("query-parameter-added weight",),
    "kinds-of-return": ("response-enum-value-split ShipmentDirection",),
    "delivery-spots": ("response-property-type-changed Tracking.delivery_location_type",),
    "returns": tuple(f"operation-added returns.{method}" for method in ("create", "delete", "get", "list")),
    "refreshes": ("operation-added trackings.refresh",),
    "insurance": ("response-property-added Tracking.insurance",),
    "more-filters": ("query-parameter-added active", "query-parameter-added delivery_types"),
    **page.EXPECTED,
}
"""By the name of a change: the rule and the subject of everything that the diff lists."""

CLIENT: dict[str, tuple[str, str]] = {
    "shop-id": ("resources/trackings.py", r"shop_id: int,"),
    "summaries": ("resources/events.py", r"def summary_of_shop"),
    "last-mile-courier": ("models.py", r"courier: LastMileCourier\b"),
    "note-object": ("models.py", r"note: Note \| None"),
    "merged-trackings": ("enums.py", r'TRACKING_MERGED = "tracking_merged"'),
    "held-parcels": ("enums.py", r'HELD = "Held"'),
    "weight-filter": ("resources/trackings.py", r"weight: .*WeightFilter"),
    "kinds-of-return": ("enums.py", r'COURIER_RETURN = "courier_return"'),
    "delivery-spots": ("models.py", r"delivery_location_type: list\[DeliverySpot\]"),
    "returns": ("resources/returns.py", r"-> Page\[ReturnParcel\]"),
    "refreshes": ("resources/trackings.py", r"def refresh\(self, id: str.*\) -> None"),
    "insurance": ("models.py", r"claim: InsuranceClaim \| None"),
    "more-filters": ("resources/trackings.py", r"delivery_types: Sequence\[DeliveryType \| str\] \| None"),
    **page.CLIENT,
}
"""What the version package says from now on, as in `kinds`."""


def rehearsed() -> list[Kind]:
    """Every kind, those of the file first: the page moves what they add."""
    actions: dict[str, str] = {}
    text = re.sub(r"^#.*\n", "", FILE.read_text("utf-8"), flags=re.MULTILINE)
    for action in re.split(r"^(?=  - target:)", text, flags=re.MULTILINE):
        for change in re.findall(r"^    x-change: (\S+)$", action, re.MULTILINE):
            actions[change] = actions.get(change, "") + action
    further = [Kind(change=change, actions=text) for change, text in actions.items()]
    return [*further, *page.kinds()]

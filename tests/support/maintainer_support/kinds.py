"""The kinds of change that docs/new-version.md shows, and what the diff must say of each.

A kind is one group of actions of the page, known by its `x-change`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from maintainer_support.pages import blocks
from maintainer_support.projects import REPOSITORY

PAGE = REPOSITORY / "docs" / "new-version.md"
WRITTEN_FOR, MADE_UP = re.findall(r"generator diff (\S+) (\S+)$", PAGE.read_text("utf-8"), re.MULTILINE)[0]
"""The version that the snippets of the page change, and the one that they make.

A real version after the first may have changed the same things already.
"""

EXPECTED: dict[str, tuple[str, ...]] = {
    "parcel-lockers": ("response-enum-value-added DeliveryType",),
    "rough-guesses": ("response-enum-value-added ConfidenceCode",),
    "damage-found": ("response-enum-meaning-changed DeliverySubStatus",),
    "console-source": ("response-enum-value-renamed TrackingSource",),
    "no-inches": ("response-enum-value-removed ShipmentDimensionUnit",),
    "split-signatures": ("response-enum-value-split SignatureRequirement",),
    "storms": ("response-enum-value-joined EstimateReviseReason",) * 2,
    "own-delivery-types": (
        "request-enum-value-removed TrackingCreate.delivery_type",
        "request-model-replaced DeliveryType",
    ),
    "destroyed-parcels": ("request-enum-value-added CompletionReason",),
    "box-weight": ("response-property-added Tracking.box_weight",),
    "recipient-name": ("response-property-renamed Tracking.signed_by",),
    "no-time-difference": ("response-property-removed Tracking.on_time_difference",),
    "package-count": ("response-property-type-changed Tracking.shipment_package_count",),
    "pickup-object": (
        "response-property-moved Tracking.pickup_location",
        "response-property-moved Tracking.pickup_note",
        "response-property-added Tracking.pickup",
    ),
    "no-count-yet": ("response-property-became-nullable Tracking.tracked_count",),
    "day-of-attempt": ("response-time-shape-added Tracking.first_attempted_at",),
    "no-shipment-type": ("response-property-deprecated Tracking.shipment_type",),
    "send-box-weight": ("request-property-added TrackingCreate.box_weight",),
    "connection-label": ("request-required-property-added CourierConnectionCreate.label",),
    "customers-with-role": ("request-property-became-required CustomerRequest.role",),
    "shorter-titles": ("request-constraint-tightened TrackingCreate.title",),
    "couriers-by-country": ("query-parameter-added country",),
    "search-trackings": ("query-parameter-renamed keyword",),
    "no-transit-filter": ("query-parameter-removed transit_time",),
    "courier-holidays": ("operation-added couriers.list_holidays",),
    "detection-ends": ("operation-deprecated couriers.detect",),
    "no-batch": ("operation-removed estimated_delivery_dates.predict_batch",),
    "tracking-retracks": ("operation-path-changed trackings.retrack",),
    "predictions-in-data": ("response-wrapper-changed estimated_delivery_dates.predict",),
    "wrapped-completion": ("request-wrapper-changed trackings.mark_as_completed",),
    "connections-with-200": ("success-status-changed courier_connections.create",),
    "parcel-too-heavy": ("error-code-added trackings.create",),
    "region-header": ("response-header-added as-region",),
    "slower-creation": ("limit-lowered trackings.create",),
    "smaller-pages": (
        "page-size-limit-lowered trackings.list",
        "page-size-default-changed trackings.list",
        "parameter-constraint-tightened limit",
        "parameter-default-changed limit",
    ),
    "detection-scope": ("security-scope-added couriers.detect",),
    "couriers-in-pages": (
        "error-code-kind-changed couriers.list",
        "pagination-added couriers.list",
        "query-parameter-added cursor",
        "query-parameter-added limit",
        "response-property-added couriers.list.data.pagination",
        "response-property-removed couriers.list.data.total",
    ),
    "archived-trackings": (
        "webhook-added tracking_archived",
        "webhook-property-added WebhookEvent.archived_by",
        "webhook-enum-value-added WebhookEventCode",
    ),
    "first-tag": ("webhook-property-renamed WebhookEvent.is_tracking_first_tag",),
}
"""By the name of a change: the rule and the subject of everything that the diff lists."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of change, as the page shows it."""

    change: str
    actions: str
    """The snippet: actions of an overlay."""


def drop_later_versions(spec: Path) -> None:
    """Take away the overlays of a copy of `spec/` that came after the page was written."""
    for overlay in (spec / "changes").glob("*.yaml"):
        if overlay.stem > WRITTEN_FOR:
            overlay.unlink()


def kinds(page: Path = PAGE) -> list[Kind]:
    """Every snippet of the page, in its order."""
    return [
        Kind(change=re.findall(r"^    x-change: (\S+)$", block, re.MULTILINE)[0], actions=block)
        for block in blocks(page, "yaml")
    ]


CLIENT: dict[str, tuple[str, str]] = {
    "parcel-lockers": ("enums.py", r'PARCEL_LOCKER = "parcel_locker"'),
    "rough-guesses": ("enums.py", r"LOWEST_ROUGH_GUESS = 50001"),
    "damage-found": ("enum_meanings.py", r"Exception_012.*may be damaged"),
    "console-source": ("enums.py", r'CONSOLE = "console"'),
    "no-inches": ("enums.py", r'!"in"$'),
    "split-signatures": ("enums.py", r'SIGNATURE_ON_FILE = "signature_on_file"'),
    "storms": ("enums.py", r'STORM = "storm"'),
    "own-delivery-types": ("resources/trackings.py", r"delivery_type: DeliveryTypeRequest"),
    "destroyed-parcels": ("enums.py", r'DESTROYED = "DESTROYED"'),
    "box-weight": ("models.py", r"box_weight: float \| None"),
    "recipient-name": ("models.py", r"recipient_name: str \| None"),
    "no-time-difference": ("models.py", r"!on_time_difference"),
    "package-count": ("models.py", r"shipment_package_count: PackageCount \| None"),
    "pickup-object": ("models.py", r"pickup: Pickup \| None"),
    "no-count-yet": ("models.py", r"tracked_count: float \| None"),
    "day-of-attempt": (
        "models.py",
        r'first_attempted_at: Time \| None[^\n]*\n    """[^"]*Comes as a day',
    ),
    "no-shipment-type": (
        "models.py",
        r'shipment_type: str \| None[^\n]*\n    """[^"]*Deprecated since 2027-01: use shipping_method\.',
    ),
    "send-box-weight": ("resources/trackings.py", r"box_weight: float \| None = None"),
    "connection-label": ("resources/courier_connections.py", r"label: str,"),
    "customers-with-role": ("models.py", r"role: str$"),
    "shorter-titles": ("resources/trackings.py", r"title: A label\.[^:]*1 to 200 characters"),
    "couriers-by-country": ("resources/couriers.py", r"country: str \| None = None"),
    "search-trackings": ("resources/trackings.py", r"search: str \| None = None"),
    "no-transit-filter": ("resources/trackings.py", r"!transit_time"),
    "courier-holidays": ("resources/couriers.py", r"def list_holidays"),
    "detection-ends": ("resources/couriers.py", r'@deprecated\("[^"]+"\)\n    def detect\('),
    "no-batch": ("resources/estimated_delivery_dates.py", r"!predict_batch"),
    "tracking-retracks": ("resources/trackings.py", r'"retracks"'),
    "predictions-in-data": (
        "resources/estimated_delivery_dates.py",
        r'\("data", "estimated_delivery_date"\)',
    ),
    "wrapped-completion": ("resources/trackings.py", r'body_wrapper="completion"'),
    "parcel-too-heavy": ("resources/trackings.py", r"ValidationError \([^)]*4020"),
    "slower-creation": ("resources/trackings.py", r"RateLimit\(requests=10, "),
    "smaller-pages": ("resources/trackings.py", r'"limit", 50, 100'),
    "couriers-in-pages": ("resources/couriers.py", r"Page\[Courier\]"),
    "archived-trackings": ("enums.py", r'TRACKING_ARCHIVED = "tracking_archived"'),
    "first-tag": ("models.py", r"first_of_tag: bool"),
}
"""What the version package says from now on: a module and a pattern, with `!` for what is gone.

It must not hold for the version before. Kinds that are missing here change nothing that callers write, or are
open.
"""

OPEN: dict[tuple[str, str], str] = {}
"""Where a kind is not followed yet, by kind and column of the table, with what happens."""
COLUMNS = ("client", "mock", "tests", "diff", "guide")

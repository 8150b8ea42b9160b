"""The messages that the API writes beside a sub-status, and the events that some of them have.

The documents say which sub-statuses exist, but not their messages.
"""

from __future__ import annotations

MESSAGES = {
    "Pending_001": "Pending",
    "InfoReceived_001": "Info Received",
    "InTransit_001": "In Transit",
    "InTransit_002": "Acceptance scan",
    "InTransit_003": "Arrival scan",
    "InTransit_004": "Arrived at destination country",
    "InTransit_005": "Customs clearance completed",
    "InTransit_006": "Customs clearance started",
    "InTransit_007": "Departure Scan",
    "InTransit_008": "Problem resolved",
    "InTransit_009": "Forwarded to a different delivery address",
    "OutForDelivery_001": "Out for Delivery",
    "OutForDelivery_003": "Customer contacted",
    "OutForDelivery_004": "Delivery appointment scheduled",
    "AttemptFail_001": "Failed Attempt",
    "AttemptFail_002": "Addressee not available",
    "AttemptFail_003": "Business Closed",
    "AvailableForPickup_001": "Available for pickup",
    "Delivered_001": "Delivered",
    "Delivered_002": "Picked up by the customer",
    "Delivered_003": "Sign by customer",
    "Delivered_004": "Delivered and received cash on delivery",
    "Delivered_005": "Delivered to neighbor",
    "Exception_001": "Exception",
    "Exception_002": "Customer moved",
    "Exception_003": "Customer refused delivery",
    "Exception_004": "Delayed (Customs clearance)",
    "Exception_005": "Delayed (External factors)",
    "Exception_006": "Held for payment",
    "Exception_007": "Incorrect Address",
    "Exception_008": "Pick up missed",
    "Exception_009": "Rejected by carrier",
    "Exception_010": "Returning to sender",
    "Exception_011": "Returned to sender",
    "Exception_012": "Shipment damage",
    "Exception_013": "Shipment lost",
    "Exception_016": "Delayed (Processing issue)",
    "Exception_017": "Delayed (Extreme weather)",
    "Exception_018": "Incorrect / missing documents",
    "Exception_019": "Delayed (Late flight)",
    "Exception_020": "Shipment cancelled",
    "Exception_021": "Shipment disposed",
    "Expired_001": "Expired",
}

SUBTAGS = (
    *MESSAGES,
    # Their messages are not known.
    *(f"Pending_{number:03}" for number in range(2, 7)),
    *(f"InTransit_{number:03}" for number in range(10, 14)),
    "OutForDelivery_002",
    "Exception_014",
    "Exception_015",
)
"""All sub-statuses of the document of the version of the mock's code."""

RETURNING = frozenset({"Exception_010", "Exception_011"})

EVENTS = {
    "InTransit_009": "rerouted",
    "AvailableForPickup_001": "dropped_off_at_collection_point",
    "AttemptFail_001": "delivery_attempt_failed",
    "AttemptFail_002": "delivery_attempt_failed",
    "AttemptFail_003": "delivery_attempt_failed",
    "Exception_003": "rejected_by_customer",
    "Exception_004": "held_by_customs",
    "Exception_010": "return_to_sender_requested",
    "Exception_011": "returned_to_sender",
    "Exception_012": "shipment_damaged",
    "Exception_013": "shipment_lost",
}


def tag_of(subtag: str) -> str:
    """The delivery status that a sub-status belongs to."""
    return subtag.partition("_")[0]


def message_of(subtag: str) -> str:
    """The message beside a sub-status. One without a known message gets that of the first of its status."""
    return MESSAGES.get(subtag) or MESSAGES[f"{tag_of(subtag)}_001"]

"""One page of GET /trackings, made up: 200 trackings of 10 checkpoints, every field filled.

A real tracking with 10 checkpoints is about 9 kB of JSON, and hardly two of its times are equal. This page is
like that.
"""

from __future__ import annotations

import json
import sys
from typing import Any

TRACKINGS, CHECKPOINTS = 200, 10


def clock(index: int) -> str:
    """A time of day that differs from parcel to parcel."""
    return f"{index % 24:02}:{index * 7 % 60:02}:{index * 13 % 60:02}"


def checkpoint(parcel: int, index: int) -> dict[str, Any]:
    return {
        "created_at": f"2024-02-{index % 28 + 1:02}T{clock(parcel * 10 + index)}+00:00",
        "slug": "usps",
        "checkpoint_time": f"2024-02-{index % 28 + 1:02}T{clock(parcel * 11 + index)}-08:00",
        "location": "Portland Network Distribution Center, Portland, OR, 97201, United States",
        "city": "Portland",
        "state": "OR",
        "zip": "97201",
        "coordinates": [45.52, -122.68],
        "country_iso3": "USA",
        "country_name": "United States",
        "message": f"Your item departed our regional facility and is on its way to the next, scan {index} "
        "of the day. The delivery status will be updated as the parcel moves through the network.",
        "tag": "InTransit",
        "subtag": "InTransit_007",
        "subtag_message": "Departure Scan",
        "raw_tag": "DEP",
        "events": [{"code": "rerouted", "reason": None}] if index % 5 == 0 else [],
    }


def estimate(source: str) -> dict[str, Any]:
    return {
        "type": "specific",
        "source": source,
        "datetime": "2024-02-10",
        "datetime_min": None,
        "datetime_max": None,
    }


def tracking(index: int) -> dict[str, Any]:
    """A tracking in the shape of API 2024-01."""
    number = f"ZX{900100200 + index}US"
    return {
        "id": f"k3v9q2m7x1c8b4n6t5r0{index:04}",
        "created_at": f"2024-02-06T{clock(index)}+00:00",
        "updated_at": f"2024-02-07T{clock(index)}+00:00",
        "last_updated_at": f"2024-02-07T{clock(index)}+00:00",
        "tracking_number": number,
        "slug": "usps",
        "active": True,
        "custom_fields": {"basket": f"b-{index}", "channel": "web"},
        "customer_name": "Ada Example",
        "transit_time": 3,
        "origin_country_iso3": "USA",
        "origin_state": "OR",
        "origin_city": "Portland",
        "origin_postal_code": "97201",
        "origin_raw_location": "Portland, OR, 97201, USA",
        "destination_country_iso3": "USA",
        "destination_state": "CO",
        "destination_city": "Denver",
        "destination_postal_code": "80202",
        "destination_raw_location": "Denver, CO, 80202, USA",
        "courier_destination_country_iso3": "USA",
        "emails": ["ada@example.com"],
        "expected_delivery": "2024-02-09",
        "note": None,
        "order_id": f"ord_{index}",
        "order_id_path": f"https://shop.example/o/{index}",
        "order_date": f"2024-02-05T{clock(index)}-05:00",
        "order_number": str(index),
        "shipment_package_count": 1,
        "shipment_pickup_date": f"2024-02-06T{clock(index)}-08:00",
        "shipment_delivery_date": None,
        "shipment_type": "Ground",
        "shipment_weight": 1.25,
        "shipment_weight_unit": "kg",
        "signed_by": None,
        "smses": ["+12025550143"],
        "source": "api",
        "tag": "InTransit",
        "subtag": "InTransit_007",
        "subtag_message": "Departure Scan",
        "title": number,
        "tracked_count": 4,
        "last_mile_tracking_supported": None,
        "language": "en",
        "unique_token": "deprecated",
        "checkpoints": [checkpoint(index, step) for step in range(CHECKPOINTS)],
        "subscribed_smses": [],
        "subscribed_emails": [],
        "return_to_sender": False,
        "order_promised_delivery_date": "2024-02-10",
        "delivery_type": "door_to_door",
        "pickup_location": None,
        "pickup_note": None,
        "courier_tracking_link": f"https://courier.example/t/{number}",
        "courier_redirect_link": None,
        "first_attempted_at": None,
        "tracking_account_number": None,
        "tracking_key": None,
        "tracking_ship_date": "20240206",
        "tracking_origin_country": "USA",
        "tracking_destination_country": "USA",
        "tracking_postal_code": "80202",
        "tracking_state": "CO",
        "on_time_status": "trending-on-time",
        "on_time_difference": 0,
        "order_tags": [],
        "shipment_tags": ["vip"],
        "aftership_estimated_delivery_date": {
            "estimated_delivery_date": "2024-02-10",
            "confidence_code": 10001,
            "estimated_delivery_date_min": "2024-02-09",
            "estimated_delivery_date_max": "2024-02-11",
        },
        "custom_estimated_delivery_date": None,
        "first_estimated_delivery": estimate("AfterShip EDD"),
        "latest_estimated_delivery": estimate("Carrier EDD"),
        "courier_connection_id": None,
        "next_couriers": [],
        "carbon_emissions": None,
        "location_id": "loc_77",
        "shipping_method": "Express",
    }


def newest_shape(old: dict[str, Any]) -> dict[str, Any]:
    """The same tracking as the official SDK of API 2026-07 reads it: moved fields under their new names."""
    moved = {name.replace("country_iso3", "country_region"): value for name, value in old.items()}
    for name in ("last_updated_at", "expected_delivery", "shipment_weight_unit", "next_couriers"):
        del moved[name]
    customer = {
        "name": moved.pop("customer_name"),
        "email": moved.pop("emails")[0],
        "phone_number": moved.pop("smses")[0],
    }
    moved["customers"] = [{"role": "buyer", "language": "en", **customer}]
    moved["shipment_weight"] = {"unit": "kg", "value": old["shipment_weight"]}
    moved["order_promised_delivery_date"] = {"promised_delivery_date": old["order_promised_delivery_date"]}
    moved["courier_estimated_delivery_date"] = {"estimated_delivery_date": old["expected_delivery"]}
    moved["checkpoints"] = [newest_checkpoint(step) for step in old["checkpoints"]]
    return moved


def newest_checkpoint(old: dict[str, Any]) -> dict[str, Any]:
    names = {"country_iso3": "country_region", "country_name": "country_region_name", "zip": "postal_code"}
    moved = {names.get(name, name): value for name, value in old.items() if name != "coordinates"}
    latitude, longitude = old["coordinates"]
    return {**moved, "coordinate": {"latitude": latitude, "longitude": longitude}, "source": "carrier"}


def body(data: dict[str, Any]) -> bytes:
    return json.dumps({"meta": {"code": 200}, "data": data}, separators=(",", ":")).encode()


def page() -> bytes:
    """The page as version 2024-01 sends it."""
    echo: dict[str, Any] = {
        "page": 1,
        "limit": 200,
        "count": TRACKINGS,
        "keyword": "",
        "slug": "",
        "origin": [],
        "destination": [],
        "tag": "",
        "fields": "",
        "created_at_min": "2023-10-09T00:00:00+00:00",
        "created_at_max": "2024-02-07T00:00:00+00:00",
        "last_updated_at": None,
        "return_to_sender": [],
        "courier_destination_country_iso3": [],
    }
    return body({**echo, "trackings": [tracking(index) for index in range(TRACKINGS)]})


def newest_page() -> bytes:
    """The page as version 2026-07 sends it, for the peer that reads only that."""
    pagination = {"total": TRACKINGS, "next_cursor": "", "has_next_page": False}
    return body(
        {"pagination": pagination, "trackings": [newest_shape(tracking(index)) for index in range(TRACKINGS)]}
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(newest_page())

"""Parcels for the mock. Your program does not need this module."""

from datetime import UTC, datetime, timedelta

from aftership_tracking.mock import Mock

JOURNEYS = {"dhl": "delivered", "ups": "customs", "fedex": "attempts", "usps": "weather"}


def fill(mock: Mock, key: str, count: int = 300) -> None:
    """Add parcels of the last ten days, each somewhere on its way, and two with times that have no zone."""
    now = datetime.now(UTC)
    couriers = list(JOURNEYS.items())
    parcels: list[dict[str, object]] = []
    for number in range(count):
        courier, journey = couriers[number % len(couriers)]
        created = now - timedelta(hours=1 + number * 240 / count)
        parcels.append(
            {
                "tracking_number": f"SAMPLE{number:05}",
                "slug": courier,
                "title": f"Order {number}",
                "journey": journey,
                "created_at": created.isoformat(timespec="seconds"),
            }
        )
    yesterday = (now - timedelta(days=1)).date()
    for name, time in (("LOCALTIME1", f"{yesterday}T09:30:00"), ("ONLYADAY1", f"{yesterday}")):
        parcels.append(
            {
                "tracking_number": name,
                "slug": "usps",
                "tag": "Delivered",
                "shipment_delivery_date": time,
            }
        )
    mock.seed(parcels, key=key)

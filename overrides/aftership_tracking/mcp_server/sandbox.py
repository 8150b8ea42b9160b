"""An account of invented parcels in this process: no network, no key. It needs the extra `mock`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from aftership_tracking.runtime import registry

__all__ = ["open_sandbox"]

_KEY = "sandbox"


def open_sandbox(version: str) -> Any:
    """Return an async client of a mock with some parcels: delivered, on the way, overdue, in trouble.

    The caller closes it. Raises ImportError if packages of the extra are missing.
    """
    # Imported lazily: most servers have no mock.
    import httpx

    from aftership_tracking.mock import Mock

    mock = Mock(seed=1)
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    mock.seed([_add_times(parcel, now) for parcel in _PARCELS], key=_KEY)
    return registry.package(version).AsyncAfterShip(
        _KEY,
        # Never sent to: the transport is the mock.
        base_url="https://sandbox.invalid",
        http_client=httpx.AsyncClient(transport=mock.async_transport()),
    )


def _add_times(parcel: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """The fields of a parcel, with its days as times."""
    fields = {name: value for name, value in parcel.items() if not name.endswith("_days")}
    fields["created_at"] = (now - dt.timedelta(days=parcel["age_days"])).isoformat()
    if "expected_days" in parcel:
        day = (now + dt.timedelta(days=parcel["expected_days"])).date().isoformat()
        fields["latest_estimated_delivery"] = {
            "type": "specific",
            "source": "Courier estimated delivery date",
            "datetime": day,
            "datetime_min": None,
            "datetime_max": None,
        }
    return fields


_PARCELS: tuple[dict[str, Any], ...] = (
    {
        "tracking_number": "SANDBOX0001",
        "slug": "testing-courier",
        "journey": "delivered",
        "age_days": 30,
        "customers": [{"name": "Ada Example", "email": "ada@example.com"}],
    },
    {
        "tracking_number": "SANDBOX0002",
        "slug": "testing-courier",
        "journey": "customs",
        "age_days": 6,
        "on_time_status": "overdue",
        "expected_days": -2,
    },
    {
        "tracking_number": "SANDBOX0003",
        "slug": "testing-courier",
        "journey": "silent",
        "age_days": 3,
        "expected_days": 2,
    },
    {
        "tracking_number": "SANDBOX0004",
        "slug": "testing-courier",
        "journey": "lost",
        "age_days": 25,
        "on_time_status": "overdue",
        "expected_days": -12,
    },
    {"tracking_number": "SANDBOX0005", "slug": "testing-courier", "journey": "attempts", "age_days": 0.1},
)

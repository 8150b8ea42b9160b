"""What one version takes, another may not be able to show: then it shows nothing, and never fails."""

from __future__ import annotations

from typing import Any

import pytest

from aftership_tracking import documents

VERSIONS = documents.versions()


@pytest.mark.parametrize("value", ["soon", "", "2024-02-06T10:15:30+00:00", "2024-02-30", "\x00"])
def test_a_promised_day_that_is_not_a_day(new_world: Any, value: str) -> None:
    for index, version in enumerate(VERSIONS):
        world = new_world(version=version)
        name = "order_promised_delivery_date"
        sent = value if version < "2026-01" else {"promised_delivery_date": value}
        fields = {"tracking_number": f"PARCEL000{index}", "slug": "usps", name: sent}
        if world.call("POST", "/trackings", json=world.body(fields)).status >= 400:
            continue
        for other in VERSIONS:
            response = world.in_version(other).call("GET", "/trackings")
            assert response.status == 200, (version, other, response.headers["as-mock-hint"])

"""Fills a mock with trackings that differ in every field that a filter of the list uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aftership_tracking.mock import ManualClock, Mock
from contract_support.calls.api import Api
from contract_support.calls.asgi import Application

DAY = 86_400.0
SLUGS = ("usps", "dhl", "fedex", "ups")
# A field has had several names; the document of a version says which of them it has.
ORIGIN = ("origin_country_region", "origin_country_iso3")
DESTINATION = ("destination_country_region", "destination_country_iso3")
COUNTRIES = (("USA", "DEU"), ("DEU", "FRA"), ("CHN", "USA"), ("FRA", "ESP"))


def first_known(names: tuple[str, ...], fields: Mapping[str, Any]) -> str:
    """Return the first of several names that is among the fields of a version.

    Raises:
        LookupError: the version has none of these names.
    """
    for name in names:
        if name in fields:
            return name
    raise LookupError(f"none of {names} is declared")


def seed_trackings(document: Mapping[str, Any], mock: Mock, application: Application) -> Api:
    """Create the trackings, days apart, and return the API to call."""
    api = Api(document, application)
    clock = mock.clock
    assert isinstance(clock, ManualClock)
    fields = api.creatable()
    for number, (origin, destination) in enumerate(COUNTRIES):
        api.create(
            f"PARCEL000{number}",
            slug=SLUGS[number],
            title=f"Parcel {'abcd'[number]}",
            order_id=f"order-{number % 3}",
            shipment_tags=[f"tag-{number % 2}", "all"],
            **{first_known(ORIGIN, fields): origin, first_known(DESTINATION, fields): destination},
        )
        clock.advance(DAY)
    for status in ("ITE004D-3-100001", "ITE010D-3-100002"):
        api.create(status, slug="testing-courier", title=f"Test {status[-1]}")
        clock.advance(6 * DAY)
    returned = api.create("PARCEL0009", slug="usps", title="Returned")
    api.complete(returned["id"], "RETURNED_TO_SENDER")
    return api

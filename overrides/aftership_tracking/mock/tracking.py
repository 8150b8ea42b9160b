"""Writes a parcel as the API's Tracking: a pure function of the parcel and the moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

from aftership_tracking.mock.details import value_of
from aftership_tracking.mock.journey import State, Step
from aftership_tracking.mock.places import Place, route
from aftership_tracking.mock.store import Parcel
from aftership_tracking.mock.substatus import EVENTS, message_of, tag_of
from aftership_tracking.mock.times import utc_text

TRACKING_PAGE = "https://courier.example/track/"
# Fields that come back as they were given, null when they were not.
ECHOED = (
    "custom_fields",
    "customer_name",
    "origin_country_iso3",
    "origin_state",
    "origin_city",
    "origin_postal_code",
    "origin_raw_location",
    "destination_country_iso3",
    "destination_state",
    "destination_city",
    "destination_postal_code",
    "destination_raw_location",
    "note",
    "order_id",
    "order_id_path",
    "order_date",
    "order_number",
    "shipment_type",
    "language",
    "order_promised_delivery_date",
    "delivery_type",
    "pickup_location",
    "pickup_note",
    "tracking_account_number",
    "tracking_key",
    "tracking_ship_date",
    "tracking_origin_country",
    "tracking_destination_country",
    "tracking_postal_code",
    "tracking_state",
    "courier_connection_id",
    "location_id",
    "shipping_method",
)
# Things that the mock never learns.
UNKNOWN = (
    "shipment_package_count",
    "shipment_weight",
    "shipment_weight_unit",
    "signed_by",
    "last_mile_tracking_supported",
    "courier_redirect_link",
    "order_tags",
    "aftership_estimated_delivery_date",
    "custom_estimated_delivery_date",
    "carbon_emissions",
)


class Rendering:
    """One parcel at one moment. What several fields need is worked out once, and only when asked for."""

    def __init__(self, parcel: Parcel, now: datetime, seed: int) -> None:
        self.parcel = parcel
        self.now = now
        self._seed = seed

    @cached_property
    def state(self) -> State:
        return self.parcel.state(self.now)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Where the steps of the parcel's script happen."""
        script = self.parcel.plan.script
        return route(self._seed, self.parcel.tracking_number, len(script.subtags)) if script else ()

    def tracking(self) -> dict[str, Any]:
        """Every field of a Tracking, null where nothing is known."""
        parcel, state, details = self.parcel, self.state, self.parcel.details
        updated = utc_text(parcel.updated_at(state))
        pickup, delivery = self._first("InTransit"), self._first("Delivered")
        attempt = self._first("AttemptFail", "Delivered")
        expected = self._expected()
        estimate = _estimate(expected, details.get("order_promised_delivery_date"))
        on_time, difference = _punctuality(attempt, expected, state)
        return {
            "id": parcel.id,
            "tracking_number": parcel.tracking_number,
            "slug": parcel.slug,
            "title": details.get("title") or parcel.tracking_number,
            "created_at": utc_text(parcel.created_at),
            "updated_at": updated,
            "last_updated_at": updated,
            "active": state.active,
            "tag": state.tag,
            "subtag": state.subtag,
            "subtag_message": message_of(state.subtag),
            "checkpoints": self.checkpoints(),
            "return_to_sender": state.return_to_sender,
            "source": "api",
            "unique_token": "deprecated",
            "tracked_count": len(state.steps) + 1,
            "emails": details.get("emails", []),
            "smses": details.get("smses", []),
            "subscribed_emails": [],
            "subscribed_smses": [],
            "shipment_tags": details.get("shipment_tags", []),
            "next_couriers": [{**item, "source": "user"} for item in details.get("next_couriers", ())],
            "courier_destination_country_iso3": self.courier_destination(),
            "courier_tracking_link": TRACKING_PAGE + quote(parcel.tracking_number, safe=""),
            "expected_delivery": expected,
            "first_estimated_delivery": estimate,
            "latest_estimated_delivery": estimate,
            "shipment_pickup_date": _text(pickup),
            "shipment_delivery_date": _text(delivery),
            "first_attempted_at": _text(attempt),
            "transit_time": self.transit_time(),
            "on_time_status": on_time,
            "on_time_difference": difference,
            **{name: value_of(details, name) for name in ECHOED},
            **dict.fromkeys(UNKNOWN),
        }

    def checkpoints(self) -> list[dict[str, Any]]:
        """The history, oldest first."""
        return [self._checkpoint(step) for step in self.state.steps]

    def last_checkpoint(self) -> dict[str, Any] | None:
        steps = self.state.steps
        return self._checkpoint(steps[-1]) if steps else None

    def _checkpoint(self, step: Step) -> dict[str, Any]:
        place = self.places[step.index]
        event = EVENTS.get(step.subtag)
        return {
            "created_at": utc_text(step.at),
            "slug": self.parcel.slug,
            "checkpoint_time": place.local(step.at).isoformat(timespec="seconds"),
            "location": f"{place.city}, {place.state}",
            "city": place.city,
            "state": place.state,
            "zip": place.zip,
            "coordinates": [place.latitude, place.longitude],
            "country_iso3": place.country_iso3,
            "country_name": place.country_name,
            "message": message_of(step.subtag),
            "tag": tag_of(step.subtag),
            "subtag": step.subtag,
            "subtag_message": message_of(step.subtag),
            "raw_tag": step.subtag.upper(),
            "events": [{"code": event, "reason": None}] if event else [],
        }

    def _first(self, *tags: str) -> datetime | None:
        """The local time of the first step with one of some tags."""
        for step in self.state.steps:
            if tag_of(step.subtag) in tags:
                return self.places[step.index].local(step.at)
        return None

    def _expected(self) -> str | None:
        """The courier's own estimate: the day of the last planned step. It comes with the first news."""
        script = self.parcel.plan.script
        if script is None or not self.state.steps:
            return None
        arrival = self.parcel.plan.start + script.interval * len(script.subtags)
        return self.places[-1].local(arrival).date().isoformat()

    def transit_time(self) -> int | None:
        """Whole days from pickup to delivery, or until now; the pickup day does not count."""
        pickup = self._first("InTransit")
        if pickup is None:
            return None
        end = self._first("Delivered") or self.now.astimezone(pickup.tzinfo)
        return max(0, (end.date() - pickup.date()).days)

    def courier_destination(self) -> str | None:
        """The country that the courier takes the parcel to; known with its first news."""
        return self.places[-1].country_iso3 if self.state.steps else None


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _estimate(expected: str | None, promised: str | None) -> Mapping[str, Any] | None:
    if expected is None and promised is None:
        return None
    return {
        "type": "specific",
        "source": "Carrier EDD" if expected else "Order EDD",
        "datetime": expected or promised,
        "datetime_min": None,
        "datetime_max": None,
    }


def _punctuality(
    attempt: datetime | None, expected: str | None, state: State
) -> tuple[str | None, int | None]:
    if expected is None or state.return_to_sender:
        return None, None
    if attempt is None:
        return "trending-on-time", 0
    days = (attempt.date() - datetime.fromisoformat(expected).date()).days
    return ("late" if days > 0 else "early" if days < 0 else "on-time"), days

"""Predicts delivery dates. Invented, but the same inputs and seed always give the same dates."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from typing import Any

from aftership_tracking.mock.accounts.store import PREDICTION, Store
from aftership_tracking.mock.documents.time_formats import read_spaced
from aftership_tracking.mock.error_codes import INVALID_REQUEST
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.services.service_call import ServiceCall

REQUEST = "EstimatedDeliveryDateRequest"
RESULT = "EstimatedDeliveryDateResult"
REPEATED = ("slug", "service_type_name", "origin_address", "destination_address", "weight", "package_count")
COUNTRY = "country_region"
ADDRESS_FIELDS = (COUNTRY, "state", "postal_code", "city", "raw_location")
CONFIDENCE = (10001, 20001, 30002)
DEFAULT_CUTOFF = "18:00:00"
DEFAULT_BUSINESS_DAYS = (1, 2, 3, 4, 5)
# A longer processing time is refused as a mistake; it would also leave the calendar.
MOST_DAYS = 365


class Predictions:
    """The services of the resource `estimated_delivery_dates`."""

    def __init__(self, store: Store, seed: int) -> None:
        self._store = store
        self._seed = seed

    def predict(self, call: ServiceCall) -> Any:
        return call.wrap(self._predict_item(call, call.body))

    def predict_batch(self, call: ServiceCall) -> Any:
        items = call.body["estimated_delivery_dates"]
        if not items:
            raise _invalid("estimated_delivery_dates", "there must be at least one")
        return call.wrap([self._predict_item(call, item) for item in items])

    def _predict_item(self, call: ServiceCall, item: dict[str, Any]) -> Any:
        found = self._predict(call.to_code_version(item, REQUEST))
        identifier = self._store.new_id(PREDICTION, call.exchange.api_key)
        return call.to_requested_version({"id": identifier, **found}, RESULT)

    def _predict(self, item: dict[str, Any]) -> dict[str, Any]:
        origin = _address(item, "origin_address")
        destination = _address(item, "destination_address")
        given, estimated = _given_pickup(item), _estimated_pickup(item)
        pickup = given or estimated
        if pickup is None:
            raise _invalid("pickup_time", "pickup_time or estimated_pickup is needed")
        chance = random.Random(f"{self._seed}/{item['slug']}/{origin}/{destination}")  # noqa: S311
        days = chance.randint(1, 4) if origin[COUNTRY] == destination[COUNTRY] else chance.randint(4, 9)
        likely = pickup.date() + timedelta(days=days)
        return {
            **{name: item.get(name) for name in REPEATED},
            "origin_address": origin,
            "destination_address": destination,
            "pickup_time": item.get("pickup_time"),
            "estimated_pickup": estimated
            and {**item["estimated_pickup"], "pickup_time": estimated.isoformat(" ", timespec="seconds")},
            "estimated_delivery_date": likely.isoformat(),
            "estimated_delivery_date_min": (likely - timedelta(days=min(1, days - 1))).isoformat(),
            "estimated_delivery_date_max": (likely + timedelta(days=chance.randint(1, 2))).isoformat(),
            "confidence_code": chance.choice(CONFIDENCE),
        }


def _address(item: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an address as the response has it: what was not given is null."""
    address = {field: item[name].get(field) for field in ADDRESS_FIELDS}
    if not address[COUNTRY]:
        raise _invalid(name, "the country may not be empty")
    if not address["state"] and not address["postal_code"]:
        raise _invalid(name, "needs state or postal_code")
    return address


def _given_pickup(item: dict[str, Any]) -> datetime | None:
    text = item.get("pickup_time")
    return None if text is None else _read_time(text, "pickup_time")


def _estimated_pickup(item: dict[str, Any]) -> datetime | None:
    """Return when the parcel is picked up, in local time, from what the shop does with an order."""
    estimated = item.get("estimated_pickup")
    if estimated is None:
        return None
    ordered = _read_time(estimated["order_time"], "estimated_pickup.order_time")
    cutoff = _time_of_day(estimated.get("order_cutoff_time") or DEFAULT_CUTOFF)
    waiting = (estimated.get("order_processing_time") or {}).get("value") or 0
    if not 0 <= waiting <= MOST_DAYS:
        raise _invalid("estimated_pickup.order_processing_time.value", f"not within 0 and {MOST_DAYS}")
    day = ordered.date() + timedelta(days=int(ordered.time() > cutoff))
    day = _open_day(day + timedelta(days=int(waiting)), estimated.get("business_days"))
    return datetime.combine(day, cutoff if day != ordered.date() else max(ordered.time(), cutoff))


def _open_day(day: date, business_days: list[int] | None) -> date:
    """Return the day itself or the next day on which the shop works."""
    # Some examples of the service count Sunday as 0 instead of 7.
    working = {number or 7 for number in business_days or DEFAULT_BUSINESS_DAYS} & set(range(1, 8))
    for later in range(7):
        candidate = day + timedelta(days=later)
        if candidate.isoweekday() in working:
            return candidate
    raise _invalid("estimated_pickup.business_days", "no day of the week")


def _read_time(text: str, name: str) -> datetime:
    found = read_spaced(text)
    # A delivery in the last years of the calendar would leave it.
    if found is None or found.year > 9990:
        raise _invalid(name, "not of the form YYYY-MM-DD hh:mm:ss")
    return found


def _time_of_day(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise _invalid("estimated_pickup.order_cutoff_time", "not of the form hh:mm:ss") from None


def _invalid(name: str, rule: str) -> Refusal:
    return Refusal((INVALID_REQUEST,), f"body {name}: {rule}; one bad item refuses all", name)

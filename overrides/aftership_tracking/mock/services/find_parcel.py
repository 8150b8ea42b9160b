"""Finds the parcel that a path names, by its id or by courier and number."""

from __future__ import annotations

from aftership_tracking.mock.error_codes import TRACKING_UNKNOWN, VALUE_MISSING
from aftership_tracking.mock.parcels.couriers import ADDITIONAL_FIELDS, Couriers, names_in
from aftership_tracking.mock.parcels.parcel import Parcel
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.services.service_call import ServiceCall


def find_parcel(call: ServiceCall, couriers: Couriers) -> Parcel:
    """Return the parcel of a call.

    Raises:
        Refusal: the parcel is unknown (4004), or the older form lacks a field that the courier needs (4009).
    """
    if "tracking_number" in call.path:
        return _find_by_number(call, couriers)
    (identifier,) = call.path.values()
    parcel = call.account.by_id(identifier)
    if parcel is None:
        raise Refusal((TRACKING_UNKNOWN,), "state: this account has no tracking with this id")
    return parcel


def _find_by_number(call: ServiceCall, couriers: Couriers) -> Parcel:
    slug = call.path["slug"]
    parcel = call.account.by_number(slug, call.path["tracking_number"])
    if parcel is None:
        raise Refusal((TRACKING_UNKNOWN,), "state: this account has no tracking with this courier and number")
    required, details = couriers.required_fields(slug), parcel.details.fields
    for name, parameter in zip(ADDITIONAL_FIELDS, names_in(call.version, ADDITIONAL_FIELDS), strict=True):
        given, stored = call.query.get(parameter), details.get(name)
        if given is None and stored is not None and name in required:
            raise Refusal(
                (VALUE_MISSING, TRACKING_UNKNOWN),
                f"state: the courier needs the query parameter {parameter}",
                parameter,
            )
        if given is not None and stored is not None and given != stored:
            raise Refusal((TRACKING_UNKNOWN,), f"state: no tracking with this number has this {parameter}")
    return parcel

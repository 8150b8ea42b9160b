"""Finds the parcel that a path names, by its id or by courier and number."""

from __future__ import annotations

from aftership_tracking.mock.couriers import ADDITIONAL_FIELDS, Couriers, names_in
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.services.call import Call
from aftership_tracking.mock.shapes import WRITTEN
from aftership_tracking.mock.store import Parcel

UNKNOWN_TRACKING = 4004
FIELD_REQUIRED = 4009


def parcel_of(call: Call, couriers: Couriers) -> Parcel:
    """The parcel of a call.

    Raises:
        Refusal: there is none (4004), or the older form lacks a field that the courier needs (4009).
    """
    if "tracking_number" in call.path:
        return _by_number(call, couriers)
    (identifier,) = call.path.values()
    parcel = call.account.by_id(identifier)
    if parcel is None:
        raise Refusal((UNKNOWN_TRACKING,), "state: this account has no tracking of this id")
    return parcel


def _by_number(call: Call, couriers: Couriers) -> Parcel:
    slug = call.path["slug"]
    parcel = call.account.by_number(slug, call.path["tracking_number"])
    if parcel is None:
        raise Refusal((UNKNOWN_TRACKING,), "state: this account has no tracking of this courier and number")
    needed, details = couriers.required_fields(slug), parcel.details.at(WRITTEN)
    for name, parameter in zip(ADDITIONAL_FIELDS, names_in(call.version, ADDITIONAL_FIELDS), strict=True):
        given, kept = call.query.get(parameter), details.get(name)
        if given is None and kept is not None and name in needed:
            raise Refusal(
                (FIELD_REQUIRED, UNKNOWN_TRACKING),
                f"state: the courier needs the query parameter {parameter}",
                parameter,
            )
        if given is not None and kept is not None and given != kept:
            raise Refusal((UNKNOWN_TRACKING,), f"state: no tracking of this number has this {parameter}")
    return parcel

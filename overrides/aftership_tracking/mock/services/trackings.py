"""Create, get, update, delete, retrack and complete trackings."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.couriers import Couriers
from aftership_tracking.mock.details import canonical, value_of
from aftership_tracking.mock.journey import Plan
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.services.call import Call
from aftership_tracking.mock.services.fields import chosen
from aftership_tracking.mock.services.finding import parcel_of
from aftership_tracking.mock.store import Parcel, Store
from aftership_tracking.mock.tracking import Rendering

EXISTS = 4003
VALUE_INVALID = 4008
SLUG_INVALID = 4010
FIELDS_MISSING = 4011
NO_COURIER = 4012
STILL_ACTIVE = 4013
RETRACKED_BEFORE = 4016

COMPLETIONS = {"DELIVERED": "Delivered_001", "LOST": "Exception_013", "RETURNED_TO_SENDER": "Exception_011"}
# The service speaks of three times and of once; the error text, which says once, is followed.
MOST_RETRACKS = 1


class Trackings:
    """The services of the resource `trackings`, without the list."""

    def __init__(self, store: Store, couriers: Couriers, seed: int) -> None:
        self._store = store
        self._couriers = couriers
        self._seed = seed

    def create(self, call: Call) -> Any:
        body = call.body
        number: str = body["tracking_number"]
        details = canonical(body)
        _refuse_contradictions(body)
        slug = self._courier_for(body, details)
        present = call.account.by_number(slug, number)
        if present is not None:
            raise Refusal(
                (EXISTS,),
                "state: this account has a tracking of this courier and number",
                data={"tracking": {"id": present.id, "slug": slug, "tracking_number": number}},
            )
        parcel = Parcel(
            id=self._store.new_id(),
            tracking_number=number,
            slug=slug,
            created_at=call.now,
            changed_at=call.now,
            plan=Plan(start=call.now, script=self._couriers.grammar.script(slug, number)),
            details=details,
        )
        call.account.add(parcel)
        return self._answer(call, parcel)

    def get(self, call: Call) -> Any:
        rendered = self._rendered(call, parcel_of(call, self._couriers))
        return call.wrapped(chosen(rendered, call.query.get("fields")))

    def update(self, call: Call) -> Any:
        parcel = parcel_of(call, self._couriers)
        _refuse_contradictions(call.body)
        slug = call.body.get("slug", parcel.slug)
        if slug != parcel.slug:
            self._change_courier(call, parcel, slug)
        parcel.details = {**parcel.details, **canonical(call.body)}
        parcel.changed_at = call.now
        return self._answer(call, parcel)

    def delete(self, call: Call) -> Any:
        parcel = parcel_of(call, self._couriers)
        answer = self._answer(call, parcel)
        call.account.remove(parcel)
        return answer

    def retrack(self, call: Call) -> Any:
        parcel = parcel_of(call, self._couriers)
        if parcel.state(call.now).active:
            raise Refusal((STILL_ACTIVE,), "state: the tracking is active")
        if parcel.plan.retracks >= MOST_RETRACKS:
            raise Refusal((RETRACKED_BEFORE,), "state: the tracking was retracked before")
        parcel.plan = parcel.plan.retracked(call.now)
        parcel.changed_at = call.now
        return self._answer(call, parcel)

    def mark_as_completed(self, call: Call) -> Any:
        parcel = parcel_of(call, self._couriers)
        parcel.plan = parcel.plan.completed(call.now, COMPLETIONS[call.body["reason"]])
        parcel.changed_at = call.now
        return self._answer(call, parcel)

    def _courier_for(self, body: dict[str, Any], details: dict[str, Any]) -> str:
        slug = body.get("slug")
        if slug is not None:
            if not self._couriers.knows(slug):
                raise Refusal((SLUG_INVALID, VALUE_INVALID), "state: no courier has this slug", "slug")
            missing = self._missing(slug, details)
            if missing:
                raise Refusal(
                    (FIELDS_MISSING,), f"state: the courier needs {', '.join(missing)}", ", ".join(missing)
                )
            return str(slug)
        candidates = self._couriers.detect(body["tracking_number"], group=body.get("slug_group"))
        if not candidates:
            raise Refusal((NO_COURIER,), "state: no courier's number format fits")
        for candidate in candidates:
            if not self._missing(candidate, details):
                return candidate
        missing = self._missing(candidates[0], details)
        raise Refusal((FIELDS_MISSING,), f"state: the courier needs {', '.join(missing)}", ", ".join(missing))

    def _missing(self, slug: str, details: dict[str, Any]) -> list[str]:
        return [name for name in self._couriers.required_fields(slug) if not value_of(details, name)]

    def _change_courier(self, call: Call, parcel: Parcel, slug: str) -> None:
        if not self._couriers.knows(slug):
            raise Refusal((SLUG_INVALID, VALUE_INVALID), "state: no courier has this slug", "slug")
        if call.account.by_number(slug, parcel.tracking_number) is not None:
            raise Refusal(
                (EXISTS, SLUG_INVALID), "state: another tracking has this courier and number", "slug"
            )
        call.account.change_courier(parcel, slug)
        parcel.plan = parcel.plan.with_courier(
            call.now, self._couriers.grammar.script(slug, parcel.tracking_number)
        )

    def _rendered(self, call: Call, parcel: Parcel) -> dict[str, Any]:
        return Rendering(parcel, call.now, self._seed).tracking()

    def _answer(self, call: Call, parcel: Parcel) -> Any:
        return call.wrapped(self._rendered(call, parcel))


def _refuse_contradictions(body: dict[str, Any]) -> None:
    """Refuse fields that exclude each other, where the schema has not done so already."""
    if "slug" in body and "slug_group" in body:
        raise Refusal((VALUE_INVALID,), "body slug_group: not together with slug", "slug_group")
    if "location_id" in body:
        origins = sorted(name for name in body if name.startswith("origin_"))
        if origins:
            raise Refusal(
                (VALUE_INVALID,), f"body location_id: not together with {origins[0]}", "location_id"
            )

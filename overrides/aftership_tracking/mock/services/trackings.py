"""Create, get, update, delete, retrack and complete trackings."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.couriers import Couriers, names_in
from aftership_tracking.mock.details import CREATED, UPDATED, Details
from aftership_tracking.mock.journey import Completion, Plan
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.services.call import Call
from aftership_tracking.mock.services.fields import chosen
from aftership_tracking.mock.services.finding import parcel_of
from aftership_tracking.mock.shapes import WRITTEN
from aftership_tracking.mock.store import Parcel, Store
from aftership_tracking.mock.times import read_event
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
# `x-mock` word
COMPLETION_CHECKPOINT = "completion-checkpoint"


class Trackings:
    """The services of the resource `trackings`, without the list."""

    def __init__(self, store: Store, couriers: Couriers, seed: int) -> None:
        self._store = store
        self._couriers = couriers
        self._seed = seed

    def create(self, call: Call) -> Any:
        body = call.read(call.body, CREATED)
        number: str = body["tracking_number"]
        details = Details().changed(call.body, CREATED, call.version)
        _refuse_contradictions(body)
        slug = self._courier_for(call, body, details)
        self._refuse_existing(call, call.account.by_number(slug, number), "courier and number")
        chosen_id = body.get("id")
        if chosen_id is not None:
            # What the service answers to an id that is taken is not documented; here it is the same.
            self._refuse_existing(call, call.account.by_id(chosen_id), "id")
        identifier, legacy_id = self._store.new_ids(chosen_id)
        parcel = Parcel(
            id=identifier,
            legacy_id=legacy_id,
            tracking_number=number,
            slug=slug,
            created_at=call.now,
            changed_at=call.now,
            plan=Plan(start=call.now, script=self._couriers.grammar.script(slug, number)),
            details=details,
            serial=call.account.new_serial(),
        )
        call.account.add(parcel)
        return self._answer(call, parcel)

    def get(self, call: Call) -> Any:
        rendered = self._rendered(call, parcel_of(call, self._couriers))
        return call.wrapped(chosen(rendered, call.query.get("fields")))

    def update(self, call: Call) -> Any:
        parcel = parcel_of(call, self._couriers)
        body = call.read(call.body, UPDATED)
        _refuse_contradictions(body)
        slug = body.get("slug", parcel.slug)
        if slug != parcel.slug:
            self._change_courier(call, parcel, slug)
        parcel.details = parcel.details.changed(call.body, UPDATED, call.version)
        call.account.touch(parcel, call.now)
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
        call.account.touch(parcel, call.now)
        return self._answer(call, parcel)

    def mark_as_completed(self, call: Call) -> Any:
        parcel = parcel_of(call, self._couriers)
        parcel.plan = parcel.plan.completed(
            Completion(
                call.now,
                COMPLETIONS[call.body["reason"]],
                happened=read_event(call.body.get("event_datetime", "")),
                is_told=call.exchange.served.behaviour.get(COMPLETION_CHECKPOINT) == "added",
            )
        )
        call.account.touch(parcel, call.now)
        return self._answer(call, parcel)

    def _refuse_existing(self, call: Call, present: Parcel | None, what: str) -> None:
        if present is None:
            return
        known = {
            "id": Rendering(present, call.now, self._seed).identifier(call.api),
            "slug": present.slug,
            "tracking_number": present.tracking_number,
        }
        raise Refusal(
            (EXISTS,), f"state: this account has a tracking of this {what}", data=call.wrapped(known)
        )

    def _courier_for(self, call: Call, body: dict[str, Any], details: Details) -> str:
        slug = body.get("slug")
        if slug is not None:
            if not self._couriers.knows(slug):
                raise Refusal((SLUG_INVALID, VALUE_INVALID), "state: no courier has this slug", "slug")
            candidates = [str(slug)]
        else:
            candidates = self._couriers.detect(body["tracking_number"], group=body.get("slug_group"))
        if not candidates:
            raise Refusal((NO_COURIER,), "state: no courier's number format fits")
        for candidate in candidates:
            if not self._missing(candidate, details):
                return candidate
        missing = ", ".join(names_in(call.version, self._missing(candidates[0], details)))
        raise Refusal((FIELDS_MISSING,), f"state: the courier needs {missing}", missing)

    def _missing(self, slug: str, details: Details) -> list[str]:
        given = details.at(WRITTEN)
        return [name for name in self._couriers.required_fields(slug) if not given.get(name)]

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
        return Rendering(parcel, call.now, self._seed).tracking(call.api)

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

"""Create, get, update, delete, retrack and complete trackings."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.accounts.store import Store
from aftership_tracking.mock.documents.time_formats import complete_time
from aftership_tracking.mock.error_codes import (
    ADDITIONAL_FIELDS_MISSING,
    NO_COURIER,
    RETRACKED_BEFORE,
    SLUG_INVALID,
    STILL_ACTIVE,
    TRACKING_EXISTS,
    VALUE_INVALID,
)
from aftership_tracking.mock.hints.fields import unknown_slug
from aftership_tracking.mock.parcels.couriers import Couriers, names_in
from aftership_tracking.mock.parcels.details import CREATED, UPDATED, Details
from aftership_tracking.mock.parcels.journey import Completion, plan_of
from aftership_tracking.mock.parcels.life import Life
from aftership_tracking.mock.parcels.lifecycle import Lifecycle, choose_life
from aftership_tracking.mock.parcels.parcel import Parcel
from aftership_tracking.mock.parcels.tracking import Rendering, select_fields
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.services.find_parcel import find_parcel
from aftership_tracking.mock.services.service_call import ServiceCall

# The statuses of known reasons
COMPLETIONS = {"DELIVERED": "Delivered_001", "LOST": "Exception_013", "RETURNED_TO_SENDER": "Exception_011"}
# The documentation says three times and once; the mock follows the error message, which says once.
MOST_RETRACKS = 1
# An `x-mock` behaviour
COMPLETION_CHECKPOINT = "completion-checkpoint"


class Trackings:
    """The services of the resource `trackings`, without the list."""

    def __init__(self, store: Store, couriers: Couriers, lifecycle: Lifecycle, seed: int) -> None:
        self._store = store
        self._couriers = couriers
        self._lifecycle = lifecycle
        self._seed = seed

    def create(self, call: ServiceCall) -> Any:
        body = call.to_code_version(call.body, CREATED)
        number: str = body["tracking_number"]
        details = Details().with_changes(call.body, CREATED, call.version)
        _refuse_contradictions(call, body)
        slug = self._choose_courier(call, body, details)
        self._refuse_existing(call, call.account.by_number(slug, number), "courier and number")
        chosen_id = body.get("id")
        if chosen_id is not None:
            # What the service does with an existing id is not documented; here it is as with a number.
            self._refuse_existing(call, call.account.by_id(chosen_id), "id")
        identifier, legacy_id = self._store.new_ids(call.exchange.api_key, chosen_id)
        parcel = Parcel(
            id=identifier,
            legacy_id=legacy_id,
            tracking_number=number,
            slug=slug,
            created_at=call.now,
            changed_at=call.now,
            plan=plan_of(call.now, self._life(call, slug, number), self._store.pace),
            details=details,
            serial=call.account.new_serial(),
        )
        call.account.add(parcel)
        return self._result(call, parcel)

    def get(self, call: ServiceCall) -> Any:
        tracking = self._render(call, find_parcel(call, self._couriers))
        return call.wrap(select_fields(tracking, call.query.get("fields")))

    def update(self, call: ServiceCall) -> Any:
        parcel = find_parcel(call, self._couriers)
        body = call.to_code_version(call.body, UPDATED)
        _refuse_contradictions(call, body)
        call.account.edit(parcel)
        slug = body.get("slug", parcel.slug)
        if slug != parcel.slug:
            self._change_courier(call, parcel, slug)
        parcel.details = parcel.details.with_changes(call.body, UPDATED, call.version)
        call.account.touch(parcel, call.now)
        return self._result(call, parcel)

    def delete(self, call: ServiceCall) -> Any:
        parcel = find_parcel(call, self._couriers)
        result = self._result(call, parcel)
        call.account.remove(parcel)
        return result

    def retrack(self, call: ServiceCall) -> Any:
        parcel = find_parcel(call, self._couriers)
        if parcel.state(call.now).active:
            raise Refusal((STILL_ACTIVE,), "state: the tracking is active")
        if parcel.plan.retracks >= MOST_RETRACKS:
            raise Refusal((RETRACKED_BEFORE,), "state: the tracking was retracked before")
        call.account.edit(parcel)
        parcel.plan = parcel.plan.with_retrack(call.now)
        call.account.touch(parcel, call.now)
        return self._result(call, parcel)

    def mark_as_completed(self, call: ServiceCall) -> Any:
        parcel = find_parcel(call, self._couriers)
        call.account.edit(parcel)
        parcel.plan = parcel.plan.with_completion(
            Completion(
                call.now,
                _completed_status(call, parcel),
                event_time=complete_time(call.body.get("event_datetime", "")),
                in_history=call.exchange.routed_operation.behaviour.get(COMPLETION_CHECKPOINT) == "added",
            )
        )
        call.account.touch(parcel, call.now)
        return self._result(call, parcel)

    def _refuse_existing(self, call: ServiceCall, present: Parcel | None, what: str) -> None:
        if present is None:
            return
        known = {
            "id": Rendering(present, call.now, self._seed).identifier(call.api),
            "slug": present.slug,
            "tracking_number": present.tracking_number,
        }
        raise Refusal(
            (TRACKING_EXISTS,), f"state: this account has a tracking with this {what}", data=call.wrap(known)
        )

    def _choose_courier(self, call: ServiceCall, body: dict[str, Any], details: Details) -> str:
        slug = body.get("slug")
        if slug is not None:
            if not self._couriers.knows(slug):
                raise self._unknown_slug(slug)
            candidates = [str(slug)]
        else:
            candidates = self._couriers.detect(body["tracking_number"], group=body.get("slug_group"))
        if not candidates:
            raise Refusal((NO_COURIER,), "state: no courier's number format fits")
        for candidate in candidates:
            if not self._missing(candidate, details):
                return candidate
        missing = ", ".join(names_in(call.version, self._missing(candidates[0], details)))
        raise Refusal((ADDITIONAL_FIELDS_MISSING,), f"state: the courier needs {missing}", missing)

    def _unknown_slug(self, slug: str) -> Refusal:
        hint = unknown_slug(self._couriers.suggest([slug]))
        return Refusal((SLUG_INVALID, VALUE_INVALID), str(hint), "slug", hints=[hint])

    def _missing(self, slug: str, details: Details) -> list[str]:
        given = details.fields
        return [name for name in self._couriers.required_fields(slug) if not given.get(name)]

    def _change_courier(self, call: ServiceCall, parcel: Parcel, slug: str) -> None:
        if not self._couriers.knows(slug):
            raise self._unknown_slug(slug)
        self._refuse_missing_fields(call, parcel, slug)
        if call.account.by_number(slug, parcel.tracking_number) is not None:
            raise Refusal(
                (TRACKING_EXISTS, SLUG_INVALID), "state: another tracking has this courier and number", "slug"
            )
        call.account.change_courier(parcel, slug)
        parcel.plan = parcel.plan.with_life(call.now, self._life(call, slug, parcel.tracking_number))

    def _life(self, call: ServiceCall, slug: str, number: str) -> Life | None:
        key = call.exchange.api_key or ""
        return choose_life(self._couriers.grammar, self._lifecycle, key, slug, number)

    def _refuse_missing_fields(self, call: ServiceCall, parcel: Parcel, slug: str) -> None:
        """Refuse a courier that needs fields which neither the parcel nor this update has."""
        missing = self._missing(slug, parcel.details.with_changes(call.body, UPDATED, call.version))
        if missing:
            names = ", ".join(names_in(call.version, missing))
            raise Refusal(
                (ADDITIONAL_FIELDS_MISSING,),
                f"state: the courier needs {names}; the code of this refusal is assumed: that of a create",
                names,
                assumed="courier-fields-on-update",
            )

    def _render(self, call: ServiceCall, parcel: Parcel) -> dict[str, Any]:
        return Rendering(parcel, call.now, self._seed).shown(call.api)

    def _result(self, call: ServiceCall, parcel: Parcel) -> Any:
        return call.wrap(self._render(call, parcel))


def _completed_status(call: ServiceCall, parcel: Parcel) -> str:
    """The sub-status of a completed parcel: that of the reason; for a reason without one, its own so far."""
    reason = call.body.get("reason")
    if reason in COMPLETIONS:
        return COMPLETIONS[reason]
    call.exchange.hint = (
        f"body reason: the mock has no status for {reason}, so the tracking ends with the one that it has"
    )
    return parcel.state(call.now).subtag


def _refuse_contradictions(call: ServiceCall, body: dict[str, Any]) -> None:
    """Refuse fields that exclude each other, where the schema does not.

    A lenient mock takes both: a courier that is named counts more than its group.
    """
    if call.api.is_lenient:
        return
    if "slug" in body and "slug_group" in body:
        raise Refusal((VALUE_INVALID,), "body slug_group: not together with slug", "slug_group")
    if "location_id" in body:
        origins = sorted(name for name in body if name.startswith("origin_"))
        if origins:
            raise Refusal(
                (VALUE_INVALID,), f"body location_id: not together with {origins[0]}", "location_id"
            )

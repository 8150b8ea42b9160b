"""Writes a parcel as the API's Tracking: a pure function of the parcel and the moment.

It is written once, in the names of one version, and then brought to the version that was asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

from aftership_tracking.mock.api import Api
from aftership_tracking.mock.journey import Completion, State, Step
from aftership_tracking.mock.places import Place, route
from aftership_tracking.mock.shapes import WRITTEN, carried
from aftership_tracking.mock.store import Parcel
from aftership_tracking.mock.substatus import EVENTS, message_of, tag_of
from aftership_tracking.mock.times import utc_text

TRACKING = "Tracking"
CHECKPOINT = "Checkpoint"
TRACKING_PAGE = "https://courier.example/track/"
# A checkpoint that somebody made by hand happened at no known place.
NOWHERE = dict.fromkeys(
    ("location", "city", "state", "postal_code", "coordinate", "country_region", "country_region_name")
)


class Rendering:
    """One parcel at one moment. What several fields need is worked out once, and only when asked for."""

    def __init__(self, parcel: Parcel, now: datetime, seed: int) -> None:
        self.parcel = parcel
        self.now = now
        self._seed = seed

    @property
    def serial(self) -> int:
        return self.parcel.serial

    @cached_property
    def state(self) -> State:
        return self.parcel.state(self.now)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Where the steps of the parcel's script happen."""
        script = self.parcel.plan.script
        return route(self._seed, self.parcel.tracking_number, len(script.subtags)) if script else ()

    @cached_property
    def details(self) -> Mapping[str, Any]:
        """What callers said, in the names that are used here."""
        return self.parcel.details.at(WRITTEN)

    def tracking(self, api: Api) -> dict[str, Any]:
        """The Tracking of a version: every field that it has, null where nothing is known."""
        written = self._written()
        before = self.parcel.shown.get(api.version)
        if before is None or before[0] != written:
            # Comparing is much faster than bringing it to the version again.
            before = self.parcel.shown[api.version] = (
                written,
                carried(written, TRACKING, WRITTEN, api.version),
            )
        return {
            **api.nulls(TRACKING),
            **self.parcel.details.at(api.version),
            **before[1],
            "id": self.identifier(api),
        }

    def identifier(self, api: Api) -> str:
        """The id by which a version knows the parcel: the shorter one where there is but one."""
        return self.parcel.id if "legacy_id" in api.fields(TRACKING) else self.parcel.legacy_id

    def estimates(self) -> tuple[Any, ...]:
        """What decides the estimated delivery dates: the courier's day, and what the caller promised."""
        return self._expected(), self.details.get("order_promised_delivery_date")

    def last_checkpoint(self, api: Api) -> dict[str, Any] | None:
        found = self._checkpoints()
        shown: dict[str, Any] | None = carried(found[-1], CHECKPOINT, WRITTEN, api.version) if found else None
        return shown

    def _written(self) -> dict[str, Any]:
        """What the mock knows beside what callers said."""
        parcel, state, details = self.parcel, self.state, self.details
        pickup, delivery = self._first("InTransit"), self._first("Delivered")
        attempt = self._first("AttemptFail", "Delivered")
        expected = self._expected()
        estimate = _estimate(expected, details.get("order_promised_delivery_date"))
        on_time, difference = _punctuality(attempt, expected, state)
        return {
            "legacy_id": parcel.legacy_id,
            "tracking_number": parcel.tracking_number,
            "slug": parcel.slug,
            "title": details.get("title") or parcel.tracking_number,
            "created_at": utc_text(parcel.created_at),
            "updated_at": utc_text(parcel.updated_at(state)),
            "active": state.active,
            "tag": state.tag,
            "subtag": state.subtag,
            "subtag_message": message_of(state.subtag),
            "checkpoints": self._checkpoints(),
            "return_to_sender": state.return_to_sender,
            "source": "api",
            "unique_token": "deprecated",
            "tracked_count": len(state.steps) + 1,
            "failed_delivery_attempts": sum(tag_of(step.subtag) == "AttemptFail" for step in state.steps),
            "customers": details.get("customers", []),
            "subscribed_emails": [],
            "subscribed_smses": [],
            "shipment_tags": details.get("shipment_tags", []),
            "last_mile": self._last_mile(),
            "courier_destination_country_region": self.courier_destination(),
            "courier_tracking_link": TRACKING_PAGE + quote(parcel.tracking_number, safe=""),
            "courier_estimated_delivery_date": None
            if expected is None
            else {"estimated_delivery_date": expected, **_no_range("estimated_delivery_date")},
            "first_estimated_delivery": estimate,
            "latest_estimated_delivery": None if estimate is None else {**estimate, "revise_reason": None},
            "shipment_pickup_date": _text(pickup),
            "shipment_delivery_date": _text(delivery),
            "first_attempted_at": _text(attempt),
            "transit_time": self.transit_time(),
            "on_time_status": on_time,
            "on_time_difference": difference,
        }

    def _last_mile(self) -> dict[str, Any] | None:
        """The last leg, if a caller named its carrier. Nobody else does."""
        given = self.details.get("last_mile")
        if given is None:
            return None
        unknown = dict.fromkeys(("transit_time", "courier_tracking_link", "courier_redirect_link"))
        # Some versions take a number without its courier, and others always tell one.
        return {"slug": self.parcel.slug, **given, **unknown, "source": "user"}

    def _checkpoints(self) -> list[dict[str, Any]]:
        """The history, oldest first."""
        found = [self._checkpoint(step) for step in self.state.steps]
        completion = self.parcel.plan.completion
        if completion is not None and completion.is_told:
            found.append(self._made_by_hand(completion))
        return found

    def _checkpoint(self, step: Step) -> dict[str, Any]:
        place = self.places[step.index]
        event = EVENTS.get(step.subtag)
        return {
            **self._head(step.at, step.subtag, place.local(step.at).isoformat(timespec="seconds")),
            "location": f"{place.city}, {place.state}",
            "city": place.city,
            "state": place.state,
            "postal_code": place.zip,
            "coordinate": {"latitude": place.latitude, "longitude": place.longitude},
            "country_region": place.country_iso3,
            "country_region_name": place.country_name,
            "raw_tag": step.subtag.upper(),
            "events": [{"code": event, "reason": None}] if event else [],
            "source": "carrier",
        }

    def _made_by_hand(self, completion: Completion) -> dict[str, Any]:
        head = self._head(completion.at, completion.subtag, completion.happened or utc_text(completion.at))
        return {**head, **NOWHERE, "raw_tag": None, "events": [], "source": "user"}

    def _head(self, moment: datetime, subtag: str, happened: str) -> dict[str, Any]:
        fingerprint = f"{self.parcel.slug}/{self.parcel.tracking_number}/{happened}/{subtag}"
        return {
            "created_at": utc_text(moment),
            "slug": self.parcel.slug,
            "checkpoint_time": happened,
            "message": message_of(subtag),
            "tag": tag_of(subtag),
            "subtag": subtag,
            "subtag_message": message_of(subtag),
            "hash": hashlib.sha1(fingerprint.encode(), usedforsecurity=False).hexdigest(),
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


def _no_range(name: str) -> dict[str, None]:
    return {f"{name}_min": None, f"{name}_max": None}


def _estimate(expected: str | None, promised: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if expected is not None:
        return {"type": "specific", "source": "Carrier EDD", "datetime": expected, **_no_range("datetime")}
    ends = [(promised or {}).get(f"promised_delivery_date{end}") for end in ("", "_min", "_max")]
    if not any(ends):
        return None
    return {
        "type": "specific" if ends[0] else "range",
        "source": "Order EDD",
        **dict(zip(("datetime", "datetime_min", "datetime_max"), ends, strict=True)),
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

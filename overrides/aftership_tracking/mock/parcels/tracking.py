"""Writes a parcel as the API's Tracking: a pure function of the parcel and the instant.

The Tracking is written once, with the names of one version, and then converted to the requested version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import quote

from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.conversion import CODE_VERSION, convert
from aftership_tracking.mock.documents.time_formats import write_utc
from aftership_tracking.mock.parcels.cities import City, route
from aftership_tracking.mock.parcels.journey import Completion, JourneyStage, JourneyState, next_change
from aftership_tracking.mock.parcels.parcel import Parcel
from aftership_tracking.mock.parcels.substatus import EVENTS, message_of, tag_of

TRACKING = "Tracking"
CHECKPOINT = "Checkpoint"
NEWEST_CHECKPOINT = "NewestCheckpoint"
TRACKING_PAGE = "https://courier.example/track/"
# A checkpoint that a user made has no known location.
NO_LOCATION = dict.fromkeys(
    ("location", "city", "state", "postal_code", "coordinate", "country_region", "country_region_name")
)

# Where a parcel goes whose life has no checkpoint.
NOWHERE = City("")
# The fields of a life that change what is expected.
ESTIMATES = (
    "aftership_estimated_delivery_date",
    "custom_estimated_delivery_date",
    "first_estimated_delivery",
    "latest_estimated_delivery",
)

# Not documented; the mock always sends these, so that a caller knows which parcel the response is about.
ALWAYS_SENT = ("id", "tracking_number", "slug")


def select_fields(tracking: dict[str, Any], names: Sequence[str] | None) -> dict[str, Any]:
    """Return the fields that a caller requests with `fields`, and the identity; all fields without names."""
    if not names:
        return tracking
    requested = {*ALWAYS_SENT, *names}
    return {name: item for name, item in tracking.items() if name in requested}


def identify(parcel: Parcel, api: Api) -> str:
    """Return the id of a parcel in a version: the shorter one in versions that have only one."""
    return parcel.id if "legacy_id" in api.fields(TRACKING) else parcel.legacy_id


class Rendering:
    """One parcel at one instant. What several fields need is computed once, and only when needed."""

    def __init__(self, parcel: Parcel, now: datetime, seed: int) -> None:
        self.parcel = parcel
        self.now = now
        self._seed = seed

    @property
    def serial(self) -> int:
        return self.parcel.serial

    @cached_property
    def state(self) -> JourneyState:
        return self.parcel.state(self.now)

    @cached_property
    def cities(self) -> tuple[City, ...]:
        """The cities of the parcel's route."""
        return route(self._seed, self.parcel.tracking_number, self.parcel.plan.length)

    def city(self, stage: JourneyStage) -> City:
        """Where something happened."""
        if stage.event.city is not None:
            return stage.event.city
        # What a hand has added happens where the parcel was going.
        return self.cities[min(stage.index, len(self.cities) - 1)]

    @cached_property
    def details(self) -> Mapping[str, Any]:
        """What callers said, with the names that are used here."""
        return self.parcel.details.fields

    def tracking(self, api: Api) -> dict[str, Any]:
        """The Tracking of a version: every field that it has, null where nothing is known.

        What callers said is converted as a part of the response: a version may change a field of the response
        and leave that of the request.
        """
        written = {**self.details, **self._write(), **self.state.fields, **self.parcel.overrides}
        return {
            **api.empty(TRACKING),
            **self._held(api, self.parcel.details.newer_at(api.version)),
            **convert(written, TRACKING, CODE_VERSION, api.version),
            **self._held(api, self.parcel.details.exact_at(api.version, written)),
            "id": self.identifier(api),
        }

    def shown(self, api: Api) -> dict[str, Any]:
        """The Tracking as responses show it: shaped and checked once, until the parcel changes.

        It is shared; do not change it. What callers said in another version and this one cannot hold is null,
        or empty, like everything that it does not know.
        """
        parcel, memory = self.parcel, api.remembered
        parts = (
            *(parcel.plan, parcel.details, parcel.slug, parcel.overrides),
            *(parcel.stage_overrides, parcel.changed_at),
        )
        found = memory.find(parcel, parts, self.now)
        if found is None:
            found = memory.get(parcel, self._facts(), lambda: self._checked(api))
            memory.hold(parcel, found, parts, self.now, self._facts_until())
        return found

    def _facts(self) -> tuple[Any, ...]:
        """All that `tracking` depends on, besides the version. While it is equal, so is the result."""
        parcel, state = self.parcel, self.state
        is_over = bool(state.stages) and tag_of(state.stages[-1].subtag) == "Delivered"
        # Of the time itself only the days in transit depend on more than the state.
        days = None if is_over else self.transit_time()
        given = parcel.details, parcel.slug, parcel.overrides, parcel.stage_overrides
        return parcel.plan, given, parcel.changed_at, state, days

    def _facts_until(self) -> datetime:
        """Until when the facts hold: the next event, or the next quarter, as midnight somewhere is at one."""
        now = self.now.astimezone(UTC)
        quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0) + timedelta(minutes=15)
        change = next_change(self.parcel.plan, self.now)
        return quarter if change is None else min(quarter, change)

    def _checked(self, api: Api) -> dict[str, Any]:
        tracking = self.tracking(api)
        if not api.fits_component(TRACKING, tracking):
            given = convert(self.details, TRACKING, CODE_VERSION, api.version)
            for name in given.keys() & tracking.keys():
                if name in api.fields(TRACKING) and not api.can_hold(TRACKING, name, tracking[name]):
                    tracking[name] = api.empty(TRACKING).get(name)
        return api.checked(TRACKING, tracking)

    def _held(self, api: Api, given: Mapping[str, Any]) -> dict[str, Any]:
        """What callers said and the mock's code does not know, as far as the response can hold it."""
        return {name: value for name, value in given.items() if api.can_hold(TRACKING, name, value)}

    def identifier(self, api: Api) -> str:
        """The id of the parcel in a version."""
        return identify(self.parcel, api)

    def estimates(self) -> tuple[Any, ...]:
        """What the estimated delivery dates depend on: the courier's days, and what the caller promised."""
        said = (self.state.fields.get(name) for name in ESTIMATES)
        return self._expected(), self.details.get("order_promised_delivery_date"), *said

    def last_checkpoint(self, api: Api) -> dict[str, Any]:
        """The newest checkpoint; without a history an object of nulls, as was recorded of an older API."""
        found = self._checkpoints()
        if not found:
            return dict(api.empty(NEWEST_CHECKPOINT))
        last: dict[str, Any] = convert(found[-1], CHECKPOINT, CODE_VERSION, api.version)
        return last

    def _write(self) -> dict[str, Any]:
        """Write what the mock knows besides what callers said."""
        parcel, state, details = self.parcel, self.state, self.details
        pickup, delivery = self._first("InTransit"), self._first("Delivered")
        attempt = self._first("AttemptFail", "Delivered")
        days = self._expected()
        expected = days[-1] if days else None
        promised = details.get("order_promised_delivery_date")
        first, latest = _estimate(days[0] if days else None, promised), _estimate(expected, promised)
        reason = state.estimates[-1][1] if state.estimates else None
        today = self._last_city().local_time(self.now).date() if days else None
        on_time, difference = _punctuality(attempt, days, today, state)
        return {
            "legacy_id": parcel.legacy_id,
            "tracking_number": parcel.tracking_number,
            "slug": parcel.slug,
            "title": details.get("title") or parcel.tracking_number,
            "created_at": write_utc(parcel.created_at),
            "updated_at": write_utc(parcel.updated_at(state)),
            "active": state.active,
            "tag": state.tag,
            "subtag": state.subtag,
            "subtag_message": message_of(state.subtag),
            "checkpoints": self._checkpoints(),
            "return_to_sender": state.return_to_sender,
            "source": "api",
            "unique_token": "deprecated",
            "tracked_count": len(state.stages) + 1,
            "failed_delivery_attempts": sum(tag_of(stage.subtag) == "AttemptFail" for stage in state.stages),
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
            "first_estimated_delivery": first,
            "latest_estimated_delivery": None if latest is None else {**latest, "revise_reason": reason},
            "shipment_pickup_date": _iso_time(pickup),
            "shipment_delivery_date": _iso_time(delivery),
            "first_attempted_at": _iso_time(attempt),
            "transit_time": self.transit_time(),
            "on_time_status": on_time,
            "on_time_difference": difference,
        }

    def _last_mile(self) -> dict[str, Any] | None:
        """The last leg, if a caller named its carrier. The mock knows no other."""
        given = self.details.get("last_mile")
        if given is None:
            return None
        unknown = dict.fromkeys(("transit_time", "courier_tracking_link", "courier_redirect_link"))
        # Some versions take a number without its courier, and others always send a courier.
        return {"slug": self.parcel.slug, **given, **unknown, "source": "user"}

    def _checkpoints(self) -> list[dict[str, Any]]:
        """The history, oldest first."""
        found = [self._checkpoint(stage) for stage in self.state.stages]
        completion = self.parcel.plan.completion
        if completion is not None and completion.in_history:
            found.append(self._completion_checkpoint(completion))
        return found

    def _checkpoint(self, stage: JourneyStage) -> dict[str, Any]:
        city = self.city(stage)
        code = stage.event.code or EVENTS.get(stage.subtag)
        reason = stage.event.reason and {"code": stage.event.reason}
        time = city.local_time(stage.at).isoformat(timespec="seconds")
        return {
            **self._head(stage.at, stage.subtag, time, stage.event.message),
            "location": ", ".join(filter(None, (city.name, city.state))),
            "city": city.name,
            "state": city.state,
            "postal_code": city.zip,
            "coordinate": None
            if city.latitude is None
            else {"latitude": city.latitude, "longitude": city.longitude},
            "country_region": city.country_iso3,
            "country_region_name": city.country_name,
            "raw_tag": stage.subtag.upper(),
            "events": [{"code": code, "reason": reason}] if code else [],
            "source": "carrier",
            **self.parcel.stage_override(stage.index),
        }

    def _completion_checkpoint(self, completion: Completion) -> dict[str, Any]:
        event_time = completion.event_time or write_utc(completion.at)
        head = self._head(completion.at, completion.subtag, event_time)
        return {**head, **NO_LOCATION, "raw_tag": None, "events": [], "source": "user"}

    def _head(
        self, created_at: datetime, subtag: str, checkpoint_time: str, message: str | None = None
    ) -> dict[str, Any]:
        fingerprint = f"{self.parcel.slug}/{self.parcel.tracking_number}/{checkpoint_time}/{subtag}"
        return {
            "created_at": write_utc(created_at),
            "slug": self.parcel.slug,
            "checkpoint_time": checkpoint_time,
            "message": message or message_of(subtag),
            "tag": tag_of(subtag),
            "subtag": subtag,
            "subtag_message": message_of(subtag),
            "hash": hashlib.sha1(fingerprint.encode(), usedforsecurity=False).hexdigest(),
        }

    def _first(self, *tags: str) -> datetime | None:
        """The local time of the first stage with one of some tags."""
        for stage in self.state.stages:
            if tag_of(stage.subtag) in tags:
                return self.city(stage).local_time(stage.at)
        return None

    def _expected(self) -> tuple[str, ...]:
        """The courier's own estimates: days at the end of the route, the first one first."""
        if not self.state.estimates:
            return ()
        end = self._last_city()
        return tuple(end.local_time(instant).date().isoformat() for instant, _ in self.state.estimates)

    def transit_time(self) -> int | None:
        """Whole days from pickup to delivery, or until now; the pickup day does not count."""
        pickup = self._first("InTransit")
        if pickup is None:
            return None
        end = self._first("Delivered") or self.now.astimezone(pickup.tzinfo)
        return max(0, (end.date() - pickup.date()).days)

    def courier_destination(self) -> str | None:
        """The country that the courier takes the parcel to; known with its first news."""
        return self._last_city().country_iso3 if self.state.stages else None

    def _last_city(self) -> City:
        """Where the parcel goes, as far as is planned."""
        planned = reversed(self.parcel.plan.stages)
        last = next((stage for stage in planned if stage.event.is_checkpoint), None)
        return self.city(last) if last is not None else self.cities[-1] if self.cities else NOWHERE


def _iso_time(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(timespec="seconds")


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
    attempt: datetime | None, days: tuple[str, ...], today: date | None, state: JourneyState
) -> tuple[str | None, int | None]:
    """Return `on_time_status` and `on_time_difference` of the attempt, or of the newest estimate."""
    if not days or today is None or state.return_to_sender:
        return None, None
    first, latest = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    if attempt is not None:
        difference = (attempt.date() - first).days
        return ("late" if difference > 0 else "early" if difference < 0 else "on-time"), difference
    difference = (latest - first).days
    if today > latest:
        return "overdue", difference
    return ("trending-late" if difference > 0 else "trending-on-time"), difference

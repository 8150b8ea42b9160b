"""Makes parcels with any field, of any time, at any point of their life."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftership_tracking.mock.accounts.store import RETENTION, Account, Store
from aftership_tracking.mock.control.durations import read_instant
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.parcel_states import choose_subtag, seeded_plan, usual_steps
from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.conversion import CODE_VERSION, convert
from aftership_tracking.mock.documents.time_formats import write_utc
from aftership_tracking.mock.parcels.couriers import COURIER, Couriers, is_slug
from aftership_tracking.mock.parcels.details import CREATED, Details
from aftership_tracking.mock.parcels.journey import JourneyPlan, plan_of
from aftership_tracking.mock.parcels.life import Life
from aftership_tracking.mock.parcels.lifecycle import Lifecycle
from aftership_tracking.mock.parcels.parcel import Parcel
from aftership_tracking.mock.parcels.substatus import message_of, tag_of
from aftership_tracking.mock.parcels.tracking import CHECKPOINT, NO_LOCATION, TRACKING

MOST_AT_ONCE = 100_000
COUNTER = "{n}"
"""In a string of a template: the number of the parcel, from 1."""
JOURNEY = "journey"
"""Beside the fields of a tracking: the name of its life."""
# Fields that decide what the parcel is. All others are set as they come.
_OWN = frozenset(
    {"id", "tracking_number", "slug", "created_at", "updated_at", "tag", "subtag", "checkpoints", "journey"}
)
# A checkpoint has what was given, and no invented location.
_NOTHING_KNOWN: dict[str, Any] = {**NO_LOCATION, "raw_tag": None, "events": []}


@dataclass(slots=True)
class _Plan:
    """A parcel that was read and checked, and is not in an account yet."""

    fields: dict[str, Any]
    number: str
    slug: str
    created_at: datetime
    updated_at: datetime
    subtag: str
    steps: list[tuple[str, datetime]]
    checkpoints: list[dict[str, Any]]
    life: Life | None

    def journey(self, pace: float) -> JourneyPlan:
        """Its whole life, of the past and of the future."""
        if self.life is not None:
            return plan_of(self.created_at, self.life, pace)
        return seeded_plan(self.created_at, self.steps, self.subtag, self.updated_at, pace)


class Seeding:
    """Puts parcels into accounts. All of a call are checked before the first one is added."""

    def __init__(self, store: Store, couriers: Couriers, lifecycle: Lifecycle) -> None:
        self._store = store
        self._couriers = couriers
        self._lifecycle = lifecycle

    @contextmanager
    def with_couriers(self, records: Sequence[Mapping[str, Any]]) -> Iterator[None]:
        """Add couriers, and take them back if the trackings of the same seed are refused."""
        before = self._couriers.added()
        self._couriers.add(records)
        try:
            yield
        except BaseException:
            self._couriers.forget_added()
            self._couriers.add(before)
            raise

    def seed(self, key: str, trackings: Sequence[Mapping[str, Any]], api: Api, now: datetime) -> list[Parcel]:
        """Add parcels to an account, given by the fields that a tracking has in a version, and return them.

        Raises:
            ControlError: a field or value cannot be; nothing was added then.
        """
        now, account = now.replace(microsecond=0), self._store.account(key)
        with account.lock:
            first = account.serial + 1
            plans = [
                self._read(fields, f"trackings[{index}]", api, now, first + index)
                for index, fields in enumerate(trackings)
            ]
            self._refuse_doubles(account, plans)
            with account:
                added = [self._add(key, account, plan, api) for plan in sorted(plans, key=_creation)]
            account.put_in_order()
            account.forget_old(now)
        return added

    def _read(self, given: Mapping[str, Any], where: str, api: Api, now: datetime, serial: int) -> _Plan:
        _check_names(given, where, api)
        number = given.get("tracking_number", f"MOCK{serial:010d}")
        if not isinstance(number, str) or not number:
            raise ControlError(
                "wrong-value", f"{where}.tracking_number: a string that is not empty is needed"
            )
        created = read_instant(given.get("created_at", now), f"{where}.created_at")
        updated = read_instant(given.get("updated_at", now), f"{where}.updated_at")
        if not now - RETENTION < created <= now:
            raise ControlError(
                "out-of-retention",
                f"{where}.created_at: has to lie within the last {RETENTION.days} days of the mock's clock,"
                f" which shows {write_utc(now)}",
            )
        if not created <= updated <= now:
            raise ControlError("contradiction", f"{where}.updated_at: has to lie between created_at and now")
        checkpoints = _read_checkpoints(given.get("checkpoints"), where, api, now)
        subtag = _read_subtag(given, where, checkpoints)
        life = self._read_journey(given, where)
        steps = [(each["subtag"], read_instant(each["checkpoint_time"], where)) for each in checkpoints]
        if "checkpoints" not in given:
            steps = usual_steps(subtag, created, updated)
        return _Plan(
            _check_values(given, where, api),
            number,
            self._choose_slug(given, number, where),
            created,
            updated,
            subtag,
            steps,
            checkpoints,
            life,
        )

    def _read_journey(self, given: Mapping[str, Any], where: str) -> Life | None:
        name = given.get(JOURNEY)
        if name is None:
            return None
        for other in ("tag", "subtag", "checkpoints"):
            if other in given:
                raise ControlError(
                    "contradiction", f"{where}.{JOURNEY}: decides the {other} too; leave one out"
                )
        if not isinstance(name, str):
            raise ControlError("wrong-type", f"{where}.{JOURNEY}: the name of a journey is needed")
        try:
            return self._lifecycle.life(name)
        except LookupError as error:
            raise ControlError("unknown-journey", f"{where}.{JOURNEY}: {error.args[0]}") from None

    def _choose_slug(self, given: Mapping[str, Any], number: str, where: str) -> str:
        slug = given.get("slug")
        if slug is None:
            return next(iter(self._couriers.detect(number)), self._couriers.grammar.slug)
        if not isinstance(slug, str) or not self._couriers.knows(slug):
            close = self._couriers.find_close(str(slug))
            meant = f"did you mean {close!r}? " if close else ""
            raise ControlError(
                "unknown-courier",
                f"{where}.slug: no courier has the slug {slug!r}; {meant}one of your own comes with couriers",
            )
        return slug

    def _refuse_doubles(self, account: Account, plans: Sequence[_Plan]) -> None:
        seen: set[tuple[str, str]] = set()
        ids: set[str] = set()
        for plan in plans:
            name = (plan.slug, plan.number)
            if name in seen or account.by_number(*name) is not None:
                raise ControlError(
                    "exists",
                    f"there is a tracking of {plan.slug} with the number {plan.number} already;"
                    f" write {COUNTER} into the tracking_number of a template, or leave it out",
                    409,
                )
            seen.add(name)
            # Both kinds are looked up alike.
            for chosen in (plan.fields.get("id"), plan.fields.get("legacy_id")):
                if chosen is None:
                    continue
                if chosen in ids or account.by_id(chosen) is not None:
                    raise ControlError("exists", f"there is a tracking with the id {chosen} already", 409)
                ids.add(chosen)

    def _add(self, key: str, account: Account, plan: _Plan, api: Api) -> Parcel:
        sent = api.fields(CREATED)
        details = {
            name: value
            for name, value in plan.fields.items()
            if name in sent and name not in _OWN and api.can_hold(CREATED, name, value)
        }
        others = {
            name: value for name, value in plan.fields.items() if name not in details and name not in _OWN
        }
        identifier, legacy_id = self._store.new_ids(key, plan.fields.get("id"))
        parcel = Parcel(
            id=identifier,
            legacy_id=str(others.pop("legacy_id", legacy_id)),
            tracking_number=plan.number,
            slug=plan.slug,
            created_at=plan.created_at,
            changed_at=plan.created_at,
            plan=plan.journey(self._store.pace),
            details=Details().with_changes(details, CREATED, api.version),
            serial=account.new_serial(),
            overrides=convert(others, TRACKING, api.version, CODE_VERSION),
            stage_overrides=tuple(
                {**_NOTHING_KNOWN, **convert(each, CHECKPOINT, api.version, CODE_VERSION)}
                for each in plan.checkpoints
            ),
        )
        if "updated_at" in plan.fields:
            parcel.changed_at = plan.updated_at
        account.add(parcel)
        return parcel


def read_couriers(given: Sequence[Mapping[str, Any]], api: Api) -> list[dict[str, Any]]:
    """Return couriers, given by the fields that a version has, as the mock's code names them.

    Raises:
        ControlError: a field or value cannot be.
    """
    found = []
    for index, each in enumerate(given):
        where = f"couriers[{index}]"
        if not isinstance(each.get("slug"), str) or not is_slug(each["slug"]):
            raise ControlError(
                "wrong-value", f"{where}.slug: is needed, with small letters, digits and hyphens only"
            )
        for name, value in each.items():
            _check_name(name, api.fields(COURIER), where, f"courier of version {api.version}")
            if not api.can_hold(COURIER, name, value):
                raise ControlError(
                    "wrong-value", f"{where}.{name}: the value breaks the document of version {api.version}"
                )
        found.append(convert(dict(each), COURIER, api.version, CODE_VERSION))
    return found


def expand_template(count: int, template: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return as many trackings as wanted; in each string `{n}` is its number.

    Raises:
        ControlError: there are none or too many, or all would have the same number or id.
    """
    if not 1 <= count <= MOST_AT_ONCE:
        raise ControlError("wrong-value", f"count: from 1 to {MOST_AT_ONCE}, not {count}")
    for name in ("tracking_number", "id"):
        value = template.get(name)
        if count > 1 and isinstance(value, str) and COUNTER not in value:
            raise ControlError(
                "exists", f"template.{name}: {count} trackings would have the same; write {COUNTER} into it"
            )
    return [{name: _fill(value, index) for name, value in template.items()} for index in range(1, count + 1)]


def _fill(value: Any, index: int) -> Any:
    if isinstance(value, str):
        return value.replace(COUNTER, str(index))
    if isinstance(value, list):
        return [_fill(item, index) for item in value]
    return {name: _fill(item, index) for name, item in value.items()} if isinstance(value, dict) else value


def _creation(plan: _Plan) -> datetime:
    return plan.created_at


def _check_names(given: Mapping[str, Any], where: str, api: Api) -> None:
    known = {*api.fields(TRACKING), *api.fields(CREATED), JOURNEY} - {"slug_group"}
    for name in given:
        _check_name(name, known, where, f"tracking of version {api.version}")


def _check_name(name: str, known: Collection[str], where: str, what: str) -> None:
    if name not in known:
        close = difflib.get_close_matches(name, known, 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise ControlError("unknown-field", f"{where}.{name}: a {what} has no such field{hint}")


def _check_values(given: Mapping[str, Any], where: str, api: Api) -> dict[str, Any]:
    """Return the fields, each of which fits the response or the request of its version."""
    for name, value in given.items():
        if name not in ("checkpoints", JOURNEY) and not (
            api.can_hold(TRACKING, name, value) or api.can_hold(CREATED, name, value)
        ):
            raise ControlError(
                "wrong-value", f"{where}.{name}: the value breaks the document of version {api.version}"
            )
    return dict(given)


def _read_subtag(given: Mapping[str, Any], where: str, checkpoints: Sequence[Mapping[str, Any]]) -> str:
    tag, subtag = given.get("tag"), given.get("subtag")
    if tag is None and subtag is None:
        return str(checkpoints[-1]["subtag"]) if checkpoints else "Pending_001"
    try:
        chosen = choose_subtag(tag, subtag)
    except ControlError as error:
        raise ControlError(error.code, f"{where}.{error.message}") from None
    if checkpoints and tag_of(chosen) not in (tag_of(checkpoints[-1]["subtag"]), "Expired"):
        raise ControlError(
            "contradiction",
            f"{where}.tag: {tag_of(chosen)} is not the tag of the last checkpoint,"
            f" which is {tag_of(checkpoints[-1]['subtag'])}",
        )
    return chosen


def _read_checkpoints(given: Any, where: str, api: Api, now: datetime) -> list[dict[str, Any]]:
    """Return the checkpoints in the order of their time, each with time and status."""
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise ControlError("wrong-value", f"{where}.checkpoints: a list of objects is needed")
    found = []
    for index, each in enumerate(given):
        at = f"{where}.checkpoints[{index}]"
        unknown = sorted(each.keys() - api.fields(CHECKPOINT).keys())
        if unknown:
            raise ControlError(
                "unknown-field", f"{at}.{unknown[0]}: a checkpoint of version {api.version} has no such field"
            )
        instant = read_instant(each.get("checkpoint_time", ""), f"{at}.checkpoint_time")
        if instant > now:
            raise ControlError(
                "contradiction", f"{at}.checkpoint_time: lies in the future of the mock's clock"
            )
        try:
            subtag = choose_subtag(each.get("tag"), each.get("subtag"))
        except ControlError as error:
            raise ControlError(error.code, f"{at}.{error.message}") from None
        usual = {"tag": tag_of(subtag), "subtag": subtag, "subtag_message": message_of(subtag)}
        whole = {**usual, "message": message_of(subtag), **each}
        for name, value in whole.items():
            if not api.can_hold(CHECKPOINT, name, value):
                raise ControlError(
                    "wrong-value", f"{at}.{name}: the value breaks the document of version {api.version}"
                )
        found.append((instant, whole))
    return [whole for _, whole in sorted(found, key=lambda entry: entry[0])]

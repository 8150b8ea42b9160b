"""All that can be done with a mock besides calling its API, as methods. `Mock` inherits them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from aftership_tracking.mock.accounts.keys import Keys, read_keys
from aftership_tracking.mock.accounts.oauth.mock_oauth import MockOAuth
from aftership_tracking.mock.accounts.store import Store
from aftership_tracking.mock.clock import Clock, MovableClock, SystemClock, check_pace, movable
from aftership_tracking.mock.control import snapshots
from aftership_tracking.mock.control.clock_control import ClockControl
from aftership_tracking.mock.control.durations import read_duration, read_instant
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.fault_reader import fault_reader
from aftership_tracking.mock.control.har import write_har
from aftership_tracking.mock.control.oauth.oauth_control import OAuthControl
from aftership_tracking.mock.control.parcel_control import ParcelControl
from aftership_tracking.mock.control.parcel_list import ParcelList
from aftership_tracking.mock.control.seeding import Seeding, expand_template, read_couriers
from aftership_tracking.mock.control.verification import Expectation, Verification, verify
from aftership_tracking.mock.documents.api import Api
from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.parcels.couriers import Couriers
from aftership_tracking.mock.parcels.lifecycle import Lifecycle
from aftership_tracking.mock.pipeline.faults import Faults
from aftership_tracking.mock.pipeline.journal import Journal
from aftership_tracking.mock.pipeline.limits import RequestCounts
from aftership_tracking.mock.services import moves
from aftership_tracking.mock.webhooks.service import Webhooks


class Sandbox(ParcelControl):
    """The state of a mock and what a test does with it.

    Attributes:
        faults: what goes wrong on purpose.
        journal: what was requested.
        webhooks: the URLs that get webhooks, and what was sent.
        parcels: what the accounts hold, to look through.
        oauth: partner apps, and the merchants that consent to them.
    """

    def __init__(
        self,
        served: ServedVersions,
        couriers: Couriers,
        lifecycle: Lifecycle,
        clock: Clock,
        seed: int,
        keys: Keys,
        oauth: MockOAuth | None,
    ) -> None:
        self.clock: MovableClock = movable(clock)
        self.faults = Faults(seed, fault_reader(self.check_operation))
        self.journal = Journal()
        self._served = served
        self._seed = seed
        self._lifecycle = lifecycle
        self._store = Store(seed, pace=clock.speed if isinstance(clock, SystemClock) else 1.0)
        self._counts = RequestCounts()
        self._oauth = oauth
        self._keys = None if keys is None else tuple(read_keys(keys) or ())
        self.oauth = OAuthControl(oauth, self.clock)
        self.parcels = ParcelList(self._store, self.clock, self.journal, self._keys)
        self._couriers = couriers
        self._seeding = Seeding(self._store, couriers, lifecycle)
        self.webhooks = Webhooks(self._store, served, self.clock, seed)
        self._time = ClockControl(self.clock, self.webhooks)

    @property
    def versions(self) -> tuple[str, ...]:
        """The served versions, the oldest first."""
        return self._served.versions

    def reset(self, key: str | None = None) -> None:
        """Remove trackings, connections, seeded couriers, counts, faults and records; ids start again.

        Clock and URLs stay.

        Args:
            key: only what belongs to this API key; ids go on then.

        Raises:
            ControlError: the mock does not accept this key.
        """
        if key is not None:
            self._check_key(key)
            self.webhooks.observe()
            self._store.account(key).clear()
            self._counts.clear(key)
            self.journal.forget(key)
            for state in self.faults.rules:
                if state.rule.key == key:
                    self.faults.remove(state.rule.id)
            return
        self._store.clear()
        self._couriers.forget_added()
        self._counts.clear()
        self.webhooks.clear()
        self.faults.clear()
        self.journal.clear()
        if self._oauth is not None:
            self._oauth.clear()

    def seed(
        self,
        trackings: Sequence[Mapping[str, Any]] = (),
        *,
        count: int | None = None,
        template: Mapping[str, Any] | None = None,
        key: str | None = None,
        version: str | None = None,
        couriers: Sequence[Mapping[str, Any]] = (),
    ) -> list[str]:
        """Add trackings with any field, also of past times and finished lives. No webhook reports them.

        Args:
            trackings: the fields of each, with the names of a tracking in `version`. Instead of a status or
                checkpoints it may have a `journey`, as of `follow`, which begins at `created_at`.
            count: instead of `trackings`: so many of `template`. In its strings `{n}` is the number of each.
            template: the fields of each of them.
            key: whose trackings they are; not needed if the mock accepts only one key.
            version: of the names of fields; the newest by default.
            couriers: the fields of couriers that all accounts activate, `slug` at least, until `reset`. Of a
                known courier, what is not given stays as it is.

        Returns:
            The ids that they have in that version, the oldest first.

        Raises:
            ControlError: something cannot be; nothing was added then.
        """
        if (count is None) == (not trackings) and (trackings or not couriers):
            raise ControlError(
                "nothing-to-do", "give either a count, with a template, or a list of trackings, or couriers"
            )
        if template is not None and count is None:
            raise ControlError("contradiction", "template: comes with a count")
        wanted = trackings if count is None else expand_template(count, template or {})
        api = self._api(version)
        records = read_couriers(couriers, api)
        if not wanted:
            self._couriers.add(records)
            return []
        with self.webhooks.silent(), self._seeding.with_couriers(records):
            added = self._seeding.seed(self._key(key), wanted, api, self.clock.now())
        return [self._render(parcel).identifier(api) for parcel in added]

    def advance(self, step: timedelta | str | float) -> datetime:
        """Move the clock forward and return the new time.

        `step`: a duration, such as `2d`, or seconds.

        The clock moves parcels, times of creation, filters and the expiry of tokens; not signatures and rate
        limits, unless it is a `ManualClock`.

        Raises:
            ControlError: it is not a duration.
        """
        return self._time.advance(read_duration(step, "advance"))

    def set_time(self, instant: datetime | str) -> datetime:
        """Move the clock to a later time, and return it.

        Raises:
            ControlError: it is not a time with a zone, or it is in the past.
        """
        return self._time.set(read_instant(instant, "set"))

    @property
    def speed(self) -> float:
        """How many times faster than in reality parcels move, their expiry and repeated webhooks included.

        The clock stays as it is, so at any speed an account holds nothing of the future. May be set; parcels
        keep what they have reached. Raises ControlError if it is not from 0.01 to 1,000,000,000.
        """
        return self._store.pace

    @speed.setter
    def speed(self, speed: float) -> None:
        try:
            check_pace(speed, "speed:")
        except ValueError as error:
            raise ControlError("wrong-value", str(error)) from None
        self.webhooks.observe()
        moves.change_pace(self._store, self._now(), speed)
        self.webhooks.wake()

    def verify(self, expected: Sequence[Expectation], *, complete: bool = False) -> Verification:
        """Compare the journal with what a test expects. The result is true if everything was as expected.

        Args:
            complete: complain about requests that no expectation covers.

        Raises:
            ControlError: no version has the operation of an expectation.
        """
        for expectation in expected:
            self.check_operation(expectation.operation)
        return verify(self.journal, expected, complete=complete)

    def har(self) -> dict[str, Any]:
        """The journal as an HTTP Archive (HAR 1.2)."""
        return write_har(self.journal)

    def snapshot(self) -> dict[str, Any]:
        """The accounts, ids, counts, tokens and the time, as a JSON value for `restore`.

        It holds keys and credentials. URLs of webhooks, faults and the journal are not part of it.
        """
        return snapshots.take(self._store, self.clock, self._counts, self._oauth, self._seed)

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Go back to a snapshot, of this mock or of another one with the same seed. The clock goes back too.

        Responses are then the same as they were. No webhook reports what was restored.

        Raises:
            ControlError: it is not a snapshot, or one of another seed; nothing was changed then.
        """
        found = snapshots.read(snapshot, self._seed, self._oauth)
        self._time.check_jumps()
        with self.webhooks.silent():
            self._store.clear()
            self.webhooks.clear()
            self._time.jump(found.now)
            snapshots.load(found, self._store, self._counts, self._oauth)

    def document(
        self, version: str, *, constraints: Literal["enforced", "all"] = "enforced"
    ) -> Mapping[str, Any]:
        """The OpenAPI document of a served version.

        Args:
            constraints: "enforced" leaves those out that the mock does not enforce because nobody documents
                them: what this document forbids, the mock refuses. "all" has them too.

        Raises:
            ControlError: the version is not served, or `constraints` is something else.
        """
        api = self._api(version)
        if constraints == "all":
            return api.document
        if constraints != "enforced":
            raise ControlError("wrong-value", f"constraints: enforced or all, not {constraints!r}")
        return api.validators.document

    def check_operation(self, name: str | None) -> None:
        """Refuse a name that is neither an operationId nor a name such as `trackings.list` of any version.

        Raises:
            ControlError: no served version has such an operation.
        """
        if name is None or self._served.has_operation(name):
            return
        names = ", ".join(self.operations)
        raise ControlError(
            "unknown-operation",
            f"operation: no served version has {name!r}; write an operationId or one of {names}",
        )

    @property
    def operations(self) -> list[str]:
        """The operations of the newest version, by names such as `trackings.list`."""
        return sorted({f"{each.resource}.{each.action}" for each in self._served.newest.operations})

    def _check_key(self, key: str) -> None:
        if key.strip() != key or not key.isprintable() or not key:
            raise ControlError("wrong-value", "key: no header can hold this key")
        if self._keys is not None and key not in self._keys and key not in dict(self._store.accounts()):
            raise ControlError("unknown-key", "key: not a key of this mock", 404)

    def _key(self, key: str | None) -> str:
        """The key of the account that is meant."""
        if key is None:
            if self._keys is None or len(self._keys) != 1:
                raise ControlError(
                    "key-missing", 'key: say whose trackings they are, {"key": "..."}: each key is an account'
                )
            key = self._keys[0]
        self._check_key(key)
        return key

    def _api(self, version: str | None) -> Api:
        if version is None:
            return self._served.newest
        if version not in self.versions:
            raise ControlError(
                "unknown-version",
                f"version: {version!r} is not served; there are {', '.join(self.versions)}",
                404,
            )
        return self._served.load(version)[0]

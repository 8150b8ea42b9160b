"""What a test does with one parcel of a mock, as methods. `Sandbox` inherits them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aftership_tracking.mock.accounts.store import Account, Store
from aftership_tracking.mock.clock import MovableClock
from aftership_tracking.mock.control.durations import read_duration
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.listings import show_stage
from aftership_tracking.mock.control.parcel_states import choose_subtag
from aftership_tracking.mock.documents.served_versions import ServedVersions
from aftership_tracking.mock.parcels.couriers import Couriers
from aftership_tracking.mock.parcels.life import Life
from aftership_tracking.mock.parcels.lifecycle import Lifecycle, choose_life
from aftership_tracking.mock.parcels.parcel import Parcel
from aftership_tracking.mock.parcels.tracking import TRACKING, Rendering
from aftership_tracking.mock.services import moves
from aftership_tracking.mock.webhooks.service import Webhooks


class ParcelControl:
    """The parcels of a mock, one at a time: read one, put it into a status, let it be further."""

    clock: MovableClock
    webhooks: Webhooks
    _served: ServedVersions
    _store: Store
    _couriers: Couriers
    _lifecycle: Lifecycle
    _seed: int

    def put(
        self, tracking_id: str, *, tag: str | None = None, subtag: str | None = None, key: str | None = None
    ) -> dict[str, Any]:
        """Put a parcel into a status now, and return its tracking. Webhooks report it.

        Nothing follows by itself, except that it may expire.

        Args:
            tracking_id: in any version.
            tag: a status, such as Delivered.
            subtag: a sub-status, such as Delivered_003.
            key: whose tracking it is, where two accounts have the same id.

        Raises:
            ControlError: there is no such tracking or status.
        """
        chosen = choose_subtag(tag, subtag)
        account, parcel = self._find(tracking_id, key)
        self.webhooks.observe()
        moves.put(account, parcel, self._now(), chosen)
        self.webhooks.wake()
        return self._tracking(parcel)

    def advance_parcel(
        self, tracking_id: str, step: timedelta | str | float, *, key: str | None = None
    ) -> dict[str, Any]:
        """Let one parcel alone be further in its life, and return its tracking. Webhooks report it.

        Args:
            tracking_id: in any version.
            step: a duration at the parcel's own pace: `1h`, `2d`, or seconds. At a speed of 60, one minute is
                what a second brings.
            key: whose tracking it is, where two accounts have the same id.

        Raises:
            ControlError: there is no such tracking, or it is not a duration.
        """
        duration = read_duration(step, "advance")
        account, parcel = self._find(tracking_id, key)
        self.webhooks.observe()
        moves.advance(account, parcel, self._now(), duration)
        self.webhooks.wake()
        return self._tracking(parcel)

    def follow(
        self, tracking_id: str, journey: str | None = None, *, key: str | None = None
    ) -> dict[str, Any]:
        """Let a parcel begin a journey now, and return its tracking. What it had before is gone.

        Args:
            tracking_id: in any version.
            journey: the name of a journey of the lifecycle file, of one that every mock knows, or a
                sub-status, which a parcel reaches after two days. None: the life that a new parcel of this
                number, courier and account has.
            key: whose tracking it is, where two accounts have the same id.

        Raises:
            ControlError: there is no such tracking or journey.
        """
        account, parcel = self._find(tracking_id, key)
        life = self._life(parcel, account) if journey is None else self._journey(journey)
        self.webhooks.observe()
        moves.follow(account, parcel, self._now(), life)
        self.webhooks.wake()
        return self._tracking(parcel)

    def check_journey(self, name: str) -> None:
        """Refuse a name that is not a journey. Raises ControlError."""
        self._journey(name)

    @property
    def journeys(self) -> Mapping[str, str]:
        """The journeys that a parcel may take, with a sentence about each."""
        return {name: life.about for name, life in self._lifecycle.all().items()}

    def tracking(self, tracking_id: str, *, key: str | None = None) -> dict[str, Any]:
        """Return a tracking as the newest version writes it.

        Raises:
            ControlError: there is no such tracking.
        """
        return self._tracking(self._find(tracking_id, key)[1])

    def planned(self, tracking_id: str, *, key: str | None = None) -> list[dict[str, Any]]:
        """Return what will happen to a parcel by itself, the first event first. Its expiry is not among it.

        Each has its time (`at`), `subtag` and `message`; an event that changes only fields has no `subtag`.

        Raises:
            ControlError: there is no such tracking.
        """
        plan, now = self._find(tracking_id, key)[1].plan, self._now()
        return [] if plan.completion else [show_stage(stage) for stage in plan.stages if stage.at > now]

    def _journey(self, name: str) -> Life:
        try:
            return self._lifecycle.life(name)
        except LookupError as error:
            raise ControlError("unknown-journey", f"journey: {error.args[0]}") from None

    def _find(self, tracking_id: str, key: str | None) -> tuple[Account, Parcel]:
        found = [
            (account, parcel)
            for name, account in self._store.accounts()
            if key in (None, name) and (parcel := account.by_id(tracking_id)) is not None
        ]
        if not found:
            raise ControlError("unknown-tracking", self._explain_unknown(tracking_id, key), 404)
        if len(found) > 1:
            raise ControlError(
                "ambiguous", f'id: {len(found)} accounts have this id; say whose: {{"key": "..."}}', 409
            )
        return found[0]

    def _explain_unknown(self, tracking_id: str, key: str | None) -> str:
        numbered = next(
            (
                parcel
                for name, account in self._store.accounts()
                if key in (None, name)
                for parcel in account.newest_first()
                if parcel.tracking_number == tracking_id
            ),
            None,
        )
        if numbered is None:
            return "id: no account has a tracking with this id"
        return f"id: {tracking_id!r} is a tracking number; the id of its tracking is {numbered.id}"

    def _life(self, parcel: Parcel, account: Account) -> Life | None:
        key = next(name for name, each in self._store.accounts() if each is account)
        return choose_life(self._couriers.grammar, self._lifecycle, key, parcel.slug, parcel.tracking_number)

    def _render(self, parcel: Parcel) -> Rendering:
        return Rendering(parcel, self._now(), self._seed)

    def _tracking(self, parcel: Parcel) -> dict[str, Any]:
        """As the newest version writes it."""
        api = self._served.newest
        fields = api.fields(TRACKING)
        return {name: value for name, value in self._render(parcel).tracking(api).items() if name in fields}

    def _now(self) -> datetime:
        return self.clock.now().replace(microsecond=0)

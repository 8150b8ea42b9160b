"""Moves single parcels by hand, and all of them at another pace. No request does that: tests do."""

from __future__ import annotations

from datetime import datetime, timedelta

from aftership_tracking.mock.accounts.store import Account, Store
from aftership_tracking.mock.parcels.journey import JourneyPlan
from aftership_tracking.mock.parcels.life import Life
from aftership_tracking.mock.parcels.parcel import Parcel

# Of the fields that a test has set: those that no longer hold when a hand moves the parcel.
_MOVING = frozenset(
    {
        *("tag", "subtag", "subtag_message", "active", "updated_at", "return_to_sender"),
        *("shipment_delivery_date", "transit_time", "on_time_status", "on_time_difference"),
    }
)


def put(account: Account, parcel: Parcel, now: datetime, subtag: str) -> None:
    """Give a parcel a sub-status now; nothing follows by itself, except that it may expire."""
    _move(account, parcel, now, parcel.plan.put(now, subtag), keeps=False)


def advance(account: Account, parcel: Parcel, now: datetime, step: timedelta) -> None:
    """Let one parcel be a step further in its life, while the clock stands."""
    _move(account, parcel, now, parcel.plan.advance(now, step), keeps=True)


def follow(account: Account, parcel: Parcel, now: datetime, life: Life | None) -> None:
    """Let a parcel begin a life now, or none. What it had before is gone."""
    _move(account, parcel, now, parcel.plan.with_life(now, life), keeps=False)


def change_pace(store: Store, now: datetime, pace: float) -> None:
    """Let all parcels, and those of the future, move at another pace from now on.

    The pace is above zero.
    """
    store.pace = pace
    for _, account in store.accounts():
        with account:
            for parcel in account.newest_first():
                account.edit(parcel)
                parcel.plan = parcel.plan.at_pace(now, pace)
                account.replan(parcel, now)


def _move(account: Account, parcel: Parcel, now: datetime, plan: JourneyPlan, *, keeps: bool) -> None:
    with account:
        account.edit(parcel)
        parcel.plan = plan
        if not keeps:
            parcel.overrides = {
                name: value for name, value in parcel.overrides.items() if name not in _MOVING
            }
        account.touch(parcel, now)

"""Moves single parcels by hand, and all of them at another pace. No request does that: tests do."""

from __future__ import annotations

from datetime import datetime, timedelta

from aftership_tracking.mock.accounts.store import Account, Store
from aftership_tracking.mock.clock import Clock
from aftership_tracking.mock.parcels.journey import JourneyPlan
from aftership_tracking.mock.parcels.life import Life
from aftership_tracking.mock.parcels.lifecycle import Lifecycle
from aftership_tracking.mock.parcels.parcel import Parcel
from aftership_tracking.mock.parcels.substatus import SUBTAGS, tag_of

TAGS = tuple(dict.fromkeys(tag_of(subtag) for subtag in SUBTAGS))


def put(account: Account, identifier: str, now: datetime, tag: str, subtag: str | None = None) -> Parcel:
    """Give a parcel of an account a status now; nothing follows it by itself, except that it may expire.

    Args:
        tag: the status, such as "Delivered".
        subtag: the sub-status; by default the first one of the status.

    Raises:
        LookupError: the account has no parcel with this id.
        ValueError: there is no such status, or the sub-status is not one of it.
    """
    if tag not in TAGS:
        raise ValueError(f"{tag!r} is not a status; these are: {', '.join(TAGS)}")
    chosen = f"{tag}_001" if subtag is None else subtag
    if chosen not in SUBTAGS or tag_of(chosen) != tag:
        known = ", ".join(each for each in SUBTAGS if tag_of(each) == tag)
        raise ValueError(f"{chosen!r} is not a sub-status of {tag}; these are: {known}")
    with account:
        parcel = _find(account, identifier)
        return _move(account, parcel, now, parcel.plan.put(now, chosen))


def advance(account: Account, identifier: str, now: datetime, step: timedelta) -> Parcel:
    """Let one parcel of an account be a step further in its life, while the clock stands.

    Raises:
        LookupError: the account has no parcel with this id.
        ValueError: the step is not above zero.
    """
    if step <= timedelta(0):
        raise ValueError("a parcel moves forward only: the step has to be above zero")
    with account:
        parcel = _find(account, identifier)
        return _move(account, parcel, now, parcel.plan.advance(now, step))


def follow(account: Account, identifier: str, now: datetime, life: Life) -> Parcel:
    """Let a parcel of an account begin a life now. What it had before is gone.

    Raises:
        LookupError: the account has no parcel with this id.
    """
    with account:
        parcel = _find(account, identifier)
        return _move(account, parcel, now, parcel.plan.with_life(now, life))


def change_pace(store: Store, now: datetime, pace: float) -> None:
    """Let all parcels, and those of the future, move at another pace from now on.

    Raises:
        ValueError: the pace is not above zero.
    """
    if not pace > 0:
        raise ValueError(f"the pace of parcels has to be above 0; this is {pace!r}")
    store.pace = pace
    for _, account in store.accounts():
        with account:
            for parcel in account.newest_first():
                account.edit(parcel)
                parcel.plan = parcel.plan.at_pace(now, pace)
                account.replan(parcel, now)


class TrackingMoves:
    """Moves of the trackings of a mock, by id. The time is that of its clock."""

    def __init__(self, store: Store, clock: Clock, lifecycle: Lifecycle | None = None) -> None:
        self._store = store
        self._clock = clock
        self._lifecycle = Lifecycle() if lifecycle is None else lifecycle

    def put(self, id: str, *, key: str | None = None, tag: str, subtag: str | None = None) -> None:
        """Give a tracking a status now; nothing follows it by itself, except that it may expire.

            mock.trackings.put(tracking.id, tag="Exception", subtag="Exception_013")

        Args:
            id: of the tracking, in any version.
            key: the API key of its account; needed only where several accounts have the id.
            tag: the status.
            subtag: the sub-status; by default the first one of the status.

        Raises:
            LookupError: no account has the id, or several have it and `key` is missing.
            ValueError: there is no such status, or the sub-status is not one of it.
        """
        put(self._account(id, key), id, self._now(), tag, subtag)

    def advance(self, id: str, step: timedelta, *, key: str | None = None) -> None:
        """Let one tracking alone be a step further in its life. The clock and all others stay.

        Args:
            id: of the tracking, in any version.
            step: time in the life of the parcel: at a pace of 60, one minute is what a second brings.
            key: the API key of its account; needed only where several accounts have the id.

        Raises:
            LookupError: no account has the id, or several have it and `key` is missing.
            ValueError: the step is not above zero.
        """
        advance(self._account(id, key), id, self._now(), step)

    def follow(self, id: str, journey: str, *, key: str | None = None) -> None:
        """Let one tracking begin a journey now. What it had before is gone.

        Args:
            id: of the tracking, in any version.
            journey: the name of a journey of the lifecycle file, of one that every mock knows, or a
                sub-status, which a parcel reaches after two days.
            key: the API key of its account; needed only where several accounts have the id.

        Raises:
            LookupError: there is no such journey, no account has the id, or several have it and `key` is
                missing.
        """
        life = self._lifecycle.life(journey)
        follow(self._account(id, key), id, self._now(), life)

    def _account(self, identifier: str, key: str | None) -> Account:
        found = [
            (name, account)
            for name, account in self._store.accounts()
            if key in (None, name) and account.by_id(identifier) is not None
        ]
        if not found:
            whose = "no account has a" if key is None else "the account of this key has no"
            raise LookupError(f"{whose} tracking with the id {identifier!r}")
        if len(found) > 1:
            raise LookupError(
                f"{len(found)} accounts have a tracking with the id {identifier!r}: give the key"
            )
        return found[0][1]

    def _now(self) -> datetime:
        return self._clock.now().replace(microsecond=0)


def _find(account: Account, identifier: str) -> Parcel:
    parcel = account.by_id(identifier)
    if parcel is None:
        raise LookupError(f"this account has no tracking with the id {identifier!r}")
    return parcel


def _move(account: Account, parcel: Parcel, now: datetime, plan: JourneyPlan) -> Parcel:
    account.edit(parcel)
    parcel.plan = plan
    account.touch(parcel, now)
    return parcel

"""What the accounts hold, to look through: a part at a time, however many parcels there are."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice, repeat

from aftership_tracking.mock.accounts.store import Store
from aftership_tracking.mock.clock import Clock
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.parcels.journey import JourneyState
from aftership_tracking.mock.parcels.parcel import Parcel
from aftership_tracking.mock.pipeline.journal import Journal
from aftership_tracking.mock.pipeline.masking import mask_key

PART = 50
MOST_SEARCHED = 10_000
"""Parcels that one search looks at. It says where to go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEntry:
    """An account, without its key.

    Attributes:
        name: is the same for the same key, in each run.
        number: counts the accounts from 1.
        masked_key: the end of the key, or nothing of a short one.
        caller: the name that the journal has for the key; None before it came.
    """

    key: str = field(repr=False)
    name: str
    number: int
    masked_key: str
    caller: str | None
    parcels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedParcel:
    """A parcel of a list, at the time of the list."""

    account: AccountEntry
    parcel: Parcel
    state: JourneyState

    @property
    def title(self) -> str | None:
        given = self.parcel.details.fields.get("title")
        return given if isinstance(given, str) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelPart:
    """A part of the list, the newest parcel first.

    Attributes:
        start: the position of the first parcel that was looked at.
        following: the position to go on from; None: there are no more.
        searched: how many parcels were looked at.
    """

    found: tuple[ListedParcel, ...]
    start: int
    following: int | None
    searched: int


class ParcelList:
    """The parcels of all accounts. Get it as `mock.parcels`.

    Attributes:
        takes_any_key: whether a key that never came is an account as well.
    """

    def __init__(self, store: Store, clock: Clock, journal: Journal, keys: tuple[str, ...] | None) -> None:
        self.takes_any_key = keys is None
        self._store = store
        self._clock = clock
        self._journal = journal
        self._keys = keys or ()

    def accounts(self) -> tuple[AccountEntry, ...]:
        """All accounts: those of the keys that the mock was given, and those that were used."""
        sizes = {**dict.fromkeys(self._keys, 0), **{key: len(each) for key, each in self._store.accounts()}}
        return tuple(
            AccountEntry(
                key=key,
                name=name_account(key),
                number=number,
                masked_key=mask_key(key) or "",
                caller=self._journal.name_of(key),
                parcels=size,
            )
            for number, (key, size) in enumerate(sizes.items(), start=1)
        )

    def account(self, name: str) -> AccountEntry:
        """The account of a name.

        Raises:
            ControlError: there is none.
        """
        for each in self.accounts():
            if each.name == name:
                return each
        raise ControlError("unknown-account", f"account: there is no account {name!r}", 404)

    def search(
        self,
        text: str = "",
        *,
        tag: str | None = None,
        courier: str | None = None,
        account: str | None = None,
        start: int = 0,
        most: int = PART,
    ) -> ParcelPart:
        """Return the first parcels that fit, the newest first.

        Args:
            text: a part of the number or of the title, or an id.
            account: the name of an account.
            start: the position to begin at.
            most: how many to return.

        Raises:
            ControlError: there is no such account.
        """
        now = self._clock.now().replace(microsecond=0)
        accounts = self.accounts() if account is None else (self.account(account),)
        wanted = text.strip().casefold()
        found: list[ListedParcel] = []
        searched = 0
        for entry, parcel in islice(self._newest_first(accounts, now), start, None):
            if len(found) == most or searched == MOST_SEARCHED:
                return ParcelPart(
                    found=tuple(found), start=start, following=start + searched, searched=searched
                )
            searched += 1
            if courier not in (None, parcel.slug) or (wanted and not _has(parcel, wanted)):
                continue
            state = parcel.state(now)
            if tag in (None, state.tag):
                found.append(ListedParcel(account=entry, parcel=parcel, state=state))
        return ParcelPart(found=tuple(found), start=start, following=None, searched=searched)

    def _newest_first(
        self, accounts: tuple[AccountEntry, ...], now: datetime
    ) -> Iterator[tuple[AccountEntry, Parcel]]:
        stored = dict(self._store.accounts())
        lists = []
        for entry in accounts:
            if entry.key in stored:
                account = stored[entry.key]
                with account:
                    account.forget_old(now)
                    lists.append((entry, account.newest_first()))
        # Merged as far as it is read, and no further.
        return heapq.merge(
            *(zip(repeat(entry), parcels, strict=False) for entry, parcels in lists),
            key=lambda pair: pair[1].created_at,
            reverse=True,
        )


def name_account(key: str) -> str:
    """Return a name for the account of a key, from which the key cannot be found."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _has(parcel: Parcel, wanted: str) -> bool:
    if wanted in (parcel.id.casefold(), parcel.legacy_id.casefold()):
        return True
    title = parcel.details.fields.get("title")
    return wanted in parcel.tracking_number.casefold() or (
        isinstance(title, str) and wanted in title.casefold()
    )

"""The API keys that a page offers: as names that are not the keys, with labels that mask them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aftership_tracking.mock.accounts.keys import MockKey
from aftership_tracking.mock.console.form_fields import MOST_ACCOUNTS
from aftership_tracking.mock.control.parcel_list import AccountEntry, ParcelList, name_account
from aftership_tracking.mock.pipeline.masking import mask_key

OWN_KEY = "explorer"
"""The key of a mock that takes any key, so that the first call needs none to be typed. It is not a secret."""

MOST_TYPED = 20
"""Typed keys that are listed besides those of accounts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyChoice:
    """A key that can be chosen.

    Attributes:
        name: stands for the key in the form, and is not the key.
        count: how many trackings its account has.
        kind: how it signs: "api_key" not at all.
    """

    key: str = field(repr=False)
    name: str
    label: str
    count: int
    kind: str


class KeyChoices:
    """The keys of one mock.

    Args:
        accepted: the keys that the mock accepts; None for any key.
    """

    def __init__(self, accepted: Mapping[str, MockKey] | None) -> None:
        self._accepted = accepted
        # An account that holds nothing may not be listed, and the page must not choose another one instead.
        self._typed: list[str] = []

    @property
    def takes_any(self) -> bool:
        return self._accepted is None

    def choices(self, parcels: ParcelList) -> list[KeyChoice]:
        """Return all keys that are known: those of accounts, the one of the explorer, and typed ones."""
        found = {account.key: self._choice(account) for account in parcels.accounts()}
        if self.takes_any and OWN_KEY not in found:
            found[OWN_KEY] = self._own(0)
        for key in self._typed:
            if key not in found:
                found[key] = self._of_typed(key)
        return list(found.values())

    def remember(self, key: str) -> None:
        """List a key that was typed, whether its account holds something or not."""
        self._typed = [*(each for each in self._typed if each != key), key][-MOST_TYPED:]

    def shown(self, parcels: ParcelList, chosen: str | None) -> list[KeyChoice]:
        """Return the keys that a page lists: the first ones, the one of the explorer, and the chosen one."""
        choices = self.choices(parcels)
        return [
            each
            for number, each in enumerate(choices)
            if number < MOST_ACCOUNTS or each.key == chosen or (self.takes_any and each.key == OWN_KEY)
        ]

    def find(self, name: str, parcels: ParcelList) -> str | None:
        """Return the key of a name; None if there is no such key any more."""
        return next((each.key for each in self.choices(parcels) if each.name == name), None)

    def first(self, parcels: ParcelList) -> str | None:
        """Return the key to begin with: the first one whose account has trackings."""
        choices = self.choices(parcels)
        found = next((each for each in choices if each.count), choices[0] if choices else None)
        return None if found is None else found.key

    def secret_of(self, key: str) -> MockKey:
        """Return how a key signs."""
        return (self._accepted or {}).get(key) or MockKey()

    def _choice(self, account: AccountEntry) -> KeyChoice:
        if self.takes_any and account.key == OWN_KEY:
            return self._own(account.parcels)
        words = [f"Account {account.number} {account.masked_key}".rstrip(), _count(account.parcels)]
        return KeyChoice(
            key=account.key,
            name=account.name,
            label=", ".join(words),
            count=account.parcels,
            kind=self.secret_of(account.key).kind,
        )

    def _of_typed(self, key: str) -> KeyChoice:
        label = f"typed here, {mask_key(key)}, {_count(0)}"
        return KeyChoice(key=key, name=name_account(key), label=label, count=0, kind=self.secret_of(key).kind)

    def _own(self, count: int) -> KeyChoice:
        return KeyChoice(
            key=OWN_KEY,
            name=name_account(OWN_KEY),
            label=f"{OWN_KEY}, to try with, {_count(count)}",
            count=count,
            kind="api_key",
        )


def _count(number: int) -> str:
    return f"{number} tracking{'' if number == 1 else 's'}"

"""The API keys that a page offers: as names that are not the keys, with labels that mask them."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from aftership_tracking.mock.accounts.keys import MockKey
from aftership_tracking.mock.accounts.store import Store
from aftership_tracking.mock.pipeline.journal import Journal
from aftership_tracking.mock.pipeline.masking import mask_key

OWN_KEY = "explorer"
"""The key of a mock that takes any key, so that the first call needs none to be typed. It is no secret."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyChoice:
    """A key that can be chosen.

    Attributes:
        name: stands for the key in the form; nobody can read the key from it.
        count: how many trackings its account has.
        kind: how it signs: "api_key" not at all.
    """

    name: str
    label: str
    count: int
    kind: str


class KeyChoices:
    """The keys of one mock.

    Args:
        accepted: the keys that the mock accepts; None for any key.
    """

    def __init__(self, store: Store, journal: Journal, accepted: Mapping[str, MockKey] | None) -> None:
        self._store = store
        self._journal = journal
        self._accepted = accepted
        # Names are made with it, so that a key cannot be guessed from its name.
        self._salt = secrets.token_bytes(16)

    @property
    def takes_any(self) -> bool:
        return self._accepted is None

    def choices(self) -> list[KeyChoice]:
        """Return all keys that are known, in the order in which they came."""
        counts = {key: len(account) for key, account in self._store.accounts()}
        return [self._choice(key, counts.get(key, 0)) for key in self._known()]

    def find(self, name: str) -> str | None:
        """Return the key of a name; None if there is no such key any more."""
        return next((key for key in self._known() if self.name_of(key) == name), None)

    def name_of(self, key: str) -> str:
        """Return what stands for a key in forms."""
        return hmac.digest(self._salt, key.encode("utf-8", "surrogatepass"), "sha256").hex()[:16]

    def secret_of(self, key: str) -> MockKey:
        """Return how a key signs."""
        return (self._accepted or {}).get(key) or MockKey()

    def _known(self) -> list[str]:
        accepted = [OWN_KEY] if self._accepted is None else list(self._accepted)
        return list(dict.fromkeys([*accepted, *(key for key, _ in self._store.accounts())]))

    def _choice(self, key: str, count: int) -> KeyChoice:
        is_own = self._accepted is None and key == OWN_KEY
        masked = "explorer, the key of this page" if is_own else mask_key(key)
        caller = None if is_own else self._journal.name_of(key)
        words = [caller, masked, f"{count} tracking{'' if count == 1 else 's'}"]
        return KeyChoice(
            name=self.name_of(key),
            label=", ".join(word for word in words if word),
            count=count,
            kind=self.secret_of(key).kind,
        )

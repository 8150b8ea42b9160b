"""The keys that a mock accepts, and what each of them signs with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

KeyKind = Literal["api_key", "aes", "rsa"]
"""How a key signs its requests; `api_key` does not sign."""


@dataclass(frozen=True, slots=True)
class MockKey:
    """A key of a kind. Its repr shows neither secret nor public key.

    Args:
        kind: "api_key" needs nothing more; "aes" signs by HMAC-SHA256, "rsa" by RSA-PSS.
        secret: what a key of the kind "aes" signs with.
        public_key: PEM; it belongs to the private key that a key of the kind "rsa" signs with.
        permissions: what the key may do, by the names that the documents have for OAuth; None is everything.

    Raises:
        ValueError: the kind is unknown, or what it needs is missing or superfluous.
    """

    kind: KeyKind = "api_key"
    secret: str | None = field(default=None, repr=False)
    public_key: str | None = field(default=None, repr=False)
    permissions: Collection[str] | None = None

    def __post_init__(self) -> None:
        if self.kind not in ("api_key", "aes", "rsa"):
            raise ValueError(f"the kind of a key is 'api_key', 'aes' or 'rsa', not {self.kind!r}")
        if (self.kind == "aes") != bool(self.secret):
            raise ValueError("a key of the kind 'aes' needs a secret, and no other takes one")
        if (self.kind == "rsa") != bool(self.public_key):
            raise ValueError("a key of the kind 'rsa' needs a public_key, and no other takes one")


Keys = Collection[str] | Mapping[str, Collection[str] | MockKey] | None
"""The API keys that a mock accepts: keys, or keys with what they may do. None: any key."""


def read_keys(keys: Keys) -> Mapping[str, MockKey] | None:
    """Return every key with its kind; None when any key is good."""
    if keys is None:
        return None
    if not isinstance(keys, Mapping):
        return dict.fromkeys(keys, MockKey())
    return {
        key: found if isinstance(found, MockKey) else MockKey(permissions=found)
        for key, found in keys.items()
    }

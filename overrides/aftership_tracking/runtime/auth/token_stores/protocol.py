"""The interface of a token store, and the lease that lets one process at a time renew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.secret import MASK

if TYPE_CHECKING:
    from aftership_tracking.runtime.auth.tokens import Tokens

__all__ = ["TokenLease", "TokenStore", "check_merchant"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenLease:
    """The right to renew the tokens of a merchant, for some seconds."""

    merchant: str
    tokens: Tokens
    """What was stored when the lease began: these are to be renewed."""
    holder: str
    """Names this lease among all."""
    version: int
    """How often tokens were put before. A `put` with the lease fails after somebody else's `put`, so a holder
    that was too slow never overwrites newer tokens."""

    def __repr__(self) -> str:
        return f"TokenLease({self.merchant!r}, version={self.version}, {MASK})"


class TokenStore(Protocol):
    """Anything that stores the tokens of merchants. Its methods are sync; async clients call them in a
    thread, unless `blocking` is False.

    Implement it to store tokens in a database of your own. `MemoryTokenStore` shows how little is needed.
    """

    @property
    def blocking(self) -> bool:
        """Whether the methods wait for a file or a server."""
        ...

    def get(self, merchant: str) -> Tokens | None:
        """Return the tokens of a merchant; None if there are none."""
        ...

    def put(self, merchant: str, tokens: Tokens, *, lease: TokenLease | None = None) -> bool:
        """Store tokens, and end any lease of the merchant.

        With a lease only if no tokens were put, and none deleted, since it began; returns whether they were
        stored. Whether its time is over does not matter: late tokens are better than none.
        """
        ...

    def delete(self, merchant: str) -> bool:
        """Delete the tokens. Returns whether there were any. A later `put` with an older lease stores
        nothing."""
        ...

    def lease(self, merchant: str, seconds: float) -> TokenLease | None:
        """Begin a lease that ends by itself after some seconds. None if another one runs, or if there are no
        tokens.
        """
        ...

    def release(self, lease: TokenLease) -> None:
        """End a lease without new tokens. Nothing happens if it has ended."""
        ...


def check_merchant(merchant: object) -> str:
    """Return the id of a merchant, as your application names it. Raises UsageError if it is not a string that
    every store can hold.
    """
    if not isinstance(merchant, str) or not merchant.strip():
        raise UsageError(f"a merchant is named by a string that is not empty; this is {merchant!r}")
    if "\0" in merchant or any("\ud800" <= letter <= "\udfff" for letter in merchant):
        raise UsageError(
            f"the name of a merchant has no zero bytes and no half characters; this is {merchant!r}"
        )
    return merchant

"""The interfaces of authenticators: of all that sign requests, and of those whose credentials expire.

An authenticator makes the request for new credentials, and the call sends it. So one authenticator serves
sync and async clients.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeGuard

from aftership_tracking.runtime.wire.request import Outcome, Request, Response

__all__ = ["Authenticator", "RenewableAuthenticator", "StoreWork", "is_renewable"]


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreWork:
    """Something to do with a store of credentials, before a request can be signed."""

    run: Callable[[], object]
    """Raises the error that ends the call."""
    blocking: bool = True
    """Whether it waits for a file or a server, so that an async client does it in a thread."""


class Authenticator(Protocol):
    """Anything that can put credentials on a request.

    It may also have a method `advise(status, scopes)`, which returns the hint for a response of 401 or 403
    to an operation that needs these scopes, and a method `erase(content)`, which masks secrets in bytes.
    """

    def sign(self, request: Request) -> Request:
        """Return the request with its credentials. The URL and the body are final and must not change."""
        ...


class RenewableAuthenticator(Authenticator, Protocol):
    """An authenticator whose credentials expire and are renewed.

    It may also have a method `missing_scopes(needed)`, which returns those of an operation's scopes that the
    credentials are known to lack; a method `reread()`, which returns the `StoreWork` that looks for newer
    credentials then; and a method `end_renewal()`, called when a call ends in the middle of a renewal.
    """

    def begin_renewal(self) -> Request | StoreWork | float | None:
        """Return the request for new credentials, or work to be done first, or seconds to wait while another
        call renews them, or None if they are good. Called before every attempt, and again after each of
        these.

        `finish_renewal` must be called for each request that is returned.
        """
        ...

    def finish_renewal(self, outcome: Outcome | None) -> None:
        """Use the outcome of the request for new credentials; None if the call was cancelled meanwhile.

        May raise the error that ends the call, but not for None.
        """
        ...

    def note_refusal(self, request: Request, response: Response) -> bool:
        """Return whether new credentials may help after a refusal (401), and remember that they are needed.

        `request` is the one that was refused: another call may have renewed since it was signed. Called at
        most once in a call.
        """
        ...


def is_renewable(authenticator: Authenticator) -> TypeGuard[RenewableAuthenticator]:
    """Return whether the credentials of this authenticator expire and are renewed."""
    return hasattr(authenticator, "begin_renewal")

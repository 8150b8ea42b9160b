"""The interface of everything that can sign a request, and of credentials that expire.

An authenticator says which request brings new credentials; the call sends it. So one authenticator serves
sync and async clients.
"""

from __future__ import annotations

from typing import Protocol, TypeGuard

from aftership_tracking.runtime.wire.request import Outcome, Request, Response

__all__ = ["Authenticator", "Renewing", "renews"]


class Authenticator(Protocol):
    """Anything that can put credentials on a request."""

    def sign(self, request: Request) -> Request:
        """Return the request with its credentials. The URL and the body are final and must not change."""
        ...


class Renewing(Authenticator, Protocol):
    """An authenticator whose credentials run out."""

    def renewal(self) -> Request | float | None:
        """Return the request for new credentials, or seconds to wait while somebody else renews them, or
        None if they are good. Asked before every attempt.
        """
        ...

    def renewed(self, outcome: Outcome | None) -> None:
        """Take what came of the request for new credentials; None if the call gave it up.

        May raise the error that ends the call, but not if it was given up.
        """
        ...

    def refused(self, request: Request, response: Response) -> bool:
        """Tell whether a refusal (401) may be cured by new credentials, and remember that they are needed.

        `request` is the one that was refused: somebody else may have renewed since it was signed. Asked once
        in a call.
        """
        ...


def renews(authenticator: Authenticator) -> TypeGuard[Renewing]:
    """Tell whether credentials of this kind run out."""
    return hasattr(authenticator, "renewal")

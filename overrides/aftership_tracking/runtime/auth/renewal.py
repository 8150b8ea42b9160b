"""The steps that make credentials good before a request: renewed, and with the scopes that the call needs."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from typing import TypeAlias, cast

from aftership_tracking.errors import AfterShipError, CallError, PermissionDeniedError
from aftership_tracking.runtime.auth.authenticator import RenewableAuthenticator, StoreWork
from aftership_tracking.runtime.secret import MASK
from aftership_tracking.runtime.wire.request import Outcome, Request

__all__ = ["MissingScopeError", "RenewalRequest", "RenewalStep", "renewal_steps"]


class RenewalRequest:
    """A request for new credentials. The service may replace the old ones as soon as it arrives, so what it
    brings must not be lost, whatever happens to the call meanwhile.
    """

    __slots__ = ("_authenticator", "is_late", "request")

    def __init__(self, authenticator: RenewableAuthenticator, request: Request) -> None:
        self._authenticator = authenticator
        self.request = request
        self.is_late = False
        """The call does not wait any more: whoever sends the request calls `finish_late` with its outcome."""

    def __repr__(self) -> str:
        return f"<RenewalRequest {MASK}>"

    def finish_late(self, outcome: Outcome | None) -> None:
        """Use what the request brought. What would end the call does not matter: nobody waits for it."""
        with suppress(AfterShipError):
            self._authenticator.finish_renewal(outcome)

    def store_late(self) -> None:
        """Store what `finish_late` used. It may wait for a file or a server."""
        _end_renewal(self._authenticator)


RenewalStep: TypeAlias = RenewalRequest | StoreWork | float
"""A request to send, work to do, or seconds to wait."""
_Steps: TypeAlias = "Generator[RenewalStep, Outcome | CallError | None, None]"


class MissingScopeError(PermissionDeniedError):
    """The token of a partner app lacks a scope that the operation needs. Nothing was sent: `status` is what
    the service would have responded.
    """

    def __init__(self, scopes: tuple[str, ...]) -> None:
        super().__init__(
            f"the token lacks the scope{'' if len(scopes) == 1 else 's'} {', '.join(scopes)}",
            status=403,
            hint="Let the merchant consent again: send the browser to app.authorization_url(state=..., "
            "scopes=...), with the scopes that the app has and the missing ones.",
        )
        self.scopes = scopes
        """The scopes that are missing."""

    def _sentence(self) -> str:
        # There was no response, so there is no status.
        return self.message


def renewal_steps(authenticator: RenewableAuthenticator, scopes: tuple[str, ...]) -> _Steps:
    """Yield what must happen before a request can be signed. The result of a request is its `Outcome`, that
    of work is None or the error that it raised.

    `scopes`: those of the operation, as far as they are documented. Raises MissingScopeError if the
    credentials are known to lack one, and the error of a renewal that ends the call.
    """
    try:
        yield from _renew(authenticator)
        yield from _check_scopes(authenticator, scopes)
    except BaseException:
        # Whatever ended the call: new credentials must not be lost, and others may wait for them.
        _end_renewal(authenticator)
        raise


def _end_renewal(authenticator: RenewableAuthenticator) -> None:
    end_renewal = getattr(authenticator, "end_renewal", None)
    if end_renewal is not None:
        end_renewal()


def _check_scopes(authenticator: RenewableAuthenticator, scopes: tuple[str, ...]) -> _Steps:
    find_missing = getattr(authenticator, "missing_scopes", None)
    if not scopes or find_missing is None or not find_missing(scopes):
        return
    reread = getattr(authenticator, "reread", None)
    if reread is not None:
        # The merchant may have consented again, and another process stored the new tokens.
        yield from _do_work(reread())
        yield from _renew(authenticator)
    missing = find_missing(scopes)
    if missing:
        raise MissingScopeError(missing)


def _renew(authenticator: RenewableAuthenticator) -> _Steps:
    while (needed := authenticator.begin_renewal()) is not None:
        if isinstance(needed, StoreWork):
            yield from _do_work(needed)
        elif isinstance(needed, Request):
            renewal = RenewalRequest(authenticator, needed)
            outcome: Outcome | None = None
            try:
                outcome = cast("Outcome", (yield renewal))
            finally:
                # Also when the call ends here: other calls may wait for the renewal.
                if outcome is None and not renewal.is_late:
                    authenticator.finish_renewal(None)
            authenticator.finish_renewal(outcome)
        else:
            yield needed


def _do_work(work: StoreWork) -> _Steps:
    failure = yield work
    if failure is not None:
        raise cast("CallError", failure)

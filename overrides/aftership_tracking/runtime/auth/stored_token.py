"""Authentication with the tokens of one merchant in a token store: one process at a time renews them.

The states follow each other like this; every step is one return value of `begin_renewal`:

    the token in memory is good                                    -> None
    it is not, or none was read yet      work: read the store      -> newer tokens there are used
    the store has no newer ones          work: begin a lease       -> another process has it: wait, read again
    this process has the lease           the request is sent       -> its outcome
    there is an outcome                  work: put the new tokens, or end the lease
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from aftership_tracking.errors import AuthenticationError, CallError, NotConnectedError, StorageError
from aftership_tracking.runtime.auth.authenticator import StoreWork
from aftership_tracking.runtime.auth.oauth import RETRY_AFTER, OAuthToken, TokenState, copy_error
from aftership_tracking.runtime.auth.oauth_app import OAuthApp
from aftership_tracking.runtime.auth.token_responses import read_token_response
from aftership_tracking.runtime.auth.token_stores.protocol import TokenLease, TokenStore
from aftership_tracking.runtime.auth.tokens import Tokens, keep_refresh_token
from aftership_tracking.runtime.secret import MASK
from aftership_tracking.runtime.wire.request import Outcome, Request, Response

__all__ = ["StoredToken"]

_RECHECK_AFTER = 0.1
"""Seconds after which a call that waits for another process reads the store again."""

_NOT_READ = TokenState(Tokens(access_token=MASK, expires_at=0.0), refused=True)


class _Renewal(NamedTuple):
    """A renewal that this process has the lease for."""

    app: OAuthApp
    lease: TokenLease
    request: Request | None = None
    """Waits to be sent."""
    result: Tokens | CallError | None = None
    """What the request brought; None if it was cancelled."""
    is_over: bool = False
    process: int = 0
    ends_at: float = 0.0
    not_before: float = 0.0
    """When storing the result is tried again."""

    def __repr__(self) -> str:
        return f"_Renewal({MASK})"


class StoredToken(OAuthToken):
    """The tokens of one merchant. `Tenants` makes it.

    `locks`: by process; all tokens of a `Tenants` share them, since none is held for long.
    """

    def __init__(
        self,
        merchant: str,
        store: TokenStore,
        app: OAuthApp,
        *,
        leeway: float,
        header: str,
        prefix: str,
        check_scopes: bool,
        locks: dict[int, threading.Lock],
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(
            _NOT_READ.tokens,
            app=app,
            leeway=leeway,
            header=header,
            prefix=prefix,
            check_scopes=check_scopes,
            account=f"merchant {merchant}",
            clock=clock,
        )
        self.merchant = merchant
        self._store = store
        self._locks = locks
        self._known = ()
        self._state = _NOT_READ
        self._renewal: _Renewal | None = None
        self._is_work_waiting = False

    def begin_renewal(self) -> Request | StoreWork | float | None:
        """Return the next step until the token is good; see the module."""
        if self._renewal is None and not self._is_due(self._state, self._clock()):
            return None
        with self._lock:
            state, now, renewal = self._state, self._clock(), self._renewal
            if renewal is not None and renewal.process != os.getpid():
                # The parent of this process began it, and finishes it.
                renewal = self._renewal = None
            if renewal is not None and renewal.is_over:
                # Storing the tokens failed before: other calls go on with those in memory.
                return self._work(self._conclude) if now >= renewal.not_before else None
            if not self._is_due(state, now):
                return None
            if renewal is not None and renewal.request is not None:
                self._renewal = renewal._replace(request=None) if now < renewal.ends_at else None
                if now < renewal.ends_at:
                    return renewal.request
            if state.lease is not None and state.lease[0] == os.getpid() and now < state.lease[1]:
                return None if self._is_good(state, now) else _RECHECK_AFTER
            self._state = state._replace(lease=(os.getpid(), now + self._lease_seconds))
            self._is_work_waiting = True
        return self._work(self._prepare)

    def finish_renewal(self, outcome: Outcome | None) -> None:
        """Use the outcome of a renewal at once. The next step stores it."""
        renewal, now = self._renewal, self._clock()
        if renewal is None:
            # It took longer than the lease.
            self._end_lease()
            return
        result = _read(renewal, outcome, now) if isinstance(outcome, Response) else outcome
        if isinstance(result, Tokens):
            self._adopt(result, now)
        self._renewal = renewal._replace(result=result, is_over=True)

    def end_renewal(self) -> None:
        """Store what is not stored yet: the call ended in between. An event loop waits for it, because the
        old refresh token may no longer be good."""
        with self._lock:
            renewal = self._renewal
            if renewal is not None and renewal.request is not None:
                # Nobody has sent it.
                renewal = self._renewal = renewal._replace(request=None, is_over=True)
            if renewal is None and self._is_work_waiting:
                # A cancelled call has not done it, and nobody else would before the end of the lease. If it
                # is that of another call, two may look at the store: only one gets the lease there.
                self._is_work_waiting = False
                self._state = self._state._replace(lease=None)
        if renewal is not None and renewal.is_over:
            with suppress(CallError, StorageError):
                self._conclude()

    def forget(self) -> None:
        """Forget the tokens in memory: the next call reads the store."""
        self._state = _NOT_READ

    def reread(self) -> StoreWork:
        """Return the work that looks for newer tokens in the store."""
        return self._work(self._reread)

    def _work(self, run: Callable[[], object]) -> StoreWork:
        return StoreWork(run=run, blocking=getattr(self._store, "blocking", True))

    def _may_be_renewed(self, state: TokenState) -> bool:  # noqa: ARG002 - whatever is in memory
        # Without a refresh token, too: another process may have put newer tokens.
        return True

    def _reread(self) -> None:
        self._use_stored(self._store.get(self.merchant))

    def _use_stored(self, stored: Tokens | None) -> bool:
        """Use tokens of the store if they are others than those in memory. Returns whether they are."""
        if stored is None or stored == self._state.tokens:
            return False
        with self._lock:
            # Nobody knows its lifetime here. It must not be due again at once, in every process.
            leeway = self._find_leeway(stored, self._clock())
            self._remember(stored)
            self._state = TokenState(stored, leeway=leeway, lease=self._state.lease)
        return True

    def _prepare(self) -> None:
        """Read the store, and begin a lease if its tokens have to be renewed."""
        self._is_work_waiting = False
        try:
            if not self._begin_lease():
                self._end_lease()
        except BaseException:
            self._end_lease()
            raise

    def _begin_lease(self) -> bool:
        """Return whether the short-lived lock of this process stays: for a request, or for a wait."""
        stored = self._store.get(self.merchant)
        if stored is None:
            raise self._not_connected()
        if self._use_stored(stored) and not self._is_due(self._state, self._clock()):
            return False
        state, app = self._state, self._app
        if state.dead is not None:
            raise copy_error(state.dead)
        if app is None or stored.refresh_token is None:
            return self._go_on_or_raise(_cannot_renew())
        lease = self._store.lease(self.merchant, self._lease_seconds)
        now = self._clock()
        if lease is None:
            if self._is_good(state, now):
                self._state = state._replace(not_before=now + 1.0)
                return False
            # All calls of this process wait until then.
            self._state = state._replace(lease=(os.getpid(), now + _RECHECK_AFTER))
            return True
        try:
            # Another process may have renewed between the two looks at the store.
            if self._use_stored(lease.tokens) and not self._is_due(self._state, now):
                self._store.release(lease)
                return False
            request = app.refresh(lease.tokens.refresh_token or "")
        except BaseException:
            self._store.release(lease)
            raise
        self._renewal = _Renewal(
            app, lease, request, process=os.getpid(), ends_at=now + self._lease_seconds / 2
        )
        return True

    def _go_on_or_raise(self, error: CallError) -> bool:
        state, now = self._state, self._clock()
        if not self._is_good(state, now):
            raise error
        self._go_on(state, error, now)
        return False

    def _conclude(self) -> None:
        """Put the new tokens into the store, or end the lease."""
        with self._lock:
            renewal, self._renewal = self._renewal, None
        if renewal is None:
            return
        try:
            self._store_result(renewal, renewal.result)
        except StorageError:
            if isinstance(renewal.result, Tokens):
                # They are good in this process. A later call stores them.
                self._renewal = renewal._replace(not_before=self._clock() + RETRY_AFTER)
            raise
        finally:
            self._end_lease()

    def _store_result(self, renewal: _Renewal, result: Tokens | CallError | None) -> None:
        if isinstance(result, Tokens):
            if self._store.put(self.merchant, result, lease=renewal.lease):
                return
            # Somebody else put tokens since, or deleted them: this process was too slow.
            stored = self._store.get(self.merchant)
            if stored is None:
                self._state = _NOT_READ
                raise self._not_connected()
            self._use_stored(stored)
            return
        self._store.release(renewal.lease)
        if result is None:
            return
        # Others may have renewed, with a lease that ended before this one.
        stored = self._store.get(self.merchant)
        if stored is not None and stored != renewal.lease.tokens:
            self._use_stored(stored)
        elif isinstance(result, AuthenticationError):
            self._state = self._state._replace(dead=copy_error(result))
            raise result
        else:
            self._go_on_or_raise(result)

    def _not_connected(self) -> NotConnectedError:
        return NotConnectedError(
            f"nothing was sent: the token store has no tokens of merchant {self.merchant!r}",
            merchant=self.merchant,
            hint="Let the merchant connect the app, and put the tokens of app.connect(code) into the store.",
        )


def _read(renewal: _Renewal, response: Response, now: float) -> Tokens | CallError:
    tokens = read_token_response(response.status, response.body, now, renewal.app.scope_separator)
    if not isinstance(tokens, Tokens):
        return tokens
    old = renewal.lease.tokens
    tokens = keep_refresh_token(tokens, old)
    # RFC 6749, 5.1: a response without a scope grants what was granted before.
    return tokens if tokens.scopes else replace(tokens, scopes=old.scopes)


def _cannot_renew() -> AuthenticationError:
    return AuthenticationError(
        "the access token was refused or has ended, and there is no refresh token",
        status=401,
        hint="Let the merchant connect the app again.",
    )

"""Authentication with the access token of a partner app: sent with each request, renewed before it expires.

How requests carry the token is not documented: `Authorization: Bearer` is an assumption, and can be changed.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from aftership_tracking.errors import AuthenticationError, CallError, UsageError
from aftership_tracking.runtime.auth.authenticator import StoreWork
from aftership_tracking.runtime.auth.oauth_app import OAuthApp, RedirectError, Tokens
from aftership_tracking.runtime.auth.tokens import is_token, is_within, keep_refresh_token
from aftership_tracking.runtime.logger import LOGGER, log_fields
from aftership_tracking.runtime.secret import MASK, Secret
from aftership_tracking.runtime.wire.request import Outcome, Request, Response

__all__ = ["OAuthApp", "OAuthToken", "RedirectError", "Tokens"]

_RECHECK_AFTER = 0.05
"""Seconds after which a call that waits for the renewal of another call checks again."""
RETRY_AFTER = 10.0
"""Seconds after a failed renewal before the next one, while the token is still good."""
_PAUSE = 1.0
"""Seconds after a renewal without another renewal, however short the lifetime of the token is."""
_PREFIX = "aftership:"
"""All documented scopes begin with it."""
_FRESH = 30.0
"""Seconds. If a token is refused this soon after its renewal, another renewal would not help."""


class TokenState(NamedTuple):
    """Everything about a token that changes. It is replaced as a whole, so that readers need no lock."""

    tokens: Tokens
    renewed_at: float | None = None
    leeway: float = 0.0
    refused: bool = False
    """The service refused the access token, although it may not have expired."""
    lease: tuple[int, float] | None = None
    """A renewal is under way: its process, and the time after which it must have failed."""
    not_before: float = 0.0
    dead: AuthenticationError | None = None
    """Why the refresh token cannot be used any more."""

    def __repr__(self) -> str:
        return f"TokenState({MASK})"


class OAuthToken:
    """For `AfterShip(auth=OAuthToken(...))`: acts for the merchant who gave the token.

    `tokens`: `Tokens`, or an access token as a string, which is never renewed.
    `app`: the partner app, needed to renew. Without it, or without a refresh token, a 401 of the service ends
    the call.
    `on_refreshed`: called with the new `Tokens` after each renewal. Save them there: the old refresh token
    may no longer be valid. The call waits for it, so it must be quick. If it raises an error, that ends the
    call; the new tokens are used all the same.
    `load`: returns the saved `Tokens`. It is called before a renewal: another process may have renewed
    already.
    `leeway`: how many seconds before its end a token is renewed.
    `header`, `prefix`: how the token is sent. The prefix may be empty.
    `check_scopes`: whether a call that needs a scope which the token is known to lack is refused before it is
    sent (MissingScopeError). It is known if `tokens.scopes` has any documented scope.
    `account`: names the account whose rate limit the calls count against; by default it is made from the
    token.
    `clock`: Unix time.

    One renewal is under way at a time, however many threads and tasks use this object. The others continue
    with the old token while it is good, and wait when it is not. After a token is refused (401), it is
    renewed once and the request is repeated once. Raises UsageError for a token that cannot be sent,
    and for settings that are not valid.
    """

    def __init__(
        self,
        tokens: Tokens | str,
        *,
        app: OAuthApp | None = None,
        on_refreshed: Callable[[Tokens], object] | None = None,
        load: Callable[[], Tokens] | None = None,
        leeway: float = 60.0,
        header: str = "authorization",
        prefix: str = "Bearer",
        check_scopes: bool = True,
        account: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        given = _check_tokens(tokens)
        del tokens
        if not header.replace("-", "").isalnum() or not header.isascii():
            raise UsageError(f"not a header name: {header!r}")
        if prefix and not prefix.isprintable():
            raise UsageError("the prefix of a token must be plain text")
        if not is_within(leeway, 0.0, math.inf):
            raise UsageError(f"leeway must be a number of seconds that is not negative; this is {leeway!r}")
        self._app = app
        self._on_refreshed = on_refreshed
        self._load = load
        self._leeway = leeway
        self._header = header.lower()
        self._prefix = prefix
        self._check_scopes = check_scopes
        self._clock = clock
        self._locks: dict[int, threading.Lock] = {}
        self._known: tuple[Secret, ...] = ()
        self._state = TokenState(given, leeway=leeway)
        self._remember(given)
        self.account = account or _digest(given)

    def __repr__(self) -> str:
        return f"<OAuthToken {MASK} expires_at={self._state.tokens.expires_at!r}>"

    def __getstate__(self) -> None:
        raise TypeError("a token cannot be pickled")

    @property
    def tokens(self) -> Tokens:
        """The current tokens."""
        return self._state.tokens

    def sign(self, request: Request) -> Request:
        """Add the token."""
        value = self._header_value(self._state.tokens)
        return request._replace(headers=request.headers.with_values({self._header: value}))

    def begin_renewal(self) -> Request | StoreWork | float | None:
        """Return the request for a new token, or seconds to wait while another call renews it, or None if the
        token is good. Raises AuthenticationError if it can never be renewed.
        """
        if not self._is_due(self._state, self._clock()):
            return None
        with self._lock:
            state, now = self._state, self._clock()
            if not self._is_due(state, now):
                return None
            if _is_under_way(state, now):
                return None if self._is_good(state, now) else _RECHECK_AFTER
            self._state = state._replace(lease=(os.getpid(), now + self._lease_seconds))
        try:
            request = self._next_request()
        except BaseException:
            self._end_lease()
            raise
        if request is None:
            self._end_lease()
        return request

    def finish_renewal(self, outcome: Outcome | None) -> None:
        """Use the outcome of a renewal; None if it was cancelled. Raises the error that ends the call."""
        try:
            if outcome is not None and self._app is not None:
                self._use_outcome(outcome, self._app)
        finally:
            self._end_lease()

    def note_refusal(self, request: Request, response: Response) -> bool:
        """Return whether a renewal may help after a refusal, and remember that one is needed."""
        if response.status != 401 or not self._may_be_renewed(self._state):
            return False
        with self._lock:
            state = self._state
            if request.headers.get(self._header) != self._header_value(state.tokens):
                # Another call brought it while this request was under way.
                return True
            if state.renewed_at is not None and self._clock() - state.renewed_at < _FRESH:
                return False
            self._state = state._replace(refused=True, not_before=0.0)
        return True

    def missing_scopes(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of the needed scopes that the token is known to lack."""
        owned = self._state.tokens.scopes
        # A token endpoint with names of its own says nothing about the documented scopes.
        if not self._check_scopes or not any(scope.startswith(_PREFIX) for scope in owned):
            return ()
        return tuple(scope for scope in needed if scope not in owned)

    def advise(self, status: int, scopes: tuple[str, ...]) -> str:
        """Return what to do after a refusal.

        `status`: 401, or 403 of an operation that needs the given `scopes`.
        """
        tokens = self._state.tokens
        if status == 401:
            return (
                "The token was refused although it can be renewed: let the merchant connect the app again."
                if self._can_renew(self._state)
                else "The token was refused and cannot be renewed: give the OAuthToken its app and a refresh "
                "token, or let the merchant connect the app again."
            )
        if not scopes:
            return "The token may not do this: check the scopes of the app, and the plan of the merchant."
        needed = f"{'scope' if len(scopes) == 1 else 'scopes'} {', '.join(scopes)}"
        if set(scopes) <= set(tokens.scopes):
            return f"The token has the {needed}: check whether the plan of the merchant includes this."
        owned = f", and has {', '.join(tokens.scopes)}" if tokens.scopes else ""
        return f"The token needs the {needed}{owned}: let the merchant connect the app again with it."

    def erase(self, content: bytes) -> bytes:
        """Mask every token that was used, in content that a server sent."""
        for secret in self._known:
            content = secret.erase(content)
        return content if self._app is None else self._app.erase(content)

    @property
    def _lock(self) -> threading.Lock:
        # One for each process: a lock that is held at a fork is never released in the child. The lock is not
        # held while a request is sent.
        return self._locks.setdefault(os.getpid(), threading.Lock())

    def _header_value(self, tokens: Tokens) -> str:
        return f"{self._prefix} {tokens.access_token}" if self._prefix else tokens.access_token

    def _can_renew(self, state: TokenState) -> bool:
        return self._app is not None and state.tokens.refresh_token is not None

    def _may_be_renewed(self, state: TokenState) -> bool:
        """Whether newer tokens may come from anywhere."""
        return self._can_renew(state)

    @property
    def _lease_seconds(self) -> float:
        # The request ends sooner. It expires, because the call that renews may be cancelled, or its process
        # may die, and the others must not be blocked for long.
        return 2 * (10.0 if self._app is None else self._app.timeout)

    def _is_good(self, state: TokenState, now: float) -> bool:
        expires_at = state.tokens.expires_at
        return not state.refused and (expires_at is None or now < expires_at)

    def _is_due(self, state: TokenState, now: float) -> bool:
        if now < state.not_before or not self._may_be_renewed(state):
            return False
        expires_at = state.tokens.expires_at
        return state.refused or (expires_at is not None and now >= expires_at - state.leeway)

    def _next_request(self) -> Request | None:
        """Use the tokens of another process if it has renewed; otherwise return the request."""
        if self._load is not None:
            loaded = self._load()
            if not isinstance(loaded, Tokens):
                raise UsageError(f"load must return Tokens; this is a {type(loaded).__name__}")
            if loaded.access_token != self._state.tokens.access_token:
                self._remember(loaded)
                self._state = TokenState(loaded, leeway=self._leeway, lease=self._state.lease)
        state = self._state
        if not self._is_due(state, self._clock()):
            return None
        if state.dead is not None:
            raise copy_error(state.dead)
        if self._app is None or state.tokens.refresh_token is None:
            return None
        return self._app.refresh(state.tokens.refresh_token)

    def _use_outcome(self, outcome: Outcome, app: OAuthApp) -> None:
        state, now = self._state, self._clock()
        try:
            if isinstance(outcome, CallError):
                raise outcome
            tokens = app.read_tokens(outcome.status, outcome.body, now=now)
        except CallError as error:
            if isinstance(error, AuthenticationError):
                self._state = state._replace(dead=copy_error(error))
            elif self._is_good(state, now):
                self._go_on(state, error, now)
                return
            raise
        tokens = keep_refresh_token(tokens, state.tokens)
        self._adopt(tokens, now)
        if self._on_refreshed is not None:
            self._on_refreshed(tokens)

    def _go_on(self, state: TokenState, error: CallError, now: float) -> None:
        """Use a token that is still good for a while, after a renewal that failed."""
        LOGGER.warning(
            "the access token was not renewed (%s); it is still good",
            type(error).__name__,
            extra=log_fields("oauth", error=type(error).__name__),
        )
        self._state = state._replace(not_before=now + RETRY_AFTER)

    def _adopt(self, tokens: Tokens, now: float) -> None:
        self._remember(tokens)
        self._state = TokenState(
            tokens, now, self._find_leeway(tokens, now), lease=self._state.lease, not_before=now + _PAUSE
        )

    def _find_leeway(self, tokens: Tokens, now: float) -> float:
        leeway, end = self._leeway, tokens.expires_at
        # A token with a short lifetime, or none at all, must not be due again at once.
        return max(end - now, 0.0) / 2 if end is not None and end - now < 2 * leeway else leeway

    def _end_lease(self) -> None:
        with self._lock:
            self._state = self._state._replace(lease=None)

    def _remember(self, tokens: Tokens) -> None:
        # The previous tokens as well: requests with them may still be under way.
        new = [Secret(text) for text in (tokens.access_token, tokens.refresh_token) if text]
        self._known = (*new, *self._known)[:6]


def _check_tokens(tokens: object) -> Tokens:
    found = Tokens(access_token=tokens) if isinstance(tokens, str) else tokens
    if isinstance(found, Tokens) and is_token(found.access_token):
        return found
    del tokens, found
    raise UsageError("OAuthToken needs Tokens, or an access token: an ASCII string without spaces")


def _digest(tokens: Tokens) -> str:
    # The attributes of an object are shown now and then, and a name of an account is not masked.
    import hashlib

    return hashlib.sha256(tokens.access_token.encode()).hexdigest()[:16]


def copy_error(error: AuthenticationError) -> AuthenticationError:
    """Return the same error without the frames of the call that it was raised in."""
    return AuthenticationError(error.message, status=error.status, hint=error.hint)


def _is_under_way(state: TokenState, now: float) -> bool:
    # A renewal that a parent process began cannot finish in this process.
    return state.lease is not None and state.lease[0] == os.getpid() and now < state.lease[1]

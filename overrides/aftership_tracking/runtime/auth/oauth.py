"""The access token of a partner app as the way to sign: sent with each request, renewed before it runs out.

How the token travels is not documented: `Authorization: Bearer` is an assumption, and can be changed.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from aftership_tracking.errors import AuthenticationError, CallError, UsageError
from aftership_tracking.runtime.auth.oauth_app import OAuthApp, RedirectError, Tokens, is_token
from aftership_tracking.runtime.logger import LOGGER
from aftership_tracking.runtime.secret import MASK, Secret
from aftership_tracking.runtime.wire.request import Outcome, Request, Response

__all__ = ["OAuthApp", "OAuthToken", "RedirectError", "Tokens"]

_LOOK_AGAIN = 0.05
"""Seconds after which somebody who waits for the renewal of another looks again."""
_TRY_AGAIN = 10.0
"""Seconds after which a renewal that failed while the token is still good is tried again."""
_PAUSE = 1.0
"""Seconds after a renewal in which there is no other, however short the life of the token is."""
_FRESH = 30.0
"""A token that is refused so soon after its renewal is not cured by another renewal."""


class State(NamedTuple):
    """All that changes. It is replaced as a whole, so that readers need no lock."""

    tokens: Tokens
    renewed_at: float | None = None
    leeway: float = 0.0
    refused: bool = False
    """The service refused the access token, whatever its time says."""
    flight: tuple[int, float] | None = None
    """Somebody is renewing: the process, and the time after which it must have failed."""
    not_before: float = 0.0
    dead: AuthenticationError | None = None
    """Why the refresh token is of no use any more."""

    def __repr__(self) -> str:
        return f"State({MASK})"


class OAuthToken:
    """For `AfterShip(auth=OAuthToken(...))`: acts for the merchant who gave the token.

    `tokens`: `Tokens`, or the text of an access token that nobody renews.
    `app`: the partner app, needed to renew. Without it, or without a refresh token, the service's 401 is the
    end.
    `on_refreshed`: called with the new `Tokens` after each renewal. Save them there: the old refresh token
    may be good no longer. It runs in the way of the call, so it must be quick. What it raises ends the call;
    the new tokens are in use all the same.
    `load`: gives the saved `Tokens`. It is asked before a renewal: another process may have renewed already.
    `leeway`: so many seconds before its end a token is renewed.
    `header`, `prefix`: how the token is sent. The prefix may be empty.
    `account`: a name for whose rate limit the calls count against; by default it is made from the token.
    `clock`: Unix time.

    One renewal is under way at a time, however many threads and tasks use this object; the others go on with
    the old token while it is good, and wait when it is not. A token that the service refuses (401) is renewed
    once and the request repeated once. Raises UsageError for a token that cannot be sent.
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
        account: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        given = _given(tokens)
        del tokens
        if not header.replace("-", "").isalnum() or not header.isascii():
            raise UsageError(f"not a header name: {header!r}")
        if prefix and not prefix.isprintable():
            raise UsageError("the prefix of a token must be plain text")
        self._app = app
        self._on_refreshed = on_refreshed
        self._load = load
        self._leeway = leeway
        self._header = header.lower()
        self._prefix = prefix
        self._clock = clock
        self._locks: dict[int, threading.Lock] = {}
        self._known: tuple[Secret, ...] = ()
        self._state = State(given, leeway=leeway)
        self._remember(given)
        self.account = account or given.access_token

    def __repr__(self) -> str:
        return f"<OAuthToken {MASK} expires_at={self._state.tokens.expires_at!r}>"

    def __getstate__(self) -> None:
        raise TypeError("a token is not pickled")

    @property
    def tokens(self) -> Tokens:
        """The tokens of this moment."""
        return self._state.tokens

    def sign(self, request: Request) -> Request:
        """Add the token."""
        value = self._value(self._state.tokens)
        return request._replace(headers=request.headers.with_values({self._header: value}))

    def renewal(self) -> Request | float | None:
        """Return the request for a new token, seconds to wait for the renewal of another, or None if the
        token is good. Raises AuthenticationError if it can never be renewed.
        """
        if not self._is_due(self._state, self._clock()):
            return None
        with self._lock:
            state, now = self._state, self._clock()
            if not self._is_due(state, now):
                return None
            if _is_under_way(state, now):
                return None if self._is_good(state, now) else _LOOK_AGAIN
            # A lease and no flag: whoever renews may be cancelled, or die.
            lease = 2 * (10.0 if self._app is None else self._app.timeout)
            self._state = state._replace(flight=(os.getpid(), now + lease))
        try:
            request = self._next_request()
        except BaseException:
            self._land()
            raise
        if request is None:
            self._land()
        return request

    def renewed(self, outcome: Outcome | None) -> None:
        """Take what came of a renewal; None if it was given up. Raises what ends the call."""
        try:
            if outcome is not None and self._app is not None:
                self._take(outcome, self._app)
        finally:
            self._land()

    def refused(self, request: Request, response: Response) -> bool:
        """Tell whether a refusal may be cured by a renewal, and remember that one is needed."""
        if response.status != 401 or not self._can_renew(self._state):
            return False
        with self._lock:
            state = self._state
            if request.headers.get(self._header) != self._value(state.tokens):
                # Somebody renewed it while this request was on its way.
                return True
            if state.renewed_at is not None and self._clock() - state.renewed_at < _FRESH:
                return False
            self._state = state._replace(refused=True, not_before=0.0)
        return True

    def erase(self, content: bytes) -> bytes:
        """Mask every token that was in use in what a server sent."""
        for secret in self._known:
            content = secret.erase(content)
        return content if self._app is None else self._app.erase(content)

    @property
    def _lock(self) -> threading.Lock:
        # One for each process: a lock that is held at a fork is never released in the child. It is never held
        # while something is sent.
        return self._locks.setdefault(os.getpid(), threading.Lock())

    def _value(self, tokens: Tokens) -> str:
        return f"{self._prefix} {tokens.access_token}" if self._prefix else tokens.access_token

    def _can_renew(self, state: State) -> bool:
        return self._app is not None and state.tokens.refresh_token is not None

    def _is_good(self, state: State, now: float) -> bool:
        expires_at = state.tokens.expires_at
        return not state.refused and (expires_at is None or now < expires_at)

    def _is_due(self, state: State, now: float) -> bool:
        if now < state.not_before or not self._can_renew(state):
            return False
        expires_at = state.tokens.expires_at
        return state.refused or (expires_at is not None and now >= expires_at - state.leeway)

    def _next_request(self) -> Request | None:
        """Look whether another process has renewed, and else write the request."""
        if self._load is not None:
            loaded = self._load()
            if not isinstance(loaded, Tokens):
                raise UsageError(f"load must give Tokens; this is a {type(loaded).__name__}")
            if loaded.access_token != self._state.tokens.access_token:
                self._remember(loaded)
                self._state = State(loaded, leeway=self._leeway, flight=self._state.flight)
        state = self._state
        if not self._is_due(state, self._clock()):
            return None
        if state.dead is not None:
            raise _copy(state.dead)
        if self._app is None or state.tokens.refresh_token is None:
            return None
        return self._app.refresh(state.tokens.refresh_token)

    def _take(self, outcome: Outcome, app: OAuthApp) -> None:
        state, now = self._state, self._clock()
        try:
            if isinstance(outcome, CallError):
                raise outcome
            tokens = app.read_tokens(outcome.status, outcome.body, now=now)
        except CallError as error:
            if isinstance(error, AuthenticationError):
                self._state = state._replace(dead=_copy(error))
            elif self._is_good(state, now):
                LOGGER.warning(
                    "the access token was not renewed (%s); it is still good", type(error).__name__
                )
                self._state = state._replace(not_before=now + _TRY_AGAIN)
                return
            raise
        if tokens.refresh_token is None:
            tokens = tokens._replace(refresh_token=state.tokens.refresh_token)
        self._adopt(tokens, now)
        if self._on_refreshed is not None:
            self._on_refreshed(tokens)

    def _adopt(self, tokens: Tokens, now: float) -> None:
        leeway, end = self._leeway, tokens.expires_at
        # A short life, or none at all, must not mean that the token is due again at once.
        if end is not None and end - now < 2 * leeway:
            leeway = max(end - now, 0.0) / 2
        self._remember(tokens)
        self._state = State(tokens, now, leeway, flight=self._state.flight, not_before=now + _PAUSE)

    def _land(self) -> None:
        with self._lock:
            self._state = self._state._replace(flight=None)

    def _remember(self, tokens: Tokens) -> None:
        # Those before as well: requests with them may still be on their way.
        new = [Secret(text) for text in (tokens.access_token, tokens.refresh_token) if text]
        self._known = (*new, *self._known)[:6]


def _given(tokens: object) -> Tokens:
    found = Tokens(tokens) if isinstance(tokens, str) else tokens
    if isinstance(found, Tokens) and is_token(found.access_token):
        return found
    del tokens, found
    raise UsageError("OAuthToken needs Tokens, or an access token: ASCII text without spaces")


def _copy(error: AuthenticationError) -> AuthenticationError:
    # The one that was raised holds the frames of a call.
    return AuthenticationError(error.message, status=error.status, hint=error.hint)


def _is_under_way(state: State, now: float) -> bool:
    # A renewal that a parent process began is not this one's to wait for.
    return state.flight is not None and state.flight[0] == os.getpid() and now < state.flight[1]

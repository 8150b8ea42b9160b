"""Access tokens of partner apps, and an endpoint that gives and renews them.

How the service does it is not documented: path, header and lifetimes are settings, and the endpoint speaks
plain OAuth 2.0 (RFC 6749).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import msgspec

from aftership_tracking.mock.wire.json_body import write_json
from aftership_tracking.mock.wire.message import MockRequest, MockResponse


@dataclass(frozen=True, slots=True)
class MockToken:
    """What a token gives access to.

    Args:
        scopes: what its holder may do.
        expires_at: aware; None is never.
        account: tokens of one account see the same trackings; by default each token has its own.
    """

    scopes: Collection[str] = ()
    expires_at: datetime | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class TokenError:
    """An error of the token endpoint."""

    status: int
    error: str


class MockOAuth:
    """The tokens of a mock.

    Args:
        tokens: access tokens that are good from the start, each with its scopes or a `MockToken`.
        refresh_tokens: the same for refresh tokens.
        codes: the same for codes that can be exchanged, once each.
        clients: ids of apps with their secrets. Without any, every app is good.
        path: where the token endpoint is.
        lifetime: seconds that a new access token is good for.
        rotate: a refresh token is good once, and the response has the next one.
        header, prefix: where a request has its token.
    """

    def __init__(
        self,
        tokens: Mapping[str, Collection[str] | MockToken] | None = None,
        *,
        refresh_tokens: Mapping[str, Collection[str] | MockToken] | None = None,
        codes: Mapping[str, Collection[str] | MockToken] | None = None,
        clients: Mapping[str, str] | None = None,
        path: str = "/oauth/token",
        lifetime: float = 3600,
        rotate: bool = True,
        header: str = "authorization",
        prefix: str = "Bearer",
    ) -> None:
        self.path = path.encode("ascii")
        self._header = header.lower()
        self._prefix = f"{prefix} " if prefix else ""
        self._lifetime = lifetime
        self._rotate = rotate
        self._clients = clients
        self._given = tuple(_read(each) for each in (tokens, refresh_tokens, codes))
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget what was issued and used up."""
        with self._lock:
            self._access, self._refresh, self._codes = (dict(each) for each in self._given)
            self._issued = 0

    def state(self) -> dict[str, Any]:
        """What was issued and is good, as JSON."""
        with self._lock:
            kinds = {"access": self._access, "refresh": self._refresh, "codes": self._codes}
            found: dict[str, Any] = {
                kind: {token: msgspec.to_builtins(_plain(each)) for token, each in tokens.items()}
                for kind, tokens in kinds.items()
            }
            return {**found, "issued": self._issued}

    def load(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` returned."""
        with self._lock:
            self._access, self._refresh, self._codes = (
                msgspec.convert(state[kind], dict[str, MockToken]) for kind in ("access", "refresh", "codes")
            )
            self._issued = state["issued"]

    def token_of(self, request: MockRequest) -> str | None:
        """The token of a request, if it has one."""
        value = request.headers.get(self._header, "")
        if not value.lower().startswith(self._prefix.lower()):
            return None
        return value[len(self._prefix) :].strip() or None

    def find(self, token: str) -> MockToken | None:
        """What an access token gives access to; None for an unknown token."""
        return self._access.get(token)

    def handle(self, request: MockRequest, now: datetime) -> MockResponse:
        """Handle a request to the token endpoint."""
        if request.method != "POST":
            return _response(405, {"error": "invalid_request"}, {"allow": "POST"})
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        with self._lock:
            found = self._grant(request, form, now)
        if isinstance(found, TokenError):
            return _response(found.status, {"error": found.error})
        return _response(200, found)

    def _grant(
        self, request: MockRequest, form: Mapping[str, str], now: datetime
    ) -> dict[str, object] | TokenError:
        if not self._knows_client(request, form):
            return TokenError(401, "invalid_client")
        kind = form.get("grant_type")
        if kind == "authorization_code":
            return self._issue(self._codes.pop(form.get("code", ""), None), None, now)
        if kind != "refresh_token":
            return TokenError(400, "invalid_request" if kind is None else "unsupported_grant_type")
        old = form.get("refresh_token", "")
        found = self._refresh.pop(old, None) if self._rotate else self._refresh.get(old)
        return self._issue(found, None if self._rotate else old, now)

    def _issue(
        self, grant: MockToken | None, old_refresh: str | None, now: datetime
    ) -> dict[str, object] | TokenError:
        if grant is None:
            return TokenError(400, "invalid_grant")
        self._issued += 1
        access = self._new_token("access")
        refresh = self._new_token("refresh") if old_refresh is None else old_refresh
        grant = replace(grant, account=grant.account or access)
        self._access[access] = replace(grant, expires_at=now + timedelta(seconds=self._lifetime))
        self._refresh[refresh] = replace(grant, expires_at=None)
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self._lifetime,
            "refresh_token": refresh,
            "scope": " ".join(sorted(grant.scopes)),
        }

    def _new_token(self, kind: str) -> str:
        # Not secret: whoever has the mock has everything. Tests get the same tokens in each run.
        digest = hashlib.sha256(f"{kind} {self._issued}".encode()).hexdigest()
        return f"mock-{kind}-{self._issued}-{digest[:24]}"

    def _knows_client(self, request: MockRequest, form: Mapping[str, str]) -> bool:
        if self._clients is None:
            return True
        name, secret = _basic(request) or (form.get("client_id", ""), form.get("client_secret", ""))
        known = self._clients.get(name)
        return known is not None and hmac.compare_digest(known.encode(), secret.encode())


def _read(given: Mapping[str, Collection[str] | MockToken] | None) -> dict[str, MockToken]:
    return {
        token: found if isinstance(found, MockToken) else MockToken(found)
        for token, found in (given or {}).items()
    }


def _plain(token: MockToken) -> MockToken:
    """The scopes may be any collection."""
    return replace(token, scopes=sorted(token.scopes))


def _basic(request: MockRequest) -> tuple[str, str] | None:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def _response(status: int, content: object, headers: Mapping[str, str] | None = None) -> MockResponse:
    body = write_json(content)
    own = {
        "content-type": "application/json",
        "cache-control": "no-store",
        "content-length": str(len(body)),
        **(headers or {}),
    }
    return MockResponse(status, own, body)

"""Reads the responses of a token endpoint. Nothing of a response but the name of a known error is shown."""

from __future__ import annotations

import json
from typing import Any

from aftership_tracking.errors import (
    ApiError,
    AuthenticationError,
    DecodeError,
    RateLimitError,
    ServerError,
)
from aftership_tracking.runtime.auth.tokens import Tokens, is_token, read_number, read_refresh_token
from aftership_tracking.runtime.wire.request import Response

__all__ = ["read_revocation", "read_token_response"]

_MOST_BODY = 64 * 1024
_KNOWN_ERRORS = {
    "invalid_client": "Check client_id, client_secret and client_authentication.",
    "invalid_grant": "The code or the refresh token is used up or revoked: the merchant has to connect the "
    "app again.",
    "invalid_request": "The token endpoint may want other fields than plain OAuth 2.0.",
    "invalid_scope": "Request scopes that the app has.",
    "unauthorized_client": "The app may not use this grant.",
    "unsupported_grant_type": "The token endpoint does not know this grant.",
    "unsupported_token_type": "The endpoint does not revoke such tokens.",
}


def read_token_response(
    status: int, body: bytes, now: float, separator: str
) -> Tokens | ApiError | DecodeError:
    """Return the tokens in a response, or the error to raise; see `OAuthApp.read_tokens`.

    Whoever raises it does so without the body in a variable: crash reporters show the variables of a frame,
    and the response may repeat what was sent.
    """
    content = _content(body)
    token = content.get("access_token")
    if status != 200 or not is_token(token):
        return _failure(status, content.get("error"), "the token endpoint returned no token")
    scope = content.get("scope")
    return Tokens(
        access_token=token,
        refresh_token=read_refresh_token(content.get("refresh_token")),
        expires_at=_end(now, content.get("expires_in")),
        scopes=tuple(scope.replace(separator, " ").split()) if isinstance(scope, str) else (),
    )


def read_revocation(response: Response) -> ApiError | DecodeError | None:
    """Return the error to raise; None if the token is revoked: RFC 7009 has 200 for an unknown one too."""
    if 200 <= response.status < 300:
        return None
    return _failure(response.status, _content(response.body).get("error"), "the token was not revoked")


def _content(body: bytes) -> dict[str, Any]:
    if len(body) > _MOST_BODY:
        return {}
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _end(now: float, lifetime: object) -> float | None:
    seconds = read_number(lifetime)
    return now + seconds if seconds is not None and seconds >= 0 else None


def _failure(status: int, error: object, sentence: str) -> ApiError | DecodeError:
    if status == 200:
        return DecodeError("the response of the token endpoint has no usable access_token", status=status)
    known = error if isinstance(error, str) and error in _KNOWN_ERRORS else None
    cls = ServerError if status >= 500 else RateLimitError if status == 429 else AuthenticationError
    named = "" if known is None else f" ({known})"
    return cls(
        f"{sentence}{named}",
        status=status,
        hint=None if known is None else _KNOWN_ERRORS[known],
    )

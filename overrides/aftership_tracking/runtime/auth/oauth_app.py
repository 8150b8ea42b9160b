"""A partner app: it makes the requests for its tokens and reads the responses. This module sends nothing.

The flow is documented: a merchant consents, the browser comes back with `code`, `state` and `hmac`, the app
exchanges the code for an access token and a refresh token, and renews the access token later. The URLs, the
fields of the requests, the lifetimes and the computation of `hmac` are not documented. So there is no default
URL, and the requests follow plain OAuth 2.0 (RFC 6749), which is an assumption.
"""

from __future__ import annotations

import base64
import hmac
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeGuard
from urllib.parse import quote_plus, urlencode

from aftership_tracking.errors import (
    AfterShipError,
    ApiError,
    AuthenticationError,
    DecodeError,
    RateLimitError,
    ServerError,
    UsageError,
)
from aftership_tracking.runtime.options import Timeout
from aftership_tracking.runtime.secret import MASK
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request, check_base_url

if TYPE_CHECKING:
    from aftership_tracking.runtime.auth.secret_sources import SecretInput

__all__ = ["OAuthApp", "RedirectError", "Tokens"]

_MOST_BODY = 64 * 1024
_KNOWN_ERRORS = {
    "invalid_client": "Check client_id, client_secret and client_authentication.",
    "invalid_grant": "The code or the refresh token is used up or revoked: the merchant has to connect the "
    "app again.",
    "invalid_request": "The token endpoint may want other fields than plain OAuth 2.0.",
    "invalid_scope": "Request scopes that the app has.",
    "unauthorized_client": "The app may not use this grant.",
    "unsupported_grant_type": "The token endpoint does not know this grant.",
}


class RedirectError(AfterShipError):
    """The browser came back with parameters that do not belong to a request of this app."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """The tokens from a token endpoint. The repr shows no token; store them where you store secrets."""

    access_token: str
    refresh_token: str | None = None
    expires_at: float | None = None
    """Unix time; None if the response did not contain it."""
    scopes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        renewable = "with" if self.refresh_token else "without"
        return f"Tokens({MASK}, {renewable} refresh_token, expires_at={self.expires_at!r})"


class OAuthApp:
    """The configuration of a partner app.

    `client_secret`: a string, a `pathlib.Path` or a callable, like the secrets of a client.
    `token_url`: the URL of the token endpoint. `authorize_url`: where merchants consent; only needed for
    `authorization_url`. `redirect_uri`: where the browser comes back to.
    `client_authentication`: "basic" (an Authorization header) or "form" (fields of the form).
    `scope_separator`: separates scopes; a space in plain OAuth 2.0.
    `timeout`: seconds for a request to the token endpoint.

    Raises UsageError for URLs that are not valid.
    """

    __slots__ = (
        "_secret", "authorize_url", "client_authentication", "client_id", "redirect_uri", "scope_separator",
        "timeout", "token_url",
    )  # fmt: skip

    def __init__(
        self,
        client_id: str,
        client_secret: SecretInput,
        *,
        token_url: str,
        authorize_url: str | None = None,
        redirect_uri: str | None = None,
        client_authentication: Literal["basic", "form"] = "basic",
        scope_separator: str = " ",
        timeout: float = 10.0,
    ) -> None:
        from aftership_tracking.runtime.auth.secret_sources import read_secret

        if not client_id:
            raise UsageError("client_id is empty")
        if client_authentication not in ("basic", "form"):
            raise UsageError(
                f"client_authentication must be 'basic' or 'form', not {client_authentication!r}"
            )
        self.client_id = client_id
        self._secret = read_secret(client_secret, "client_secret", _check_client_secret)
        del client_secret
        self.token_url = _check_url("token_url", token_url)
        self.authorize_url = None if authorize_url is None else _check_url("authorize_url", authorize_url)
        self.redirect_uri = redirect_uri
        self.client_authentication = client_authentication
        self.scope_separator = scope_separator
        self.timeout = timeout

    def __repr__(self) -> str:
        return f"<OAuthApp {self.client_id} at {self.token_url}>"

    def authorization_url(self, *, state: str, scopes: Sequence[str] = (), **more: str) -> str:
        """Return the URL to send a merchant's browser to.

        `state` must be new and unguessable each time (`secrets.token_urlsafe()`), and must be stored in the
        merchant's session. `more` are further parameters. The names are those of plain OAuth 2.0.
        """
        if self.authorize_url is None:
            raise UsageError("authorization_url needs the authorize_url of the app")
        if not state:
            raise UsageError(
                "state is empty: without it, anybody could finish the connection of somebody else"
            )
        parameters = {"response_type": "code", "client_id": self.client_id, "state": state}
        if self.redirect_uri is not None:
            parameters["redirect_uri"] = self.redirect_uri
        if scopes:
            parameters["scope"] = self.scope_separator.join(scopes)
        mark = "&" if "?" in self.authorize_url else "?"
        return f"{self.authorize_url}{mark}{urlencode({**parameters, **more})}"

    def read_redirect(
        self,
        parameters: Mapping[str, str],
        *,
        state: str,
        check_hmac: Callable[[Mapping[str, str]], bool] | None = None,
    ) -> str:
        """Return the code that the browser brought back. Raises RedirectError if it cannot be trusted.

        `state` is the one that was sent. `check_hmac` receives all parameters and returns whether `hmac` is
        right. How `hmac` is computed is not documented, so without `check_hmac` it is ignored.
        """
        if not state or not hmac.compare_digest(parameters.get("state", "").encode(), state.encode()):
            raise RedirectError(
                "the state is not the one that was sent",
                hint="Let the merchant start the connection again.",
            )
        if check_hmac is not None and not check_hmac(parameters):
            raise RedirectError("the hmac is not right")
        if "error" in parameters:
            known = parameters["error"] in ("access_denied", *_KNOWN_ERRORS)
            raise RedirectError(
                f"the merchant was not connected ({parameters['error'] if known else 'unknown error'})"
            )
        if not parameters.get("code"):
            raise RedirectError("there is no code")
        return parameters["code"]

    def exchange_code(self, code: str, *, code_verifier: str | None = None) -> Request:
        """Return the request that exchanges a code for tokens. `read_tokens` reads the response.

        `code_verifier` belongs to PKCE, which the documents of the partner flow do not mention.
        """
        form = {"grant_type": "authorization_code", "code": code}
        if self.redirect_uri is not None:
            form["redirect_uri"] = self.redirect_uri
        if code_verifier is not None:
            form["code_verifier"] = code_verifier
        return self._request(form)

    def refresh(self, refresh_token: str) -> Request:
        """Return the request for a new access token."""
        return self._request({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def _request(self, form: dict[str, str]) -> Request:
        headers = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
        secret = self._secret.reveal()
        if self.client_authentication == "basic":
            # RFC 6749, 2.3.1: both are form-encoded first.
            pair = f"{quote_plus(self.client_id)}:{quote_plus(secret)}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form = {**form, "client_id": self.client_id, "client_secret": secret}
        return Request(
            "POST",
            self.token_url,
            Headers(headers.items()),
            urlencode(form).encode(),
            Timeout(self.timeout, self.timeout),
            self.timeout,
        )

    def read_tokens(self, status: int, body: bytes, *, now: float) -> Tokens:
        """Return the tokens in a response. `now` is Unix time.

        If the response has no refresh token, the old one, if there was one, stays valid.

        Raises AuthenticationError, RateLimitError, ServerError or DecodeError. Their messages and fields
        contain nothing of the response except the name of an error that RFC 6749 defines.
        """
        content = _content(body)
        token = content.get("access_token")
        if status == 200 and is_token(token):
            renewal, scope = content.get("refresh_token"), content.get("scope")
            return Tokens(
                access_token=token,
                refresh_token=renewal if isinstance(renewal, str) and renewal else None,
                expires_at=_end(now, content.get("expires_in")),
                scopes=tuple(scope.replace(self.scope_separator, " ").split())
                if isinstance(scope, str)
                else (),
            )
        failed = _failure(status, content.get("error"))
        # Crash reporters show the variables of a frame, and the response may repeat what was sent.
        del body, content, token
        raise failed

    def erase(self, content: bytes) -> bytes:
        """Mask the secret of the app in content that a server sent."""
        return self._secret.erase(content)


def is_token(text: object) -> TypeGuard[str]:
    """Return whether a value is a string that a header can contain."""
    if not isinstance(text, str) or not text:
        return False
    return text.isascii() and text.isprintable() and " " not in text


def _content(body: bytes) -> dict[str, Any]:
    if len(body) > _MOST_BODY:
        return {}
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _end(now: float, lifetime: object) -> float | None:
    if isinstance(lifetime, bool) or not isinstance(lifetime, int | float):
        return None
    return now + lifetime if 0 <= lifetime < math.inf else None


def _failure(status: int, error: object) -> ApiError | DecodeError:
    if status == 200:
        return DecodeError("the response of the token endpoint has no usable access_token", status=status)
    known = error if isinstance(error, str) and error in _KNOWN_ERRORS else None
    cls = ServerError if status >= 500 else RateLimitError if status == 429 else AuthenticationError
    named = "" if known is None else f" ({known})"
    return cls(
        f"the token endpoint returned no token{named}",
        status=status,
        hint=None if known is None else _KNOWN_ERRORS[known],
    )


def _check_url(name: str, url: str) -> str:
    address, mark, query = url.partition("?")
    try:
        check_base_url(address)
    except UsageError as error:
        wrong = str(error).replace("base_url", name)
    else:
        return f"{address}{mark}{query}"
    raise UsageError(wrong)


def _check_client_secret(text: object) -> str:
    stripped = text.strip() if isinstance(text, str) else ""
    if stripped:
        return stripped
    raise UsageError("client_secret is empty")

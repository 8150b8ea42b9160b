"""A partner app: it makes the requests for its tokens, sends them, and reads the responses.

The flow is documented: a merchant consents, the browser comes back with `code`, `state` and `hmac`, the app
exchanges the code for an access token and a refresh token, and renews the access token later. The URLs, the
fields of the requests, the lifetimes and the computation of `hmac` are not documented. So there is no default
URL, and the requests follow plain OAuth 2.0 (RFC 6749), which is an assumption.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal, NoReturn
from urllib.parse import parse_qsl, quote_plus, urlencode

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.auth import redirects
from aftership_tracking.runtime.auth.hmac_recipe import HmacRecipe
from aftership_tracking.runtime.auth.redirects import HmacCheck, InstallRequest, RedirectError, choose_check
from aftership_tracking.runtime.auth.token_responses import read_revocation, read_token_response
from aftership_tracking.runtime.auth.tokens import Tokens, is_token, is_within, keep_refresh_token
from aftership_tracking.runtime.options import Timeout
from aftership_tracking.runtime.secret import Secret
from aftership_tracking.runtime.wire.headers import Headers
from aftership_tracking.runtime.wire.request import Request, Response, check_base_url

if TYPE_CHECKING:
    from aftership_tracking.oauth_scopes import Scope, ScopeName
    from aftership_tracking.runtime.auth.secret_sources import SecretInput

__all__ = ["OAuthApp", "RedirectError", "Tokens", "is_token"]

_OWN_PARAMETERS = ("response_type", "client_id", "state", "redirect_uri", "scope")
"""Those of the authorization URL. What comes twice, each server reads in its own way."""
_SEPARATOR = re.compile(r"[ ,;|+/]+")


class OAuthApp:
    """The configuration of a partner app.

    `client_id`: the id that the service gave to the app.
    `client_secret`: a string, a `pathlib.Path` or a callable, like the secrets of a client.
    `token_url`: the URL of the token endpoint.
    `authorize_url`: where merchants consent; only needed for `authorization_url`.
    `redirect_uri`: where the browser comes back to.
    `revoke_url`: where tokens are revoked as RFC 7009 says, which is not documented; None: `revoke` refuses.
    `hmac_recipe`: how the `hmac` of the service is computed, which is not public: an assumption of yours.
    `client_authentication`: "basic" (an Authorization header) or "form" (fields of the form).
    `scope_separator`: separates scopes; a space in plain OAuth 2.0.
    `timeout`: seconds for a request to the token endpoint, 10 by default; an hour at most.

    Raises UsageError for URLs and settings that are not valid, and for an `hmac_recipe` that the secret does
    not fit.
    """

    __slots__ = (
        "_secret", "authorize_url", "client_authentication", "client_id", "hmac_recipe", "redirect_uri",
        "revoke_url", "scope_separator", "timeout", "token_url",
    )  # fmt: skip

    def __init__(
        self,
        client_id: str,
        client_secret: SecretInput,
        *,
        token_url: str,
        authorize_url: str | None = None,
        redirect_uri: str | None = None,
        revoke_url: str | None = None,
        hmac_recipe: HmacRecipe | None = None,
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
        if hmac_recipe is not None and not isinstance(hmac_recipe, HmacRecipe):
            raise UsageError(f"hmac_recipe must be an HmacRecipe, not a {type(hmac_recipe).__name__}")
        if redirect_uri is not None and not _is_filled_string(redirect_uri):
            raise UsageError(f"redirect_uri must be a URL; this is {redirect_uri!r}")
        # A part of a scope would take the scopes of a response to pieces.
        if scope_separator != " " and not (
            _is_filled_string(scope_separator) and _SEPARATOR.fullmatch(scope_separator)
        ):
            raise UsageError(f"scope_separator must be a space or a comma; this is {scope_separator!r}")
        if not is_within(timeout, 0.0, 3600.0) or not timeout:
            raise UsageError(f"timeout must be a number of seconds, an hour at most; this is {timeout!r}")
        self.client_id = client_id
        self._secret = read_secret(client_secret, "client_secret", _check_client_secret)
        del client_secret
        if hmac_recipe is not None:
            _check_recipe(hmac_recipe, self._secret)
        self.token_url = _check_url("token_url", token_url)
        self.authorize_url = None if authorize_url is None else _check_url("authorize_url", authorize_url)
        self.revoke_url = None if revoke_url is None else _check_url("revoke_url", revoke_url)
        self.redirect_uri = redirect_uri
        self.hmac_recipe = hmac_recipe
        self.client_authentication = client_authentication
        self.scope_separator = scope_separator
        self.timeout = timeout

    def __repr__(self) -> str:
        return f"<OAuthApp {self.client_id} at {self.token_url}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an app cannot be pickled: its secret must not travel")

    def authorization_url(self, *, state: str, scopes: Iterable[Scope | ScopeName] = (), **more: str) -> str:
        """Return the URL to send a merchant's browser to.

        `state` must be new and unguessable each time (`secrets.token_urlsafe()`), and must be stored in the
        merchant's session.
        `scopes`: what the app asks for; `scopes_of(...).scopes` says what its calls need. A string must be a
        documented scope. For one that this version does not know, write `Scope("...")`.
        `more` are further parameters. The names are those of plain OAuth 2.0.

        Raises UsageError for a scope that is not known, a state that is empty or not a string, a
        further parameter that the app sends itself, and an app without authorize_url.
        """
        if self.authorize_url is None:
            raise UsageError("authorization_url needs the authorize_url of the app")
        if not _is_filled_string(state):
            raise UsageError(
                "state is empty or not a string: without it, anybody could finish the connection of somebody "
                "else"
            )
        twice = next((name for name in more if name in _OWN_PARAMETERS), None)
        if twice is not None:
            raise UsageError(
                f"{twice} is not a further parameter: the app sends one itself",
                hint="Write scopes=." if twice == "scope" else "Make an OAuthApp with another one.",
            )
        parameters = {"response_type": "code", "client_id": self.client_id, "state": state}
        if self.redirect_uri is not None:
            parameters["redirect_uri"] = self.redirect_uri
        # Imported lazily: only this needs the list of scopes.
        from aftership_tracking.runtime.auth.scopes import check_scopes

        requested = check_scopes(scopes)
        if requested:
            parameters["scope"] = self.scope_separator.join(requested)
        mark = "&" if "?" in self.authorize_url else "?"
        return f"{self.authorize_url}{mark}{urlencode({**parameters, **more})}"

    def read_redirect(
        self,
        parameters: Mapping[str, str],
        *,
        state: str,
        check_hmac: HmacCheck | None = None,
        hmac: Literal["unchecked"] | None = None,
    ) -> str:
        """Return the code that the browser brought back.

        `parameters`: all of the query, decoded. `state`: the one that was sent, from the merchant's session;
        it is compared in constant time.
        `check_hmac`: receives all parameters and returns whether `hmac` is right. By default the
        `hmac_recipe` of the app decides. `hmac="unchecked"` says that a forged one may pass: only `state`
        protects then.

        Raises RedirectError if the parameters cannot be trusted, or the merchant refused; UsageError if
        nothing says how `hmac` is checked.
        """
        check = choose_check(self._recipe_check(), check_hmac, hmac, "read_redirect")
        return redirects.read_redirect(parameters, state, check)

    def read_install(
        self,
        parameters: Mapping[str, str],
        *,
        check_hmac: HmacCheck | None = None,
        hmac: Literal["unchecked"] | None = None,
        max_age: float = 300.0,
        clock: Callable[[], float] = time.time,
    ) -> InstallRequest:
        """Return what the service sent to the App URL: a merchant wants to install the app.

        `parameters`, `check_hmac`, `hmac`: as for `read_redirect`. `max_age`: seconds after which the request
        is refused, 300 by default; a `timestamp` of up to a minute in the future is accepted. That it is
        Unix time, in seconds or milliseconds, is an assumption. `clock`: Unix time.

        Raises RedirectError if the parameters cannot be trusted or are too old; UsageError if nothing says
        how `hmac` is checked.
        """
        check = choose_check(self._recipe_check(), check_hmac, hmac, "read_install")
        return redirects.read_install(parameters, check, max_age, clock())

    def _recipe_check(self) -> HmacCheck | None:
        recipe = self.hmac_recipe
        if recipe is None:
            return None
        return lambda parameters: recipe.check(parameters, self._secret.reveal())

    def connect(self, code: str, *, http_client: object = None, code_verifier: str | None = None) -> Tokens:
        """Exchange the code of a redirect for tokens, in one call. A code is good once: it is sent once.

        `http_client`: sends the request, as for a client; by default a connection is opened and closed.
        `code_verifier`: see `exchange_code`.

        Raises AuthenticationError (the code is wrong, used up or expired), RateLimitError, ServerError,
        DecodeError or TransportError.
        """
        request = self.exchange_code(code, code_verifier=code_verifier)
        # Crash reporters show the variables of a frame.
        del code, code_verifier
        return self._read(self._send(request, http_client))

    async def aconnect(
        self, code: str, *, http_client: object = None, code_verifier: str | None = None
    ) -> Tokens:
        """Do the same as `connect`; `http_client` is an async one."""
        request = self.exchange_code(code, code_verifier=code_verifier)
        del code, code_verifier
        return self._read(await self._send_async(request, http_client))

    def refresh_tokens(self, tokens: Tokens, *, http_client: object = None) -> Tokens:
        """Renew tokens now. The new ones hold the old refresh token if the response has none.

        Clients renew by themselves (`OAuthToken`, `Tenants`). Do not use both for one merchant: the refresh
        token may be good once. Raises UsageError for tokens without a refresh token, and what `connect`
        raises.
        """
        return self._keep_refresh(tokens, self._send(self._refresh_request(tokens), http_client))

    async def arefresh_tokens(self, tokens: Tokens, *, http_client: object = None) -> Tokens:
        """Do the same as `refresh_tokens`; `http_client` is an async one."""
        return self._keep_refresh(tokens, await self._send_async(self._refresh_request(tokens), http_client))

    def revoke(self, tokens: Tokens, *, http_client: object = None) -> None:
        """Revoke tokens at the `revoke_url`: the refresh token, or the access token if there is none.

        Whether the service can revoke, and where, is not documented. Raises UsageError without a
        `revoke_url`: deleting the stored tokens is then all that an app can do. Raises what `connect` raises.
        """
        failure = read_revocation(self._send(self._revoke_request(tokens), http_client))
        if failure is not None:
            raise failure

    async def arevoke(self, tokens: Tokens, *, http_client: object = None) -> None:
        """Do the same as `revoke`; `http_client` is an async one."""
        failure = read_revocation(await self._send_async(self._revoke_request(tokens), http_client))
        if failure is not None:
            raise failure

    def exchange_code(self, code: str, *, code_verifier: str | None = None) -> Request:
        """Return the request that exchanges a code for tokens, to send it yourself; `connect` sends it.
        `read_tokens` reads the response.

        `code_verifier` belongs to PKCE, which the documents of the partner flow do not mention.
        """
        form = {"grant_type": "authorization_code", "code": code}
        if self.redirect_uri is not None:
            form["redirect_uri"] = self.redirect_uri
        if code_verifier is not None:
            form["code_verifier"] = code_verifier
        return self._request(self.token_url, form)

    def refresh(self, refresh_token: str) -> Request:
        """Return the request for a new access token, to send it yourself; `refresh_tokens` sends it."""
        return self._request(self.token_url, {"grant_type": "refresh_token", "refresh_token": refresh_token})

    def _refresh_request(self, tokens: Tokens) -> Request:
        if tokens.refresh_token is None:
            raise UsageError("these tokens have no refresh token: let the merchant connect the app again")
        return self.refresh(tokens.refresh_token)

    def _revoke_request(self, tokens: Tokens) -> Request:
        if self.revoke_url is None:
            raise UsageError(
                "the app has no revoke_url, and whether the service can revoke tokens is not documented",
                hint="Delete the stored tokens, which is all that an app can do; or give OAuthApp a "
                "revoke_url.",
            )
        kind = "access_token" if tokens.refresh_token is None else "refresh_token"
        return self._request(
            self.revoke_url, {"token": tokens.refresh_token or tokens.access_token, "token_type_hint": kind}
        )

    def _request(self, url: str, form: dict[str, str]) -> Request:
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
            url,
            Headers(headers.items()),
            urlencode(form).encode(),
            Timeout(self.timeout, self.timeout),
            self.timeout,
        )

    def _send(self, request: Request, http_client: object) -> Response:
        # Imported lazily, like httpx itself: renewals of a client use the transport of the client.
        from aftership_tracking.runtime.wire.connections import DefaultTransport
        from aftership_tracking.runtime.wire.transport import choose_transport

        transport = choose_transport(http_client)
        try:
            return transport.exchange(request)
        finally:
            if http_client is None and isinstance(transport, DefaultTransport):
                transport.close()

    async def _send_async(self, request: Request, http_client: object) -> Response:
        from aftership_tracking.runtime.wire.connections import DefaultAsyncTransport
        from aftership_tracking.runtime.wire.transport import choose_async_transport

        transport = choose_async_transport(http_client)
        try:
            return await transport.exchange(request)
        finally:
            if http_client is None and isinstance(transport, DefaultAsyncTransport):
                await transport.aclose()

    def _read(self, response: Response) -> Tokens:
        return self.read_tokens(response.status, response.body, now=time.time())

    def _keep_refresh(self, old: Tokens, response: Response) -> Tokens:
        return keep_refresh_token(self._read(response), old)

    def read_tokens(self, status: int, body: bytes, *, now: float) -> Tokens:
        """Return the tokens in a response. `now` is Unix time.

        If the response has no refresh token, the old one, if there was one, stays valid.

        Raises AuthenticationError, RateLimitError, ServerError or DecodeError. Their messages and fields
        contain nothing of the response except the name of an error that RFC 6749 defines.
        """
        found = read_token_response(status, body, now, self.scope_separator)
        # Crash reporters show the variables of a frame, and the response may repeat what was sent.
        del body
        if isinstance(found, Tokens):
            return found
        raise found

    def erase(self, content: bytes) -> bytes:
        """Mask the secret of the app in content that a server sent."""
        return self._secret.erase(content)


def _check_url(name: str, url: str) -> str:
    if not _is_filled_string(url):
        raise UsageError(f"{name} must be a URL; this is {url!r}")
    address, _, query = url.partition("?")
    try:
        check_base_url(address)
    except UsageError as error:
        wrong = str(error).replace("base_url", name)
    else:
        own = next((pair for pair, _ in parse_qsl(query, True) if pair in _OWN_PARAMETERS), None)
        if not query.isascii() or not query.isprintable() or set(query) & set(' "#<>\\'):
            wrong = f"the query of {name} must be percent-encoded, without a fragment"
        elif own is not None:
            wrong = f"the query of {name} must not contain {own}, which the app sends itself"
        else:
            return url
    raise UsageError(wrong)


def _is_filled_string(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _check_recipe(recipe: HmacRecipe, secret: Secret) -> None:
    try:
        recipe.sign(dict.fromkeys(recipe.covered or (), ""), secret.recent())
    except ValueError as error:
        wrong = str(error)
    else:
        return
    # Raised out here so that it does not carry the frames that hold the secret.
    raise UsageError(wrong, hint="Correct `key` of the HmacRecipe.")


def _check_client_secret(text: object) -> str:
    stripped = text.strip() if isinstance(text, str) else ""
    if stripped:
        return stripped
    raise UsageError("client_secret is empty")

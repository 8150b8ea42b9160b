"""OAuth of partner apps: consent, codes, access tokens and their renewal.

How the service does it is not documented: paths, header, lifetimes and rotation are settings, and the
endpoints speak plain OAuth 2.0 (RFC 6749, 7009 and 7636).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from aftership_tracking.mock.accounts.oauth.apps import MockApp, MockMerchant, is_scope
from aftership_tracking.mock.accounts.oauth.consents import Consents
from aftership_tracking.mock.accounts.oauth.issued import IssuedTokens, MockToken
from aftership_tracking.mock.accounts.oauth.token_endpoint import TokenEndpoint, TokenRules, check_lifetime
from aftership_tracking.mock.accounts.oauth.token_forms import (
    TokenFailure,
    TokenForm,
    read_form,
    respond,
    respond_failure,
)
from aftership_tracking.mock.wire.message import MockRequest, MockResponse

__all__ = ["MockOAuth", "MockToken"]

DEFAULT_MERCHANTS = ("merchant-1", "merchant-2")
Named = TypeVar("Named")


class MockOAuth:
    """The partner apps and the tokens of a mock.

    Args:
        tokens: access tokens that are good from the start, each with its scopes or a `MockToken`.
        refresh_tokens: the same for refresh tokens.
        codes: the same for codes that can be exchanged, once each.
        clients: ids of apps with their secrets, beside those of `apps`. Without any, every app is good.
        apps: the apps that merchants can consent to.
        merchants: who may consent; a string is a name. By default two, `merchant-1` and `merchant-2`.
        path: where the token endpoint is.
        authorize_path: where browsers are sent to consent.
        revoke_path: where apps revoke tokens.
        lifetime: seconds that a new access token is good for.
        code_lifetime: the same for a code.
        refresh_lifetime: the same for a refresh token; None is for ever.
        rotate: a refresh token is good once, and the response has the next one.
        revoke_on_reuse: a refresh token that was used already ends all tokens of its merchant and app. A code
            that comes a second time always does.
        needs_pkce: authorize requests need a `code_challenge`.
        scope_separator: what separates scopes in an authorize request.
        header, prefix: where a request has its token.

    Attributes:
        consents, issued: the state. A test uses `Mock.oauth`.

    Raises:
        ValueError: a setting is not usable, or two apps or merchants have the same name.
    """

    def __init__(
        self,
        tokens: Mapping[str, Collection[str] | MockToken] | None = None,
        *,
        refresh_tokens: Mapping[str, Collection[str] | MockToken] | None = None,
        codes: Mapping[str, Collection[str] | MockToken] | None = None,
        clients: Mapping[str, str] | None = None,
        apps: Sequence[MockApp] = (),
        merchants: Sequence[MockMerchant | str] = (),
        path: str = "/oauth/token",
        authorize_path: str = "/oauth/authorize",
        revoke_path: str = "/oauth/revoke",
        lifetime: float = 3600,
        code_lifetime: float = 600,
        refresh_lifetime: float | None = None,
        rotate: bool = True,
        revoke_on_reuse: bool = False,
        needs_pkce: bool = False,
        scope_separator: str = " ",
        header: str = "authorization",
        prefix: str = "Bearer",
    ) -> None:
        _check_paths({"path": path, "authorize_path": authorize_path, "revoke_path": revoke_path})
        check_lifetime("code_lifetime", code_lifetime)
        rules = TokenRules(
            lifetime=lifetime,
            refresh_lifetime=refresh_lifetime,
            rotate=rotate,
            revoke_on_reuse=revoke_on_reuse,
        )
        if not scope_separator or any(
            is_scope(letter) and letter not in ",;|+/" for letter in scope_separator
        ):
            # A letter would take the scopes themselves to pieces.
            raise ValueError(f"scope_separator must be a space or a comma, not {scope_separator!r}")
        if not header.isascii() or not header.replace("-", "").isalnum():
            raise ValueError(f"header must be the name of a header, not {header!r}")
        if not prefix.isascii() or not prefix.isprintable():
            raise ValueError(f"prefix must be plain ASCII, not {prefix!r}")
        self.path = path.encode("ascii")
        self.authorize_path = authorize_path.encode("ascii")
        self.revoke_path = revoke_path.encode("ascii")
        self.apps = _by_name(apps, lambda app: app.client_id, "app")
        known = [each if isinstance(each, MockMerchant) else MockMerchant(name=each) for each in merchants]
        if apps and not known:
            known = [MockMerchant(name=name) for name in DEFAULT_MERCHANTS]
        self.merchants = _by_name(known, lambda merchant: merchant.name, "merchant")
        self._header = header.lower()
        self._prefix = f"{prefix} " if prefix else ""
        secrets = {name: app.client_secret for name, app in self.apps.items()}
        self._clients = None if clients is None and not apps else {**secrets, **(clients or {})}
        self.issued = IssuedTokens(codes=codes, access=tokens, refresh=refresh_tokens)
        self._endpoint = TokenEndpoint(self.issued, rules)
        self._lock = threading.Lock()
        self.consents = Consents(
            self.issued,
            self._lock,
            self.apps,
            self.merchants,
            code_lifetime=code_lifetime,
            needs_pkce=needs_pkce,
            scope_separator=scope_separator,
        )

    def clear(self) -> None:
        """Forget what was issued, used up, revoked and installed."""
        with self._lock:
            self.issued.clear()
            self.consents.clear()

    def state(self) -> dict[str, Any]:
        """What was issued, as JSON."""
        with self._lock:
            return {**self.issued.state(), "installing": self.consents.state()}

    def load(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` returned."""
        with self._lock:
            self.issued.load(state)
            # Snapshots from before there were apps have none.
            self.consents.load(state.get("installing", {}))

    # Calls of the API

    def token_of(self, request: MockRequest) -> str | None:
        """The token of a request, if it has one."""
        value = request.headers.get(self._header, "")
        if not value.lower().startswith(self._prefix.lower()):
            return None
        return value[len(self._prefix) :].strip() or None

    def find(self, token: str) -> MockToken | None:
        """What an access token gives access to; None for one that is unknown or was ended."""
        found = self.issued.get("access", token)
        if found is None or found.ended is not None:
            return None
        return MockToken(found.scopes, found.expires_at, found.account)

    # The endpoints

    def handle(self, request: MockRequest, now: datetime) -> MockResponse:
        """Handle a request to the token endpoint."""
        return self._respond(request, lambda form: respond(200, self._endpoint.grant(form, now)))

    def handle_revocation(self, request: MockRequest, now: datetime) -> MockResponse:
        """Handle a request to the revocation endpoint (RFC 7009)."""

        def act(form: TokenForm) -> MockResponse:
            self._endpoint.revoke(form, now)
            return respond(200, {})

        return self._respond(request, act)

    def _respond(self, request: MockRequest, act: Callable[[TokenForm], MockResponse]) -> MockResponse:
        if request.method != "POST":
            return respond(405, {"error": "invalid_request"}, {"allow": "POST"})
        try:
            form = read_form(request, self._clients)
            with self._lock:
                return act(form)
        except TokenFailure as failure:
            return respond_failure(failure, request)


def _check_paths(paths: Mapping[str, str]) -> None:
    for name, path in paths.items():
        if not path.startswith("/") or not path.isascii() or not path.isprintable() or set(path) & set(" ?#"):
            raise ValueError(f"{name} must be a path such as /oauth/token, not {path!r}")
        if path == "/_mock" or path.startswith("/_mock/"):
            raise ValueError(f"{name} must not be below /_mock, where the mock is controlled")
    if len(set(paths.values())) < len(paths):
        raise ValueError(f"{', '.join(paths)} must differ")


def _by_name(given: Sequence[Named], name: Callable[[Named], str], what: str) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for each in given:
        if name(each) in found:
            raise ValueError(f"there are two {what}s named {name(each)!r}")
        found[name(each)] = each
    return found

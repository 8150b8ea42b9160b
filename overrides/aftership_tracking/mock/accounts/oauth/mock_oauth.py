"""OAuth of partner apps: consent, codes, access tokens and their renewal.

How the service does it is not documented: paths, header, lifetimes and rotation are settings, and the
endpoints speak plain OAuth 2.0 (RFC 6749, 7009 and 7636).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from aftership_tracking.mock.accounts.oauth.apps import MockApp, MockMerchant
from aftership_tracking.mock.accounts.oauth.authorization import (
    Authorization,
    SentBack,
    read_authorization,
    write_location,
)
from aftership_tracking.mock.accounts.oauth.issued import Given, Issued, IssuedTokens, Kind, MockToken
from aftership_tracking.mock.accounts.oauth.token_endpoint import TokenEndpoint, TokenRules, check_lifetime
from aftership_tracking.mock.accounts.oauth.token_forms import (
    TokenFailure,
    TokenForm,
    read_form,
    respond,
    respond_failure,
)
from aftership_tracking.mock.wire.message import MockRequest, MockResponse

__all__ = ["Connection", "MockOAuth", "MockToken"]

DEFAULT_MERCHANTS = ("merchant-1", "merchant-2")
PRODUCT = "tracking"
UNINSTALLED = "belongs to an app that the merchant uninstalled"
Named = TypeVar("Named")


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """An app that a merchant has connected, by one consent.

    Attributes:
        scopes: what the merchant allowed.
        granted_at: by the clock of the mock.
        expires_at: of the newest access token; None before there is one.
    """

    client_id: str
    merchant: str
    scopes: tuple[str, ...]
    granted_at: datetime
    expires_at: datetime | None


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

    Raises:
        ValueError: a setting is not usable, or two apps or merchants have the same name.
    """

    def __init__(
        self,
        tokens: Given = None,
        *,
        refresh_tokens: Given = None,
        codes: Given = None,
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
        if not scope_separator:
            raise ValueError("scope_separator must not be empty")
        self.path, self.authorize_path = path.encode("ascii"), authorize_path.encode("ascii")
        self.revoke_path = revoke_path.encode("ascii")
        self.apps = _by_name(apps, lambda app: app.client_id, "app")
        known = [each if isinstance(each, MockMerchant) else MockMerchant(name=each) for each in merchants]
        if apps and not known:
            known = [MockMerchant(name=name) for name in DEFAULT_MERCHANTS]
        self.merchants = _by_name(known, lambda merchant: merchant.name, "merchant")
        self._header = header.lower()
        self._prefix = f"{prefix} " if prefix else ""
        self._code_lifetime = timedelta(seconds=code_lifetime)
        self._needs_pkce = needs_pkce
        self.scope_separator = scope_separator
        secrets = {name: app.client_secret for name, app in self.apps.items()}
        self._clients = None if clients is None and not apps else {**secrets, **(clients or {})}
        self._issued = IssuedTokens(codes=codes, access=tokens, refresh=refresh_tokens)
        self._endpoint = TokenEndpoint(self._issued, rules)
        self._lock = threading.Lock()
        self._installing: dict[str, str] = {}

    def clear(self) -> None:
        """Forget what was issued, used up, revoked and installed."""
        with self._lock:
            self._issued.clear()
            self._installing = {}

    def state(self) -> dict[str, Any]:
        """What was issued, as JSON."""
        with self._lock:
            return {**self._issued.state(), "installing": dict(self._installing)}

    def load(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` returned."""
        with self._lock:
            installing = msgspec.convert(state.get("installing", {}), dict[str, str])
            self._issued.load(state)
            self._installing = installing

    # Calls of the API

    def token_of(self, request: MockRequest) -> str | None:
        """The token of a request, if it has one."""
        value = request.headers.get(self._header, "")
        if not value.lower().startswith(self._prefix.lower()):
            return None
        return value[len(self._prefix) :].strip() or None

    def find(self, token: str) -> Issued | None:
        """What an access token stands for; None for an unknown token."""
        return self._issued.get("access", token)

    # The authorize page

    def read(self, parameters: Mapping[str, str], repeated: Collection[str] = ()) -> Authorization | SentBack:
        """Read an authorize request; `repeated`: names that came more than once.

        Raises:
            RefusedAuthorization: nothing may be sent anywhere.
        """
        return read_authorization(
            self.apps,
            parameters,
            repeated=repeated,
            scope_separator=self.scope_separator,
            needs_pkce=self._needs_pkce,
        )

    def suggested(self, client_id: str) -> MockMerchant:
        """The merchant for whom an install was begun last, or the first one."""
        with self._lock:
            name = self._installing.get(client_id)
        return self.merchants.get(name or "") or next(iter(self.merchants.values()))

    def approve(
        self, request: Authorization, merchant: MockMerchant, scopes: Collection[str], now: datetime
    ) -> str:
        """Issue a code, and return where the browser goes. `scopes`: of those that were requested."""
        with self._lock:
            number = self._issued.new_number()
            code = IssuedTokens.name("code", number)
            issued = Issued(
                scopes=tuple(sorted(scopes)),
                account=merchant.account,
                expires_at=now + self._code_lifetime,
                client_id=request.app.client_id,
                merchant=merchant.name,
                family=f"consent-{number}",
                granted_at=now,
                redirect_uri=request.sent_redirect_uri,
                challenge=request.challenge,
                challenge_method=request.challenge_method,
            )
            self._issued.add("code", code, issued)
            self._installing.pop(request.app.client_id, None)
        return request.location(code=code)

    def install_url(self, app: MockApp, merchant: MockMerchant, now: datetime) -> str:
        """Return the signed install request of a merchant, as an address for a browser.

        Raises:
            ValueError: the app has no `app_url`.
        """
        if app.app_url is None:
            raise ValueError(f"the app {app.client_id} has no app_url, where an install begins")
        with self._lock:
            self._installing[app.client_id] = merchant.name
        sent = {"product": PRODUCT, "timestamp": str(int(now.timestamp()))}
        return write_location(app, app.app_url, None, sent)

    def uninstall(self, merchant: str, client_id: str | None = None) -> int:
        """End the codes and tokens of a merchant, of one app or of all; return how many that were."""
        with self._lock:
            return self._issued.end_all(
                lambda each: each.merchant == merchant and client_id in (None, each.client_id), UNINSTALLED
            )

    def connections(self, now: datetime) -> list[Connection]:
        """What merchants have consented to and is still good, the oldest first."""
        with self._lock:
            families: dict[str, list[tuple[Kind, Issued]]] = {}
            for kind, _, each in self._issued:
                if each.merchant and (kind != "code" or each.ended is None):
                    families.setdefault(each.family, []).append((kind, each))
        found = []
        for members in families.values():
            good = [each for _, each in members if each.why_not(now) is None]
            ends = [each.expires_at for kind, each in members if kind == "access" and each.ended is None]
            if good:
                one = good[-1]
                found.append(
                    Connection(
                        client_id=one.client_id or "",
                        merchant=one.merchant or "",
                        scopes=one.scopes,
                        granted_at=one.granted_at or now,
                        expires_at=max(filter(None, ends), default=None),
                    )
                )
        return sorted(found, key=lambda each: each.granted_at)

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

"""Reads what a browser brings to the authorize page, and writes where it goes from there (RFC 6749, 4.1).

What is wrong with the app or its redirect URI is for the person at the browser: nothing is sent to an address
that is not registered. Whatever else is wrong goes to the app, as an error on its redirect URI.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from aftership_tracking.mock.accounts.oauth.apps import MockApp

_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{43,128}")
METHODS = ("plain", "S256")
MOST_STATE = 4096


class RefusedAuthorization(ValueError):  # noqa: N818 - it is the outcome of a visit, and no failure of the mock
    """The request names no app, or an address that is not registered: a page says so, and nothing is sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Authorization:
    """A request for consent that can be shown to a merchant.

    Attributes:
        app: who requests it.
        redirect_uri: where the browser goes afterwards.
        sent_redirect_uri: the same as it was sent; None if the request left it out.
        state: comes back as it was; None if there was none.
        scopes: what is requested, in the order of the request.
        challenge, challenge_method: of PKCE.
    """

    app: MockApp
    redirect_uri: str
    sent_redirect_uri: str | None
    state: str | None
    scopes: tuple[str, ...]
    challenge: str | None = None
    challenge_method: str | None = None

    def location(self, **parameters: str) -> str:
        """Return the address that the browser goes to, with `state`, and `hmac` if the app has a recipe."""
        return write_location(self.app, self.redirect_uri, self.state, parameters)


@dataclass(frozen=True, kw_only=True, slots=True)
class SentBack:
    """A request that goes straight back to the app, with an error.

    Attributes:
        error: the code of RFC 6749.
        reason: a sentence for the developer of the app; it is not sent.
        location: where the browser goes.
    """

    error: str
    reason: str
    location: str


def read_authorization(
    apps: Mapping[str, MockApp],
    parameters: Mapping[str, str],
    *,
    repeated: Collection[str] = (),
    scope_separator: str = " ",
    needs_pkce: bool = False,
) -> Authorization | SentBack:
    """Read the parameters of an authorize request.

    Args:
        repeated: names that came more than once.

    Raises:
        RefusedAuthorization: the app or its redirect URI is not known.
    """
    app, sent = _read_app(apps, parameters, repeated)
    redirect_uri = app.redirect_uris[0] if sent is None else sent
    state = parameters.get("state")

    def back(error: str, reason: str) -> SentBack:
        # A state that came twice is not one: nobody knows which.
        known = None if "state" in repeated or len(state or "") > MOST_STATE else state
        location = write_location(app, redirect_uri, known, {"error": error})
        return SentBack(error=error, reason=reason, location=location)

    if repeated:
        return back("invalid_request", f"{sorted(repeated)[0]} came more than once")
    if len(state or "") > MOST_STATE:
        return back("invalid_request", f"state is longer than {MOST_STATE} characters")
    kind = parameters.get("response_type")
    if kind != "code":
        error = "invalid_request" if kind is None else "unsupported_response_type"
        return back(error, "response_type has to be code")
    wanted = tuple(dict.fromkeys(filter(None, parameters.get("scope", "").split(scope_separator))))
    unknown = [scope for scope in wanted if scope not in app.scopes]
    if unknown:
        return back("invalid_scope", f"the app may not request {', '.join(unknown)}")
    challenge, method = parameters.get("code_challenge"), parameters.get("code_challenge_method", "plain")
    if challenge is None and (needs_pkce or "code_challenge_method" in parameters):
        return back("invalid_request", "code_challenge is missing")
    if challenge is not None and method not in METHODS:
        return back("invalid_request", f"code_challenge_method has to be one of {', '.join(METHODS)}")
    if challenge is not None and not _CHALLENGE.fullmatch(challenge):
        return back("invalid_request", "code_challenge has to be 43 to 128 unreserved characters")
    return Authorization(
        app=app,
        redirect_uri=redirect_uri,
        sent_redirect_uri=sent,
        state=state,
        scopes=wanted or tuple(sorted(app.scopes)),
        challenge=challenge,
        challenge_method=None if challenge is None else method,
    )


def find_repeated(pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the names that come more than once in a query."""
    names = Counter(name for name, _ in pairs)
    return frozenset(name for name, count in names.items() if count > 1)


def _read_app(
    apps: Mapping[str, MockApp], parameters: Mapping[str, str], repeated: Collection[str]
) -> tuple[MockApp, str | None]:
    for name in ("client_id", "redirect_uri"):
        if name in repeated:
            raise RefusedAuthorization(f"{name} came more than once, so nobody knows which is meant")
    client_id = parameters.get("client_id", "")
    app = apps.get(client_id)
    if app is None:
        known = f"this mock has {', '.join(sorted(apps))}" if apps else "this mock has no app"
        wrong = f"client_id {client_id[:200]!r} is not an app" if client_id else "client_id is missing"
        raise RefusedAuthorization(f"{wrong}: {known}")
    sent = parameters.get("redirect_uri")
    if sent is None:
        if len(app.redirect_uris) > 1:
            raise RefusedAuthorization("redirect_uri is missing, and the app has registered more than one")
        return app, None
    # Character by character: a prefix or an equal host would let others receive the code.
    if sent not in app.redirect_uris:
        raise RefusedAuthorization(
            f"redirect_uri {sent[:500]!r} is not registered for {app.client_id}; it has to be exactly one of"
            f" {', '.join(app.redirect_uris)}"
        )
    return app, sent


def write_location(app: MockApp, url: str, state: str | None, parameters: Mapping[str, str]) -> str:
    """Return an address with parameters, `state`, and `hmac` if the app has a recipe."""
    own = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    sent = {**parameters, **({} if state is None else {"state": state})}
    # The app receives what its address has already among the rest, and a recipe may cover all of it.
    signed = sign_parameters(app, {**own, **sent})
    added = {name: value for name, value in signed.items() if name not in own}
    return f"{url}{'&' if '?' in url else '?'}{urlencode(added)}"


def sign_parameters(app: MockApp, parameters: Mapping[str, str]) -> dict[str, str]:
    """Return parameters with their `hmac`, if the app has a recipe that fits them.

    A recipe that covers `code` fits neither an install request nor an error.
    """
    if app.hmac is None or not set(app.hmac.covered or ()) <= set(parameters):
        return dict(parameters)
    return {**parameters, app.hmac.parameter: app.hmac.sign(parameters, app.client_secret)}

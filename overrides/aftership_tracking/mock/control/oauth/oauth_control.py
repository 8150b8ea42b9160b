"""What a test or a page does with partner apps: install, consent, deny, uninstall."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import parse_qsl, urlsplit

from aftership_tracking.mock.accounts.oauth.apps import MockApp, MockMerchant
from aftership_tracking.mock.accounts.oauth.authorization import (
    Authorization,
    RefusedAuthorization,
    SentBack,
    find_repeated,
)
from aftership_tracking.mock.accounts.oauth.consents import Connection
from aftership_tracking.mock.accounts.oauth.mock_oauth import MockOAuth
from aftership_tracking.mock.clock import MovableClock
from aftership_tracking.mock.control.errors import ControlError

NO_APPS = "oauth: this mock has no apps; give it MockOAuth(apps=...), or start it with --oauth FILE"


class OAuthControl:
    """The partner apps of one mock. All but `has_apps` raises ControlError if it has none."""

    def __init__(self, oauth: MockOAuth | None, clock: MovableClock) -> None:
        self._given = oauth
        self._clock = clock

    @property
    def has_apps(self) -> bool:
        """Whether the mock has apps."""
        return self._given is not None and bool(self._given.apps)

    @property
    def apps(self) -> Mapping[str, MockApp]:
        """The apps, by their client ids."""
        return self._oauth.apps

    @property
    def merchants(self) -> Mapping[str, MockMerchant]:
        """The merchants, by their names."""
        return self._oauth.merchants

    @property
    def connections(self) -> list[Connection]:
        """What merchants have consented to and is still good, the oldest first."""
        return self._oauth.consents.connections(self._clock.now())

    def install_url(self, client_id: str, merchant: str) -> str:
        """Return the install request of a merchant: the app's URL with `product`, `timestamp` and `hmac`.

        The authorize page suggests this merchant the next time that the app sends a browser there.

        Raises:
            ControlError: there is no such app or merchant, or the app has no `app_url`.
        """
        app, chosen = self.app(client_id), self.merchant(merchant)
        try:
            # Like signatures of requests, it is checked by a program whose clock nobody moved.
            return self._oauth.consents.install_url(app, chosen, self._clock.wall())
        except ValueError as error:
            raise ControlError("no-app-url", f"client_id: {error}") from None

    def approve(self, url: str, merchant: str, scopes: Collection[str] | None = None) -> str:
        """Consent to what an app requests, as a merchant does on the page.

        Args:
            url: what `authorization_url` of the app returned.
            scopes: what is allowed of what is requested; all of it by default.

        Returns:
            Where the browser goes: the redirect URI with `code`, `state` and `hmac`, or with an `error`.

        Raises:
            ControlError: the page would show a refusal, there is no such merchant, or a scope was not
                requested.
        """
        request = self._read_url(url)
        if isinstance(request, SentBack):
            return request.location
        return self.consent(request, merchant, request.scopes if scopes is None else scopes)

    def deny(self, url: str) -> str:
        """Refuse what an app requests; returns where the browser goes.

        Raises:
            ControlError: the page would show a refusal.
        """
        request = self._read_url(url)
        return request.location if isinstance(request, SentBack) else denied(request)

    def uninstall(self, merchant: str, client_id: str | None = None) -> int:
        """End all codes and tokens of a merchant, of one app or of all; returns how many that were.

        Raises:
            ControlError: there is no such merchant or app.
        """
        self.merchant(merchant)
        if client_id is not None:
            self.app(client_id)
        return self._oauth.consents.uninstall(merchant, client_id)

    def read(self, parameters: Mapping[str, str], repeated: Collection[str] = ()) -> Authorization | SentBack:
        """Read the parameters of an authorize request.

        Raises:
            ControlError: nothing may be sent to any address.
        """
        try:
            return self._oauth.consents.read(parameters, repeated)
        except RefusedAuthorization as error:
            raise ControlError("refused-authorization", str(error)) from None

    def _read_url(self, url: str) -> Authorization | SentBack:
        pairs = _pairs(url)
        return self.read(dict(pairs), find_repeated(pairs))

    def consent(self, request: Authorization, merchant: str, scopes: Collection[str]) -> str:
        """Issue a code for a request that was read, and return where the browser goes.

        Raises:
            ControlError: there is no such merchant, no scope, or one that was not requested.
        """
        if not scopes:
            raise ControlError("nothing-to-do", "scopes: allow at least one, or deny")
        others = sorted(set(scopes) - set(request.scopes))
        if others:
            raise ControlError("wrong-value", f"scopes: {others[0]!r} was not requested")
        return self._oauth.consents.approve(request, self.merchant(merchant), scopes, self._clock.now())

    def suggested(self, client_id: str) -> MockMerchant:
        """The merchant that the authorize page suggests."""
        return self._oauth.consents.suggested(client_id)

    def app(self, client_id: str) -> MockApp:
        found = self.apps.get(client_id)
        if found is None:
            known = ", ".join(self.apps)
            raise ControlError(
                "unknown-app", f"client_id: there is no app {client_id!r}; there are {known}", 404
            )
        return found

    def merchant(self, name: str) -> MockMerchant:
        found = self.merchants.get(name)
        if found is None:
            known = ", ".join(self.merchants)
            raise ControlError(
                "unknown-merchant", f"merchant: there is no merchant {name!r}; there are {known}", 404
            )
        return found

    @property
    def _oauth(self) -> MockOAuth:
        if self._given is None or not self.has_apps:
            raise ControlError("no-apps", NO_APPS, 404)
        return self._given


def denied(request: Authorization) -> str:
    """Return where the browser of a merchant who denied goes."""
    return request.location(error="access_denied")


def _pairs(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=200)
    except ValueError:
        raise ControlError("wrong-value", "url: it is not an address with a query") from None

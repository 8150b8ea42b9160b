"""The mock as a value: build one, give it requests, move its clock, plan faults, read its journal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

# Not `from aftership_tracking import documents`: that asks the package itself first, which loads a version.
import aftership_tracking.documents as installed_documents
from aftership_tracking.mock.accounts.keys import Keys, read_keys
from aftership_tracking.mock.accounts.oauth.mock_oauth import MockOAuth, MockToken
from aftership_tracking.mock.clock import Clock, SystemClock
from aftership_tracking.mock.control.application import Control
from aftership_tracking.mock.control.cors import CrossOrigin
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.control.sandbox import Sandbox
from aftership_tracking.mock.control.security import check_host, check_token
from aftership_tracking.mock.documents.served_versions import DocumentSource, ServedVersions
from aftership_tracking.mock.error_codes import FORBIDDEN
from aftership_tracking.mock.parcels.couriers import Couriers
from aftership_tracking.mock.parcels.lifecycle import Lifecycle, read_lifecycle
from aftership_tracking.mock.pipeline.journal import OtherRequests
from aftership_tracking.mock.pipeline.legacy_paths import LegacyPaths
from aftership_tracking.mock.pipeline.pipeline import assemble
from aftership_tracking.mock.refusal import ASSUMED_CODES
from aftership_tracking.mock.services.table import build_services
from aftership_tracking.mock.wire.asgi import READ_TIMEOUT, Receive, Scope, Send, serve
from aftership_tracking.mock.wire.browser_visits import lead_to_authorize_page, respond_to_visit
from aftership_tracking.mock.wire.json_body import write_json
from aftership_tracking.mock.wire.message import MockRequest, MockResponse

if TYPE_CHECKING:
    from os import PathLike

    from aftership_tracking.mock.console.site import Site
    from aftership_tracking.mock.wire.httpx_transport import AsyncMockTransport, MockTransport


MockMode = Literal["documented", "lenient"]
"""What a mock refuses: `documented` what the documents refuse, `lenient` less."""


class Mock(Sandbox):
    """A mock of the service, with state in memory.

    It is an ASGI application, and `transport()` connects it to a client without a network. Under `/_mock/` it
    is controlled over HTTP; what that can do are methods too.

    Args:
        versions: the API versions to serve; all installed ones by default.
        keys: the API keys to accept. By default any key is good, and each is an account of its own. A mapping
            gives each key its permissions, such as `aftership:tracking:read`, or a `MockKey` that also says
            how the key signs.
        clock: the machine's clock by default; a `ManualClock` stands still until it is moved. As `mock.clock`
            any clock can be moved forward.
        seed: decides ids, cities and predicted dates.
        enforce_limits: respond 429 beyond the rate limit. The rate-limit headers are always right.
        documents: where the documents come from; those of the package by default.
        tokens: access tokens of partner apps with their scopes, or a `MockOAuth` with apps, a page where
            merchants consent, and an endpoint for tokens. Without it, tokens are ignored.
        tolerant_signatures: accept signatures over a query that was decoded and encoded again, that was not
            sorted, or without its empty values, as official clients sign it; each gets a hint.
        mode: "documented" refuses what the documents refuse; "lenient" takes values that are too long, too
            many, unknown, or of the wrong type, as older versions did, and gives a hint.
        assumed_codes: the code of a refusal whose code is not documented, by its name:
            `refusal.ASSUMED_CODES` lists them. A code from 400 to 599 is the status too.
        hints_in_body: write the hints into JSON bodies too, as `mock_hints`, which no document declares.
        legacy: "v4" also serves `/v4/`, as 2024-01; None refuses it.
        control_token: what callers of `/_mock/` have to send, as a bearer token or in the header
            `as-mock-token`; `/_mock/health` needs none. Without it there is no such check.
        hosts: as what the mock may be called over a network, besides addresses and `localhost`. The default
            checks the Host of requests to `/_mock/` only.
        cors: let pages of any site call the API, but never `/_mock/`.
        read_timeout: seconds that a request over the network may take to arrive; then it gets a 408. The
            service documents no limit: it is the mock's own.
        lifecycle: the path of a lifecycle file, which says how parcels move that are not test numbers. By
            default these stay Pending until they expire.
        couriers: the couriers that every account has activated, in its order of preference: slugs, or records
            with the fields of a courier. By default 281 well-known ones. A slug that nobody knows becomes a
            courier of which nothing else is known. The testing courier is always activated.

    Raises:
        ValueError: a requested version has no document, a public key is not an RSA public key, the mode, the
            legacy API or the name of a code is unknown, v4 is requested without 2024-01, or the time limit is
            not above 0, or something in `couriers` is not a courier.
        LifecycleError: something in the lifecycle file is not right; it is a ValueError.
    """

    def __init__(
        self,
        versions: Sequence[str] | None = None,
        keys: Keys = None,
        clock: Clock | None = None,
        seed: int = 1,
        *,
        enforce_limits: bool = False,
        documents: DocumentSource | None = None,
        tokens: Mapping[str, Collection[str] | MockToken] | MockOAuth | None = None,
        tolerant_signatures: bool = False,
        mode: MockMode = "documented",
        assumed_codes: Mapping[str, int] | None = None,
        hints_in_body: bool = False,
        legacy: Literal["v4"] | None = None,
        control_token: str | None = None,
        hosts: Collection[str] | None = None,
        cors: bool = False,
        read_timeout: float = READ_TIMEOUT,
        lifecycle: str | PathLike[str] | None = None,
        couriers: Sequence[str | Mapping[str, Any]] | None = None,
    ) -> None:
        _check_settings(mode, assumed_codes or {}, legacy)
        _check_token(control_token)
        if not read_timeout > 0:
            raise ValueError("the read_timeout of a mock must be above 0 seconds")
        source: DocumentSource = installed_documents if documents is None else documents
        known_couriers = Couriers(source, couriers)
        life = Lifecycle() if lifecycle is None else read_lifecycle(lifecycle, source)
        super().__init__(
            ServedVersions(source, versions, is_lenient=mode == "lenient"),
            known_couriers,
            life,
            SystemClock() if clock is None else clock,
            seed,
            keys,
            tokens if tokens is None or isinstance(tokens, MockOAuth) else MockOAuth(tokens),
        )
        self.read_timeout = read_timeout
        self._hosts = None if hosts is None else frozenset(name.lower() for name in hosts)
        self._cors = CrossOrigin() if cors else None
        self._others = OtherRequests(self.clock, self.journal)
        self._control = Control(self, token=control_token, hosts=hosts or ())
        self._control_token = control_token
        self._given_keys = keys
        self._pipeline = assemble(
            self._served,
            self._store,
            build_services(self._store, known_couriers, life, seed),
            self.clock,
            self._counts,
            self.faults,
            self.journal,
            keys=keys,
            oauth=self._oauth,
            tolerant_signatures=tolerant_signatures,
            enforce_limits=enforce_limits,
            couriers=known_couriers,
            assumed_codes=dict(assumed_codes or {}),
            hints_in_body=hints_in_body,
            legacy=None if legacy is None else LegacyPaths(self._served),
        )

    def handle(self, request: MockRequest) -> MockResponse:
        """Handle one request. Several threads may call this."""
        if request.is_control:
            return self._drive(request, is_remote=False)
        if self._oauth is not None and (respond := self._oauth_endpoint(self._oauth, request)) is not None:
            return self._others("token", request, respond)
        # The request may change what happened before it, so webhooks look before and after.
        self.webhooks.observe()
        response = self._pipeline(request)
        self.webhooks.observe()
        return response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        await serve(self._handle_remote, scope, receive, send, self.webhooks, read_timeout=self.read_timeout)

    def transport(self) -> MockTransport:
        """Return a transport for `httpx.Client` that reaches the mock without a network."""
        from aftership_tracking.mock.wire.httpx_transport import MockTransport

        return MockTransport(self.handle)

    def async_transport(self) -> AsyncMockTransport:
        """Return a transport for `httpx.AsyncClient` that reaches the mock without a network."""
        from aftership_tracking.mock.wire.httpx_transport import AsyncMockTransport

        return AsyncMockTransport(self.handle)

    def _oauth_endpoint(self, oauth: MockOAuth, request: MockRequest) -> Callable[[], MockResponse] | None:
        """What responds to a request of an app, or of a browser that an app sent; None: it is neither."""
        if request.path == oauth.path:
            return lambda: oauth.handle(request, self.clock.now())
        if request.path == oauth.revoke_path:
            return lambda: oauth.handle_revocation(request, self.clock.now())
        if request.path == oauth.authorize_path and oauth.apps:
            return lambda: lead_to_authorize_page(request)
        return None

    def _drive(self, request: MockRequest, *, is_remote: bool) -> MockResponse:
        """Handle a request to `/_mock/`: for a page, or for the control API."""
        handler = self._site if request.is_page else self._control
        return handler.handle(request, is_remote=is_remote)

    @cached_property
    def _site(self) -> Site:
        # Imported with the first page: most mocks never show one.
        from aftership_tracking.mock.console.routes import OAUTH_ROUTES, ROUTES
        from aftership_tracking.mock.console.site import Site
        from aftership_tracking.mock.explorer.pages import Explorer

        explorer = Explorer(self.handle, self._served, self._store, read_keys(self._given_keys))
        oauth = OAUTH_ROUTES if self.oauth.has_apps else {}
        routes = {**ROUTES, **oauth, **explorer.routes}
        return Site(self, routes, token=self._control_token, hosts=self._hosts or ())

    def _handle_remote(self, request: MockRequest) -> MockResponse:
        """Handle a request that came over a network."""
        if request.is_control:
            return self._drive(request, is_remote=True)
        if self._hosts is not None:
            try:
                check_host(request, self._hosts)
            except ControlError as error:
                refusal = _refuse_host(error)
                return self._others("refused-host", request, lambda: refusal)
        if (visit := respond_to_visit(request)) is not None:
            return visit
        cors = self._cors
        if cors is None:
            return self.handle(request)
        if cors.is_preflight(request):
            return self._others("preflight", request, lambda: cors.preflight(request))
        return cors.permit(self.handle(request))


def _check_token(token: str | None) -> None:
    try:
        check_token(token)
    except ValueError as error:
        raise ValueError(f"control_token {error}") from None


def _refuse_host(error: ControlError) -> MockResponse:
    """In the shape of the API; nothing of the request was looked at besides its Host."""
    meta = {"code": FORBIDDEN, "type": "Forbidden", "message": "The request was refused."}
    body = write_json({"meta": meta, "data": {}})
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "as-mock-hint": error.message.encode("ascii", "backslashreplace").decode("ascii"),
    }
    return MockResponse(error.status, headers, body)


def _check_settings(mode: str, assumed_codes: Mapping[str, int], legacy: str | None) -> None:
    if mode not in ("documented", "lenient"):
        raise ValueError(f"the mode is 'documented' or 'lenient', not {mode!r}")
    if legacy not in (None, "v4"):
        raise ValueError(f"the only legacy API is 'v4', not {legacy!r}")
    for name, code in assumed_codes.items():
        if name not in ASSUMED_CODES:
            raise ValueError(f"no code is assumed for {name!r}, only for {', '.join(ASSUMED_CODES)}")
        if not 400 <= code <= 9999:
            raise ValueError(f"the code for {name!r} must be from 400 to 9999, not {code}")

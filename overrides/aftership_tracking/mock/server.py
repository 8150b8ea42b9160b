"""The mock as a value: build one, give it requests, move its clock, plan faults, read its journal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

# Not `from aftership_tracking import documents`: that asks the package itself first, which loads a version.
import aftership_tracking.documents as installed_documents
from aftership_tracking.mock.accounts.keys import Keys
from aftership_tracking.mock.accounts.oauth import MockOAuth, MockToken
from aftership_tracking.mock.accounts.store import Store
from aftership_tracking.mock.clock import Clock, MovableClock, SystemClock, movable
from aftership_tracking.mock.documents.served_versions import DocumentSource, ServedVersions
from aftership_tracking.mock.parcels.couriers import Couriers
from aftership_tracking.mock.parcels.lifecycle import Lifecycle, read_lifecycle
from aftership_tracking.mock.pipeline.faults import Faults
from aftership_tracking.mock.pipeline.journal import Journal
from aftership_tracking.mock.pipeline.limits import RequestCounts
from aftership_tracking.mock.pipeline.pipeline import assemble
from aftership_tracking.mock.services.moves import change_pace
from aftership_tracking.mock.services.table import build_services
from aftership_tracking.mock.webhooks.service import Webhooks
from aftership_tracking.mock.wire.asgi import Receive, Scope, Send, serve
from aftership_tracking.mock.wire.message import MockRequest, MockResponse

if TYPE_CHECKING:
    from os import PathLike

    from aftership_tracking.mock.wire.httpx_transport import AsyncMockTransport, MockTransport


class Mock:
    """A mock of the service, with state in memory.

    It is an ASGI application, and `transport()` connects it to a client without a network.

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
        tokens: access tokens of partner apps with their scopes, or a `MockOAuth` with an endpoint for tokens.
            Without it, tokens are ignored.
        tolerant_signatures: accept signatures over a query that was decoded and encoded again.
        lifecycle: the path of a lifecycle file, which says how parcels move that are not test numbers. By
            default these stay Pending until they expire.
        couriers: the couriers that every account has activated, in its order of preference: slugs, or records
            with the fields of a courier. By default 281 well-known ones. A slug that nobody knows becomes a
            courier of which nothing else is known. The testing courier is always activated.

    Raises:
        ValueError: a requested version has no document, or a public key is not an RSA public key, or
            something in `couriers` is not a courier.
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
        lifecycle: str | PathLike[str] | None = None,
        couriers: Sequence[str | Mapping[str, Any]] | None = None,
    ) -> None:
        source: DocumentSource = installed_documents if documents is None else documents
        self._lifecycle = Lifecycle() if lifecycle is None else read_lifecycle(lifecycle, source)
        self.clock: MovableClock = movable(SystemClock() if clock is None else clock)
        self.faults = Faults()
        self.journal = Journal()
        self._oauth = tokens if tokens is None or isinstance(tokens, MockOAuth) else MockOAuth(tokens)
        self._served = ServedVersions(source, versions)
        self._store = Store(seed, pace=clock.speed if isinstance(clock, SystemClock) else 1.0)
        self._counts = RequestCounts()
        self.webhooks = Webhooks(self._store, self._served, self.clock, seed)
        self._pipeline = assemble(
            self._served,
            self._store,
            build_services(self._store, Couriers(source, couriers), self._lifecycle, seed),
            self.clock,
            self._counts,
            self.faults,
            self.journal,
            keys=keys,
            oauth=self._oauth,
            tolerant_signatures=tolerant_signatures,
            enforce_limits=enforce_limits,
        )

    @property
    def versions(self) -> tuple[str, ...]:
        """The served versions, the oldest first."""
        return self._served.versions

    @property
    def speed(self) -> float:
        """How many times faster than in reality parcels move, their expiry and repeated webhooks included.

        The clock stays as it is, so at any speed an account holds nothing of the future. May be set; parcels
        keep what they have reached. Raises ValueError if it is not above 0.
        """
        return self._store.pace

    @speed.setter
    def speed(self, speed: float) -> None:
        self.webhooks.observe()
        change_pace(self._store, self.clock.now().replace(microsecond=0), speed)
        self.webhooks.observe()

    def handle(self, request: MockRequest) -> MockResponse:
        """Handle one request. Several threads may call this."""
        if self._oauth is not None and request.path == self._oauth.path:
            return self._oauth.handle(request, self.clock.now())
        # The request may change what happened before it, so webhooks look before and after.
        self.webhooks.observe()
        response = self._pipeline(request)
        self.webhooks.observe()
        return response

    def reset(self) -> None:
        """Remove trackings, connections, counts, faults and records; ids start again. The clock stays."""
        self._store.clear()
        self._counts.clear()
        self.webhooks.clear()
        self.faults.clear()
        self.journal.clear()
        if self._oauth is not None:
            self._oauth.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        await serve(self.handle, scope, receive, send, self.webhooks)

    def transport(self) -> MockTransport:
        """Return a transport for `httpx.Client` that reaches the mock without a network."""
        from aftership_tracking.mock.wire.httpx_transport import MockTransport

        return MockTransport(self.handle)

    def async_transport(self) -> AsyncMockTransport:
        """Return a transport for `httpx.AsyncClient` that reaches the mock without a network."""
        from aftership_tracking.mock.wire.httpx_transport import AsyncMockTransport

        return AsyncMockTransport(self.handle)

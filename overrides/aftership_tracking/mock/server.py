"""The mock as a value: build one, give it requests, move its clock, plan faults, read its journal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

# Not `from aftership_tracking import documents`: that asks the package itself first, which loads a version.
import aftership_tracking.documents as installed_documents
from aftership_tracking.mock.accounts.keys import Keys
from aftership_tracking.mock.accounts.oauth import MockOAuth, MockToken
from aftership_tracking.mock.accounts.store import Store
from aftership_tracking.mock.clock import Clock, SystemClock
from aftership_tracking.mock.documents.served_versions import DocumentSource, ServedVersions
from aftership_tracking.mock.parcels.couriers import Couriers
from aftership_tracking.mock.pipeline.faults import Faults
from aftership_tracking.mock.pipeline.journal import Journal
from aftership_tracking.mock.pipeline.limits import RequestCounts
from aftership_tracking.mock.pipeline.pipeline import assemble
from aftership_tracking.mock.services.table import build_services
from aftership_tracking.mock.webhooks.service import Webhooks
from aftership_tracking.mock.wire.asgi import READ_TIMEOUT, Receive, Scope, Send, serve
from aftership_tracking.mock.wire.message import MockRequest, MockResponse

if TYPE_CHECKING:
    from aftership_tracking.mock.wire.httpx_transport import AsyncMockTransport, MockTransport


class Mock:
    """A mock of the service, with state in memory.

    It is an ASGI application, and `transport()` connects it to a client without a network.

    Args:
        versions: the API versions to serve; all installed ones by default.
        keys: the API keys to accept. By default any key is good, and each is an account of its own. A mapping
            gives each key its permissions, such as `aftership:tracking:read`, or a `MockKey` that also says
            how the key signs.
        clock: the machine's clock by default; a `ManualClock` stands still until it is moved.
        seed: decides ids, cities and predicted dates.
        enforce_limits: respond 429 beyond the rate limit. The rate-limit headers are always right.
        documents: where the documents come from; those of the package by default.
        tokens: access tokens of partner apps with their scopes, or a `MockOAuth` with an endpoint for tokens.
            Without it, tokens are ignored.
        tolerant_signatures: accept signatures over a query that was decoded and encoded again.
        read_timeout: seconds that a request over the network may take to arrive; then it gets a 408. The
            service documents no limit: it is the mock's own.

    Raises:
        ValueError: a requested version has no document, a public key is not an RSA public key, or the time
            limit is not above 0.
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
        read_timeout: float = READ_TIMEOUT,
    ) -> None:
        if not read_timeout > 0:
            raise ValueError("the read_timeout of a mock must be above 0 seconds")
        source: DocumentSource = installed_documents if documents is None else documents
        self.clock: Clock = SystemClock() if clock is None else clock
        self.read_timeout = read_timeout
        self.faults = Faults()
        self.journal = Journal()
        self._oauth = tokens if tokens is None or isinstance(tokens, MockOAuth) else MockOAuth(tokens)
        self._served = ServedVersions(source, versions)
        self._store = Store(seed)
        self._counts = RequestCounts()
        self.webhooks = Webhooks(self._store, self._served, self.clock, seed)
        self._pipeline = assemble(
            self._served,
            self._store,
            build_services(self._store, Couriers(source), seed),
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

    def handle(self, request: MockRequest) -> MockResponse:
        """Handle one request. Several threads may call this."""
        if self._oauth is not None and request.path == self._oauth.path:
            return self._oauth.handle(request, self.clock.wall())
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
        await serve(self.handle, scope, receive, send, self.webhooks, read_timeout=self.read_timeout)

    def transport(self) -> MockTransport:
        """Return a transport for `httpx.Client` that reaches the mock without a network."""
        from aftership_tracking.mock.wire.httpx_transport import MockTransport

        return MockTransport(self.handle)

    def async_transport(self) -> AsyncMockTransport:
        """Return a transport for `httpx.AsyncClient` that reaches the mock without a network."""
        from aftership_tracking.mock.wire.httpx_transport import AsyncMockTransport

        return AsyncMockTransport(self.handle)

"""The mock as a value: build one, hand it requests, move its clock, plan faults, read its journal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

# Not `from aftership_tracking import documents`: that asks the package's face first, which loads a version.
import aftership_tracking.documents as installed_documents
from aftership_tracking.mock.apis import Apis, DocumentSource
from aftership_tracking.mock.asgi import Receive, Scope, Send, serve
from aftership_tracking.mock.clock import Clock, SystemClock
from aftership_tracking.mock.couriers import Couriers
from aftership_tracking.mock.faults import Faults
from aftership_tracking.mock.journal import Journal
from aftership_tracking.mock.keys import Keys
from aftership_tracking.mock.limits import Limits
from aftership_tracking.mock.message import MockRequest, MockResponse
from aftership_tracking.mock.oauth import MockOAuth, MockToken
from aftership_tracking.mock.pipeline import assemble
from aftership_tracking.mock.store import Store
from aftership_tracking.mock.webhooks.service import Webhooks

if TYPE_CHECKING:
    from aftership_tracking.mock.transport import AsyncMockTransport, MockTransport


class Mock:
    """A mock of the service, with state in memory.

    It is an ASGI application, and `transport()` plugs it straight into a client.

    Args:
        versions: the API versions to serve; all installed ones by default.
        keys: the API keys to accept. By default any key is good, and each is an account of its own. A mapping
            gives each key its permissions, such as `aftership:tracking:read`, or a `MockKey` that also says
            how the key signs.
        clock: the machine's clock by default; a `ManualClock` stands still until it is moved.
        seed: decides ids, places and predicted dates.
        enforce_limits: answer 429 beyond the rate limit. The rate-limit headers are always right.
        documents: where the documents come from; those of the package by default.
        tokens: access tokens of partner apps with their scopes, or a `MockOAuth` with an endpoint for tokens.
            Without it, tokens are not looked at.
        tolerant_signatures: accept signatures over a query that was decoded and encoded again.

    Raises:
        ValueError: a version is asked for that has no document, or a key is none.
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
    ) -> None:
        source: DocumentSource = installed_documents if documents is None else documents
        self.clock: Clock = SystemClock() if clock is None else clock
        self.faults = Faults()
        self.journal = Journal()
        self._oauth = tokens if tokens is None or isinstance(tokens, MockOAuth) else MockOAuth(tokens)
        self._apis = Apis(source, versions)
        self._store = Store(seed)
        self._limits = Limits()
        self.webhooks = Webhooks(self._store, self._apis, self.clock, seed)
        self._pipeline = assemble(
            self._apis,
            self._store,
            Couriers(source),
            self.clock,
            self._limits,
            self.faults,
            self.journal,
            keys=keys,
            oauth=self._oauth,
            tolerant_signatures=tolerant_signatures,
            enforce_limits=enforce_limits,
            seed=seed,
        )

    @property
    def versions(self) -> tuple[str, ...]:
        """The served versions, the oldest first."""
        return self._apis.versions

    def handle(self, request: MockRequest) -> MockResponse:
        """Answer one request. Safe to call from several threads."""
        if self._oauth is not None and request.path == self._oauth.path:
            return self._oauth.answer(request, self.clock.wall())
        # What has happened before the request may be changed by it, so webhooks look before and after.
        self.webhooks.observe()
        response = self._pipeline(request)
        self.webhooks.observe()
        return response

    def reset(self) -> None:
        """Forget trackings, connections, counts, faults and records; ids start again. The clock stays."""
        self._store.clear()
        self._limits.clear()
        self.webhooks.clear()
        self.faults.clear()
        self.journal.clear()
        if self._oauth is not None:
            self._oauth.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        await serve(self.handle, scope, receive, send, self.webhooks)

    def transport(self) -> MockTransport:
        """A transport for `httpx.Client` that reaches the mock without a network."""
        from aftership_tracking.mock.transport import MockTransport

        return MockTransport(self.handle)

    def async_transport(self) -> AsyncMockTransport:
        """A transport for `httpx.AsyncClient` that reaches the mock without a network."""
        from aftership_tracking.mock.transport import AsyncMockTransport

        return AsyncMockTransport(self.handle)

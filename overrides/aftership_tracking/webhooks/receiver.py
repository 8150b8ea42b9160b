"""From a request to its answer: check, read, handle once, say how it went. No web framework is known here.

    status  when
    200     handled; or handled before; or a genuine event of a code that nobody asked for (the fallback)
    400     genuine, and no event
    401     the signature or the token is missing or wrong, or the event is too old
    403     the address is not on the list
    405     not POST
    413     the body is too large
    415     not application/json
    500     the handler failed, or the check of the token or the source of the secrets did
    503     another process handles the event at this moment, or the store does not work

AfterShip takes 200 to 299 as delivered and comes again after anything else, so nothing is answered with 2xx
before it is done. A shipment that you do not know is no failure: return from the handler.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.deliveries import Delivery, Reply
from aftership_tracking.webhooks.errors import BodyTooLargeError, TokenError, WebhookError
from aftership_tracking.webhooks.headers import HeaderValues, read_headers
from aftership_tracking.webhooks.stores import (
    KEEP,
    LEASE,
    AlreadyHandledError,
    Claim,
    State,
    Store,
    StoreError,
)

if TYPE_CHECKING:
    from aftership_tracking.webhooks.addresses import AddressCheck
    from aftership_tracking.webhooks.event import Event
    from aftership_tracking.webhooks.router import Router
    from aftership_tracking.webhooks.verifier import Verifier

__all__ = ["Outcome", "Receiver"]

A = TypeVar("A")
R = TypeVar("R")

LOGGER = logging.getLogger("aftership_tracking.webhooks")
"""Lines name reasons and ids of events: never a header, a body or a secret."""


class Outcome(Enum):
    """What came of an event."""

    HANDLED = "handled"
    DUPLICATE = "duplicate"
    """It was handled before."""
    BUSY = "busy"
    """Another one handles it at this moment, or its process died and the claim has not run out yet."""


class Receiver:
    """Receives deliveries of one URL. `webhooks.asgi` and `webhooks.wsgi` put it on the web.

    Args:
        verifier: checks and reads deliveries.
        router: its handlers get the events.
        store: remembers what was handled. None: a `MemoryStore` of its own, which knows this process alone
            and nothing after a restart. All workers of one URL need one store.
        endpoint: a name of this URL, if several share a store: AfterShip sends an event to each URL, and
            whether its id is the same for each is not documented.
        addresses: refuses deliveries from other addresses than these. None: any address.
        token_check: gets the `Authorization` header, or None, and raises `TokenError` to refuse. It comes on
            top of the signature, never in its place. It must be quick: it runs in the way of the event loop.
            None: the header is not looked at.
        lease: seconds until the claim of a dead process runs out. Longer than the slowest handler.
        keep: seconds to remember a handled event.
        on_error: gets every failure of a handler or a store with its event, and every refusal with None. It
            is for your counters and alarms; what it raises is logged.

    Raises:
        UsageError: the lease is not positive, or events are to be forgotten before they are handled.
    """

    def __init__(
        self,
        verifier: Verifier,
        router: Router,
        *,
        store: Store | None = None,
        endpoint: str = "",
        addresses: AddressCheck | None = None,
        token_check: Callable[[str | None], object] | None = None,
        lease: float = LEASE,
        keep: float = KEEP,
        on_error: Callable[[Exception, Event | None], object] | None = None,
    ) -> None:
        if not (0 < lease < float("inf") and 0 < keep < float("inf")):
            raise UsageError("lease and keep are positive numbers of seconds.")
        # Late: the stores are modules of their own, and only one of them is used.
        from aftership_tracking.webhooks.stores.memory import MemoryStore

        self._verifier = verifier
        self._router = router
        self._store = MemoryStore() if store is None else store
        # Any other store may wait for a disk or a network, and an event loop must not.
        self._store_waits = not isinstance(self._store, MemoryStore)
        self._endpoint = endpoint
        self._addresses = addresses
        self._token_check = token_check
        self._lease = lease
        self._keep = keep
        self._on_error = on_error

    @property
    def max_body(self) -> int:
        """The most bytes that a body may have."""
        return self._verifier.max_body

    def require_sync(self) -> None:
        """Raise UsageError if a handler is asynchronous, so that `receive` cannot work."""
        self._router.require_sync()

    def receive(self, delivery: Delivery) -> Reply:
        """Answer a delivery."""
        return self.admit(delivery) or self.accept(delivery)

    async def receive_async(self, delivery: Delivery) -> Reply:
        """Answer a delivery, with handlers of both kinds."""
        return self.admit(delivery) or await self.accept_async(delivery)

    def admit(self, delivery: Delivery) -> Reply | None:
        """Refuse what can be refused without its body, which is not looked at. None: read the body."""
        if delivery.method != "POST":
            return _reply(405, "only POST is answered here", ("Allow", "POST"))
        headers = read_headers(delivery.headers)
        if not _is_json(headers):
            return _reply(415, "only application/json is read here")
        try:
            if _announced(headers) > self._verifier.max_body:
                return self._refused(BodyTooLargeError("The body is announced as larger than max_body."))
            if self._addresses is not None:
                self._addresses.check(delivery.peer, headers)
            if self._token_check is not None:
                self._token_check(_authorization(headers))
        except WebhookError as error:
            return self._refused(error)
        except UsageError:
            raise
        except Exception as error:  # noqa: BLE001 - a check that fails has proved nothing
            return self._unchecked(error)
        return None

    def accept(self, delivery: Delivery) -> Reply:
        """Answer a delivery that was admitted: check its signature, read and handle it."""
        read = self._read(delivery)
        if isinstance(read, Reply):
            return read
        try:
            return _DONE[self.process(read)]
        except Exception as error:  # noqa: BLE001 - whatever a handler raises means: deliver it again
            return self._failed(error, read)

    async def accept_async(self, delivery: Delivery) -> Reply:
        """As `accept`, with handlers of both kinds."""
        read = self._read(delivery)
        if isinstance(read, Reply):
            return read
        try:
            return _DONE[await self.process_async(read)]
        except Exception as error:  # noqa: BLE001 - whatever a handler raises means: deliver it again
            return self._failed(error, read)

    def process(self, event: Event) -> Outcome:
        """Handle an event that was verified, unless it is or was handled elsewhere. For queues, too.

        Whatever the handler raises is raised here, after the claim is released. If the process is ended in a
        handler, the claim runs out with its lease.

        Raises:
            StoreError: the store could not be asked. The handler was not started.
        """
        claim = self._claim(event.key(self._endpoint))
        if claim.state is not State.NEW:
            return _OUTCOMES[claim.state]
        try:
            self._router.dispatch(event)
            outcome = Outcome.HANDLED
        except AlreadyHandledError:
            outcome = Outcome.DUPLICATE
        except Exception:
            self._release(claim)
            raise
        self._complete(claim)
        return outcome

    async def process_async(self, event: Event) -> Outcome:
        """As `process`. A store that may wait is used in a thread."""
        claim = await self._aside(self._claim, event.key(self._endpoint))
        if claim.state is not State.NEW:
            return _OUTCOMES[claim.state]
        try:
            await self._router.dispatch_async(event)
            outcome = Outcome.HANDLED
        except AlreadyHandledError:
            outcome = Outcome.DUPLICATE
        except Exception:
            await self._aside(self._release, claim)
            raise
        await self._aside(self._complete, claim)
        return outcome

    async def _aside(self, ask: Callable[[A], R], value: A) -> R:
        if not self._store_waits:
            return ask(value)
        from anyio import to_thread

        return await to_thread.run_sync(ask, value)

    def _read(self, delivery: Delivery) -> Event | Reply:
        try:
            return self._verifier.parse(delivery.body, delivery.headers)
        except WebhookError as error:
            return self._refused(error)
        except UsageError:
            raise
        except Exception as error:  # noqa: BLE001 - a check that fails has proved nothing
            return self._unchecked(error)

    def _claim(self, key: str) -> Claim:
        try:
            return self._store.claim(key, lease=self._lease)
        except Exception as error:
            raise StoreError("The store failed, so the event was not handled.") from error

    def _complete(self, claim: Claim) -> None:
        try:
            is_ours = self._store.complete(claim, keep=self._keep)
        except Exception as error:
            # The event is handled: to have it delivered again would repeat it.
            LOGGER.exception("an event was handled, and the store failed to note it")
            self._tell(error, None)
            return
        if not is_ours:
            LOGGER.warning(
                "a handler took longer than its lease of %g s; another one may have run", self._lease
            )

    def _release(self, claim: Claim) -> None:
        try:
            self._store.release(claim)
        except Exception:
            # The failure of the handler is what is told; the claim runs out by itself.
            LOGGER.exception("the store failed to release a claim; it runs out after %g s", self._lease)

    def _refused(self, error: WebhookError) -> Reply:
        LOGGER.warning("a delivery was refused: %s (%d)", error.code, error.status)
        self._tell(error, None)
        more = (("WWW-Authenticate", "Bearer"),) if isinstance(error, TokenError) else ()
        return _reply(error.status, f"refused: {error.code}", *more)

    def _unchecked(self, error: Exception) -> Reply:
        LOGGER.error("a delivery could not be checked", exc_info=error)
        self._tell(error, None)
        return _reply(500, "the check failed, come again")

    def _failed(self, error: Exception, event: Event) -> Reply:
        if isinstance(error, StoreError):
            LOGGER.error("the store failed; event %s was not handled", event.event_id, exc_info=error)
            reply = _reply(503, "the store does not work, come again")
        else:
            LOGGER.error("the handler of event %s failed", event.event_id, exc_info=error)
            reply = _reply(500, "the handler failed, come again")
        self._tell(error, event)
        return reply

    def _tell(self, error: Exception, event: Event | None) -> None:
        if self._on_error is None:
            return
        try:
            self._on_error(error, event)
        except Exception:
            LOGGER.exception("on_error itself failed")


def _reply(status: int, text: str, *more: tuple[str, str]) -> Reply:
    return Reply(status, (("Content-Type", "text/plain; charset=utf-8"), *more), f"{text}\n".encode())


_OUTCOMES = {State.DONE: Outcome.DUPLICATE, State.BUSY: Outcome.BUSY}
_DONE = {
    Outcome.HANDLED: _reply(200, "handled"),
    Outcome.DUPLICATE: _reply(200, "handled before"),
    Outcome.BUSY: _reply(503, "being handled, come again"),
}


def _is_json(headers: HeaderValues) -> bool:
    # A compressed body is refused too: what its signature would cover is not documented.
    if any(value.strip().lower() != "identity" for value in headers.get("content-encoding", ())):
        return False
    types = headers.get("content-type", ())
    return len(types) == 1 and types[0].partition(";")[0].strip().lower() == "application/json"


def _announced(headers: HeaderValues) -> int:
    """Bytes that the body is to have; 0 if it is not said. A web server refuses what is no number."""
    text = headers.get("content-length", ("",))[0].strip()
    if not (text.isascii() and text.isdecimal()):
        return 0
    # More digits than any limit has, and int() refuses very long texts.
    return int(text[:20])


def _authorization(headers: HeaderValues) -> str | None:
    values = headers.get("authorization", ())
    # Two of them are no clear statement.
    return values[0] if len(values) == 1 else None

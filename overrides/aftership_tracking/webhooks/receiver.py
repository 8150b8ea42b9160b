"""From a request to its response: check, read, handle once, report. It does not know any web framework.

    status  when
    200     handled; or handled before; or a genuine event without a handler of its own (the fallback)
    400     genuine, and not an event; or the body ended early
    401     the signature or the token is missing or wrong, or the event is too old
    403     the address is not on the list
    405     not POST
    408     the body took too long, or nothing of it came
    413     the body is too large
    415     not application/json
    500     the handler failed, or the check of the token or the source of the secrets failed
    503     another process is handling the event now, or the store does not work

AfterShip takes 200 to 299 as delivered, and delivers again after anything else. So no response has a 2xx
status before the event is handled. A shipment that you do not know is not a failure: return from the handler.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.logger import log_fields
from aftership_tracking.webhooks.errors import BodyMissingError, BodyTooLargeError, TokenError, WebhookError
from aftership_tracking.webhooks.incoming.delivery import Delivery, Reply
from aftership_tracking.webhooks.incoming.headers import HeaderValues, announced_length, read_headers
from aftership_tracking.webhooks.stores.protocol import (
    KEEP,
    LEASE,
    AlreadyHandledError,
    Claim,
    ClaimState,
    Store,
    StoreError,
)

if TYPE_CHECKING:
    from aftership_tracking.webhooks.events.event import Event
    from aftership_tracking.webhooks.router import Router
    from aftership_tracking.webhooks.verification.addresses import AddressCheck
    from aftership_tracking.webhooks.verification.verifier import Verifier

__all__ = ["Handling", "Receiver"]

A = TypeVar("A")
R = TypeVar("R")

LOGGER = logging.getLogger("aftership_tracking.webhooks")
"""Its lines hold reasons and ids of events, and never a header, a body or a secret."""


class Handling(Enum):
    """How the handling of an event ended."""

    HANDLED = "handled"
    DUPLICATE = "duplicate"
    """It was handled before."""
    BUSY = "busy"
    """Another process handles it now, or that process died and its claim has not run out yet."""


class Receiver:
    """Receives the deliveries of one URL. `webhooks.asgi` and `webhooks.wsgi` serve it.

    Args:
        verifier: checks and reads deliveries.
        router: its handlers get the events.
        store: remembers what was handled. None: a `MemoryStore` of its own, which knows only this process
            and forgets everything in a restart. All workers of one URL need one store.
        endpoint: a name of this URL, if several share a store: AfterShip sends an event to each URL, and
            whether its id is the same for each is not documented.
        addresses: refuses deliveries from other addresses than these. None: any address.
        token_check: gets the `Authorization` header, or None, and raises `TokenError` to refuse. It comes on
            top of the signature, never instead of it. It must be fast, because it blocks the event loop.
            None: the header is not used.
        lease: seconds until the claim of a dead process runs out. It must be longer than the slowest handler.
        keep: seconds to remember a handled event.
        on_error: gets every failure of a handler or a store with its event, and every refusal with None. It
            is for your metrics and alarms. What it raises is logged.

    Raises:
        UsageError: `lease` or `keep` is not a positive number.
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
        # Imported lazily: only one of the stores is used.
        from aftership_tracking.webhooks.stores.memory import MemoryStore

        self._verifier = verifier
        self._router = router
        self._store = MemoryStore() if store is None else store
        # Any other store may wait for a disk or a network. An event loop must not wait.
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
        """Raise UsageError if a handler is async, so that `receive` cannot work."""
        self._router.require_sync()

    def receive(self, delivery: Delivery) -> Reply:
        """Respond to a delivery."""
        return self.admit(delivery) or self.accept(delivery)

    async def receive_async(self, delivery: Delivery) -> Reply:
        """Respond to a delivery, with sync and async handlers."""
        return self.admit(delivery) or await self.accept_async(delivery)

    def admit(self, delivery: Delivery) -> Reply | None:
        """Refuse what can be refused without its body. None means: read the body, and call `accept`."""
        if delivery.method != "POST":
            return _reply(405, "only POST is accepted here", ("Allow", "POST"))
        headers = read_headers(delivery.headers)
        if not _is_json(headers):
            return _reply(415, "only application/json is accepted here")
        try:
            if announced_length(headers) > self._verifier.max_body:
                return self.refuse(BodyTooLargeError("The body is announced as larger than max_body."))
            if self._addresses is not None:
                self._addresses.check(delivery.peer, headers)
            if self._token_check is not None:
                self._token_check(_authorization(headers))
        except WebhookError as error:
            return self.refuse(error)
        except UsageError:
            raise
        except Exception as error:  # noqa: BLE001 - a check that fails proves nothing
            return self._report_failed_check(error)
        return None

    def accept(self, delivery: Delivery) -> Reply:
        """Respond to a delivery that was admitted: check its signature, read and handle it."""
        read = self._read(delivery)
        if isinstance(read, Reply):
            return read
        try:
            return _REPLY_TO[self.process(read)]
        except Exception as error:  # noqa: BLE001 - after any error of a handler the event is delivered again
            return self._report_failure(error, read)

    async def accept_async(self, delivery: Delivery) -> Reply:
        """Do the same as `accept`, with sync and async handlers."""
        read = self._read(delivery)
        if isinstance(read, Reply):
            return read
        try:
            return _REPLY_TO[await self.process_async(read)]
        except Exception as error:  # noqa: BLE001 - after any error of a handler the event is delivered again
            return self._report_failure(error, read)

    def refuse(self, error: WebhookError) -> Reply:
        """Report that a delivery is refused, and respond with its status."""
        fields = _log_fields(None, error.status, error.code)
        LOGGER.warning("a delivery was refused: %s (%d)", error.code, error.status, extra=fields)
        self._call_on_error(error, None)
        more = (("WWW-Authenticate", "Bearer"),) if isinstance(error, TokenError) else ()
        # Who configures this receiver has to see it, and nothing of the delivery is in it.
        why = f": {error.message}" if isinstance(error, BodyMissingError) else ""
        return _reply(error.status, f"refused: {error.code}{why}", *more)

    def process(self, event: Event) -> Handling:
        """Handle a verified event, unless another process handles or handled it. Use it for queues, too.

        An error of the handler is raised here, after the claim is released. If the process ends in a handler,
        the claim runs out with its lease.

        Raises:
            StoreError: the store failed. The handler was not started.
        """
        claim = self._claim(event.key(self._endpoint))
        if claim.state is not ClaimState.NEW:
            return _HANDLING_OF[claim.state]
        try:
            self._router.dispatch(event)
            handling = Handling.HANDLED
        except AlreadyHandledError:
            handling = Handling.DUPLICATE
        except Exception:
            self._release(claim)
            raise
        self._complete(claim)
        return handling

    async def process_async(self, event: Event) -> Handling:
        """Do the same as `process`, with sync and async handlers. A slow store is used in a thread."""
        claim = await self._call_store(self._claim, event.key(self._endpoint))
        if claim.state is not ClaimState.NEW:
            return _HANDLING_OF[claim.state]
        try:
            await self._router.dispatch_async(event)
            handling = Handling.HANDLED
        except AlreadyHandledError:
            handling = Handling.DUPLICATE
        except Exception:
            await self._call_store(self._release, claim)
            raise
        await self._call_store(self._complete, claim)
        return handling

    async def _call_store(self, call: Callable[[A], R], value: A) -> R:
        if not self._store_waits:
            return call(value)
        from anyio import to_thread

        return await to_thread.run_sync(call, value)

    def _read(self, delivery: Delivery) -> Event | Reply:
        try:
            return self._verifier.parse(delivery.body, delivery.headers)
        except WebhookError as error:
            return self.refuse(error)
        except UsageError:
            raise
        except Exception as error:  # noqa: BLE001 - a check that fails proves nothing
            return self._report_failed_check(error)

    def _claim(self, key: str) -> Claim:
        try:
            return self._store.claim(key, lease=self._lease)
        except Exception as error:
            raise StoreError("The store failed, so the event was not handled.") from error

    def _complete(self, claim: Claim) -> None:
        try:
            is_ours = self._store.complete(claim, keep=self._keep)
        except Exception as error:
            # The event is handled. Another delivery would repeat it.
            LOGGER.exception(
                "an event was handled, and the store failed to note it",
                extra=_log_fields(None, event_key=claim.key),
            )
            self._call_on_error(error, None)
            return
        if not is_ours:
            LOGGER.warning(
                "a handler took longer than its lease of %g s; another one may have run",
                self._lease,
                extra=_log_fields(None, event_key=claim.key),
            )

    def _release(self, claim: Claim) -> None:
        try:
            self._store.release(claim)
        except Exception:
            # The failure of the handler is what is reported. The claim runs out by itself.
            LOGGER.exception(
                "the store failed to release a claim; it runs out after %g s",
                self._lease,
                extra=_log_fields(None, event_key=claim.key),
            )

    def _report_failed_check(self, error: Exception) -> Reply:
        fields = _log_fields(None, 500, type(error).__name__)
        LOGGER.error("a delivery could not be checked", exc_info=error, extra=fields)
        self._call_on_error(error, None)
        return _reply(500, "the check failed, try again")

    def _report_failure(self, error: Exception, event: Event) -> Reply:
        name = event.event_id
        if isinstance(error, StoreError):
            fields = _log_fields(name, 503, type(error).__name__)
            LOGGER.error("the store failed; event %s was not handled", name, exc_info=error, extra=fields)
            reply = _reply(503, "the store does not work, try again")
        else:
            fields = _log_fields(name, 500, type(error).__name__)
            LOGGER.error("the handler of event %s failed", name, exc_info=error, extra=fields)
            reply = _reply(500, "the handler failed, try again")
        self._call_on_error(error, event)
        return reply

    def _call_on_error(self, error: Exception, event: Event | None) -> None:
        if self._on_error is None:
            return
        try:
            self._on_error(error, event)
        except Exception:
            name = None if event is None else event.event_id
            LOGGER.exception("on_error itself failed", extra=_log_fields(name))


def _log_fields(
    event_id: str | None, status: int | None = None, error: str | None = None, event_key: str | None = None
) -> dict[str, object]:
    return log_fields("delivery", event_id=event_id, event_key=event_key, status=status, error=error)


def _reply(status: int, text: str, *more: tuple[str, str]) -> Reply:
    return Reply(status, (("Content-Type", "text/plain; charset=utf-8"), *more), f"{text}\n".encode())


_HANDLING_OF = {ClaimState.DONE: Handling.DUPLICATE, ClaimState.BUSY: Handling.BUSY}
_REPLY_TO = {
    Handling.HANDLED: _reply(200, "handled"),
    Handling.DUPLICATE: _reply(200, "handled before"),
    Handling.BUSY: _reply(503, "being handled, try again"),
}


def _is_json(headers: HeaderValues) -> bool:
    # A compressed body is refused too: it is not documented which bytes its signature would cover.
    if any(value.strip().lower() != "identity" for value in headers.get("content-encoding", ())):
        return False
    types = headers.get("content-type", ())
    return len(types) == 1 and types[0].partition(";")[0].strip().lower() == "application/json"


def _authorization(headers: HeaderValues) -> str | None:
    values = headers.get("authorization", ())
    # Of two headers none can be trusted.
    return values[0] if len(values) == 1 else None

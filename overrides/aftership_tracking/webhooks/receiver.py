"""From a request to its response: check, read, handle once, report. It does not know any web framework.

    status  when
    200     handled; or handled before; or a genuine event without a handler of its own (the fallback); or
            taken by `dead_letter` or `last_chance`
    400     genuine, and not an event, without `dead_letter`; or the body ended early
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

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from aftership_tracking.errors import UsageError
from aftership_tracking.runtime.lazy_imports import loading
from aftership_tracking.runtime.logger import log_fields
from aftership_tracking.webhooks.errors import (
    BodyMissingError,
    BodyTooLargeError,
    PayloadError,
    TokenError,
    WebhookError,
)
from aftership_tracking.webhooks.handling import LOGGER, EventHandling, Handling, LastChance
from aftership_tracking.webhooks.incoming.delivery import Delivery, Reply, text_reply
from aftership_tracking.webhooks.incoming.headers import HeaderValues, announced_length, read_headers
from aftership_tracking.webhooks.router import is_async_function
from aftership_tracking.webhooks.sending.retry_schedule import SPAN
from aftership_tracking.webhooks.stores.protocol import KEEP, LEASE, Store, StoreError
from aftership_tracking.webhooks.verification.verifier import raw_body

if TYPE_CHECKING:
    from aftership_tracking.webhooks.events.event import Event
    from aftership_tracking.webhooks.router import Router
    from aftership_tracking.webhooks.verification.addresses import AddressCheck
    from aftership_tracking.webhooks.verification.verifier import Verifier

__all__ = ["LAST_ATTEMPT", "DeadLetter", "Handling", "Receiver"]

LAST_ATTEMPT = 12
"""AfterShip makes 14 attempts. Those that no handler saw are not counted, because a process was down or
another one had the event. So the last chance comes before the last attempt.
"""

DeadLetter = Callable[[PayloadError, Delivery], object]
"""Gets the error, and a genuine delivery that cannot be read."""


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
        keep: seconds to remember a handled event. None: a week, or as long as the `max_age` of the verifier
            lets the event through, whichever is longer.
        dead_letter: gets every genuine delivery that cannot be read, with the error; its headers and body are
            those that came. If it returns, the response is 200 and AfterShip does not deliver again; if it
            raises, 500. None: the response is 400, and after 14 attempts AfterShip gives up. A plain
            function.
        last_chance: gets an event whose handler failed at `last_attempt` or a later attempt, with the error.
            If it returns, the event counts as handled; if it raises, AfterShip delivers again. None: nothing
            does, and after 14 attempts AfterShip gives up. A plain function.
        last_attempt: the number of an attempt, counted by the store.
        on_error: called as `on_error(error, event)`: every failure of a handler or a store with its event,
            and every refusal with None; then `error.delivery` is what was refused. It is for your metrics
            and alarms, and must be fast. What it raises is logged.

    Raises:
        UsageError: `lease` or `keep` is not a positive number; `keep` is too short for the `max_age` of the
            verifier; `dead_letter` or `last_chance` is async.
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
        keep: float | None = None,
        dead_letter: DeadLetter | None = None,
        last_chance: LastChance | None = None,
        last_attempt: int = LAST_ATTEMPT,
        on_error: Callable[[Exception, Event | None], object] | None = None,
    ) -> None:
        keep = _choose_keep(keep, verifier.remember_for)
        if not (0 < lease < float("inf") and 0 < keep < float("inf")):
            raise UsageError("lease and keep are positive numbers of seconds.")
        if last_attempt < 1:
            raise UsageError("last_attempt is the number of an attempt, from 1.")
        for name, call in (("dead_letter", dead_letter), ("last_chance", last_chance)):
            if is_async_function(call):
                raise UsageError(
                    f"{name} is async; give a plain function. In an event loop it runs in a thread."
                )
        # Imported lazily: only one of the stores is used.
        with loading:
            from aftership_tracking.webhooks.stores.memory import MemoryStore

        store = MemoryStore() if store is None else store
        self._verifier = verifier
        self._router = router
        self._addresses = addresses
        self._token_check = token_check
        self._dead_letter = dead_letter
        self._on_error = on_error
        self._handling = EventHandling(
            router,
            store,
            # Any other store may wait for a disk or a network. An event loop must not wait.
            store_waits=not isinstance(store, MemoryStore),
            endpoint=endpoint,
            lease=lease,
            keep=keep,
            last_chance=last_chance,
            last_attempt=last_attempt,
            report=self.report,
        )

    @property
    def verifier(self) -> Verifier:
        """What checks and reads deliveries."""
        return self._verifier

    @property
    def max_body(self) -> int:
        """The most bytes that a body may have."""
        return self._verifier.max_body

    def require_sync(self) -> None:
        """Raise UsageError if a handler is async, so that `receive` cannot work."""
        self._router.require_sync()

    def warm(self) -> None:
        """Load the models of every version and what an event loop needs: half a second of imports, which the
        first deliveries would otherwise wait for. The applications of `webhooks.asgi` and `webhooks.wsgi` do
        this when they are made.
        """
        self._verifier.warm()
        # Imported lazily: only what serves needs it.
        from aftership_tracking.runtime.lazy_imports import load

        for module in ("anyio.to_thread", "anyio.from_thread", "anyio._backends._asyncio"):
            # The last one is private. Without it, the first delivery imports what it needs.
            with suppress(ImportError):
                load(module)

    def receive(self, delivery: Delivery) -> Reply:
        """Respond to a delivery."""
        return self.admit(delivery) or self.accept(delivery)

    async def receive_async(self, delivery: Delivery) -> Reply:
        """Respond to a delivery, with sync and async handlers."""
        return self.admit(delivery) or await self.accept_async(delivery)

    def admit(self, delivery: Delivery) -> Reply | None:
        """Refuse what can be refused without its body. None means: read the body, and call `accept`."""
        if delivery.method != "POST":
            return text_reply(405, "only POST is accepted here", ("Allow", "POST"))
        headers = read_headers(delivery.headers)
        if not _is_json(headers):
            return text_reply(415, "only application/json is accepted here")
        try:
            if announced_length(headers) > self._verifier.max_body:
                return self.refuse(BodyTooLargeError("The body is announced as larger than max_body."))
            if self._addresses is not None:
                self._addresses.check(delivery.peer, headers)
            if self._token_check is not None:
                self._token_check(_authorization(headers))
        except WebhookError as error:
            return self.refuse(error)
        except Exception as error:  # noqa: BLE001 - a check that fails proves nothing
            return self.report_failed_check(error)
        return None

    def accept(self, delivery: Delivery) -> Reply:
        """Respond to a delivery that was admitted: check its signature, read and handle it."""
        read = self._read(delivery)
        if isinstance(read, Reply):
            return read
        if isinstance(read, PayloadError):
            return self._set_aside(read, delivery)
        try:
            return _REPLY_TO[self.process(read)]
        except Exception as error:  # noqa: BLE001 - after any error of a handler the event is delivered again
            return self._report_failure(error, read)

    async def accept_async(self, delivery: Delivery) -> Reply:
        """Do the same as `accept`, with sync and async handlers."""
        read = self._read(delivery)
        if isinstance(read, Reply):
            return read
        if isinstance(read, PayloadError):
            from anyio import to_thread

            return await to_thread.run_sync(self._set_aside, read, delivery)
        try:
            return _REPLY_TO[await self.process_async(read)]
        except Exception as error:  # noqa: BLE001 - after any error of a handler the event is delivered again
            return self._report_failure(error, read)

    def refuse(self, error: WebhookError, delivery: Delivery | None = None) -> Reply:
        """Report that a delivery is refused, and respond with its status. `delivery`: None if its body was
        not read.
        """
        error.delivery = delivery
        fields = _log_fields(None, error.status, error.code)
        # No message of an error holds a secret or a part of the delivery.
        LOGGER.warning("a delivery was refused: %s (%d): %s", error.code, error.status, error, extra=fields)
        self.report(error, None)
        more = (("WWW-Authenticate", "Bearer"),) if isinstance(error, TokenError) else ()
        # Who configures this receiver has to see it, and nothing of the delivery is in it.
        why = f": {error.message}" if isinstance(error, BodyMissingError) else ""
        return text_reply(error.status, f"refused: {error.code}{why}", *more)

    def process(self, event: Event) -> Handling:
        """Handle a verified event, unless another process handles or handled it. Use it for queues, too.

        An error of the handler is raised here, after the claim is released, except at the last chance. If the
        process is killed in a handler, the claim runs out with its lease.

        Raises:
            StoreError: the store failed. The handler was not started.
        """
        return self._handling.process(event)

    async def process_async(self, event: Event) -> Handling:
        """Do the same as `process`, with sync and async handlers. A slow store is used in a thread."""
        return await self._handling.process_async(event)

    def _read(self, delivery: Delivery) -> Event | Reply | PayloadError:
        # What is not a delivery at all is a mistake of the caller, and raised.
        raw, headers = raw_body(delivery.body), read_headers(delivery.headers)
        try:
            return self._verifier.parse(raw, headers)
        except PayloadError as error:
            return error if self._dead_letter is not None else self.refuse(error, delivery)
        except WebhookError as error:
            return self.refuse(error, delivery)
        except Exception as error:  # noqa: BLE001 - a check that fails proves nothing
            return self.report_failed_check(error)

    def _set_aside(self, error: PayloadError, delivery: Delivery) -> Reply:
        """Give a genuine delivery that cannot be read to `dead_letter`."""
        try:
            if self._dead_letter is not None:
                self._dead_letter(error, delivery)
        except Exception as failure:  # noqa: BLE001 - after any error it is delivered again
            LOGGER.exception(
                "dead_letter itself failed; the delivery comes again",
                extra=_log_fields(None, 500, type(failure).__name__),
            )
            self.report(failure, None)
            return text_reply(500, "dead_letter failed, try again")
        self.refuse(error, delivery)
        return text_reply(200, "set aside")

    def report_failed_check(self, error: Exception) -> Reply:
        """Report that a delivery could not be checked, and respond with 500."""
        fields = _log_fields(None, 500, type(error).__name__)
        LOGGER.error("a delivery could not be checked", exc_info=error, extra=fields)
        self.report(error, None)
        return text_reply(500, "the check failed, try again")

    def _report_failure(self, error: Exception, event: Event) -> Reply:
        name = event.event_id
        if isinstance(error, StoreError):
            fields = _log_fields(name, 503, type(error).__name__)
            LOGGER.error("the store failed; event %s was not handled", name, exc_info=error, extra=fields)
            reply = text_reply(503, "the store does not work, try again")
        else:
            fields = _log_fields(name, 500, type(error).__name__)
            LOGGER.error("the handler of event %s failed", name, exc_info=error, extra=fields)
            reply = text_reply(500, "the handler failed, try again")
        self.report(error, event)
        return reply

    def report(self, error: Exception, event: Event | None) -> None:
        """Give a failure to `on_error`, if there is one."""
        if self._on_error is None:
            return
        try:
            self._on_error(error, event)
        except Exception:  # noqa: BLE001 - it is for metrics, and must not change the response
            name = None if event is None else event.event_id
            LOGGER.exception("on_error itself failed", extra=_log_fields(name))


def _choose_keep(keep: float | None, needed: float) -> float:
    if keep is None:
        return max(KEEP, needed)
    if 0 < keep < needed:
        raise UsageError(
            f"keep is {keep:g} s, and the max_age of the verifier lets an event through for {needed:g} s: "
            "in between it would be handled again.",
            hint="Leave keep out, or give both the same time.",
        )
    if 0 < keep < SPAN:
        # Imported lazily: most receivers keep the default.
        import warnings

        warnings.warn(
            f"keep is {keep:g} s, and AfterShip delivers again for {SPAN} s: an event may be handled again",
            stacklevel=3,
        )
    return keep


def _log_fields(
    event_id: str | None, status: int | None = None, error: str | None = None, event_key: str | None = None
) -> dict[str, object]:
    return log_fields("delivery", event_id=event_id, event_key=event_key, status=status, error=error)


_REPLY_TO = {
    Handling.HANDLED: text_reply(200, "handled"),
    Handling.DUPLICATE: text_reply(200, "handled before"),
    Handling.BUSY: text_reply(503, "being handled, try again"),
    Handling.GIVEN_UP: text_reply(200, "given up"),
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

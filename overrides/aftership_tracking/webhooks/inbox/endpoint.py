"""The endpoint that stores verified deliveries in an inbox, and responds without handling them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aftership_tracking.runtime.logger import log_fields
from aftership_tracking.webhooks.errors import PayloadError, WebhookError
from aftership_tracking.webhooks.handling import LOGGER, runs_asyncio
from aftership_tracking.webhooks.incoming.delivery import Delivery, Reply, text_reply
from aftership_tracking.webhooks.incoming.headers import read_headers
from aftership_tracking.webhooks.signature import HEADER, VERSION_HEADER
from aftership_tracking.webhooks.verification.verifier import raw_body

if TYPE_CHECKING:
    from aftership_tracking.webhooks.inbox.entry import DeliveryQueue, Headers
    from aftership_tracking.webhooks.receiver import Receiver

__all__ = ["InboxEndpoint"]

# Others are not needed to read the body again, and may hold credentials.
_STORED = ("content-type", HEADER, VERSION_HEADER)


class InboxEndpoint:
    """Refuses what its receiver refuses, and stores the rest: `WebhookApplication(InboxEndpoint(...))`.

    The response is 200 when the delivery is stored, 401 and so on when it is refused, and 503 when it cannot
    be stored: then AfterShip delivers it again. A genuine body that is not an event is stored too, and the
    worker makes it a dead letter.

    Args:
        receiver: checks deliveries: signature, size, addresses, token, age. Its handlers are not called here,
            but by an `InboxWorker`.
        inbox: stores the deliveries. Any object with `put` does.
    """

    def __init__(self, receiver: Receiver, inbox: DeliveryQueue) -> None:
        self._receiver = receiver
        self._inbox = inbox
        self._async_inbox: Any = inbox if hasattr(inbox, "put_async") else None

    @property
    def max_body(self) -> int:
        """The most bytes that a body may have."""
        return self._receiver.max_body

    def require_sync(self) -> None:
        """Do nothing: `accept` always works, because no handler is called."""

    def warm(self) -> None:
        """Load what the first delivery needs, so that it blocks no event loop."""
        self._receiver.warm()

    def admit(self, delivery: Delivery) -> Reply | None:
        """Refuse what can be refused without its body."""
        return self._receiver.admit(delivery)

    def refuse(self, error: WebhookError) -> Reply:
        """Report that a delivery is refused, and respond with its status."""
        return self._receiver.refuse(error)

    def accept(self, delivery: Delivery) -> Reply:
        """Verify a delivery that was admitted, and store it."""
        refusal = self._verify(delivery)
        if refusal is not None:
            return refusal
        try:
            self._inbox.put(raw_body(delivery.body), _stored_headers(delivery))
        except Exception as error:  # noqa: BLE001 - whatever the inbox raises, the delivery comes again
            return self._fail(error)
        return text_reply(200, "stored")

    async def accept_async(self, delivery: Delivery) -> Reply:
        """Do the same as `accept`. An inbox that waits does so in a thread."""
        refusal = self._verify(delivery)
        if refusal is not None:
            return refusal
        body, headers = raw_body(delivery.body), _stored_headers(delivery)
        try:
            if self._async_inbox is not None and runs_asyncio():
                await self._async_inbox.put_async(body, headers)
            else:
                from anyio import to_thread

                await to_thread.run_sync(self._inbox.put, body, headers)
        except Exception as error:  # noqa: BLE001 - whatever the inbox raises, the delivery comes again
            return self._fail(error)
        return text_reply(200, "stored")

    def _verify(self, delivery: Delivery) -> Reply | None:
        try:
            self._receiver.verifier.verify(delivery.body, read_headers(delivery.headers))
        except PayloadError:
            # It is genuine, and only its age cannot be read. The worker makes it a dead letter.
            return None
        except WebhookError as error:
            return self._receiver.refuse(error, delivery)
        except Exception as error:  # noqa: BLE001 - a check that fails proves nothing
            return self._receiver.report_failed_check(error)
        return None

    def _fail(self, error: Exception) -> Reply:
        LOGGER.error(
            "the inbox failed; a delivery was not stored",
            exc_info=error,
            extra=log_fields("inbox", number=None, error=type(error).__name__),
        )
        self._receiver.report(error, None)
        return text_reply(503, "the inbox does not work, try again")


def _stored_headers(delivery: Delivery) -> Headers:
    headers = read_headers(delivery.headers)
    return tuple((name, value) for name in _STORED for value in headers.get(name, ()))

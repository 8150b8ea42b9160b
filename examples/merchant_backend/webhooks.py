"""What AfterShip reports. The effect of an event and the memory of it are one transaction: it counts once."""

import logging

from aftership_tracking import Tracking
from aftership_tracking.webhooks import Event, Receiver, Router, Verifier
from aftership_tracking.webhooks.stores import SqliteStore

from .shipments import request_mail, save

log = logging.getLogger("merchant_backend")


def build_receiver(secret: str, store: SqliteStore) -> Receiver:
    """Build what verifies deliveries and handles events. `store` is in the database of the shipments."""

    def ignore(event: Event, known: bool) -> None:
        log.info("nothing to do for %s%s", event.event, "" if known else ", which is new")

    router = Router(fallback=ignore)

    @router.on("tracking_update")
    @router.on("edd_revise")
    def update(event: Event) -> None:
        tracking = event.tracking_as(Tracking)  # this shape, whatever version the webhook URL is set to
        with store.transaction(event.key()) as connection:
            save(connection, tracking)
        log.info("%s: %s", tracking.tracking_number, tracking.tag)

    @router.on_tag("Delivered", first_only=True)
    def delivered(event: Event) -> None:
        tracking = event.tracking_as(Tracking)
        with store.transaction(event.key()) as connection:
            save(connection, tracking)
            request_mail(connection, tracking, "delivered")
        log.info("%s: delivered, and a mail is requested", tracking.tracking_number)

    return Receiver(Verifier(secret), router, store=store)

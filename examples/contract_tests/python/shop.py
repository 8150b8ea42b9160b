"""What a shop has: it registers its parcels, tells its customers where they are, and hears of deliveries."""

from collections.abc import Callable

from aftership_tracking import AfterShip, DeliveryStatus, Tracking
from aftership_tracking.webhooks import Event, Receiver, Router, Verifier

TEXTS = {
    DeliveryStatus.OUT_FOR_DELIVERY: "It comes today.",
    DeliveryStatus.DELIVERED: "It was delivered.",
    DeliveryStatus.EXCEPTION: "Something holds it up.",
}


def register(client: AfterShip, order_id: str, number: str, courier: str) -> str:
    """Make a parcel known, and return its id. It may be called again: there is one tracking of a number."""
    return client.trackings.upsert(tracking_number=number, slug=courier, order_id=order_id).tracking.id


def describe(client: AfterShip, tracking_id: str) -> str:
    """A sentence for the customer. A status that is newer than this program is not an error."""
    tracking = client.trackings.get(tracking_id)
    return TEXTS.get(tracking.tag, "It is on its way.")


def build_receiver(secret: str, thank: Callable[[str], None]) -> Receiver:
    """Build what handles webhooks. `thank` is called once for each delivered order, with its id."""

    def ignore(_event: Event, _known: bool) -> None:
        """Most events are none of our business."""

    router = Router(fallback=ignore)

    @router.on_tag("Delivered", first_only=True)
    def delivered(event: Event) -> None:
        # The shape of one version, whatever version the webhook URL is set to.
        thank(event.tracking_as(Tracking).order_id or "")

    return Receiver(Verifier(secret), router)

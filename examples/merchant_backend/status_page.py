"""The page for the customer: `status_page.html`, where every value is escaped."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from aftership_tracking import DeliveryStatus, Time

from .shipments import Shipment

# What the customer reads, and how many of the four steps are done.
STATUSES: dict[DeliveryStatus, tuple[str, int]] = {
    DeliveryStatus.PENDING: ("Your parcel is packed", 1),
    DeliveryStatus.INFO_RECEIVED: ("The courier expects your parcel", 1),
    DeliveryStatus.IN_TRANSIT: ("Your parcel is on its way", 2),
    DeliveryStatus.OUT_FOR_DELIVERY: ("Your parcel comes today", 3),
    DeliveryStatus.ATTEMPT_FAIL: ("The courier could not hand it over", 3),
    DeliveryStatus.AVAILABLE_FOR_PICKUP: ("Your parcel waits for you", 3),
    DeliveryStatus.DELIVERED: ("Your parcel was delivered", 4),
    DeliveryStatus.EXCEPTION: ("Something holds up your parcel", 2),
    DeliveryStatus.EXPIRED: ("There is no news of your parcel", 2),
}
UNKNOWN = ("There is news of your parcel", 2)  # a status that is newer than this program

TEMPLATE = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
).get_template("status_page.html")


def show_shipment(shipment: Shipment) -> str:
    """The page of a parcel, as HTML."""
    tracking = shipment.tracking
    if tracking is None:
        headline, done = STATUSES[DeliveryStatus.PENDING]
        return TEMPLATE.render(headline=headline, done=done, shipment=shipment)
    headline, done = STATUSES.get(tracking.tag, UNKNOWN)
    estimate = tracking.latest_estimated_delivery
    day = estimate.datetime.date if estimate and estimate.datetime else None
    return TEMPLATE.render(
        headline=headline,
        done=done,
        shipment=shipment,
        expected=f"{day:%A}, {day.day} {day:%B}" if day and not tracking.is_final else "",
        checkpoints=list(reversed(tracking.checkpoints)),
        written=written,
    )


def show_nothing() -> str:
    """The page for an address that belongs to nobody, as HTML."""
    return TEMPLATE.render(headline="There is no such parcel")


def written(time: Time) -> str:
    """Day and time of day at the location of the parcel, as the courier wrote them: no zone is invented."""
    if time.date is None:
        return time
    return f"{time.date:%a %d %b}" + (f", {time.time:%H:%M}" if time.time else "")

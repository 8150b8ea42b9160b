"""Makes parcels known to AfterShip: at once if possible, later if not, and never twice."""

import logging

from aftership_tracking import AfterShip, errors

from .shipments import Shipment, Shipments

log = logging.getLogger("merchant_backend")

DEADLINE = 10.0  # seconds for a call with its retries: somebody waits


def register(client: AfterShip, shipments: Shipments, shipment: Shipment) -> None:
    """Create the tracking, or get the one that exists. It may be called any number of times.

    A shipment that cannot be registered now stays as it is, and `register_waiting` tries again. One that
    AfterShip refuses is marked.
    """
    try:
        done = client.trackings.upsert(
            tracking_number=shipment.number,
            slug=shipment.courier,
            order_id=shipment.order_id,
            deadline=DEADLINE,
        )
    except (errors.RateLimitError, errors.ServerError, errors.TransportError) as error:
        # The client has waited and tried again already. AfterShip is busy, or down, or the network is.
        log.warning("%s is registered later: %s", shipment.number, error)
    except errors.ValidationError as error:
        log.warning("%s is refused: %s", shipment.number, error)
        shipments.refuse(shipment, error.message)
    except errors.AfterShipError:
        # Our key is wrong, or our code is. The customer's parcel is not, so it waits until that is mended.
        log.exception("%s cannot be registered", shipment.number)
    else:
        shipments.save(done.tracking)


def register_waiting(client: AfterShip, shipments: Shipments, for_seconds: float) -> None:
    """Try again what is not registered after this time. Call it now and then, and after a start."""
    for shipment in shipments.unregistered(for_seconds):
        register(client, shipments, shipment)

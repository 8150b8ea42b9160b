"""The routes: an order is shipped, AfterShip reports, a customer looks."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, Field

from aftership_tracking import AfterShip
from aftership_tracking.webhooks.asgi import WebhookApplication
from aftership_tracking.webhooks.stores import SqliteStore

from .registration import register, register_waiting
from .shipments import Shipments
from .status_page import show_nothing, show_shipment
from .webhooks import build_receiver

log = logging.getLogger("merchant_backend")

RETRY_AFTER = 30.0  # seconds between two tries to register what could not be registered
# The address of the page is a secret of the customer: it goes to nobody, and the page loads nothing.
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}


class NewShipment(BaseModel):
    number: str = Field(min_length=1, max_length=100)
    courier: str = Field(min_length=1, max_length=100)


class ShipmentState(BaseModel):
    """`status`: None while AfterShip does not know the parcel. `page`: the path of the customer's page."""

    status: str | None
    page: str
    refusal: str | None


def create_app(
    client: AfterShip, webhook_secret: str, database: Path, retry_after: float = RETRY_AFTER
) -> FastAPI:
    shipments, events = Shipments(database), SqliteStore(database)

    async def retry_for_ever() -> None:
        while True:
            try:
                await asyncio.to_thread(register_waiting, client, shipments, retry_after)
            except Exception:  # such as a locked database: the next try comes all the same
                log.exception("what waits could not be registered")
            await asyncio.sleep(retry_after)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        retries = asyncio.create_task(retry_for_ever())
        yield
        retries.cancel()
        events.close()

    app = FastAPI(lifespan=lifespan)

    @app.exception_handler(RequestValidationError)
    def refuse(_: Request, error: RequestValidationError) -> JSONResponse:
        """FastAPI's own response repeats what came, and fails at half a character or at NaN."""
        sentences = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        return JSONResponse({"detail": "; ".join(sentences)}, 422)

    # Plain functions: FastAPI runs them in threads, so a slow call holds up nobody else.
    # This route is for the warehouse of the shop. Put your own login in front of it.
    @app.post("/orders/{order_id}/shipments", status_code=201)
    def ship(order_id: str, new: NewShipment, response: Response) -> ShipmentState:
        """The parcel was handed over. 201: it is registered. 202: it will be. 422: the number is wrong."""
        # First of all it is stored: from now on it is not lost.
        shipment = shipments.add(order_id, new.number, new.courier)
        if shipment.tracking is None:
            register(client, shipments, shipment)
            shipment = shipments.add(order_id, new.number, new.courier)
        if shipment.refusal is not None:
            response.status_code = 422
        elif shipment.tracking is None:
            response.status_code = 202
        return ShipmentState(
            status=shipment.tracking.tag if shipment.tracking else None,
            page=f"/parcels/{shipment.page}",
            refusal=shipment.refusal,
        )

    @app.get("/parcels/{page}")
    def show(page: str) -> HTMLResponse:
        """The page for the customer."""
        shipment = shipments.on_page(page)
        if shipment is None:
            return HTMLResponse(show_nothing(), 404, HEADERS)
        return HTMLResponse(show_shipment(shipment), headers=HEADERS)

    webhooks = WebhookApplication(build_receiver(webhook_secret, events))
    app.routes.append(webhooks.as_route("/webhooks/aftership"))
    return app

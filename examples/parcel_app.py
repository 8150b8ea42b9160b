"""An application with FastAPI: add parcels, list them, show one, and note which were delivered.

    AFTERSHIP_API_KEY=... AFTERSHIP_WEBHOOK_SECRET=... python examples/parcel_app.py

It needs the packages fastapi and uvicorn. http://127.0.0.1:8080/docs shows its routes. AfterShip delivers
webhooks to /webhooks/aftership. With AFTERSHIP_BASE_URL=http://127.0.0.1:4010 it works with `aftership mock`.
"""

import logging
import os
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel

from aftership_tracking import AsyncAfterShip, DeliveryStatus, Tracking, errors
from aftership_tracking.webhooks import Event, Receiver, Router, Verifier
from aftership_tracking.webhooks.asgi import WebhookApplication
from aftership_tracking.webhooks.stores import SqliteStore

DATABASE = os.environ.get("EVENTS", "events.db")
log = logging.getLogger("parcel_app")
client = AsyncAfterShip()


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
    async with client:
        yield


app = FastAPI(lifespan=lifespan)


class NewParcel(BaseModel):
    tracking_number: str
    slug: str | None = None  # None is left out: then the service finds the courier
    title: str | None = None
    email: str | None = None


class ParcelPage(BaseModel):
    parcels: list[Tracking]
    next_cursor: str | None


@app.post("/parcels", status_code=201)
async def add_parcel(parcel: NewParcel) -> Tracking:
    return await client.trackings.create(
        tracking_number=parcel.tracking_number,
        slug=parcel.slug,
        title=parcel.title,
        customers=None if parcel.email is None else [{"email": parcel.email}],
    )


@app.get("/parcels")
async def list_parcels(
    tag: DeliveryStatus | None = None,
    slug: Annotated[list[str] | None, Query()] = None,
    added_since: AwareDatetime | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> ParcelPage:
    page = await client.trackings.list(
        tag=tag, slug=slug, created_at_min=added_since, limit=limit, cursor=cursor
    )
    return ParcelPage(parcels=page.items, next_cursor=page.cursor if page.has_next else None)


@app.get("/parcels/{parcel_id}")
async def show_parcel(parcel_id: str) -> Tracking:
    return await client.trackings.get(parcel_id)


@app.exception_handler(errors.AfterShipError)
async def report(_: Request, error: errors.AfterShipError) -> JSONResponse:
    match error:
        case errors.NotFoundError():
            return JSONResponse({"message": error.message}, 404)
        case errors.AlreadyExistsError():
            return JSONResponse({"message": error.message, "id": error.existing_id}, 409)
        case errors.ValidationError() | errors.UsageError():
            return JSONResponse({"message": error.message}, 422)
        case _:  # AfterShip does not respond, is busy, or refuses our key: nothing that the caller can change
            log.error("%s", error)
            return JSONResponse({"message": "Please try again later."}, 503)


# Webhooks. The note and "this event is handled" are one transaction, so each event counts once.


def ignore(event: Event, known: bool) -> None:
    log.info("nothing to do for %s %s%s", event.event, event.tag, "" if known else " (unknown)")


router = Router(fallback=ignore)
store = SqliteStore(DATABASE)
with closing(sqlite3.connect(DATABASE)) as database:
    database.execute("CREATE TABLE IF NOT EXISTS delivered (id TEXT PRIMARY KEY, number TEXT, at TEXT)")


@router.on_tag("Delivered", first_only=True)
def delivered(event: Event) -> None:
    tracking = event.tracking_as(Tracking)  # the shape of this version, whatever version the URL is set to
    row = (tracking.id, tracking.tracking_number, event.occurred_at.isoformat())
    with store.transaction(event.key()) as connection:
        connection.execute("INSERT OR REPLACE INTO delivered VALUES (?, ?, ?)", row)


@app.get("/delivered")
def list_delivered() -> dict[str, str]:
    with closing(sqlite3.connect(DATABASE)) as database:
        return dict(database.execute("SELECT number, at FROM delivered ORDER BY at"))


receiver = Receiver(Verifier(os.environ["AFTERSHIP_WEBHOOK_SECRET"]), router, store=store)
app.mount("/webhooks", WebhookApplication(receiver))

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8080")))

"""What the shop knows about its parcels, in SQLite."""

import secrets
import sqlite3
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from aftership_tracking import Tracking

TABLES = """
CREATE TABLE IF NOT EXISTS shipments (
    number TEXT NOT NULL, courier TEXT NOT NULL, order_id TEXT NOT NULL,
    page TEXT NOT NULL UNIQUE,  -- the part of the customer's address that nobody can guess
    refusal TEXT,               -- why AfterShip does not take the number: somebody has to look at it
    document TEXT,              -- the tracking as it was read last; none while AfterShip does not know it
    added_at REAL NOT NULL, updated_at REAL NOT NULL DEFAULT 0, checkpoints INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (number, courier)
);
CREATE TABLE IF NOT EXISTS mails (number TEXT, courier TEXT, kind TEXT, PRIMARY KEY (number, courier, kind));
"""
COLUMNS = "number, courier, order_id, page, refusal, document"


@dataclass(frozen=True, kw_only=True)
class Shipment:
    """A parcel of an order. `tracking` is None while AfterShip does not know it."""

    number: str
    courier: str
    order_id: str
    page: str
    refusal: str | None
    tracking: Tracking | None


class Shipments:
    def __init__(self, path: Path) -> None:
        self._path = path
        with self._transaction() as connection:
            connection.executescript(TABLES)

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        """A connection for one thread and one transaction."""
        with closing(sqlite3.connect(self._path, timeout=30)) as connection, connection:
            yield connection

    def add(self, order_id: str, number: str, courier: str) -> Shipment:
        """Store a parcel. One that is there already stays as it is."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO shipments (number, courier, order_id, page, added_at) "
                "VALUES (?, ?, ?, ?, ?)",
                (number, courier, order_id, secrets.token_urlsafe(16), time.time()),
            )
        [shipment] = self._find("number = ? AND courier = ?", number, courier)
        return shipment

    def on_page(self, page: str) -> Shipment | None:
        return next(self._find("page = ?", page), None)

    def unregistered(self, for_seconds: float) -> list[Shipment]:
        """Those that AfterShip does not know after this time, and may take."""
        limit = time.time() - for_seconds
        return list(self._find("document IS NULL AND refusal IS NULL AND added_at <= ?", limit))

    def refuse(self, shipment: Shipment, reason: str) -> None:
        with self._transaction() as connection:
            connection.execute(
                "UPDATE shipments SET refusal = ? WHERE number = ? AND courier = ?",
                (reason, shipment.number, shipment.courier),
            )

    def save(self, tracking: Tracking) -> None:
        with self._transaction() as connection:
            save(connection, tracking)

    def _find(self, condition: str, *values: str | float) -> Iterator[Shipment]:
        with self._transaction() as connection:
            rows = connection.execute(f"SELECT {COLUMNS} FROM shipments WHERE {condition}", values).fetchall()
        for number, courier, order_id, page, refusal, document in rows:
            yield Shipment(
                number=number,
                courier=courier,
                order_id=order_id,
                page=page,
                refusal=refusal,
                tracking=None if document is None else Tracking.from_json(document),
            )


def save(connection: sqlite3.Connection, tracking: Tracking) -> None:
    """Store the state of a parcel, unless a newer one is there. Parcels of others are ignored."""
    updated_at, checkpoints = tracking.updated_at.datetime.timestamp(), len(tracking.checkpoints)
    connection.execute(
        "UPDATE shipments SET document = ?, updated_at = ?, checkpoints = ?, refusal = NULL "
        "WHERE number = ? AND courier = ? AND (updated_at, checkpoints) <= (?, ?)",
        (
            tracking.to_json().decode(),
            updated_at,
            checkpoints,
            tracking.tracking_number,
            tracking.slug,
            updated_at,
            checkpoints,
        ),
    )


def request_mail(connection: sqlite3.Connection, tracking: Tracking, kind: str) -> None:
    """Another process sends the mails of this table. Each is requested once, however often this is called."""
    connection.execute(
        "INSERT OR IGNORE INTO mails SELECT number, courier, ? FROM shipments "
        "WHERE number = ? AND courier = ?",
        (kind, tracking.tracking_number, tracking.slug),
    )

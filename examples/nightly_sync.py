"""Copy what changed since the last run into a database. Run it every night, or whenever you like.

    AFTERSHIP_API_KEY=... python examples/nightly_sync.py [--database parcels.db] [--state sync-state.sqlite]

The next run continues one that failed or was killed. The exit code is 0, or 1 if a later run may succeed, or
2 if somebody has to do something. AFTERSHIP_BASE_URL=http://127.0.0.1:4010 makes it use `aftership mock`.
"""

import argparse
import logging
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC

from aftership_tracking import AfterShip, Surprise, Time, Tracking, errors

log = logging.getLogger("nightly_sync")

SCHEMA = """
CREATE TABLE IF NOT EXISTS parcels (
    id TEXT PRIMARY KEY, number TEXT NOT NULL, courier TEXT NOT NULL, status TEXT NOT NULL, title TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, delivered_at TEXT, document TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS checkpoints (
    parcel TEXT NOT NULL, position INTEGER NOT NULL, at_utc TEXT, at_as_sent TEXT NOT NULL,
    status TEXT NOT NULL, message TEXT, location TEXT, PRIMARY KEY (parcel, position)
);
"""


def in_utc(time: Time | None) -> str | None:
    """The instant, if the string says one. Couriers also send days, and times without a zone."""
    if time is None or time.datetime is None or time.datetime.tzinfo is None:
        return None
    return time.datetime.astimezone(UTC).isoformat()


def save(database: sqlite3.Connection, trackings: Sequence[Tracking]) -> None:
    """Write trackings in one transaction. Writing one twice does no harm."""
    with database:
        for tracking in trackings:
            database.execute(
                "INSERT OR REPLACE INTO parcels VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    tracking.id,
                    tracking.tracking_number,
                    tracking.slug,
                    tracking.tag,
                    tracking.title,
                    tracking.created_at.datetime.astimezone(UTC).isoformat(),
                    tracking.updated_at.datetime.astimezone(UTC).isoformat(),
                    in_utc(tracking.shipment_delivery_date),
                    tracking.to_json().decode(),
                ),
            )
            database.execute("DELETE FROM checkpoints WHERE parcel = ?", (tracking.id,))
            for position, event in enumerate(tracking.checkpoints):
                time = event.checkpoint_time
                database.execute(
                    "INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (tracking.id, position, in_utc(time), time, event.tag, event.message, event.location),
                )


def sync(client: AfterShip, database: sqlite3.Connection, state: str) -> int:
    """Copy what changed, and return how many trackings did."""
    count = 0
    for batch in client.trackings.changes(state=state).batches():
        save(database, batch.items)
        batch.commit()  # after the transaction: after a crash between the two, these items come again
        count += len(batch)
        log.info("%d so far", count)
    return count


def tell(surprise: Surprise) -> None:
    log.warning("the service differs from its document: %s", surprise)


def main() -> int:
    parser = argparse.ArgumentParser(description="Copy what changed since the last run into a database.")
    parser.add_argument("--database", default="parcels.db")
    parser.add_argument("--state", default="sync-state.sqlite")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with closing(sqlite3.connect(options.database)) as database:
        database.executescript(SCHEMA)
        try:
            with AfterShip(max_retries=5, on_surprise=tell) as client:
                count = sync(client, database, options.state)
        except (errors.ServerError, errors.TransportError, errors.RateLimitError) as error:
            log.error("not finished, the next run continues: %s", error)  # noqa: TRY400 - one line says all
            return 1
        except errors.AfterShipError as error:
            log.error("%s", error)  # noqa: TRY400
            return 2
    log.info("done: %d", count)
    return 0


if __name__ == "__main__":
    sys.exit(main())

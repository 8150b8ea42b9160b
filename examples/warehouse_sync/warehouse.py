"""The tables, and how trackings are written to them."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from aftership_tracking import Tracking
from aftership_tracking.export import to_arrow

# A courier's time may be an instant, a time without a zone, or a day. Each kind has a column of its own, so
# that nothing is guessed; `..._as_sent` is the string itself. Add the columns that you need.
TABLES = """
SET TimeZone = 'UTC';

CREATE TABLE IF NOT EXISTS parcels (
    id VARCHAR PRIMARY KEY, number VARCHAR NOT NULL, courier VARCHAR NOT NULL, status VARCHAR NOT NULL,
    title VARCHAR, order_id VARCHAR, created_at TIMESTAMPTZ NOT NULL, updated_at TIMESTAMPTZ NOT NULL,
    picked_up_day DATE, estimated_day DATE,
    delivered_at TIMESTAMPTZ, delivered_local TIMESTAMP, delivered_day DATE, delivered_as_sent VARCHAR
);
CREATE TABLE IF NOT EXISTS checkpoints (
    parcel VARCHAR NOT NULL, position INTEGER NOT NULL, status VARCHAR NOT NULL, message VARCHAR,
    city VARCHAR, country VARCHAR,
    happened_at TIMESTAMPTZ, happened_local TIMESTAMP, happened_day DATE, happened_as_sent VARCHAR NOT NULL,
    PRIMARY KEY (parcel, position)
);

-- A time without a zone: there was no instant, and there is more than a day.
CREATE OR REPLACE TEMP MACRO local_of(instant, sent) AS
    CASE WHEN instant IS NULL AND length(sent) > 10 THEN TRY_CAST(sent AS TIMESTAMP) END;
-- The day as it was written, at the location of the parcel.
CREATE OR REPLACE TEMP MACRO day_of(sent) AS TRY_CAST(left(sent, 10) AS DATE);
"""

WRITE_PARCELS = """
INSERT OR REPLACE INTO parcels
SELECT id, tracking_number, slug, tag, title, order_id, created_at, updated_at,
       day_of(shipment_pickup_date_text), day_of(first_estimated_delivery_datetime_text),
       shipment_delivery_date, local_of(shipment_delivery_date, shipment_delivery_date_text),
       day_of(shipment_delivery_date_text), shipment_delivery_date_text
FROM changed_parcels
"""

WRITE_CHECKPOINTS = """
INSERT OR REPLACE INTO checkpoints
SELECT tracking_id, position, tag, message, city, country_region,
       checkpoint_time, local_of(checkpoint_time, checkpoint_time_text),
       day_of(checkpoint_time_text), checkpoint_time_text
FROM changed_checkpoints
"""

# A courier may also take back what it reported: then there are more rows than checkpoints.
REMOVE_OLD_CHECKPOINTS = """
DELETE FROM checkpoints WHERE parcel IN (SELECT id FROM changed_parcels)
AND (parcel, position) NOT IN (SELECT (tracking_id, position) FROM changed_checkpoints)
"""


def open_warehouse(path: Path) -> duckdb.DuckDBPyConnection:
    """Open the file, and create it with its tables if it does not exist."""
    warehouse = duckdb.connect(path)
    warehouse.execute(TABLES)
    return warehouse


def write(warehouse: duckdb.DuckDBPyConnection, trackings: Sequence[Tracking]) -> None:
    """Write trackings and their checkpoints in one transaction. Writing them twice does no harm."""
    warehouse.register("changed_parcels", to_arrow(trackings, Tracking).read_all())
    warehouse.register("changed_checkpoints", to_arrow(trackings, Tracking, rows="checkpoints").read_all())
    warehouse.begin()  # after an error or a crash, all of it is undone
    for statement in (WRITE_PARCELS, WRITE_CHECKPOINTS, REMOVE_OLD_CHECKPOINTS):
        warehouse.execute(statement)
    warehouse.commit()

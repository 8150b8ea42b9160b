"""One reading: what changed since the last one goes into the warehouse."""

import logging
from pathlib import Path

import duckdb

from aftership_tracking import AfterShip, Surprise, errors

from .warehouse import open_warehouse, write

log = logging.getLogger("warehouse_sync")

DONE, TRY_AGAIN_LATER, SOMEBODY_HAS_TO_ACT = 0, 1, 2


def copy_changes(client: AfterShip, warehouse: duckdb.DuckDBPyConnection, state: Path) -> int:
    """Copy what changed, and return how many parcels did."""
    count = 0
    for batch in client.trackings.changes(state=state).batches():
        write(warehouse, batch.items)
        # After the transaction. If the process dies between the two, these parcels come once more, and
        # replace themselves: nothing is lost, and nothing is there twice.
        batch.commit()
        count += len(batch)
        log.info("%d parcels so far", count)
    return count


def sync(client: AfterShip, database: Path) -> int:
    """Bring the warehouse up to date, and return an exit code for cron, systemd or Airflow."""
    state = database.with_suffix(".state.sqlite")
    if state.exists() and not database.exists():
        log.error(
            "%s is gone, and %s says that it was filled. Delete that too to read all again.", database, state
        )
        return SOMEBODY_HAS_TO_ACT
    try:
        with open_warehouse(database) as warehouse:
            log.info("done: %d parcels changed", copy_changes(client, warehouse, state))
    except (errors.ServerError, errors.TransportError, errors.RateLimitError) as error:
        log.error("not finished, the next run continues: %s", error)  # noqa: TRY400 - one line says all
        return TRY_AGAIN_LATER
    except (errors.AfterShipError, duckdb.Error) as error:
        log.error("%s", error)  # noqa: TRY400
        return SOMEBODY_HAS_TO_ACT
    return DONE


def report_surprise(surprise: Surprise) -> None:
    """For `AfterShip(on_surprise=...)`: a new status or field is written all the same, and logged."""
    log.warning("the service differs from its document: %s", surprise)

"""Copy what changed. Without AFTERSHIP_BASE_URL it starts a mock of the service, with parcels."""

import argparse
import logging
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from aftership_tracking import AfterShip
from aftership_tracking.errors import UsageError

try:
    import pyarrow  # noqa: F401 - needed by aftership_tracking.export

    from .questions import print_results
    from .sync import DONE, report_surprise, sync
except ImportError as error:
    sys.exit(f"{error}. Run: python -m pip install duckdb 'aftership-tracking-client[mock,parquet]'")


def sync_with_a_mock() -> int:
    """Sync, let two days pass, and sync again: the second time only what changed comes."""
    from aftership_tracking.mock import Mock
    from aftership_tracking.testing.mock_on_port import MockOnPort

    from .sample_parcels import fill

    with (
        TemporaryDirectory() as folder,
        MockOnPort(Mock()) as served,
        AfterShip("any-key", base_url=served.url) as client,
    ):
        database = Path(folder) / "parcels.duckdb"
        print(f"AFTERSHIP_BASE_URL is not set: a mock was started at {served.url}", flush=True)
        fill(served.mock, "any-key")
        code = sync(client, database)
        if code == DONE:
            print("Two days pass.", flush=True)
            served.mock.advance("2d")
            code = sync(client, database)
        if code == DONE:
            print_results(database)
    print("The mock was stopped, and its database removed.", flush=True)
    return code


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m examples.warehouse_sync", description=__doc__)
    parser.add_argument("--database", type=Path, default=Path("parcels.duckdb"), help="default: %(default)s")
    database: Path = parser.parse_args().database
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stdout)
    if not os.environ.get("AFTERSHIP_BASE_URL"):
        return sync_with_a_mock()
    with AfterShip(max_retries=5, on_surprise=report_surprise) as client:
        code = sync(client, database)
    if code == DONE:
        print_results(database)
    return code


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Interrupted. The next run continues.")
    except UsageError as error:  # such as a missing key
        sys.exit(str(error))

"""Runs the pipeline of a test in a process that can be killed.

    python pipeline_child.py URL NOW FOLDER [STAGE]

STAGE: kill this process as soon as that stage is over, one of "extract", "normalize".
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import dlt

from aftership_tracking import AfterShip
from aftership_tracking.dlt import aftership_source
from aftership_tracking.runtime.clocks import Clocks, use_clocks

LIMIT = 5


def main(url: str, now: str, folder: str, stage: str = "") -> None:
    """Run once: what a run before left, then what changed."""
    with use_clocks(Clocks(clock=lambda: float(now))):
        client = AfterShip("k", base_url=url, limiter=None)
    pipeline = dlt.pipeline(
        "parcels",
        destination=dlt.destinations.duckdb(str(Path(folder) / "parcels.duckdb")),
        dataset_name="aftership",
        pipelines_dir=str(Path(folder) / "pipelines"),
    )
    if pipeline.has_pending_data:
        pipeline.run()
    if stage:
        pipeline.sync_destination()
        pipeline.extract(aftership_source(client, limit=LIMIT))
        if stage == "normalize":
            pipeline.normalize()
        os.kill(os.getpid(), signal.SIGKILL)
    pipeline.run(aftership_source(client, limit=LIMIT))
    client.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

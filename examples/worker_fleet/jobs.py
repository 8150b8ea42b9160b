"""The queue: numbers to create, in a file that the workers of one machine share.

On several machines it is a queue of yours (Redis, SQS, a table). It has to do what the methods here do.
"""

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

LEASE = 120.0  # seconds: longer than a call can last. Then another worker may take the job.

TABLE = """
CREATE TABLE IF NOT EXISTS jobs (
    number TEXT NOT NULL, courier TEXT NOT NULL, priority INTEGER NOT NULL, added_at REAL NOT NULL,
    taken_until REAL NOT NULL DEFAULT 0, worker TEXT, outcome TEXT, message TEXT, done_at REAL,
    PRIMARY KEY (number, courier)
)
"""
TAKE = """
UPDATE jobs SET worker = ?, taken_until = ? WHERE rowid = (
    SELECT rowid FROM jobs WHERE outcome IS NULL AND taken_until < ? ORDER BY priority DESC, rowid LIMIT 1
) RETURNING number, courier, priority
"""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A number to create. A higher `priority` goes first."""

    number: str
    courier: str
    priority: int = 0


class Jobs:
    """A queue in an SQLite file, open while a `with` block is. Each change is a transaction of its own."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute(TABLE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def add(self, jobs: Iterable[Job]) -> None:
        """Add jobs. A number that is there already is left as it is."""
        rows = [(job.number, job.courier, job.priority, time.time()) for job in jobs]
        self._database.executemany(
            "INSERT OR IGNORE INTO jobs (number, courier, priority, added_at) VALUES (?, ?, ?, ?)", rows
        )

    def take(self, worker: str) -> Job | None:
        """Take the most urgent job for a while. If this process dies, the job is free again afterwards."""
        now = time.time()
        rows = self._database.execute(TAKE, (worker, now + LEASE, now)).fetchall()
        return Job(number=rows[0][0], courier=rows[0][1], priority=rows[0][2]) if rows else None

    def finish(self, job: Job, outcome: str, message: str | None = None) -> None:
        """Record what became of a job. It is not taken again."""
        self._database.execute(
            "UPDATE jobs SET outcome = ?, message = ?, done_at = ? WHERE number = ? AND courier = ?",
            (outcome, message, time.time(), job.number, job.courier),
        )

    def give_back(self, job: Job, wait: float) -> None:
        """Let somebody try again after `wait` seconds."""
        self._database.execute(
            "UPDATE jobs SET taken_until = ? WHERE number = ? AND courier = ?",
            (time.time() + wait, job.number, job.courier),
        )

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Read what a report needs."""
        return self._database.execute(query).fetchall()

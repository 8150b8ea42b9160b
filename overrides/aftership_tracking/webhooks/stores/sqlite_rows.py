"""The rows of the store in a file: the statements, and what each of them means for a claim."""

from __future__ import annotations

import secrets
import sqlite3

from aftership_tracking.errors import UsageError
from aftership_tracking.webhooks.stores.protocol import COUNT_FOR, AlreadyHandledError, Claim, ClaimState

__all__ = [
    "claim_row",
    "complete_row",
    "create_table",
    "find_claim",
    "find_live",
    "forget_old_rows",
    "is_done_by",
    "put_done",
    "release_row",
]

_TABLE = """
CREATE TABLE IF NOT EXISTS aftership_events (
    key TEXT PRIMARY KEY,
    token TEXT NOT NULL,
    done INTEGER NOT NULL,
    until REAL NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID
"""
# Files of earlier releases have it. Each claim and each completion would write it, and cost twice as much.
_DROP_INDEX = "DROP INDEX IF EXISTS aftership_events_until"
# Files of earlier releases do not have it.
_ADD_ATTEMPT = "ALTER TABLE aftership_events ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1"
_COLUMNS = "SELECT name FROM pragma_table_info('aftership_events')"
_FIND = "SELECT token, done, until, attempt FROM aftership_events WHERE key = ?"
_FINISH = "UPDATE aftership_events SET done = 1, until = ? WHERE key = ? AND token = ? AND done = 0"
# Most events come once, so this one statement is the whole claim.
_PUT_NEW = """
INSERT OR IGNORE INTO aftership_events (key, token, done, until, attempt) VALUES (?, ?, 0, ?, 1)
"""
_PUT = "INSERT OR REPLACE INTO aftership_events (key, token, done, until, attempt) VALUES (?, ?, ?, ?, ?)"
_RELEASE = "UPDATE aftership_events SET token = '', until = ? WHERE key = ? AND token = ? AND done = 0"
# The next rows after a key, and the first ones of all. Keys that are random lead to every row in time, and
# those that grow lead to the oldest.
_FORGET = """
DELETE FROM aftership_events WHERE key IN (
    SELECT key FROM (SELECT key, until FROM aftership_events WHERE key > ?1 ORDER BY key LIMIT 8)
    WHERE until <= ?2
    UNION ALL
    SELECT key FROM (SELECT key, until FROM aftership_events ORDER BY key LIMIT 2) WHERE until <= ?2
)
"""


def create_table(connection: sqlite3.Connection) -> None:
    """Create the table, or add what a table of an earlier release does not have. It needs a transaction."""
    connection.execute(_TABLE)
    connection.execute(_DROP_INDEX)
    if ("attempt",) not in connection.execute(_COLUMNS).fetchall():
        connection.execute(_ADD_ATTEMPT)


def find_live(connection: sqlite3.Connection, key: str, now: float) -> Claim | None:
    """Return what keeps others from claiming the key; None if nothing does."""
    known = connection.execute(_FIND, (key,)).fetchone()
    if known is None or known[2] <= now:
        return None
    return Claim(state=ClaimState.DONE if known[1] else ClaimState.BUSY, key=key)


def claim_row(connection: sqlite3.Connection, key: str, now: float, lease: float) -> Claim:
    """Claim a key. It needs a transaction."""
    token = secrets.token_hex(16)
    if connection.execute(_PUT_NEW, (key, token, now + lease)).rowcount:
        return Claim(state=ClaimState.NEW, key=key, token=token)
    known = connection.execute(_FIND, (key,)).fetchone()
    if known[2] > now:
        return Claim(state=ClaimState.DONE if known[1] else ClaimState.BUSY, key=key)
    # A claim that was released or ran out was an attempt. What was done begins anew.
    attempt = 1 if known[1] else known[3] + 1
    connection.execute(_PUT, (key, token, 0, now + lease, attempt))
    return Claim(state=ClaimState.NEW, key=key, token=token, attempt=attempt)


def forget_old_rows(connection: sqlite3.Connection, key: str, now: float) -> None:
    """Remove some rows whose time is over since AfterShip's last retry: those next to this key."""
    connection.execute(_FORGET, (key, now - COUNT_FOR))


def is_done_by(connection: sqlite3.Connection, claim: Claim) -> bool:
    """Whether this claim, and no other, has noted that its key is done."""
    known = connection.execute(_FIND, (claim.key,)).fetchone()
    return known is not None and known[:2] == (claim.token, 1)


def complete_row(connection: sqlite3.Connection, claim: Claim, until: float) -> bool:
    """Note that a key is done. Return False if another caller had or has it."""
    if connection.execute(_FINISH, (until, claim.key, claim.token)).rowcount:
        return True
    known = connection.execute(_FIND, (claim.key,)).fetchone()
    if known is None:
        put_done(connection, claim.key, claim.token, until, claim.attempt)
    return known is None or bool(known[0] == claim.token)


def put_done(connection: sqlite3.Connection, key: str, token: str, until: float, attempt: int) -> None:
    """Note that a key is done, whatever is known of it."""
    connection.execute(_PUT, (key, token, 1, until, attempt))


def release_row(connection: sqlite3.Connection, claim: Claim, now: float) -> bool:
    """Forget a claim. Its row stays for the number of its attempts."""
    return connection.execute(_RELEASE, (now, claim.key, claim.token)).rowcount > 0


def find_claim(connection: sqlite3.Connection, key: str) -> tuple[str, int]:
    """Return token and attempt of the claim of a key. Raises UsageError and AlreadyHandledError."""
    known = connection.execute(_FIND, (key,)).fetchone()
    if known is None:
        raise UsageError(
            "This key has no claim: nobody claimed it, or its lease ran out so long ago that the "
            "claim was removed.",
            hint="Give event.key(endpoint) with the endpoint of the receiver that uses this store, "
            "and the receiver a lease that is longer than its slowest handler.",
        )
    if known[1]:
        raise AlreadyHandledError("The event is done already.")
    token: str = known[0]
    attempt: int = known[3]
    return token, attempt

"""The state of a mock as a JSON value, and back: accounts, ids, counts, tokens and clock.

URLs of webhooks, faults and journal are not part of it: they belong to a test, not to the accounts.
A snapshot holds the keys and credentials of the accounts, because the restored mock has to know them.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from aftership_tracking.mock.accounts.oauth.mock_oauth import MockOAuth
from aftership_tracking.mock.accounts.store import Connection, Store, StoredObject
from aftership_tracking.mock.clock import Clock, check_pace
from aftership_tracking.mock.control.clock_control import check_instant
from aftership_tracking.mock.control.durations import read_instant
from aftership_tracking.mock.control.errors import ControlError
from aftership_tracking.mock.parcels.details import Details, NewerField
from aftership_tracking.mock.parcels.parcel import Parcel
from aftership_tracking.mock.pipeline.limits import RequestCounts

FORMAT: Final = 1


FIRST = datetime(1970, 1, 1, tzinfo=UTC)
"""Earlier there is no room for what came before: Python's times begin with the year 1."""


class _StoredDetails(msgspec.Struct, forbid_unknown_fields=True):
    fields: dict[str, Any]
    newer: dict[str, NewerField]


class _StoredAccount(msgspec.Struct, forbid_unknown_fields=True):
    serial: int
    parcels: list[dict[str, Any]]
    connections: list[dict[str, Any]]
    objects: list[tuple[str, list[Any], StoredObject]]


class Snapshot(msgspec.Struct, forbid_unknown_fields=True):
    """The state of a mock."""

    format: int
    seed: int
    now: datetime
    pace: float
    accounts: dict[str, _StoredAccount]
    ids: list[Any]
    counts: list[tuple[str, str, float, int]]
    tokens: dict[str, Any] | None = None


def take(
    store: Store, clock: Clock, counts: RequestCounts, oauth: MockOAuth | None, seed: int
) -> dict[str, Any]:
    """Return the state as a JSON value."""
    accounts = {}
    for key, account in store.accounts():
        with account.lock:
            accounts[key] = _StoredAccount(
                serial=account.serial,
                parcels=[_write(parcel) for parcel in reversed(list(account.newest_first()))],
                connections=[_write(each) for each in account.connections.values()],
                objects=[(path, list(values), found) for (path, values), found in account.objects.items()],
            )
    snapshot = Snapshot(
        format=FORMAT,
        seed=seed,
        now=clock.now(),
        pace=store.pace,
        accounts=accounts,
        ids=store.random_state,
        counts=counts.windows,
        tokens=None if oauth is None else oauth.state(),
    )
    found: dict[str, Any] = msgspec.to_builtins(snapshot, enc_hook=_encode)
    return found


def read(value: Any, seed: int, oauth: MockOAuth | None) -> Snapshot:
    """Read a snapshot, and try on a store and tokens of nobody that it can be loaded.

    Raises:
        ControlError: it is not one, or was taken of a mock with another seed.
    """
    try:
        snapshot = msgspec.convert(value, Snapshot, dec_hook=_decode)
        for account in snapshot.accounts.values():
            _parcels(account)
            _connections(account)
        Store(seed).random_state = snapshot.ids
        if oauth is not None and snapshot.tokens is not None:
            MockOAuth().load(snapshot.tokens)
        check_pace(snapshot.pace, "the pace")
    except (ValueError, TypeError, KeyError) as error:
        raise ControlError("not-a-snapshot", f"the body is not a snapshot of this mock: {error}") from None
    if snapshot.format != FORMAT:
        raise ControlError(
            "not-a-snapshot", f"format: this mock reads the format {FORMAT}, not {snapshot.format}"
        )
    now = read_instant(snapshot.now, "now")
    check_instant(now, "now")
    if now < FIRST:
        raise ControlError("wrong-value", f"now: the clock of a mock is never before {FIRST.year}")
    if snapshot.seed != seed:
        raise ControlError(
            "other-seed",
            f"seed: the snapshot is of a mock with the seed {snapshot.seed}, and this one has {seed};"
            f" start it with the seed {snapshot.seed}, so that its responses are the same",
            409,
        )
    return snapshot


def load(snapshot: Snapshot, store: Store, counts: RequestCounts, oauth: MockOAuth | None) -> None:
    """Replace the state by that of a snapshot. The clock is the caller's."""
    for key, stored in snapshot.accounts.items():
        account = store.account(key)
        account.load(_parcels(stored), stored.serial)
        # Not its lock alone: at the end of the block an account that holds something is preserved.
        with account:
            account.connections.update({each.id: each for each in _connections(stored)})
            account.objects.update({(path, tuple(values)): found for path, values, found in stored.objects})
    store.random_state = snapshot.ids
    store.pace = snapshot.pace
    counts.windows = snapshot.counts
    if oauth is not None and snapshot.tokens is not None:
        oauth.load(snapshot.tokens)


def _parcels(stored: _StoredAccount) -> list[Parcel]:
    return [msgspec.convert(each, Parcel, dec_hook=_decode) for each in stored.parcels]


def _connections(stored: _StoredAccount) -> list[Connection]:
    return [msgspec.convert(each, Connection) for each in stored.connections]


def _write(record: Parcel | Connection) -> dict[str, Any]:
    # Copies with `replace` would not do: an account is read by others while it is written.
    shown = {each.name: getattr(record, each.name) for each in fields(record)}
    found: dict[str, Any] = msgspec.to_builtins(shown, enc_hook=_encode)
    return found


def _encode(value: Any) -> Any:
    if isinstance(value, Details):
        return _StoredDetails(value.fields, dict(value.newer))
    raise NotImplementedError(f"a snapshot cannot hold a {type(value).__name__}")


def _decode(kind: type, value: Any) -> Any:
    if kind is Details:
        stored = msgspec.convert(value, _StoredDetails)
        return Details(stored.fields, stored.newer)
    raise NotImplementedError(f"a snapshot cannot hold a {kind.__name__}")

"""Reads the list of couriers of an account, and stores it."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any, Protocol, cast

from aftership_tracking.couriers.directory import Directory, load
from aftership_tracking.couriers.live_file import LIVE, LiveList, write_file
from aftership_tracking.couriers.records import Source
from aftership_tracking.errors import UsageError

__all__ = ["ClientWithCouriers", "sync"]


class ClientWithCouriers(Protocol):
    """The sync client of any version; for type checkers."""

    @property
    def API_VERSION(self) -> str:  # noqa: N802 - the name that clients have
        """The version that the client calls."""
        ...

    @property
    def couriers(self) -> object:
        """The resource."""

    def __enter__(self) -> object:
        """Async clients have no such method."""


def sync(client: ClientWithCouriers, file: str | os.PathLike[str] | None = None) -> Directory:
    """Read the couriers of an account, store them, and return the directory with them.

    `load` uses the file from then on. It is replaced as a whole, or stays as it was. It holds the couriers,
    the time and the address of the service, and no secret. Two calls, or one if the response says which
    couriers are activated.

    Args:
        client: A sync client of any version.
        file: Where the list is stored. Default: `default_file()`, whose folder is made.
    Raises: UsageError for an async client, and for a path that can never be written; StorageError if it
        cannot be written; the errors of a call.
    """
    if getattr(client, "_IS_ASYNC", True):
        raise UsageError(
            "couriers.sync needs a sync client",
            hint="Make an AfterShip for it; it is called rarely.",
        )
    records, activated = _read(client.couriers)
    active = None if activated is None else frozenset(courier.slug for courier in activated)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    source = Source(seen=now, confidence=LIVE, what=cast("Any", client)._setup.settings.base_url)
    write_file(LiveList(source=source, version=client.API_VERSION, couriers=records, active=active), file)
    return load(file=file, version=client.API_VERSION)


def _read(resource: Any) -> tuple[tuple[dict[str, Any], ...], list[Any] | None]:
    """Every courier, and those that the account has activated; None if the records say it themselves."""
    if hasattr(resource, "list_all"):
        return tuple(courier.to_dict() for courier in resource.list_all()), resource.list()
    records = tuple(courier.to_dict() for courier in resource.list())
    # `active` of a courier may not come at all.
    says_it = any(record.get("active") is not None for record in records)
    return records, None if says_it else resource.list(active=True)

"""Connections of an account to couriers: list, create, get, update and delete."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.couriers import Couriers
from aftership_tracking.mock.paging import page_of
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.services.call import Call
from aftership_tracking.mock.store import Connection, Store
from aftership_tracking.mock.times import utc_text

NOT_FOUND = 404
INVALID_REQUEST = 400


class Connections:
    """The services of the resource `courier_connections`. Which credentials a courier needs is not known."""

    def __init__(self, store: Store, couriers: Couriers) -> None:
        self._store = store
        self._couriers = couriers

    def list(self, call: Call) -> Any:
        """The newest connection comes first; the order is not documented."""
        slug = call.query.get("courier_slug")
        found = [each for each in _newest_first(call) if not slug or each.courier_slug == slug]
        page = page_of(found, call.query, call.exchange.served.pagination)
        return {"pagination": page.pagination, "courier_connections": [_written(each) for each in page.items]}

    def create(self, call: Call) -> Any:
        slug: str = call.body["courier_slug"]
        if not self._couriers.knows(slug):
            raise Refusal((INVALID_REQUEST,), "state: no courier has this slug", "courier_slug")
        connection = Connection(
            id=self._store.new_id(),
            courier_slug=slug,
            credentials=call.body["credentials"],
            created_at=call.now,
            updated_at=call.now,
            serial=call.account.new_serial(),
        )
        call.account.connections[connection.id] = connection
        return call.wrapped(_written(connection))

    def get(self, call: Call) -> Any:
        return call.wrapped(_written(_connection_of(call)))

    def update(self, call: Call) -> Any:
        """Replaces the credentials as a whole."""
        connection = _connection_of(call)
        connection.credentials = call.body["credentials"]
        connection.updated_at = call.now
        return call.wrapped(_written(connection))

    def delete(self, call: Call) -> Any:
        connection = _connection_of(call)
        del call.account.connections[connection.id]
        return call.wrapped(_written(connection))


def _newest_first(call: Call) -> list[Connection]:
    return list(reversed(call.account.connections.values()))


def _connection_of(call: Call) -> Connection:
    connection = call.account.connections.get(call.path["id"])
    if connection is None:
        raise Refusal((NOT_FOUND,), "state: this account has no connection of this id")
    return connection


def _written(connection: Connection) -> dict[str, Any]:
    return {
        "id": connection.id,
        "courier_slug": connection.courier_slug,
        "credentials": connection.credentials,
        "created_at": utc_text(connection.created_at),
        "updated_at": utc_text(connection.updated_at),
    }

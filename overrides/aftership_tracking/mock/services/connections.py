"""Connections of an account to couriers: list, create, get, update and delete."""

from __future__ import annotations

from typing import Any

from aftership_tracking.mock.accounts.store import CONNECTION, Connection, Store
from aftership_tracking.mock.documents.time_formats import write_utc
from aftership_tracking.mock.error_codes import INVALID_REQUEST, NOT_FOUND
from aftership_tracking.mock.hints.fields import unknown_slug
from aftership_tracking.mock.parcels.couriers import Couriers
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.services.paging import page_of
from aftership_tracking.mock.services.service_call import ServiceCall


class Connections:
    """The services of the resource `courier_connections`. Which credentials a courier needs is unknown."""

    def __init__(self, store: Store, couriers: Couriers) -> None:
        self._store = store
        self._couriers = couriers

    def list(self, call: ServiceCall) -> Any:
        """The newest connection comes first; the order is not documented."""
        slug = call.query.get("courier_slug")
        found = [each for each in _newest_first(call) if not slug or each.courier_slug == slug]
        page = page_of(found, call.query, call.pagination)
        return {"pagination": page.pagination, "courier_connections": [_to_json(each) for each in page.items]}

    def create(self, call: ServiceCall) -> Any:
        slug: str = call.body["courier_slug"]
        if not self._couriers.knows(slug):
            hint = unknown_slug(self._couriers.suggest([slug]))
            raise Refusal((INVALID_REQUEST,), str(hint), "courier_slug", hints=[hint])
        connection = Connection(
            id=self._store.new_id(CONNECTION, call.exchange.api_key),
            courier_slug=slug,
            credentials=call.body["credentials"],
            created_at=call.now,
            updated_at=call.now,
            serial=call.account.new_serial(),
        )
        call.account.add_connection(connection)
        return call.wrap(_to_json(connection))

    def get(self, call: ServiceCall) -> Any:
        return call.wrap(_to_json(_find_connection(call)))

    def update(self, call: ServiceCall) -> Any:
        """Replaces the credentials as a whole."""
        connection = _find_connection(call)
        call.account.edit(connection)
        connection.credentials = call.body["credentials"]
        connection.updated_at = call.now
        return call.wrap(_to_json(connection))

    def delete(self, call: ServiceCall) -> Any:
        connection = _find_connection(call)
        call.account.remove_connection(connection)
        return call.wrap(_to_json(connection))


def _newest_first(call: ServiceCall) -> list[Connection]:
    return list(reversed(call.account.connections.values()))


def _find_connection(call: ServiceCall) -> Connection:
    connection = call.account.connections.get(call.path["id"])
    if connection is None:
        raise Refusal((NOT_FOUND,), "state: this account has no connection with this id")
    return connection


def _to_json(connection: Connection) -> dict[str, Any]:
    return {
        "id": connection.id,
        "courier_slug": connection.courier_slug,
        "credentials": connection.credentials,
        "created_at": write_utc(connection.created_at),
        "updated_at": write_utc(connection.updated_at),
    }

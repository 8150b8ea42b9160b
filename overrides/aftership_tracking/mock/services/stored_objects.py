"""Operations that the mock has no code for, so that a new operation of a document can be called at once.

What a caller sends is stored under the path of the operation, as far as the response can hold it, and read
again under the same path. A tracking in the response is the one that the path names, with what was sent.
Everything else comes from the document's example. The hint says which of them it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aftership_tracking.mock.accounts.store import Store, StoredObject
from aftership_tracking.mock.documents.pointers import join
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.error_codes import NOT_FOUND, TRACKING_UNKNOWN
from aftership_tracking.mock.parcels.couriers import Couriers
from aftership_tracking.mock.parcels.details import UPDATED
from aftership_tracking.mock.parcels.tracking import TRACKING, Rendering, select_fields
from aftership_tracking.mock.refusal import Refusal
from aftership_tracking.mock.services.find_parcel import find_parcel
from aftership_tracking.mock.services.from_document import respond_from_document
from aftership_tracking.mock.services.paging import page_of
from aftership_tracking.mock.services.service_call import ServiceCall

Key = tuple[str, tuple[Any, ...]]

_PARAMETER = re.compile(r"\{[^}]*\}")
_ITEM = "/{}"
# How a path names a parcel
_BY_ID = 1
_BY_NUMBER = {"slug", "tracking_number"}


class StoredObjects:
    """The service of every operation without code."""

    def __init__(self, store: Store, couriers: Couriers, seed: int) -> None:
        self._store = store
        self._couriers = couriers
        self._seed = seed

    def respond(self, call: ServiceCall) -> Any:
        """Return the `data` of the response.

        Raises:
            Refusal: the path names a parcel or an object that the account does not have.
        """
        value = _value_node(call)
        if value is None:
            return respond_from_document(call)
        if value.pointer == f"/components/schemas/{TRACKING}" and _names_a_parcel(call):
            return self._change_parcel(call)
        if "items" in value.schema or call.pagination:
            return self._list(call)
        if call.exchange.routed_operation.method in ("GET", "HEAD"):
            return self._read(call)
        if call.exchange.routed_operation.method == "DELETE":
            return self._delete(call)
        return self._write(call, value)

    def _change_parcel(self, call: ServiceCall) -> Any:
        parcel = find_parcel(call, self._couriers)
        if call.body:
            call.account.edit(parcel)
            parcel.details = parcel.details.with_changes(call.body, UPDATED, call.version)
            call.account.touch(parcel, call.now)
        self._say(call, "what was sent is stored with the tracking, and what else it does is not known")
        tracking = Rendering(parcel, call.now, self._seed).tracking(call.api)
        return call.wrap(select_fields(tracking, call.query.get("fields")))

    def _list(self, call: ServiceCall) -> Any:
        template, values = _key(call)
        found = [
            stored
            for (at, path), stored in call.account.objects.items()
            if at == template + _ITEM and path[:-1] == values
        ]
        data = respond_from_document(call)
        if not found:
            return data
        self._say(call, "the objects that were created under this path")
        newest_first = sorted(found, key=lambda stored: -stored.serial)
        if not call.pagination:
            return call.wrap([stored.value for stored in newest_first])
        page = page_of(newest_first, call.query, call.pagination)
        items: Any = [stored.value for stored in page.items]
        for name in reversed(call.pagination["items"].split(".")[1:]):
            items = {name: items}
        return {**data, "pagination": page.pagination, **items}

    def _read(self, call: ServiceCall) -> Any:
        key = _key(call)
        stored = call.account.objects.get(key)
        if stored is not None:
            self._say(call, "what was sent to this path before")
            return call.wrap(stored.value)
        _refuse_unknown(call, key)
        return respond_from_document(call)

    def _delete(self, call: ServiceCall) -> Any:
        key = _key(call)
        _refuse_unknown(call, key)
        data = respond_from_document(call)
        stored = call.account.objects.get(key)
        if stored is None:
            return data
        call.account.store_object(key, None)
        self._say(call, "what was sent to this path before, and is gone now")
        return call.wrap(stored.value)

    def _write(self, call: ServiceCall, value: SchemaNode) -> Any:
        key = _key(call)
        before = call.account.objects.get(key)
        if before is None:
            base = respond_from_document(call)
            for name in call.exchange.routed_operation.unwrap[1:]:
                base = base[name]
        else:
            base = before.value
        if not isinstance(base, Mapping):
            return respond_from_document(call)
        fitting = {name: sent for name, sent in call.body.items() if _can_hold(call, value, name, sent)}
        dropped = sorted(call.body.keys() - fitting.keys())
        if self._creates_an_item(call, key, value):
            identifier = str(fitting.get("id") or self._store.new_id())
            fitting["id"] = identifier
            key = (key[0] + _ITEM, (*key[1], identifier))
        elif key[1] and before is None and _can_hold(call, value, "id", key[1][-1]):
            fitting["id"] = key[1][-1]
        serial = call.account.new_serial() if before is None else before.serial
        stored = StoredObject(serial, {**base, **fitting})
        call.account.store_object(key, stored)
        without = f", without {', '.join(dropped)}, which the response cannot hold" if dropped else ""
        self._say(call, f"what was sent is stored{without}; the rest is from the document")
        return call.wrap(stored.value)

    def _creates_an_item(self, call: ServiceCall, key: Key, value: SchemaNode) -> bool:
        """Whether another operation reads what this one stores, by its id."""
        if call.exchange.routed_operation.method != "POST" or "id" not in value.properties:
            return False
        return any(_normalize(each.template) == key[0] + _ITEM for each in call.api.operations)

    def _say(self, call: ServiceCall, what: str) -> None:
        operation = call.exchange.routed_operation
        call.exchange.hint = (
            f"response: the mock has no code for {operation.resource}.{operation.action}: {what}"
        )


def _value_node(call: ServiceCall) -> SchemaNode | None:
    """The schema of what the method returns; None if the document does not say."""
    operation = call.exchange.routed_operation
    schema = operation.responses[str(operation.success)].schema
    if schema is None:
        return None
    node = SchemaNode(call.api.document, schema)
    for name in operation.unwrap:
        found = node.properties.get(name)
        if found is None:
            return None
        node = found
    return node


def _names_a_parcel(call: ServiceCall) -> bool:
    names = set(call.path)
    if names >= _BY_NUMBER:
        return len(names) == len(_BY_NUMBER)
    return len(names) == _BY_ID


def _normalize(template: str) -> str:
    return _PARAMETER.sub("{}", template)


def _key(call: ServiceCall) -> Key:
    return _normalize(call.exchange.routed_operation.template), tuple(call.path.values())


def _can_hold(call: ServiceCall, value: SchemaNode, name: str, sent: Any) -> bool:
    if name not in value.properties:
        return False
    return call.api.validators.fits(join(value.pointer, "properties", name), sent)


def _refuse_unknown(call: ServiceCall, key: Key) -> None:
    """Refuse a path that nothing was stored under, if there is something under a path beside it."""
    template, values = key
    if not values or key in call.account.objects:
        return
    if any(at == template and path[:-1] == values[:-1] for at, path in call.account.objects):
        raise Refusal((NOT_FOUND, TRACKING_UNKNOWN), "state: nothing was stored under this path")

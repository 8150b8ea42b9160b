"""Operations that the mock has no code for, so that a new operation of a document can be called at once.

What a caller sends is stored under the path of the operation, as far as the response can hold it, and read
again under the same path, until it is deleted. A tracking in the response is the one that the path names,
with what was sent. Everything else comes from the document's example. The hint says which of them it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aftership_tracking.mock.accounts.store import OBJECT, Store, StoredObject
from aftership_tracking.mock.documents.operation import ApiOperation
from aftership_tracking.mock.documents.schema_node import SchemaNode
from aftership_tracking.mock.documents.small_value import small_value
from aftership_tracking.mock.parcels.couriers import Couriers
from aftership_tracking.mock.parcels.details import UPDATED
from aftership_tracking.mock.parcels.tracking import TRACKING, Rendering, select_fields
from aftership_tracking.mock.services.filters import chosen_filters, has_values
from aftership_tracking.mock.services.find_parcel import find_parcel
from aftership_tracking.mock.services.from_document import data_of, respond_from_document
from aftership_tracking.mock.services.known_ids import ITEM, Key, as_key, key_of, normalize, refuse_unknown
from aftership_tracking.mock.services.paging import page_of
from aftership_tracking.mock.services.service_call import ServiceCall

TRACKING_POINTER = f"/components/schemas/{TRACKING}"
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
        operation = call.exchange.routed_operation
        value = _value_node(call, operation)
        if value is not None and value.pointer == TRACKING_POINTER and _names_a_parcel(call):
            return self._change_parcel(call)
        refuse_unknown(call)
        if value is not None and ("items" in value.schema or call.pagination):
            return self._list(call)
        if operation.method in ("GET", "HEAD"):
            return self._read(call)
        if operation.method == "DELETE":
            return self._delete(call)
        return self._write(call)

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
        template, values = key_of(call)
        found = [
            stored
            for (at, path), stored in call.account.objects.items()
            if at == template + ITEM and path[:-1] == values and not stored.is_gone
        ]
        if not found:
            return respond_from_document(call)
        data = data_of(call, call.exchange.routed_operation)
        filters = self._filters(call)
        fitting = [stored for stored in found if has_values(stored.value, filters)]
        newest_first = sorted(fitting, key=lambda stored: -stored.serial)
        if not call.pagination:
            listed = call.wrap([stored.value for stored in newest_first])
        else:
            page = page_of(newest_first, call.query, call.pagination)
            items: Any = [stored.value for stored in page.items]
            # Below `data`, if there is an envelope.
            names = call.pagination["items"].split(".")[len(call.exchange.routed_operation.unwrap[:1]) :]
            for name in reversed(names):
                items = {name: items}
            listed = {**data, "pagination": page.pagination, **items} if isinstance(data, Mapping) else items
        if not _can_respond(call, call.exchange.routed_operation, listed):
            return respond_from_document(call)
        self._say(call, "the objects that were created under this path")
        return listed

    def _filters(self, call: ServiceCall) -> dict[str, Any]:
        """The filters that are compared with the field of their name. The hint names the others."""
        names = call.query.keys() - set(call.pagination.values())
        given = {name: call.query[name] for name in sorted(names) if call.query[name] not in ("", [])}
        items = _items_node(call, call.exchange.routed_operation)
        known = {} if items is None else items.properties
        return chosen_filters(call, given, known)

    def _read(self, call: ServiceCall) -> Any:
        stored = call.account.objects.get(key_of(call))
        if stored is None:
            return respond_from_document(call)
        value = call.wrap(stored.value)
        if not _can_respond(call, call.exchange.routed_operation, value):
            return respond_from_document(call)
        self._say(call, "what was sent to this path before")
        return value

    def _delete(self, call: ServiceCall) -> Any:
        key = key_of(call)
        stored = call.account.objects.get(key)
        # What has an id has the one that it had; a setting without one is again as the document has it.
        gone = StoredObject(call.account.new_serial(), {}, is_gone=True) if key[1] else None
        call.account.store_object(key, gone)
        if stored is None:
            return respond_from_document(call)
        operation = call.exchange.routed_operation
        value = call.wrap(stored.value)
        self._say(call, "what was sent to this path before, and is gone now")
        return value if _can_respond(call, operation, value) else data_of(call, operation)

    def _write(self, call: ServiceCall) -> Any:
        reader = _reader(call)
        if reader is None:
            return respond_from_document(call)
        key = key_of(call)
        before = call.account.objects.get(key)
        if before is not None and before.is_gone:
            before = None
        value, dropped = call.body, []
        if isinstance(value, dict):
            declared = _value_node(call, reader)
            if declared is None:
                return respond_from_document(call)
            node = declared.object_for(value)
            base = _below(data_of(call, reader), reader.unwrap[1:]) if before is None else before.value
            if declared.choice is not None:
                # What is known of one of the alternatives is not known of another.
                base = small_value(node)
            if not isinstance(base, Mapping):
                return respond_from_document(call)
            files = _files(call)
            value = {
                name: sent
                for name, sent in call.body.items()
                if name not in files and _can_hold(call, node, name, sent)
            }
            dropped = sorted(call.body.keys() - value.keys())
            identifier = self._identifier_of_item(call, key, node, value)
            if identifier is not None:
                value["id"] = identifier
                key = (key[0] + ITEM, (*key[1], as_key(identifier)))
            elif key[1] and before is None and _can_hold(call, node, "id", _last_of_path(call)):
                value["id"] = _last_of_path(call)
            value = {**base, **value}
        if not _can_respond(call, reader, _wrap(value, reader.unwrap[1:])):
            return respond_from_document(call)
        serial = call.account.new_serial() if before is None else before.serial
        call.account.store_object(key, StoredObject(serial, value))
        without = f", without {', '.join(dropped)}, which the response cannot hold" if dropped else ""
        self._say(call, f"what was sent is stored{without}; the rest is from the document")
        operation = call.exchange.routed_operation
        return call.wrap(value) if reader is operation else data_of(call, operation)

    def _identifier_of_item(
        self, call: ServiceCall, key: Key, node: SchemaNode, sent: Mapping[str, Any]
    ) -> str | int | None:
        """The id of what another operation reads by it; None if no operation does."""
        if call.exchange.routed_operation.method != "POST":
            return None
        if not any(normalize(each.template) == key[0] + ITEM for each in call.api.operations):
            return None
        if sent.get("id"):
            found: str | int = sent["id"]
            return found
        drawn: tuple[str | int, ...] = (
            self._store.new_id(OBJECT, call.exchange.api_key),
            len(call.account.objects) + 1,
        )
        return next((each for each in drawn if _can_hold(call, node, "id", each)), None)

    def _say(self, call: ServiceCall, what: str) -> None:
        operation = call.exchange.routed_operation
        call.exchange.hint = (
            f"response: the mock has no code for {operation.resource}.{operation.action}: {what}"
        )


def _value_node(call: ServiceCall, operation: ApiOperation) -> SchemaNode | None:
    """The schema of what the method returns; None if the document does not say."""
    content = operation.content
    if content is None or content.kind != "json" or content.schema is None:
        return None
    return SchemaNode(call.api.document, content.schema).at(operation.unwrap)


def _items_node(call: ServiceCall, operation: ApiOperation) -> SchemaNode | None:
    """The schema of what a list holds; None if the document does not say."""
    value = _value_node(call, operation)
    if value is not None and call.pagination:
        path = call.pagination["items"].split(".")[len(operation.unwrap) :]
        value = value.at(tuple(path))
    return None if value is None else value.items


def _reader(call: ServiceCall) -> ApiOperation | None:
    """The operation whose response shows what was stored: this one, or else the one that reads its path."""
    operation = call.exchange.routed_operation
    if operation.content is not None:
        return operation
    template = normalize(operation.template)
    return next(
        (
            each
            for each in call.api.operations
            if each.method == "GET" and normalize(each.template) == template
        ),
        None,
    )


def _files(call: ServiceCall) -> set[str]:
    """The fields of the request that hold files: JSON, and so what is stored, has no values for them."""
    body = call.exchange.routed_operation.body
    if body is None or body.kind != "multipart" or body.schema is None:
        return set()
    fields = SchemaNode(call.api.document, body.schema).properties
    return {
        name
        for name, node in fields.items()
        if "binary" in (node.get("format"), None if node.items is None else node.items.get("format"))
    }


def _can_respond(call: ServiceCall, operation: ApiOperation, data: Any) -> bool:
    """Whether a value can be the `data` of the response of an operation."""
    if operation.content is None:
        return True
    return call.api.fits_success(operation, call.api.write_success(operation, data, is_full=True))


def _below(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _wrap(value: Any, path: Sequence[str]) -> Any:
    for name in reversed(path):
        value = {name: value}
    return value


def _names_a_parcel(call: ServiceCall) -> bool:
    names = set(call.path)
    if not all(isinstance(value, str) for value in call.path.values()):
        return False
    if names >= _BY_NUMBER:
        return len(names) == len(_BY_NUMBER)
    return len(names) == _BY_ID


def _last_of_path(call: ServiceCall) -> Any:
    return list(call.path.values())[-1]


def _can_hold(call: ServiceCall, value: SchemaNode, name: str, sent: Any) -> bool:
    """Whether an object of a schema can hold a value."""
    pointer = value.can_hold(name)
    return pointer is not None and call.api.validators.fits(pointer, sent)
